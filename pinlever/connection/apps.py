import importlib

from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate

from pinlever.connection.checks import check_settings


class ConnectionConfig(AppConfig):
    name = "pinlever.connection"
    verbose_name = "Lever"

    def ready(self) -> None:
        register(check_settings)
        indexing = importlib.import_module("pinlever.connection.indexing")  # needs the models
        post_migrate.connect(indexing.make_name_index, sender=self)
