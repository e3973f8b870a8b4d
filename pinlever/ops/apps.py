import importlib

from django.apps import AppConfig
from django.core.checks import Tags, register

from pinlever.ops import checks


class OpsConfig(AppConfig):
    name = "pinlever.ops"
    verbose_name = "Machine room"

    def ready(self) -> None:
        importlib.import_module("pinlever.ops.listening")  # needs the models, which are loaded only now
        register(checks.mail, Tags.security, deploy=True)
        register(checks.proxy, Tags.security, deploy=True)
