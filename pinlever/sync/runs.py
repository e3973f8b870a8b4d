"""Exports of many people: stored whole in one transaction, handed over in batches, some people in each transaction.

A person is marked in the transaction that queues them, so after a crash the next worker goes on where the last
commit ended. The queue only wakes; the sweep finds every run that is not finished.
"""

import logging
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress

from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from pinlever.audit.services import Actor, record as audit
from pinlever.connection.models import LeverAccount
from pinlever.foundation.batches import batched
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import Lease, LeaseLost, claim_first, free, release
from pinlever.recruiting.models import Job
from pinlever.sync import snapshots
from pinlever.sync.models import WORKABLE, ExportItem, ExportRun, State, SyncRecord
from pinlever.sync.preview import Plan
from pinlever.sync.services import NotPossible, cancel, export
from pinlever.sync.waking import wake_run

BATCH = 200
TOGETHER = 20  # people a transaction: other writers of SQLite wait a quarter of a second
LEASE = 90.0  # seconds; a batch takes a few
WORK_FOR = 20.0
AT_ONCE = 25  # so few are handed over by whoever asks
FAULT = "They could not be queued because of a fault in PinLever. Tell your super admin; nothing was sent."
Item, Run = ExportItem.State, ExportRun.State
UNFINISHED = (Run.WORKING, Run.CANCELLING)
CANCELLABLE = (*WORKABLE, State.HELD)

log = logging.getLogger(__name__)


def start_export(
    *,
    by: Actor,
    account: LeverAccount,
    plan: Plan,
    token: uuid.UUID,
    job: Job | None = None,
    posting_id: str = "",
) -> ExportRun:
    """Stores the export and sets it going. The same token again answers the run that was made with it."""
    known = ExportRun.objects.filter(token=token).first()
    if known is not None:
        return known
    if not plan.going:
        raise NotPossible("None of these people can go to Lever. The list says why.")
    with transaction.atomic():
        facts = {"account": account, "job": job, "posting_id": posting_id, "read_at": plan.read_at}
        run, is_new = ExportRun.objects.get_or_create(token=token, defaults={**facts, **by.columns()})
        if not is_new:
            return run
        _store_items(run, plan)
        audit(
            by=by,
            action="export.started",
            subject=run,
            after={"people": len(plan.going), "left out": len(plan.staying), "posting": posting_id},
        )
    _go(run, len(plan.going))
    return run


def _store_items(run: ExportRun, plan: Plan) -> None:
    items = [
        ExportItem(
            run=run,
            prospect=outcome.prospect,
            state=Item.WAITING if outcome.is_going else Item.SKIPPED,
            why="" if outcome.is_going else outcome.reason,
            planned=outcome.kind,
            facts=snapshots.kept(outcome.facts) if outcome.is_going and outcome.facts else None,
        )
        for outcome in plan.outcomes
    ]
    ExportItem.objects.bulk_create(items, batch_size=1000)


def cancel_run(*, by: Actor, run: ExportRun) -> None:
    """Takes back whoever has not been sent: not queued yet, or queued and not begun."""
    with transaction.atomic():
        stored = ExportRun.objects.select_for_update().get(pk=run.pk)
        waiting = _items(stored, Item.WAITING).update(state=Item.CANCELLED, why=f"Cancelled by {by.label}.")
        queued = _cancellable(stored).count()
        if stored.state == Run.CANCELLING or (not waiting and not queued):
            raise NotPossible("Nobody of this export waits any more; there is nothing to cancel.")
        canceller = [by.kind, by.id, by.label[:200]]
        ExportRun.objects.filter(pk=run.pk).update(
            state=Run.CANCELLING, finished_at=None, cancelled_by=canceller
        )
        audit(by=by, action="export.cancelled", subject=stored, after={"waiting": waiting, "queued": queued})
    _go(stored, queued)


def due_runs() -> list[int]:
    """Ids of runs that are not finished and that no worker holds."""
    rows = ExportRun.objects.filter(free(db_now()), state__in=UNFINISHED)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def work_run(run_id: int) -> bool:
    """Works one batch and says whether there is more. False as well while another worker holds the run."""
    claimed = claim_first(ExportRun.objects.filter(pk=run_id, state__in=UNFINISHED), seconds=LEASE)
    if claimed is None:
        return False
    try:
        return _batch(*claimed)
    except LeaseLost:
        return False
    except (OperationalError, InterfaceError):
        with suppress(DatabaseError, LeaseLost):
            release(*claimed)
        raise


def _go(run: ExportRun, people: int) -> None:
    if people > AT_ONCE or work_run(run.pk):
        wake_run(run.pk)


def _batch(run: ExportRun, lease: Lease) -> bool:
    is_cancelling = run.state == Run.CANCELLING
    by = Actor(*run.cancelled_by) if is_cancelling else Actor.who_began(run)
    due = _cancellable(run) if is_cancelling else _items(run, Item.WAITING)
    work: Callable[[ExportRun, Actor, Sequence[int]], None] = _take_back if is_cancelling else _hand_over
    ids = list(due.order_by("pk").values_list("pk", flat=True)[:BATCH])
    for some in batched(ids, TOGETHER):
        if lease.left() < LEASE - WORK_FOR:
            break
        work(run, by, some)
    more = due.exists()
    # A run that somebody cancels meanwhile keeps its new state: only an unchanged one is finished here.
    ended = not more and ExportRun.objects.filter(pk=run.pk, state=run.state).exists()
    after = {"state": Run.CANCELLED if is_cancelling else Run.DONE, "finished_at": db_now()} if ended else {}
    release(run, lease, **after)
    return more or not ended


def _hand_over(run: ExportRun, by: Actor, ids: Sequence[int]) -> None:
    """Queues these people in one transaction; where that fails, each in one of their own."""
    try:
        with transaction.atomic():
            rows = _items(run, Item.WAITING).filter(pk__in=ids).select_for_update(of=("self",))
            items = list(rows.select_related("prospect__candidate", "prospect__job").order_by("prospect"))
            prospects = [item.prospect for item in items]
            records = export(by=by, prospects=prospects, origin=run.origin, posting_id=run.posting_id)
            for item, record in zip(items, records, strict=True):
                item.record, item.state = record, Item.SENT
            ExportItem.objects.bulk_update(items, ["record", "state"])
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:  # one person must not stop the others, whatever it meets
        if len(ids) > 1:
            for one in ids:
                _hand_over(run, by, [one])
        else:
            log.exception("Item %s of export %s", ids[0], run.pk)
            why = str(fault) if isinstance(fault, NotPossible) else FAULT
            ExportItem.objects.filter(pk=ids[0]).update(state=Item.SKIPPED, why=why)


def _take_back(run: ExportRun, by: Actor, ids: Sequence[int]) -> None:
    for item in ExportItem.objects.filter(pk__in=ids).select_related("record"):
        assert item.record is not None
        try:
            cancel(by=by, record=item.record)
            state, why = Item.CANCELLED, f"Cancelled by {by.label}."
        except NotPossible as too_late:
            state, why = Item.KEPT, str(too_late)
        ExportItem.objects.filter(pk=item.pk).update(state=state, why=why)


def _items(run: ExportRun, state: str) -> QuerySet[ExportItem]:
    return ExportItem.objects.filter(run=run, state=state)


def _cancellable(run: ExportRun) -> QuerySet[ExportItem]:
    """Handed over and not sent yet, unless somebody else has asked for the person since."""
    return _items(run, Item.SENT).filter(
        record__in=SyncRecord.objects.filter(origin=run.origin, state__in=CANCELLABLE)
    )
