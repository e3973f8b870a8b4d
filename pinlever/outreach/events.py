"""Outreach events: recorded once each, and how far outreach got because of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from pinlever.audit.services import Actor, record_many
from pinlever.outreach.models import OutreachEvent
from pinlever.outreach.signals import event_recorded
from pinlever.recruiting.cleaning import clean_text, storable
from pinlever.recruiting.models import Prospect

_CLOCKS_DIFFER = timedelta(minutes=5)
_Kind, _Stage = OutreachEvent.Kind, Prospect.Stage
_STAGE_AFTER = {
    _Kind.ADDED_TO_OUTREACH: _Stage.IN_OUTREACH,
    _Kind.MESSAGE_SENT: _Stage.MESSAGED,
    _Kind.OPENED: _Stage.MESSAGED,
    _Kind.BOUNCED: _Stage.MESSAGED,
    _Kind.UNSUBSCRIBED: _Stage.MESSAGED,
    _Kind.REPLIED: _Stage.REPLIED,
    _Kind.INTERESTED: _Stage.INTERESTED,
}
_ORDER = list(_Stage)


class InvalidEvent(ValueError):
    """The event cannot be recorded; the message says what is wrong with it."""


class EventConflict(Exception):
    """The same event was recorded with other content. `differs` names what differs; nothing was changed."""

    def __init__(self, event: OutreachEvent, differs: list[str]) -> None:
        super().__init__(
            f"Event {event.external_id} ({event.kind}) from {event.source} was recorded before with another "
            f"{' and another '.join(differs)}. Send a new id for a new event."
        )
        self.event = event
        self.differs = differs


@dataclass(frozen=True)
class Recorded:
    """The stored event, and whether it was stored now."""

    event: OutreachEvent
    created: bool


def record_event(
    *,
    by: Actor,
    prospect: Prospect,
    kind: str,
    channel: str = "",
    occurred_at: datetime,
    source: str,
    external_id: str,
    details: Mapping[str, Any] | None = None,
    quiet: bool = False,
) -> Recorded:
    """Records the event once. A repeat is a no-op, whether quiet or not; with other content it raises EventConflict.

    Raises InvalidEvent. The prospect's outreach stage moves forward only.
    """
    _check(kind, channel, occurred_at, source, external_id)
    content = {"channel": channel, "occurred_at": occurred_at, "details": _plain(details or {})}
    with transaction.atomic():
        # The lock makes all events of one prospect wait for each other: look and write are one step.
        locked = Prospect.objects.select_for_update(no_key=True, of=("self",)).select_related(
            "candidate", "job"
        )
        on = locked.get(pk=prospect.pk)
        known = on.events.filter(kind=kind, source=source, external_id=external_id).first()
        if known is not None:
            return _repeated(known, content)
        event = OutreachEvent(
            prospect=on, kind=kind, source=source, external_id=external_id, is_quiet=quiet, **content
        )
        record_new(by=by, events=[event])
    prospect.outreach_stage = on.outreach_stage
    return Recorded(event, True)


def record_new(*, by: Actor, events: Sequence[OutreachEvent]) -> None:
    """Stores unsaved events that are certainly new. Call it in the transaction that locked or made their prospects."""
    OutreachEvent.objects.bulk_create(events)
    told: list[tuple[Model, Mapping[str, Any]]] = [
        (event.prospect, _told(event) | _advance(event.prospect, event.kind)) for event in events
    ]
    record_many(by=by, action="outreach.recorded", subjects=told)
    for event in events:
        event_recorded.send(sender=OutreachEvent, event=event)


def _told(event: OutreachEvent) -> dict[str, Any]:
    return {
        name: getattr(event, name) for name in ("kind", "channel", "occurred_at", "source", "external_id")
    }


def stage_after(stage: str, kind: str) -> str:
    """The later one of the stage reached and the stage the event means."""
    return max(_Stage(stage), _STAGE_AFTER.get(_Kind(kind), _Stage.SOURCED), key=_ORDER.index)


def _check(kind: str, channel: str, occurred_at: datetime, source: str, external_id: str) -> None:
    if kind not in _Kind.values:
        raise InvalidEvent(f"{kind!r} is no kind of event. Known are: {', '.join(_Kind.values)}.")
    if channel not in OutreachEvent.Channel.values:
        raise InvalidEvent(f"{channel!r} is no channel. Known are: email, linkedin, sms.")
    if occurred_at.tzinfo is None:
        raise InvalidEvent(f"The time {occurred_at.isoformat()} has no time zone. Add one, such as +00:00.")
    if occurred_at > timezone.now() + _CLOCKS_DIFFER:
        raise InvalidEvent(f"The time {occurred_at.isoformat()} lies in the future.")
    for name, value, most in (("source", source, 60), ("external_id", external_id, 200)):
        if not value or clean_text(value, most) != value:
            raise InvalidEvent(f"{name} must be 1 to {most} printable characters without spaces around them.")


def _plain(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details as they come back from the database, so that a repeat compares equal."""
    try:
        plain: dict[str, Any] = json.loads(json.dumps(storable(dict(details)), allow_nan=False))
    except (TypeError, ValueError, RecursionError) as wrong:
        raise InvalidEvent(f"The details are not JSON: {wrong}.") from wrong
    return plain


def _repeated(known: OutreachEvent, content: Mapping[str, Any]) -> Recorded:
    differs = [name for name, value in content.items() if getattr(known, name) != value]
    if differs:
        raise EventConflict(known, differs)
    return Recorded(known, False)


def _advance(prospect: Prospect, kind: str) -> dict[str, str]:
    stage = stage_after(prospect.outreach_stage, kind)
    if stage == prospect.outreach_stage:
        return {}
    prospect.outreach_stage = stage
    prospect.save(update_fields=["outreach_stage"])
    return {"outreach_stage": stage}
