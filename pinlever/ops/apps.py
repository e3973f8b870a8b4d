import importlib

from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "pinlever.ops"

    def ready(self) -> None:
        importlib.import_module("pinlever.ops.listening")  # needs the models, which are loaded only now
