from django.apps import AppConfig
from django.core.checks import register

from pinlever.connection.checks import check_settings


class ConnectionConfig(AppConfig):
    name = "pinlever.connection"
    verbose_name = "Lever"

    def ready(self) -> None:
        register(check_settings)
