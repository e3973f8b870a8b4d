from django.apps import AppConfig


class InboundConfig(AppConfig):
    name = "pinlever.inbound"

    def ready(self) -> None:
        from pinlever.inbound.applying import hear  # noqa: PLC0415  models are loaded only now
        from pinlever.outreach.signals import events_recorded  # noqa: PLC0415

        events_recorded.connect(hear, dispatch_uid="inbound.applying")
