import importlib

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RecruitingConfig(AppConfig):
    name = "pinlever.recruiting"

    def ready(self) -> None:
        indexing = importlib.import_module("pinlever.recruiting.indexing")  # needs the models
        post_migrate.connect(indexing.make_search_index, sender=self)
