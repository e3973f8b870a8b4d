"""What happened in outreach to one person, over all their jobs, newest first. Nothing here writes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pinlever.outreach.models import OutreachEvent
from pinlever.outreach.sourcing import CONTACT_POINT, SOURCE
from pinlever.recruiting.cleaning import clean_lines, clean_text
from pinlever.recruiting.models import ContactPoint

_QUOTES = ("text", "snippet", "body", "message", "note")
_LONGEST_QUOTE = 600
_AT_ONCE = timedelta(minutes=1)


@dataclass(frozen=True)
class Happened:
    """An event with what its details say: the words themselves, the subject, who did it, the contact details found."""

    event: OutreachEvent
    quote: str
    subject: str
    by: str
    found: tuple[str, ...] = ()


def timeline(prospects: Collection[int], *, most: int) -> tuple[list[Happened], bool]:
    """The newest `most` events of these prospects, and whether there are more. Two queries.

    Contact details found for a job at the same moment are one entry.
    """
    rows = OutreachEvent.objects.filter(prospect__in=prospects).select_related("prospect__job")
    events = list(rows.order_by("-occurred_at", "-id")[: most + 1])
    values = _found(events)
    told: list[Happened] = []
    for event in events[:most]:
        found = values.get(_point(event), "")
        if told and found and _is_same_find(told[-1], event):
            last = told.pop()
            told.append(Happened(last.event, "", "", "", (*last.found, found)))
        else:
            told.append(_told(event, found))
    return told, len(events) > most


def _is_same_find(last: Happened, event: OutreachEvent) -> bool:
    same = last.event.prospect_id == event.prospect_id and last.event.is_quiet == event.is_quiet
    return bool(last.found) and same and last.event.occurred_at - event.occurred_at < _AT_ONCE


def _found(events: Sequence[OutreachEvent]) -> dict[int, str]:
    """Contact points by their row, as far as the events name them."""
    ids = {point for event in events if (point := _point(event))}
    return dict(ContactPoint.objects.filter(pk__in=ids).values_list("pk", "value"))


def _point(event: OutreachEvent) -> int:
    """The row of the contact point our own event is about, or 0."""
    kind, _, rest = event.external_id.partition(":")
    number = rest.removesuffix(":quiet")
    is_ours = (
        event.source == SOURCE and event.kind == OutreachEvent.Kind.CONTACT_FOUND and kind == CONTACT_POINT
    )
    return int(number) if is_ours and number.isascii() and number.isdigit() else 0


def told_by(event: OutreachEvent, *, longest: int = _LONGEST_QUOTE) -> Happened:
    """What the event's own details say, without a query; the quote cut to `longest` characters."""
    return _told(event, "", longest)


def detail(event: OutreachEvent, name: str) -> str:
    """One detail as text; "" where there is none, or something else."""
    return _text(event.details, name) if isinstance(event.details, Mapping) else ""


def points_of(events: Sequence[OutreachEvent]) -> dict[int, ContactPoint]:
    """The contact points our own events are about, by the event's row. One query."""
    rows = ContactPoint.objects.in_bulk({point for event in events if (point := _point(event))})
    return {event.pk: rows[_point(event)] for event in events if _point(event) in rows}


def _told(event: OutreachEvent, found: str, longest: int = _LONGEST_QUOTE) -> Happened:
    details = event.details if isinstance(event.details, Mapping) else {}
    quote = next((text for name in _QUOTES if (text := _text(details, name))), "")
    return Happened(
        event,
        clean_lines(quote, longest),
        clean_text(_text(details, "subject"), 200),
        clean_text(_text(details, "by"), 120),
        (found,) if found else (),
    )


def _text(details: Mapping[str, Any], name: str) -> str:
    value = details.get(name)
    return value if isinstance(value, str) else ""
