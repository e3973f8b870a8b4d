"""Writing notes on Lever's timeline: once each, in order, with the event's own time; opens summed up on the note.

A note is found again by its last line. It is looked for whenever it may have been written before.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from pinlever.connection.gateway import lever_time
from pinlever.connection.marker import marker_link
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.lever.errors import NotFound
from pinlever.lever.types import Note, from_ms, to_ms
from pinlever.outreach.models import OutreachEvent
from pinlever.outreach.timeline import detail, points_of, told_by
from pinlever.recruiting.models import ContactPoint, Prospect
from pinlever.recruiting.services import family, known_points
from pinlever.sync import note_texts as texts, timeline_rules as rules
from pinlever.sync.following import Done, Following, profile_gone
from pinlever.sync.intents import BEHIND
from pinlever.sync.models import Bodies, FollowUp, SyncRecord, TimelineRule
from pinlever.sync.performing import performer_of
from pinlever.sync.timeline import SOURCED, event_of, opens_by_message

State = FollowUp.State
_Event = OutreachEvent.Kind
SOON = 30.0
SWITCHED_OFF = "The rule of the timeline says that no note is written about this."
NO_EVENT = "What it would tell is no longer known here."
NO_NOTE = "There is no note of ours to sum up the opens on."
NOTE_GONE = "The note was deleted in Lever."
COMMENTED = "Somebody in Lever changed or commented on the note; it is left as they have it."


def write(following: Following) -> Done:
    """The handler of notes."""
    row, record = following.row, following.record
    rule, prospect = rules.rule_of(record.account_id), _prospect(record)
    event = OutreachEvent.objects.filter(pk=event_of(row.key)).first()
    if row.key != SOURCED and event is None:
        return Done(State.SKIPPED, NO_EVENT, "no_event")
    mark = mark_for(prospect, event)
    try:
        if following.is_unsettled or _may_be_there(row):
            failpoint("note.before_look")
            looked_at = db_now()
            if found := _find(following, mark):
                return Done(State.DONE, lever_id=found.id, result={"read_back": True})
            if end := following.look_again(looked_at):
                return end
        if (end := _not_wanted(following, rule, event)) is not None:
            return end
        payload = _payload(rule, record, prospect, event, mark)
        note = following.send(payload, lambda before: _create(following, payload, before))
        return Done(State.DONE, lever_id=note.id, result=payload["told"])
    except NotFound:
        return profile_gone()


def sum_up(following: Following) -> Done:
    """The handler of opens: brings the line of the message's note up to date, and touches nothing else of it."""
    row, record = following.row, following.record
    event = OutreachEvent.objects.filter(pk=event_of(row.key)).first()
    notes = FollowUp.objects.filter(
        record=record, kind=FollowUp.Kind.NOTE, opportunity_id=row.opportunity_id, key=row.key
    )
    written = notes.first()
    if event is None or written is None or written.state in (State.SKIPPED, State.FAILED):
        return Done(State.SKIPPED, NO_NOTE, "no_note")
    if written.state == State.WAITING:
        return Done(State.WAITING, after=SOON)
    rule = rules.rule_of(record.account_id)
    if not rule.opens or _not_wanted(following, rule, event) is not None:
        return Done(State.SKIPPED, SWITCHED_OFF, "switched_off")
    opens = _opens(rule, event)
    summed_up = Done(State.DONE, lever_id=written.lever_id, result=_counted(opens))
    if not following.is_unsettled and (row.result or written.result) == summed_up.result:
        return summed_up
    return _bring_up_to_date(following, written.lever_id, opens) or summed_up


def mark_for(prospect: Prospect, event: OutreachEvent | None) -> str:
    """The id in the last line: of keys and of what the source says of the event, never of row numbers alone."""
    if event is None:
        return texts.mark_of(prospect.key, SOURCED)
    about = (event.kind, event.source, event.external_id, event.occurred_at.isoformat())
    return texts.mark_of(prospect.key, *about)


def _bring_up_to_date(following: Following, note_id: str, opens: texts.Opens) -> Done | None:
    """None: the note tells these opens now."""
    opportunity_id = following.row.opportunity_id
    try:
        note = following.lever.note(opportunity_id, note_id)
        value = texts.with_opens(note.value, opens)
        if value.split() == note.value.split():  # Lever may change white space
            return None
        if len(note.values) != 1 or not texts.marked_with(note.value):
            return Done(State.SKIPPED, COMMENTED, "commented")
        following.send(
            {"value": value},
            lambda before: following.lever.update_note(opportunity_id, note, value, send_before=before),
        )
    except NotFound:
        return Done(State.SKIPPED, NOTE_GONE, "note_gone")
    return None


def _counted(opens: texts.Opens) -> dict[str, Any]:
    return {"opens": opens.count, "last": opens.last_at.isoformat() if opens.last_at else None}


def _may_be_there(row: FollowUp) -> bool:
    """Whether a restored backup may have forgotten that it was written: what it tells is older than a restore takes,
    and the person was in Lever by then."""
    latest = max(row.place, row.record.synced_at or row.place)
    is_old = db_now() - latest > timedelta(seconds=settings.READ_BACK_AFTER[0])
    return is_old or bool(row.payload.get("look_first"))


def _find(following: Following, mark: str) -> Note | None:
    """Our note among those of the opportunity, deleted ones too: somebody may have taken it away since. What we took
    away ourselves, with all of the person, is written anew."""
    taken_back = set(following.row.result.get("taken_back", ()))
    notes = following.lever.notes(following.row.opportunity_id)
    ours = (note for note in notes if note.id not in taken_back)
    return next((note for note in ours if texts.marked_with(note.value) == mark), None)


def _not_wanted(following: Following, rule: TimelineRule, event: OutreachEvent | None) -> Done | None:
    record = following.record
    if not (rules.wants(rule, record, event) if event else rules.wants_sourced(rule, record)):
        return Done(State.SKIPPED, SWITCHED_OFF, "switched_off")
    return following.anonymised()


def _payload(
    rule: TimelineRule, record: SyncRecord, prospect: Prospect, event: OutreachEvent | None, mark: str
) -> dict[str, Any]:
    link, opens = marker_link(prospect.key), texts.Opens()
    if event is None:
        at = prospect.sourced_at or prospect.created_at
        value = texts.sourced_note(_sourced(record, prospect), link=link, mark=mark)
    else:
        at, opens = event.occurred_at, _opens(rule, event)
        value = texts.event_note(_told(rule, prospect, event, opens), link=link, mark=mark)
    return {
        "value": value,
        "secret": rule.bodies == Bodies.SECRET and event is not None and bool(_body(event)),
        "created_ms": to_ms(_past(record.account_id, at)),
        "perform_as": _author(record, event),
        "told": _counted(opens),
    }


def _create(following: Following, payload: dict[str, Any], send_before: float) -> Note:
    return following.lever.create_note(
        following.row.opportunity_id,
        payload["value"],
        perform_as=payload["perform_as"] or None,
        secret=payload["secret"],
        created_at=from_ms(payload["created_ms"]),
        send_before=send_before,
    )


def _past(account_id: int, at: datetime) -> datetime:
    """The event's own time, never in the future by Lever's clock."""
    return min(at, lever_time(account_id, db_now()) - BEHIND)


def _prospect(record: SyncRecord) -> Prospect:
    return Prospect.objects.select_related("candidate", "job__owner", "sourcer").get(pk=record.prospect_id)


def _author(record: SyncRecord, event: OutreachEvent | None) -> str:
    """The Lever user of who did it, else of who sourced them, else who stands in; "" for nobody."""
    return performer_of(record, [detail(event, "by_email"), detail(event, "by")] if event else [])


def _told(rule: TimelineRule, prospect: Prospect, event: OutreachEvent, opens: texts.Opens) -> texts.Told:
    said = told_by(event, longest=texts.LONGEST_BODY)
    return texts.Told(
        kind=event.kind,
        at=event.occurred_at,
        job=prospect.job.title,
        channel=event.channel,
        subject=said.subject,
        by=said.by or detail(event, "by_email"),
        body="" if rule.bodies == Bodies.NEVER else _body(event),
        opens=opens,
        points=[_point(point) for point in points_of([event]).values()],
    )


def _body(event: OutreachEvent) -> str:
    return told_by(event, longest=texts.LONGEST_BODY).quote


def _opens(rule: TimelineRule, event: OutreachEvent) -> texts.Opens:
    if not rule.opens or event.kind != _Event.MESSAGE_SENT:
        return texts.Opens()
    events = OutreachEvent.objects.filter(
        prospect=event.prospect_id, kind__in=[_Event.MESSAGE_SENT, _Event.OPENED]
    )
    theirs = opens_by_message(events.order_by("occurred_at", "pk")).get(event.pk, [])
    return texts.Opens(len(theirs), max((one.occurred_at for one in theirs), default=None))


def _sourced(record: SyncRecord, prospect: Prospect) -> texts.Sourced:
    who = str(prospect.sourcer) if prospect.sourcer else prospect.sourcer_email
    return texts.Sourced(
        who=f"Sourced in Pin by {who}" if who else "Sourced in Pin",
        job=prospect.job.title,
        at=prospect.sourced_at or prospect.created_at,
        how=record.performed_as_how,
        points=[_point(point) for point in known_points(family(prospect.candidate))],
    )


def _point(point: ContactPoint) -> texts.Point:
    kind = point.phone_type or "phone" if point.kind == ContactPoint.Kind.PHONE else "email"
    return texts.Point(point.value, kind, point.source, point.verified_at)
