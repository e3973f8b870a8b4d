"""What follows at Lever, on a candidate's page."""

from collections.abc import Iterable

from django import template

from pinlever.outreach.timeline import Happened
from pinlever.sync.followup_words import Follows, follows_of, noted
from pinlever.sync.models import SyncRecord

register = template.Library()


@register.simple_tag
def follows(record: SyncRecord | None) -> Follows:
    """Notes, stage moves and updates of one record; one query."""
    return follows_of(record) if record is not None else Follows()


@register.simple_tag
def on_levers_timeline(events: Iterable[Happened]) -> frozenset[int]:
    """The rows of the events that stand there; one query."""
    return noted([happened.event.pk for happened in events])
