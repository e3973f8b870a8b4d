from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "pinlever.api"
    verbose_name = "API"
    label = "api"
