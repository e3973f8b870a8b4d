from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "pinlever.foundation"

    def ready(self) -> None:
        from pinlever.foundation import among  # noqa: F401, PLC0415  it needs Django's own fields
