"""Hearing of each new outreach event, inside the transaction that stores it."""

from pinlever.outreach.models import OutreachEvent
from pinlever.sync.firing import heard


def hear(sender: type[OutreachEvent], event: OutreachEvent, **_: object) -> None:
    """Quiet events complete no rule by themselves, but whoever replied goes first all the same."""
    heard(event)
