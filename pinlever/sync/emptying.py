"""Taking out of the queue what waits in it: everybody, one priority or one job, with the numbers told before.

Whoever was sent without an answer stays until that is settled, and whoever asked for one more opportunity is in Lever
as before. Small transactions: a crash leaves some cancelled and the others waiting, and doing it again goes on.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from pinlever.audit.services import Actor, record_many
from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import FREE, free
from pinlever.recruiting.models import Job
from pinlever.sync import services
from pinlever.sync.bulk import UNSETTLED, Outcome
from pinlever.sync.models import Claim, Intent, Priority, State, SyncRecord
from pinlever.sync.queue import WAITS

BATCH = 500
MOST = 20_000  # in one request


@dataclass(frozen=True)
class Scope:
    """Whom it is about: a priority, a job, or everybody who waits."""

    priority: int | None = None
    job: Job | None = None

    @property
    def told(self) -> str:
        """ "who replied", "for Backend Engineer"; "" for everybody."""
        if self.job is not None:
            return f"for {self.job.title}"
        return {Priority.INTERACTIVE: "asked for by a person", Priority.REPLIED: "who replied",
                Priority.BULK: "in bulk"}.get(Priority(self.priority), "") if self.priority else ""  # fmt: skip

    def rows(self, account: LeverAccount) -> QuerySet[SyncRecord]:
        """Who waits, those whom only the pause holds included."""
        rows = SyncRecord.objects.filter(WAITS, account=account)
        if self.priority is not None:
            rows = rows.filter(priority=self.priority)
        return rows if self.job is None else rows.filter(prospect__job=self.job)


@dataclass(frozen=True)
class Numbers:
    """`going` are taken out; `unsettled` stay, `worked_on` (among the going) a worker has in hand."""

    going: int
    unsettled: int
    worked_on: int


def numbers(account: LeverAccount, scope: Scope) -> Numbers:
    """Before anything is done. Three queries."""
    rows = scope.rows(account)
    unsettled = rows.filter(_unsettled()).count()
    worked_on = rows.filter(~_unsettled(), ~free(db_now())).count()
    return Numbers(rows.count() - unsettled, unsettled, worked_on)


def empty(*, by: Actor, account: LeverAccount, scope: Scope, most: int = MOST) -> Outcome:
    """Takes them out, the least urgent last to be reached. A worker that has one in hand changes nothing more."""
    done = stayed = last = 0
    rows = scope.rows(account)
    while done + stayed < most:
        with transaction.atomic():
            locked = rows.filter(pk__gt=last).select_for_update(of=("self",)).select_related("prospect")
            batch = list(locked.order_by("pk")[: min(BATCH, most - done - stayed)])
            if not batch:
                break
            went = _batch(by, batch)
        done, stayed, last = done + went, stayed + len(batch) - went, batch[-1].pk
    left = rows.filter(~_unsettled(), pk__gt=last).count() if done + stayed >= most else 0
    return Outcome(done, {UNSETTLED: stayed} if stayed else {}, left)


def _batch(by: Actor, batch: list[SyncRecord]) -> int:
    """Answers how many went; inside the transaction that locked them."""
    ids = [row.pk for row in batch]
    open_ones = set(Intent.objects.filter(record__in=ids, outcome="").values_list("record", flat=True))
    going = [row for row in batch if row.pk not in open_ones]
    plain = [row for row in going if not row.opportunity_id]
    for row in going:
        if row.opportunity_id:  # may be in Lever already, and asked for more
            services.cancel(by=by, record=row)
    chosen = [row.pk for row in plain]
    SyncRecord.objects.filter(pk__in=chosen).update(
        state=State.CANCELLED,
        cause="cancelled",
        reason=f"Cancelled by {by.label}.",
        updated_at=db_now(),
        **FREE,
    )
    Claim.objects.filter(record__in=chosen, contact_id="").delete()  # the sweep wakes who waited for them
    record_many(by=by, action="sync.cancelled", subjects=[(row, {"state": State.CANCELLED}) for row in plain])
    return len(going)


def _unsettled() -> Exists:
    return Exists(Intent.objects.filter(record=OuterRef("pk"), outcome=""))
