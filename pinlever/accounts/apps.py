import importlib

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "pinlever.accounts"
    verbose_name = "People who sign in"

    def ready(self) -> None:
        importlib.import_module("pinlever.accounts.listening").connect()  # needs the models
