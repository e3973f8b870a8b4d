"""What follows at Lever, on a candidate's page."""

from collections.abc import Iterable

from django import template

from pinlever.outreach.timeline import Happened
from pinlever.sync.artefacts import Artefact, of_one
from pinlever.sync.followup_words import noted
from pinlever.sync.models import SyncRecord

register = template.Library()


@register.simple_tag
def steps_at_lever(
    record: SyncRecord | None, known: tuple[Artefact, ...] | str | None = None
) -> tuple[Artefact, ...]:
    """Profile, résumé, notes, form of one record; a few queries where they are not `known`, none for whoever is not in
    Lever."""
    if isinstance(known, tuple):
        return known
    return of_one(record) if record is not None else ()


@register.simple_tag
def on_levers_timeline(events: Iterable[Happened]) -> frozenset[int]:
    """The rows of the events that stand there; one query."""
    return noted([happened.event.pk for happened in events])
