"""Taking one person back at Lever: look, archive what we made, tell it there, delete our notes, remove our tags.

The look comes right before the archiving: whom somebody at Lever has touched is left alone. Lever knows no condition
on a write; what somebody does between our look and our write is seen by the look afterwards, and told.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from pinlever.accounts.models import User
from pinlever.connection import index, undo_reasons
from pinlever.connection.gateway import lever_time
from pinlever.connection.marker import marker_link
from pinlever.connection.models import ArchiveReason, LeverUser, Stage, ToldBy
from pinlever.connection.names import names_of
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.lever.errors import Forbidden, NotFound, Rejected
from pinlever.lever.types import Feedback, Interview, NewOpportunity, Opportunity, to_ms
from pinlever.outreach.models import OutreachEvent
from pinlever.sync import causes, undo_words as words
from pinlever.sync.intents import BEHIND
from pinlever.sync.models import FollowUp, Intent, SyncRecord, UndoItem
from pinlever.sync.note_texts import marked_with
from pinlever.sync.performing import performer_of
from pinlever.sync.stage_moves import NEW, is_ours, lead_stages
from pinlever.sync.timeline import event_of
from pinlever.sync.timeline_notes import mark_for
from pinlever.sync.touched import Left, Names, Seen, Touch, ids_of, told, touches
from pinlever.sync.undoing import Ended, LookLater, Undoing
from pinlever.sync.waiting import next_look

State = UndoItem.State
SLACK = timedelta(seconds=5)  # between Lever's clock as we know it and as it is
SOON = 1.0


def take_back(it: Undoing) -> Ended:
    """The handler."""
    if not it.record.created_by_us:
        return _unlink(it)
    try:
        end = None if it.row.result.get("archived") else _archive(it)
        if end is not None:
            return end
        _write_note(it)
        _delete_notes(it)
        _remove_tags(it)
    except NotFound:
        if it.row.result.get("archived"):
            it.leaves(words.GONE)
        else:
            return Ended(State.COULD_NOT, words.GONE, "undo_gone")
    return Ended(State.TAKEN_BACK, words.taken_back(it.row.run.by_label, it.row.result))


def _unlink(it: Undoing) -> Ended:
    """Whoever was there already is unlinked; of what we did there only our notes are taken away."""
    try:
        _delete_notes(it)
    except NotFound:
        it.leaves(words.GONE)
    return Ended(State.TAKEN_BACK, words.taken_back(it.row.run.by_label, it.row.result))


# Archiving


def _archive(it: Undoing) -> Ended | None:
    """None: it is archived by us."""
    failpoint("undo.before_look")
    looked_at = db_now()
    there = _look(it, ToldBy.SYNC)
    if there.is_anonymized:
        return Ended(State.COULD_NOT, words.ANONYMISED, "undo_anonymised")
    sent = it.row.payload.get("archive", {})
    if sent and _is_archived_by(there, sent):
        it.did(archived=_archived(there))
        return None
    if it.step == "archive" and (end := _look_again(it, looked_at)):
        return end
    try:
        found = touches(_seen(it, there), left_by_us(it.record))
    except Forbidden:
        return Ended(State.COULD_NOT, words.UNSEEN, "undo_unseen")
    if found:
        return Ended(State.LEFT_ALONE, _told(it.record, found), "undo_touched")
    return _send_archive(it, there)


def _send_archive(it: Undoing, before: Opportunity) -> Ended | None:
    record, reason = it.record, it.row.run.reason_id
    if not undo_reasons.choices(record.account).filter(lever_id=reason).exists():
        return Ended(State.COULD_NOT, words.REASON_GONE if reason else words.NO_REASON, "undo_no_reason")
    performer = performer_of(record, _asker(it.row))
    it.send(
        "archive",
        lambda until: it.lever.archive(
            it.row.opportunity_id, reason, perform_as=performer or None, send_before=until
        ),
        reason=reason,
        perform_as=performer,
        sent_after=to_ms(lever_time(record.account_id, db_now()) - SLACK),
    )
    failpoint("undo.after_archive")
    there = _look(it, ToldBy.OURS)
    if not _is_archived_by(there, it.row.payload["archive"]):
        return Ended(State.WAITING, words.LOOK_AGAIN, causes.OUTCOME_UNKNOWN, SOON, is_unknown=True)
    it.did(archived=_archived(there))
    meanwhile = touches(Seen(replace(there, archived=None)), left_by_us(record))
    if meanwhile:
        it.leaves(words.MEANWHILE.format(told=_told(record, meanwhile)))
    return None


def _look_again(it: Undoing, looked_at: datetime) -> Ended | None:
    """After a look that did not show what we sent: how the turn ends, or None when it may be sent again."""
    assert it.row.over_at is not None
    wait = next_look(it.row.over_at, looked_at)
    if wait is not None:
        return Ended(State.WAITING, words.LOOK_AGAIN, causes.OUTCOME_UNKNOWN, wait)
    if not it.not_done():
        return Ended(State.COULD_NOT, words.NEVER_SHOWN, "undo_never_shown")
    return None


def _look(it: Undoing, told_by: ToldBy) -> Opportunity:
    try:
        there = it.lever.opportunity(it.row.opportunity_id)
    except NotFound:
        index.mark_deleted(it.record.account, {it.row.opportunity_id: db_now()}, told_by=ToldBy.SYNC)
        raise
    index.upsert(it.record.account, [there], seen_at=db_now(), told_by=told_by)
    return there


def _is_archived_by(there: Opportunity, sent: dict[str, Any]) -> bool:
    """Whether how it stands is what this sending made of it."""
    if there.archived is None or there.archived.reason_id != sent.get("reason"):
        return False
    return there.archived.at is None or to_ms(there.archived.at) >= sent.get("sent_after", 0)


def _archived(there: Opportunity) -> dict[str, Any]:
    found = there.archived
    return {
        "reason": found.reason_id if found else "",
        "at": to_ms(found.at) if found and found.at else None,
    }


# Whether somebody has touched them


def left_by_us(record: SyncRecord) -> Left:
    """How we left the opportunity: by what we sent, and the moves we made since."""
    sent = _sent(record)
    return Left(
        stage_id=lead_stages(record.account).by_name.get(NEW, NEW),
        owner_id=(sent.owner_id if sent else "") or "",
        moved=lambda change: is_ours(record.account, record.opportunity_id, change),
    )


def _seen(it: Undoing, there: Opportunity) -> Seen:
    id = it.row.opportunity_id
    feedback: tuple[Feedback, ...] = tuple(it.lever.feedback(id))
    interviews: tuple[Interview, ...] = tuple(it.lever.interviews(id))
    return Seen(there, tuple(it.lever.notes(id)), feedback, interviews)


def _told(record: SyncRecord, found: Iterable[Touch]) -> str:
    rows, account = list(found), record.account
    users, stages, reasons = ids_of(rows)
    names = Names(
        names_of(LeverUser, account, users),
        names_of(Stage, account, stages),
        names_of(ArchiveReason, account, reasons),
    )
    return told(rows, names)


def _sent(record: SyncRecord) -> NewOpportunity | None:
    """What we created it with; None where a restored backup has forgotten it."""
    done = record.intents.filter(outcome=Intent.Outcome.DONE).order_by("-pk").first()
    return NewOpportunity.from_json(done.payload) if done else None


# The note about it


def _write_note(it: Undoing) -> None:
    if "note" in it.row.result:
        return None
    run, record = it.row.run, it.record
    mark = words.note_mark(run, record)
    if it.row.payload.get("note"):
        looked_at = db_now()
        found = [one for one in it.lever.notes(it.row.opportunity_id) if marked_with(one.value) == mark]
        if found:
            return it.did(note=found[0].id)
        if it.step == "note" and it.row.over_at is not None:
            if (wait := next_look(it.row.over_at, looked_at)) is not None:
                raise LookLater(wait)
            if not it.not_done():
                it.leaves(words.NOTE_UNKNOWN)
                return it.did(note="")
    link = marker_link(record.prospect.key)
    at = min(run.made_at, lever_time(record.account_id, db_now()) - BEHIND)
    value = words.note(run, link=link, mark=mark, job=record.prospect.job.title, at=at)
    performer = performer_of(record, _asker(it.row))
    try:
        made = it.send(
            "note",
            lambda until: it.lever.create_note(
                it.row.opportunity_id, value, perform_as=performer or None, send_before=until
            ),
            value=value,
            perform_as=performer,
        )
    except NotFound:
        raise
    except Rejected as error:
        it.leaves(words.NOTE_REFUSED.format(said=causes.said(error)))
        return it.did(note="")
    failpoint("undo.after_note")
    return it.did(note=made.id)


# Our notes and tags


def _delete_notes(it: Undoing) -> None:
    """Those of this record; one that others have commented on stays."""
    if "notes" in it.row.result:
        return None
    ids, marks = _ours(it.record)
    if not ids and not marks:
        return it.did(notes=[])
    listed = [one for one in it.lever.notes(it.row.opportunity_id) if one.deleted_at is None]
    ours = [one for one in listed if one.id in ids or marked_with(one.value) in marks]
    wanted = [one.id for one in ours if len(one.values) <= 1]
    if len(wanted) < len(ours):
        it.leaves(words.COMMENTED)
    done = [str(one) for one in it.row.payload.get("notes", {}).get("ids", [])]
    if wanted:
        _delete_each(it, wanted, [*done, *wanted])
    return it.did(notes=list(dict.fromkeys([*done, *wanted])))


def _delete_each(it: Undoing, wanted: Iterable[str], all_of_them: list[str]) -> None:
    refused, said, ids = 0, "", list(dict.fromkeys(all_of_them))
    for note_id in wanted:
        try:
            it.send("notes", partial(_delete, it, note_id), ids=ids)
        except NotFound:
            continue
        except Rejected as error:
            refused, said = refused + 1, causes.said(error)
        failpoint("undo.after_delete")
    if refused:
        it.leaves(words.NOTES_STAY.format(number=refused, said=said))


def _delete(it: Undoing, note_id: str, until: float) -> None:
    it.lever.delete_note(it.row.opportunity_id, note_id, send_before=until)


def _ours(record: SyncRecord) -> tuple[set[str], set[str]]:
    """Ids and marks of the notes that were written, or may have been, for this record."""
    rows = FollowUp.objects.filter(
        record=record, kind=FollowUp.Kind.NOTE, opportunity_id=record.opportunity_id
    ).exclude(state=FollowUp.State.SKIPPED, over_at=None)
    found = list(rows)
    of = {event_of(row.key) for row in found} - {0}
    events = {event.pk: event for event in OutreachEvent.objects.filter(pk__in=of)}
    marks = {mark_for(record.prospect, events.get(event_of(row.key))) for row in found}
    return {row.lever_id for row in found if row.lever_id}, marks


def _remove_tags(it: Undoing) -> None:
    if "tags" in it.row.result:
        return None
    sent = _sent(it.record)
    there = _look(it, ToldBy.OURS)
    before = it.row.payload.get("tags", {}).get("tags", [])
    tags = [tag for tag in (sent.tags if sent else ()) if tag in there.tags]
    if tags:
        try:
            it.send(
                "tags",
                lambda until: it.lever.remove_tags(it.row.opportunity_id, tags, send_before=until),
                tags=list(dict.fromkeys([*before, *tags])),
            )
        except NotFound:
            raise
        except Rejected as error:
            it.leaves(words.TAGS_STAY.format(said=causes.said(error)))
            return it.did(tags=[])
        failpoint("undo.after_tags")
    return it.did(tags=list(dict.fromkeys([*before, *tags])))


def _asker(row: UndoItem) -> list[str]:
    """The address of who takes it back, should Lever know them."""
    if row.run.by_kind != "person" or not row.run.by_id.isdigit():
        return []
    return list(User.objects.filter(pk=row.run.by_id).values_list("email", flat=True))
