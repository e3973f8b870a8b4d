"""What people set in motion: rules, exports, answers, taking back. Each is atomic and leaves an audit row."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from pinlever.audit.services import Actor, record as audit
from pinlever.connection.accounts import home_account
from pinlever.connection.models import KnownOpportunity, LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import FREE
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync import asked_holds, claims, timeline
from pinlever.sync.models import (
    IN_LEVER_STATES,
    JobPosting,
    JobRule,
    Priority,
    State,
    SyncRecord,
    Trigger,
    UndoItem,
    Wish,
)
from pinlever.sync.waking import wake
from pinlever.sync.wishes import NO_WISH, OVER, on_export

PROFILE_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
STARTS_AGAIN = (*OVER, State.HELD)
STILL_UNDONE = "Taken back, as before; they are archived in Lever."
BEING_TAKEN_BACK = "{who} is being taken back. Wait until that is done."
AS_IT_WAS = "In Lever, as it was before more was asked for."
DECIDING = frozenset({*NO_WISH, "posting_chosen"})


class NotPossible(Exception):
    """What was asked for cannot be done now; the sentence says why and what to do."""


class NoAccount(NotPossible):
    """No Lever account has ever been connected."""


@transaction.atomic
def set_trigger(*, by: Actor, job: Job, trigger: str) -> JobRule:
    """Sets when the job's people go to Lever. Its date moves only if the trigger changes: rules look forward."""
    fresh = {"trigger": Trigger(trigger), "trigger_set_at": db_now()}
    rule, is_new = JobRule.objects.select_for_update().get_or_create(job=job, defaults=fresh)
    if is_new:
        audit(by=by, action="rule.set", subject=rule, after={"trigger": trigger})
    elif rule.trigger != trigger:
        before = rule.trigger
        rule.trigger, rule.trigger_set_at = Trigger(trigger), db_now()
        rule.save(update_fields=["trigger", "trigger_set_at"])
        audit(by=by, action="rule.set", subject=rule, before={"trigger": before}, after={"trigger": trigger})
    return rule


@transaction.atomic
def set_posting(*, by: Actor, account: LeverAccount, job: Job, posting_id: str) -> JobPosting:
    """Chooses the job's Lever posting; "" for none. Moves no date."""
    row, _ = JobPosting.objects.select_for_update().get_or_create(account=account, job=job)
    before = row.posting_id
    if before != posting_id:
        row.posting_id = posting_id
        row.save(update_fields=["posting_id", "set_at"])
        audit(
            by=by,
            action="posting.set",
            subject=row,
            before={"posting": before},
            after={"posting": posting_id},
        )
    return row


@transaction.atomic
def export(
    *,
    by: Actor,
    prospects: Iterable[Prospect],
    origin: str = "export",
    wish: str = Wish.BY_RULE,
    posting_id: str = "",
) -> list[SyncRecord]:
    """Sends people now, whatever their job's rule. Who is in Lever or on the way stays as they are.

    `posting_id` replaces each job's own Lever job for this export; NO_POSTING: none at all.
    With `wish` ADD somebody in Lever already gets one more opportunity on the posting.
    """
    account = _account()
    wanted = list(prospects)
    records = {  # in one order for everybody, so that two who export the same people wait for each other
        prospect.pk: _export_one(by, account, prospect, origin, wish, posting_id)
        for prospect in sorted(wanted, key=lambda prospect: prospect.pk)
    }
    wake()
    return [records[prospect.pk] for prospect in wanted]


@transaction.atomic
def link_from_file(*, by: Actor, prospect: Prospect, profile: str, origin: str) -> SyncRecord:
    """Links the prospect to the Lever profile (its id or its link) a file names, once it was found there."""
    found = PROFILE_ID.search(profile)
    if found is None:
        raise NotPossible(f"{profile!r} is neither a Lever profile id nor a link to one.")
    account = _account()
    record = _row(account, prospect, origin)
    if record.state not in IN_LEVER_STATES:
        columns = {"wish": Wish.BY_RULE, "wish_contact_id": "", "wish_opportunity_id": found.group().lower()}
        _queue(by, record, "sync.link_from_file", Priority.BULK, **columns)
        wake()
    return record


@transaction.atomic
def retry_now(*, by: Actor, record: SyncRecord) -> None:
    """The next try at once; of a failed or held record the first of a new row of tries."""
    row = _locked(record)
    if row.state in IN_LEVER_STATES or row.state == State.NEEDS_YOU:
        raise NotPossible(
            f"{row.prospect} is {row.get_state_display().lower()}; there is nothing to try again."
        )
    _queue(by, row, "sync.retry", Priority.INTERACTIVE)
    wake()


@transaction.atomic
def cancel(*, by: Actor, record: SyncRecord) -> None:
    """Takes a record out of the queue. What may already be under way at Lever has to be settled first."""
    row = _locked(record)
    if row.state in IN_LEVER_STATES:
        raise NotPossible(f"{row.prospect} is in Lever already.")
    if has_unsettled(row):
        raise NotPossible("It is not known yet whether Lever saved this person. Wait until that is settled.")
    before = row.state
    cancelled = {"state": State.CANCELLED, "cause": "cancelled", "reason": f"Cancelled by {by.label}."}
    _write(row, **(as_it_was(row) or cancelled), **FREE)
    if row.state in IN_LEVER_STATES:
        timeline.backlog(row)  # what was told of meanwhile
    claims.release(row)
    for question in row.questions.filter(answered_at=None):
        asked_holds.release_for(question)
    row.questions.filter(answered_at=None).update(
        answered_at=db_now(), answered_by=by.label, answer={"cancel": True}
    )
    audit(
        by=by,
        action="sync.cancelled",
        subject=row,
        before={"state": before},
        after={"state": row.state},
    )


@transaction.atomic
def unlink(*, by: Actor, record: SyncRecord) -> None:
    """Forgets the link to Lever. Nothing changes there; the keys are free again with the last link to that person."""
    row = _locked(record)
    if row.state not in IN_LEVER_STATES:
        raise NotPossible(f"{row.prospect} is not linked to Lever.")
    if is_being_taken_back(row):
        raise NotPossible(BEING_TAKEN_BACK.format(who=row.prospect))
    before = {"state": row.state, "contact": row.contact_id, "opportunity": row.opportunity_id}
    contact_id = row.contact_id
    _write(
        row,
        state=State.CANCELLED,
        cause="unlinked",
        reason=f"Unlinked by {by.label}. The profile in Lever stays as it is.",
        contact_id="",
        opportunity_id="",
        lever_url="",
        matched_on=[],
        created_by_us=False,
        **NO_WISH,
    )
    linked = SyncRecord.objects.filter(account_id=row.account_id, contact_id=contact_id)
    if not linked.filter(state__in=(*IN_LEVER_STATES, State.UNDONE)).exists():
        claims.forget_contact(row.account_id, contact_id)
    audit(by=by, action="sync.unlinked", subject=row, before=before, after={"state": State.CANCELLED})


def has_unsettled(record: SyncRecord) -> bool:
    """Whether something was sent whose outcome is not known yet."""
    return record.return_over_at is not None or record.intents.filter(outcome="").exists()


def is_being_taken_back(record: SyncRecord) -> bool:
    """Whether an undo of the record is under way."""
    return UndoItem.objects.filter(record=record, state=UndoItem.State.WAITING).exists()


def as_it_was(record: SyncRecord) -> dict[str, str] | None:
    """The columns of a record that is in Lever and only asked for more, or was taken back and not yet brought back;
    None for somebody who is not there."""
    if record.undone_at is not None and record.opportunity_id:
        return {"state": State.UNDONE, "cause": "undone", "reason": STILL_UNDONE}
    theirs = KnownOpportunity.objects.filter(account_id=record.account_id, contact_id=record.contact_id)
    there = theirs.filter(lever_id=record.opportunity_id, deleted_at=None, is_anonymized=False)
    if not record.opportunity_id or not there.exists():
        return None
    state = State.SYNCED if record.created_by_us else State.IN_LEVER
    return {"state": state, "cause": "", "reason": AS_IT_WAS}


def _account() -> LeverAccount:
    account = home_account()
    if account is None:
        raise NoAccount(
            "No Lever account has been connected yet. A super admin connects one in the settings."
        )
    return account


def _export_one(
    by: Actor, account: LeverAccount, prospect: Prospect, origin: str, wish: str, posting_id: str
) -> SyncRecord:
    record = _row(account, prospect, origin)
    wanted: dict[str, Any] = {"origin": origin, "posting_chosen": posting_id}
    if record.state in IN_LEVER_STATES:
        if wish != Wish.ADD or record.created_by_us or is_being_taken_back(record):
            return record
        wanted["wish"] = wish
    elif record.state == State.NEEDS_YOU or has_unsettled(record):
        return record
    else:
        wanted |= on_export(record, wish=wish, posting_id=posting_id)
    _queue(by, record, "sync.exported", Priority.INTERACTIVE, **wanted)
    return record


def _row(account: LeverAccount, prospect: Prospect, origin: str) -> SyncRecord:
    record, _ = SyncRecord.objects.get_or_create(
        account=account, prospect=prospect, defaults={"origin": origin, "due_at": db_now()}
    )
    return _locked(record)


def _locked(record: SyncRecord) -> SyncRecord:
    return (
        SyncRecord.objects.select_for_update(of=("self",))
        .select_related("account", "prospect")
        .get(pk=record.pk)
    )


def _queue(by: Actor, record: SyncRecord, action: str, priority: int, **columns: Any) -> None:
    """Due now. An unsettled record keeps its state and reason: it is only looked at sooner."""
    before = record.state
    changes = any(getattr(record, name) != columns[name] for name in DECIDING & columns.keys())
    if changes and not has_unsettled(record):
        columns |= FREE  # a worker that works on what was wished before loses its lease and changes nothing
    columns |= {"due_at": db_now(), "priority": min(priority, record.priority)}
    if record.state in STARTS_AGAIN or record.state in IN_LEVER_STATES:
        columns |= {"state": State.QUEUED, "cause": "", "reason": "", "tries": 0}
    _write(record, **columns)
    audit(by=by, action=action, subject=record, before={"state": before}, after={"state": record.state})


def _write(record: SyncRecord, **columns: Any) -> None:
    SyncRecord.objects.filter(pk=record.pk).update(**columns, updated_at=db_now())
    for name, value in columns.items():
        setattr(record, name, value)
