from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "pinlever.sync"

    def ready(self) -> None:
        from pinlever.outreach.signals import event_recorded  # noqa: PLC0415  models are loaded only now
        from pinlever.sync.listening import hear  # noqa: PLC0415

        event_recorded.connect(hear, dispatch_uid="sync.listening")
