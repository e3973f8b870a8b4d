"""Hearing of new outreach events, inside the transaction that stores them."""

from collections.abc import Sequence

from pinlever.outreach.models import OutreachEvent
from pinlever.sync import firing, timeline


def hear(sender: type[OutreachEvent], events: Sequence[OutreachEvent], **_: object) -> None:
    """Quiet events complete no rule by themselves, but whoever replied goes first all the same."""
    firing.heard(events)
    timeline.heard(events)
