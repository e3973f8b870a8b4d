from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "pinlever.sync"

    def ready(self) -> None:
        from pinlever.outreach.signals import events_recorded  # noqa: PLC0415  models are loaded only now
        from pinlever.sync.listening import hear  # noqa: PLC0415

        events_recorded.connect(hear, dispatch_uid="sync.listening")
