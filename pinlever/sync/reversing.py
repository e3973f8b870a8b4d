"""Taking an answer back: the record stands as before it, asked again, and what was remembered is forgotten.

Nothing is changed in Lever: whoever was created there stays until the export is undone, and the page says so. The
answer stays told, with who took it back.
"""

from typing import Any

from django.db import transaction

from pinlever.audit.services import Actor, record as audit
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import FREE
from pinlever.sync import asked_holds, claims, pairs, presences
from pinlever.sync.models import IN_LEVER_STATES, FollowUp, NotTheSame, Question, State, SyncRecord, UndoItem
from pinlever.sync.services import NotPossible
from pinlever.sync.wishes import NO_WISH

REVERSIBLE = frozenset({"link", "add", "create", "give_up"})
STAYS = (State.UNDONE, State.REMOVED)  # how it stands does not follow from the answer any more
ALREADY = "{who} has taken that back already."
NO_WAY_BACK = "That cannot be taken back: it decided nothing that still counts."
ASKED_SINCE = "Something else was asked about them since. Decide that, or take that back first."
UNSETTLED = "It is not known yet whether Lever saved this person. Wait until that is settled."
UNDOING = "They are just being taken back from Lever. Wait until that is done."


def why_not(question: Question) -> str:
    """Why an answer cannot be taken back; empty when it can be."""
    if question.reversed_at is not None:
        return ALREADY.format(who=question.reversed_by)
    if question.answered_at is None or not REVERSIBLE & (question.answer or {}).keys():
        return NO_WAY_BACK
    if Question.objects.filter(record=question.record_id, pk__gt=question.pk).exists():
        return ASKED_SINCE
    if question.record.intents.filter(outcome="").exists():
        return UNSETTLED
    if UndoItem.objects.filter(record=question.record_id, state=UndoItem.State.WAITING).exists():
        return UNDOING
    return ""


def stays(question: Question) -> list[str]:
    """What taking the answer back does not take back, in sentences; for the page, before and after."""
    record = question.record
    name = record.prospect.candidate
    told = []
    if record.created_by_us and record.state in IN_LEVER_STATES:
        made = (
            "The opportunity we added" if "add" in (question.answer or {}) else f"{name}, as we created them,"
        )
        told.append(f"{made} stays in Lever until the export is undone; undo it first if it should not.")
    written = FollowUp.objects.filter(
        record=record, opportunity_id=record.opportunity_id, state=FollowUp.State.DONE
    )
    if record.opportunity_id and not record.created_by_us and written.exists():
        told.append("What we wrote on that profile since, as notes, stays there.")
    if record.state in STAYS:
        told.append(f"{name} stays as they are now; what is forgotten counts when they are exported again.")
    return told


@transaction.atomic
def reverse(*, by: Actor, question: Question) -> Question | None:
    """Takes the answer back; answers the question as it is asked again. Raises NotPossible."""
    record = SyncRecord.objects.select_for_update(of=("self",)).get(pk=question.record_id)
    current = Question.objects.select_related("record__prospect__candidate").get(pk=question.pk)
    if reason := why_not(current):
        raise NotPossible(reason)
    before = {"state": record.state, "contact": record.contact_id, "opportunity": record.opportunity_id}
    Question.objects.filter(pk=current.pk).update(reversed_at=db_now(), reversed_by=by.label[:200])
    _forget(by, current)
    again = None if record.state in STAYS else _as_before(record, current)
    told = {"answer": current.answer, **before}
    audit(by=by, action="sync.answer_taken_back", subject=record, before=told, after={"state": record.state})
    presences.work_out(record.account, [record.prospect.candidate_id])
    return again


def _forget(by: Actor, question: Question) -> None:
    said = NotTheSame.objects.filter(question=question, reversed_at=None)
    rows = list(said.values_list("candidate", "contact_id"))
    candidates = {candidate for candidate, _ in rows}
    contacts = {contact for _, contact in rows}
    pairs.forget(by=by, account_id=question.record.account_id, candidates=candidates, contacts=contacts)


def _as_before(record: SyncRecord, question: Question) -> Question:
    """Unlinked, without what was wished, asked again in the same words; whoever works on it loses it."""
    contact_id = record.contact_id
    without = [key for key in (question.answer or {}).get("without", []) if key in record.left_out_keys]
    _write(
        record,
        state=State.NEEDS_YOU,
        cause=f"ask_{question.kind}",
        reason=question.text,
        contact_id="",
        opportunity_id="",
        lever_url="",
        matched_on=[],
        created_by_us=False,
        left_out_keys=[key for key in record.left_out_keys if key not in without],
        **NO_WISH,
        **FREE,
    )
    linked = SyncRecord.objects.filter(account=record.account_id, contact_id=contact_id)
    if contact_id and not linked.filter(state__in=IN_LEVER_STATES).exists():
        claims.forget_contact(record.account_id, contact_id)
    claims.release(record)
    again = Question.objects.create(
        record=record, kind=question.kind, text=question.text, options=question.options
    )
    asked_holds.hold_for(again)
    return again


def _write(record: SyncRecord, **columns: Any) -> None:
    SyncRecord.objects.filter(pk=record.pk).update(**columns, updated_at=db_now())
    for name, value in columns.items():
        setattr(record, name, value)
