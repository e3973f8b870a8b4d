"""Undos that people ask for: stored whole in one transaction, worked off person by person, tried again on request."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet

from pinlever.audit.services import Actor, record as audit
from pinlever.connection import undo_reasons
from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import FREE
from pinlever.sync import undo_words as words
from pinlever.sync.models import ExportRun, Priority, SyncRecord, UndoItem, UndoRun
from pinlever.sync.services import NotPossible
from pinlever.sync.undo_plan import Kind, Outcome, UndoPlan
from pinlever.sync.waking import wake

State, Scope = UndoItem.State, UndoRun.Scope
AT_ONCE = 25  # so few go before everything that is done in bulk
NOBODY = "None of these people can be taken back. The list says why."
NOTHING = "Nobody of this undo is left to try again."


def start_undo(
    *,
    by: Actor,
    account: LeverAccount,
    plan: UndoPlan,
    scope: str,
    about: str = "",
    token: uuid.UUID | None = None,
) -> UndoRun:
    """Stores the undo and asks for a worker. The same token again answers the undo that was made with it.

    Raises NotPossible when nobody can be taken back, or no archive reason has been chosen.
    """
    token = token or uuid.uuid4()
    known = UndoRun.objects.filter(token=token).first()
    if known is not None:
        return known
    if not plan.going:
        raise NotPossible(NOBODY)
    if plan.needs_reason:
        raise NotPossible(words.NO_REASON)
    with transaction.atomic():
        facts: dict[str, Any] = {"account": account, "scope": scope, "about": about, "made_at": db_now()}
        facts |= {"reason_id": plan.reason_id, **by.columns()}
        run, is_new = UndoRun.objects.get_or_create(token=token, defaults=facts)
        if is_new:
            number = _store(run, plan)
            told = {"scope": scope, "about": about, "people": number, "reason": plan.reason}
            audit(by=by, action="undo.started", subject=run, after=told)
            wake()
    return run


def try_again(*, by: Actor, run: UndoRun) -> int:
    """Whoever could not be taken back is tried once more, by the reason that is chosen now; answers how many."""
    reason = undo_reasons.reason_of(run.account)
    with transaction.atomic():
        stored = UndoRun.objects.select_for_update().get(pk=run.pk)
        rows = UndoItem.objects.filter(run=stored, state=State.COULD_NOT).exclude(cause="undo_too_late")
        busy = UndoItem.objects.filter(state=State.WAITING, record__in=rows.values("record"))
        ids = list(
            rows.exclude(record__in=list(busy.values_list("record", flat=True))).values_list("pk", flat=True)
        )
        if not ids:
            raise NotPossible(NOTHING)
        if reason is not None and reason.lever_id != stored.reason_id:
            UndoRun.objects.filter(pk=stored.pk).update(reason_id=reason.lever_id)
        anew: dict[str, Any] = {
            "state": State.WAITING,
            "cause": "",
            "reason": "",
            "tries": 0,
            "empty_windows": 0,
        }
        anew |= {"done_at": None, "due_at": db_now(), "priority": _priority(len(ids)), **FREE}
        UndoItem.objects.filter(pk__in=ids, state=State.COULD_NOT).update(**anew)
        audit(by=by, action="undo.again", subject=stored, after={"people": len(ids)})
        wake()
    return len(ids)


def records_of_export(run: ExportRun) -> QuerySet[SyncRecord]:
    """Whom this export brought on the way, unless somebody has asked for them since."""
    return SyncRecord.objects.filter(export_items__run=run, origin=run.origin).distinct()


def counts(run: UndoRun) -> dict[str, int]:
    """People by state: one query."""
    found = dict.fromkeys(State.values, 0)
    rows = UndoItem.objects.filter(run=run).order_by().values_list("state").annotate(Count("pk"))
    return found | dict(rows)


def _store(run: UndoRun, plan: UndoPlan) -> int:
    """Items of who goes, and of who came to Lever by it and cannot. Records are locked first, in one order."""
    wanted = {one.record.pk: one for one in plan.outcomes if one.is_going or _is_late(one)}
    now = db_now()
    rows = (
        SyncRecord.objects.filter(pk__in=wanted).order_by("pk").select_for_update(of=("self",), no_key=True)
    )
    busy = set(
        UndoItem.objects.filter(record__in=wanted, state=State.WAITING).values_list("record_id", flat=True)
    )
    priority = _priority(len(plan.going))
    items = [
        UndoItem(
            run=run,
            record=record,
            opportunity_id=record.opportunity_id,
            priority=priority,
            due_at=now,
            made_at=now,
            **_end(wanted[record.pk], now),
        )
        for record in rows
        if record.pk not in busy
    ]
    UndoItem.objects.bulk_create(items, batch_size=500)
    return sum(item.state == State.WAITING for item in items)


def _end(one: Outcome, now: object) -> dict[str, Any]:
    if one.is_going:
        return {}
    return {"state": State.COULD_NOT, "cause": "undo_too_late", "reason": one.reason, "done_at": now}


def _is_late(one: Outcome) -> bool:
    return one.kind == Kind.STAYS and one.reason.startswith(words.TOO_LATE.partition("{")[0])


def _priority(people: int) -> int:
    return Priority.INTERACTIVE if people <= AT_ONCE else Priority.BULK
