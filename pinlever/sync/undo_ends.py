"""How a turn of an undo ends: the row, the record, what followed for it, and the audit row stand together."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce

from pinlever.audit.services import Actor, record as audit
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import Lease, release
from pinlever.sync import claims, undo_words as words
from pinlever.sync.models import IN_LEVER_STATES, FollowUp, State as RecordState, SyncRecord, UndoItem
from pinlever.sync.promises import go_on
from pinlever.sync.undoing import Ended
from pinlever.sync.wishes import NO_WISH

State = UndoItem.State
DELETED = "Taken back. It is written again should the person be brought back."
UNLINKED: dict[str, Any] = {
    "contact_id": "",
    "opportunity_id": "",
    "lever_url": "",
    "matched_on": [],
    **NO_WISH,
}


@transaction.atomic
def finish(row: UndoItem, lease: Lease, done: Ended) -> None:
    """Writes the end. Raises LeaseLost, with nothing written, when the lease is another worker's."""
    # The record first, as whoever commits a sending locks it: nobody waits in a ring.
    list(SyncRecord.objects.filter(pk=row.record_id).select_for_update(no_key=True).values_list("pk"))
    now, is_archived = db_now(), bool(row.result.get("archived"))
    state, reason = done.state, done.reason
    if state == State.COULD_NOT and is_archived:  # the rest stays; but taken back they are
        row.result = {**row.result, "left": [*row.result.get("left", []), reason]}
        state, reason = State.TAKEN_BACK, words.taken_back(row.run.by_label, row.result)
    release(row, lease, **_columns(row, done, state, reason, now))
    if state == State.WAITING:
        return
    if state == State.TAKEN_BACK:
        _take_back(row, reason, now)
    else:
        _leave(row, now)
    go_on(row.record)
    audit(
        by=Actor.who_began(row.run),
        action="sync.undone" if state == State.TAKEN_BACK else f"undo.{state}",
        subject=row.record,
        before={"state": row.record.state, "opportunity": row.opportunity_id},
        after={"undo": row.run_id, "cause": done.cause, **_told(row.result)},
        note=reason,
    )


def _columns(row: UndoItem, done: Ended, state: str, reason: str, now: datetime) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "state": state,
        "cause": done.cause[:60],
        "reason": reason,
        "result": row.result,
        "due_at": now + timedelta(seconds=done.after),
        "tries": row.tries + 1 if done.is_failed_try else row.tries,
    }
    if state != State.WAITING:
        columns["done_at"] = now
    if done.is_settled or state in (State.TAKEN_BACK, State.LEFT_ALONE):
        columns["over_at"] = None
    elif done.is_unknown:
        columns["over_at"] = now  # our call is over: no byte of it leaves after this
    return columns


def _take_back(row: UndoItem, reason: str, now: datetime) -> None:
    """Of who was created by us the record keeps where they are: there they are brought back."""
    record = row.record
    columns: dict[str, Any] = {
        "state": RecordState.UNDONE,
        "cause": "undone",
        "reason": reason,
        "updated_at": now,
    }
    columns |= {**NO_WISH, **_archived(row, now)} if record.created_by_us else UNLINKED
    there = SyncRecord.objects.filter(
        pk=record.pk, state__in=IN_LEVER_STATES, opportunity_id=row.opportunity_id
    )
    if not row.opportunity_id or not there.update(**columns):
        return  # they had not been sent yet, or Lever has them no more
    _forget_notes(row)
    if not record.created_by_us:
        linked = SyncRecord.objects.filter(account_id=record.account_id, contact_id=record.contact_id)
        if not linked.filter(state__in=(*IN_LEVER_STATES, RecordState.UNDONE)).exists():
            claims.forget_contact(record.account_id, record.contact_id)


def _archived(row: UndoItem, now: datetime) -> dict[str, Any]:
    """By which reason we archived them. An earlier end may have forgotten it: Lever showed the archive too late."""
    if "archived" not in row.result:
        return {}
    reason = row.result["archived"].get("reason") or ""
    return {"undone_at": Coalesce("undone_at", Value(now)), "undone_reason_id": reason}


def _leave(row: UndoItem, now: datetime) -> None:
    """The record stands as it did. Where nobody knows whether we archived them, it keeps the reason we sent."""
    if row.over_at is not None and row.payload.get("step") == "archive":
        return
    as_before = {"undone_at": None, "undone_reason_id": "", "updated_at": now}
    SyncRecord.objects.filter(pk=row.record_id, state__in=IN_LEVER_STATES).update(**as_before)


def _forget_notes(row: UndoItem) -> None:
    """Our notes that were deleted are due once more should the person be brought back; what Lever still shows of the
    deleted ones is not taken for them then."""
    theirs = UndoItem.objects.filter(record=row.record_id).values_list("result", flat=True)
    deleted = sorted({note for result in theirs for note in result.get("notes", [])})
    gone = row.result.get("notes", [])
    notes = FollowUp.objects.filter(
        record=row.record_id, kind=FollowUp.Kind.NOTE, opportunity_id=row.opportunity_id
    )
    rows = notes.filter(lever_id__in=gone) if gone else notes.none()
    rows.update(
        state=FollowUp.State.SKIPPED,
        cause="taken_back",
        reason=DELETED,
        lever_id="",
        over_at=None,
        result={"taken_back": deleted},
    )


def _told(result: dict[str, Any]) -> dict[str, Any]:
    """What the audit row says of the result: numbers and ids of Lever's, no words."""
    notes, tags = result.get("notes", []), result.get("tags", [])
    return {"archived": result.get("archived"), "notes": len(notes), "tags": len(tags)}
