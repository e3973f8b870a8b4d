"""Exporting somebody who was taken back: their opportunity is taken out of the archive, and nothing new is made.

Taking out is the same however often it is done; what is committed before (`return_over_at`) keeps a lost one from
coming to Lever after the person was taken back again.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from pinlever.connection import index
from pinlever.connection.models import ToldBy
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.lever.errors import LeverError, NotFound, OutcomeUnknown, Rejected
from pinlever.lever.types import Opportunity
from pinlever.sync import causes, claims, gates, timeline
from pinlever.sync.intents import ChangedMeanwhile
from pinlever.sync.models import State, SyncRecord, UndoItem
from pinlever.sync.performing import performer_of
from pinlever.sync.plan import BringBack, Key
from pinlever.sync.turn import End, Turn
from pinlever.sync.waiting import first_look_after, next_look

BACK = "Brought back: the opportunity PinLever had made is out of the archive again."
TAGS_MISSING = " Our tags could not be put on again: {said}."
LOST = (
    "The answer was lost ({said}). We look in Lever whether they are out of the archive before anything else."
)
LOOK_AGAIN = "The answer was lost, and Lever shows them archived still. We look again before it is repeated."
NOT_DONE = "Lever did not take them out of the archive; it is tried again."
OTHERS = "somebody archived them anew in Lever"


def bring_back(turn: Turn, decision: BringBack, keys: tuple[Key, ...]) -> End:
    """Looks once more, takes them out of the archive, and ends the turn."""
    there = _look(turn)
    if there is None or there.contact_id != decision.person.contact_id or there.is_anonymized:
        return causes.changed(turn.record.tries)
    if there.archived is None:
        return _back(turn, there, keys)
    if there.archived.reason_id != turn.record.undone_reason_id:
        return causes.changed(turn.record.tries, OTHERS)
    send_before = _commit(turn)
    performer = performer_of(turn.record)
    try:
        turn.lever.archive(there.id, None, perform_as=performer or None, send_before=send_before)
    except OutcomeUnknown as error:
        reason = LOST.format(said=causes.said(error))
        columns = {"return_over_at": db_now()}
        return End(State.RETRYING, causes.OUTCOME_UNKNOWN, reason, first_look_after(), columns=columns)
    except LeverError:
        turn.prolong(return_over_at=None)  # certainly not done
        raise
    failpoint("bring_back.after_send")
    now_there = _look(turn, ToldBy.OURS)
    if now_there is None or now_there.archived is not None:
        return End(State.RETRYING, causes.OUTCOME_UNKNOWN, LOOK_AGAIN, first_look_after())
    return _back(turn, now_there, keys)


def settle(turn: Turn) -> End:
    """What became of a taking out whose answer was lost; before anything else is done for the record."""
    record, looked_at = turn.record, db_now()
    assert record.return_over_at is not None
    there = _look(turn)
    if there is not None and there.archived is None:
        return _back(turn, there, ())
    wait = next_look(record.return_over_at, looked_at)
    if there is not None and wait is not None:
        return End(State.RETRYING, causes.OUTCOME_UNKNOWN, LOOK_AGAIN, wait)
    return End(State.RETRYING, causes.CHANGED, NOT_DONE, 0.0, columns={"return_over_at": None})


def _look(turn: Turn, told_by: ToldBy = ToldBy.SYNC) -> Opportunity | None:
    turn.prolong()
    failpoint("bring_back.before_look")
    try:
        there = turn.lever.opportunity(turn.record.opportunity_id)
    except NotFound:
        gone = {turn.record.opportunity_id: db_now()}
        index.mark_deleted(turn.account, gone, told_by=ToldBy.SYNC)
        return None
    index.upsert(turn.account, [there], seen_at=db_now(), told_by=told_by)
    return there


def _commit(turn: Turn) -> float:
    """Committed before it is sent. Raises ChangedMeanwhile when sending was switched off, LeaseLost."""
    failpoint("bring_back.before_commit")
    with transaction.atomic():
        send_before_at, send_before = turn.prolong()
        over_at = send_before_at + timedelta(seconds=settings.LEVER_DEADLINE)
        turn.prolong(return_over_at=over_at)
        if closed := gates.closed_now(turn.record, turn.connection):
            raise ChangedMeanwhile(closed)
    failpoint("bring_back.after_commit")
    return send_before


def _back(turn: Turn, there: Opportunity, keys: tuple[Key, ...]) -> End:
    """They are out of the archive: our tags again, and the notes by the timeline."""
    record = turn.record
    missing = _tags_again(turn, there)

    def effects() -> None:
        claims.settle(record, there.contact_id or record.contact_id, keys)
        timeline.backlog(record)

    return End(
        State.SYNCED,
        "",
        BACK + missing,
        effects=effects,
        columns={
            "contact_id": there.contact_id or record.contact_id,
            "opportunity_id": there.id,
            "lever_url": there.url or record.lever_url,
            "created_by_us": True,
            "synced_at": db_now(),
            "undone_at": None,
            "undone_reason_id": "",
            "return_over_at": None,
        },
        note={"opportunity": there.id, "contact": there.contact_id, "brought_back": True},
    )


def _tags_again(turn: Turn, there: Opportunity) -> str:
    """Puts the tags on again that the undo removed; what is to be said about it."""
    last = (
        UndoItem.objects.filter(record=turn.record, state=UndoItem.State.TAKEN_BACK).order_by("-pk").first()
    )
    tags = [tag for tag in (last.result.get("tags", []) if last else []) if tag not in there.tags]
    if not tags or gates.closed_to_writing(turn.record):
        return ""
    _, send_before = turn.prolong()
    try:
        turn.lever.add_tags(there.id, tags, send_before=send_before)
    except Rejected as error:
        return TAGS_MISSING.format(said=causes.said(error))
    failpoint("bring_back.after_tags")
    return ""


def is_own(record: SyncRecord | None) -> bool:
    """Whether the record leads to an opportunity of ours that was taken back."""
    return record is not None and record.undone_at is not None and bool(record.opportunity_id)
