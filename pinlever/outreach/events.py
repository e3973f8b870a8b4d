"""Outreach events: recorded once each, and how far outreach got because of them."""

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from pinlever.audit.services import Actor, record_many
from pinlever.outreach.event_holds import hold_for_events
from pinlever.outreach.models import OutreachEvent
from pinlever.outreach.signals import events_recorded
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
_AT_ONCE = 100  # rows of one statement


class InvalidEvent(ValueError):
    """The event cannot be recorded; the message says what is wrong with it, `field` with which part of it."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


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


@dataclass(frozen=True)
class Happening:
    """Something that happened to a prospect, as its source tells it."""

    prospect: Prospect
    kind: str
    occurred_at: datetime
    source: str
    external_id: str
    channel: str = ""
    details: Mapping[str, Any] | None = None
    quiet: bool = False

    @property
    def key(self) -> tuple[int, str, str, str]:
        """What makes it the same event when it is told again."""
        return (self.prospect.pk, self.kind, self.source, self.external_id)


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
    told = Happening(prospect, kind, occurred_at, source, external_id, channel, details, quiet)
    (result,) = record_events(by=by, told=[told])
    if isinstance(result, Exception):
        raise result
    prospect.outreach_stage = result.event.prospect.outreach_stage
    return result


def record_events(*, by: Actor, told: Sequence[Happening]) -> list[Recorded | EventConflict | InvalidEvent]:
    """`record_event` for many, in one transaction and a constant number of queries: each has its own result, in order.

    What is wrong with one stops no other.
    """
    contents = [_content(each) for each in told]
    with transaction.atomic():
        # The locks make all events of one prospect wait for each other: look and write are one step.
        rows = _locked({each.prospect.pk for each in told})
        known = _known(
            [each for each, content in zip(told, contents, strict=True) if isinstance(content, dict)]
        )
        results: list[Recorded | EventConflict | InvalidEvent] = []
        for each, content in zip(told, contents, strict=True):
            if isinstance(content, InvalidEvent):
                results.append(content)
            elif each.key in known:
                results.append(_repeated(known[each.key], content))
            else:
                known[each.key] = event = _new(rows[each.prospect.pk], each, content)
                results.append(Recorded(event, True))
        record_new(by=by, events=[one.event for one in results if isinstance(one, Recorded) and one.created])
    return results


def _content(told: Happening) -> dict[str, Any] | InvalidEvent:
    try:
        _check(told.kind, told.channel, told.occurred_at, told.source, told.external_id)
        details = _plain(told.details or {})
    except InvalidEvent as wrong:
        return wrong
    return {"channel": told.channel, "occurred_at": told.occurred_at, "details": details}


def _locked(ids: Set[int]) -> dict[int, Prospect]:
    """The prospects, locked in one order, so that two who record about the same people never wait for each other."""
    rows = Prospect.objects.select_for_update(no_key=True, of=("self",)).select_related("candidate", "job")
    return {row.pk: row for row in rows.filter(pk__in=ids).order_by("pk")}


def _known(told: Sequence[Happening]) -> dict[tuple[int, str, str, str], OutreachEvent]:
    rows = OutreachEvent.objects.filter(
        prospect__in={each.prospect.pk for each in told},
        source__in={each.source for each in told},
        external_id__in={each.external_id for each in told},
    )
    found = rows.select_related("prospect__candidate", "prospect__job")
    return {(row.prospect_id, row.kind, row.source, row.external_id): row for row in found}


def _new(prospect: Prospect, told: Happening, content: Mapping[str, Any]) -> OutreachEvent:
    return OutreachEvent(
        prospect=prospect,
        kind=told.kind,
        source=told.source,
        external_id=told.external_id,
        is_quiet=told.quiet,
        **content,
    )


def record_new(*, by: Actor, events: Sequence[OutreachEvent]) -> None:
    """Stores unsaved events that are certainly new. Call it in the transaction that locked or made their prospects."""
    if not events:
        return
    OutreachEvent.objects.bulk_create(events, batch_size=_AT_ONCE)
    told: list[tuple[Model, Mapping[str, Any]]] = [
        (event.prospect, _told(event) | _advance(event.prospect, event.kind)) for event in events
    ]
    _save_stages(
        [event.prospect for event, (_, after) in zip(events, told, strict=True) if "outreach_stage" in after]
    )
    record_many(by=by, action="outreach.recorded", subjects=told)
    hold_for_events(by=by, events=events)
    events_recorded.send(sender=OutreachEvent, events=events)


def _told(event: OutreachEvent) -> dict[str, Any]:
    return {
        name: getattr(event, name) for name in ("kind", "channel", "occurred_at", "source", "external_id")
    }


def stage_after(stage: str, kind: str) -> str:
    """The later one of the stage reached and the stage the event means."""
    return max(_Stage(stage), _STAGE_AFTER.get(_Kind(kind), _Stage.SOURCED), key=_ORDER.index)


def _check(kind: str, channel: str, occurred_at: datetime, source: str, external_id: str) -> None:
    if kind not in _Kind.values:
        raise InvalidEvent(f"{kind!r} is no kind of event. Known are: {', '.join(_Kind.values)}.", "kind")
    if channel not in OutreachEvent.Channel.values:
        raise InvalidEvent(f"{channel!r} is no channel. Known are: email, linkedin, sms.", "channel")
    if occurred_at.tzinfo is None:
        told = f"The time {occurred_at.isoformat()} has no time zone. Add one, such as +00:00."
        raise InvalidEvent(told, "occurred_at")
    if occurred_at > timezone.now() + _CLOCKS_DIFFER:
        raise InvalidEvent(f"The time {occurred_at.isoformat()} lies in the future.", "occurred_at")
    for name, value, most in (("source", source, 60), ("external_id", external_id, 200)):
        if not value or clean_text(value, most) != value:
            told = f"{name} must be 1 to {most} printable characters without spaces around them."
            raise InvalidEvent(told, name)


def _plain(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details as they come back from the database, so that a repeat compares equal."""
    try:
        plain: dict[str, Any] = json.loads(json.dumps(storable(dict(details)), allow_nan=False))
    except (TypeError, ValueError, RecursionError) as wrong:
        raise InvalidEvent(f"The details are not JSON: {wrong}.", "details") from wrong
    return plain


def _repeated(known: OutreachEvent, content: Mapping[str, Any]) -> Recorded | EventConflict:
    differs = [name for name, value in content.items() if getattr(known, name) != value]
    return EventConflict(known, differs) if differs else Recorded(known, False)


def _advance(prospect: Prospect, kind: str) -> dict[str, str]:
    stage = stage_after(prospect.outreach_stage, kind)
    if stage == prospect.outreach_stage:
        return {}
    prospect.outreach_stage = stage
    return {"outreach_stage": stage}


def _save_stages(advanced: Sequence[Prospect]) -> None:
    """One statement for each stage that anybody came to."""
    last = {prospect.pk: prospect.outreach_stage for prospect in advanced}
    for stage in sorted(set(last.values())):
        ids = [pk for pk, reached in last.items() if reached == stage]
        Prospect.objects.filter(pk__in=ids).update(outreach_stage=stage)
