"""Trying many records again, or taking many out of the queue: in small transactions, by the rules for one.

Each answers how many went and, for the others, why not. Records keep their place: who replied goes first.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from pinlever.audit.services import Actor, record_many
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import FREE
from pinlever.sync import services
from pinlever.sync.models import (
    IN_LEVER_STATES,
    WORKABLE,
    Cure,
    CureItem,
    Intent,
    State,
    SyncRecord,
)
from pinlever.sync.waking import wake

BATCH = 200
MOST = 5_000  # in one request: seconds, not minutes
MOST_CANCELLED = 1_000
STOPPED = (State.FAILED, State.HELD)
WHY_NOT = {
    State.NEEDS_YOU: "needs a decision first",
    State.CANCELLED: "was cancelled; export them again instead",
    State.UNDONE: "was taken back; export them again instead",
    State.REMOVED: "was removed in Lever; export them again, if that is wanted",
}
IN_LEVER = "is in Lever already"
UNSETTLED = "waits until it is known whether Lever saved them"


@dataclass(frozen=True)
class Outcome:
    """`refused`: why not, as the end of a sentence about one person, and how many of each."""

    done: int
    refused: dict[str, int]
    left: int = 0  # not reached: more than may go at once

    def told(self, verb: str) -> str:
        """ "12 people are tried again. 2 were left out: 1 is in Lever already, 1 needs a decision first." """
        people = "1 person is" if self.done == 1 else f"{self.done:,} people are"
        said = f"{people if self.done else 'Nobody is'} {verb}."
        if self.refused:
            out = sum(self.refused.values())
            why = ", ".join(f"{count:,} {reason}" for reason, count in sorted(self.refused.items()))
            said += f" {out:,} {'was' if out == 1 else 'were'} left out: {why}."
        return f"{said} {self.left:,} more are left: do it again for them." if self.left else said


def retry_many(
    *,
    by: Actor,
    records: QuerySet[SyncRecord],
    posting_id: str | None = None,
    most: int = MOST,
    cure: Cure | None = None,
) -> Outcome:
    """Tries what failed, is held or waits for a later try again now; with `posting_id` on that Lever posting.

    Who went is kept with the `cure`, in the same transaction.
    """
    done, refused, last = 0, Counter[str](), 0
    for ids in _batches(records, most):
        with transaction.atomic():
            went, why_not = _retry_batch(by, ids, posting_id, cure)
            wake()
        done += went
        refused.update(why_not)
        last = ids[-1]
    return Outcome(done, dict(refused), _left(records, last))


def cancel_many(*, by: Actor, records: QuerySet[SyncRecord], most: int = MOST_CANCELLED) -> Outcome:
    """Takes them out of the queue, each in a transaction of its own."""
    done, refused, last = 0, Counter[str](), 0
    for ids in _batches(records, most):
        for record in SyncRecord.objects.filter(pk__in=ids).select_related("prospect").order_by("pk"):
            why = _cancel(by, record)
            done += why is None
            refused.update([] if why is None else [why])
        last = ids[-1]
    return Outcome(done, dict(refused), _left(records, last))


def _cancel(by: Actor, record: SyncRecord) -> str | None:
    """Answers why not."""
    why = _why_not_cancel(record)
    if why is None:
        try:
            services.cancel(by=by, record=record)
        except services.NotPossible:
            return UNSETTLED
    return why


def _batches(records: QuerySet[SyncRecord], most: int) -> Iterator[list[int]]:
    last = reached = 0
    while reached < most:
        size = min(BATCH, most - reached)
        ids = list(records.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size])
        if not ids:
            return
        yield ids
        last = ids[-1]
        reached += len(ids)


def _left(records: QuerySet[SyncRecord], last: int) -> int:
    return records.filter(pk__gt=last).count()


def _retry_batch(
    by: Actor, ids: list[int], posting_id: str | None, cure: Cure | None
) -> tuple[int, Counter[str]]:
    rows = SyncRecord.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    unsettled = set(Intent.objects.filter(record__in=ids, outcome="").values_list("record_id", flat=True))
    refused: Counter[str] = Counter()
    going: list[SyncRecord] = []
    for row in rows.select_related("prospect__candidate", "prospect__job"):
        why = _why_not_retry(row, posting_id is not None and row.pk in unsettled)
        if why is None:
            going.append(row)
        else:
            refused[why] += 1
    _write(going, posting_id)
    if cure is not None:
        CureItem.objects.bulk_create(CureItem(cure=cure, record=row) for row in going)
    after: dict[str, Any] = {"state": State.QUEUED} | ({} if posting_id is None else {"posting": posting_id})
    record_many(by=by, action="sync.retry", subjects=[(row, after) for row in going])
    return len(going), refused


def _write(rows: list[SyncRecord], posting_id: str | None) -> None:
    now = db_now()
    due: dict[str, Any] = {"due_at": now, "updated_at": now}
    if posting_id is not None:  # a worker that works on the other posting loses its lease and changes nothing
        due |= {"posting_chosen": posting_id, **FREE}
    anew = {"state": State.QUEUED, "cause": "", "reason": "", "tries": 0}
    stopped = [row.pk for row in rows if row.state in STOPPED]
    moving = [row.pk for row in rows if row.state not in STOPPED]
    SyncRecord.objects.filter(pk__in=stopped).update(**due, **anew)
    SyncRecord.objects.filter(pk__in=moving).update(**due)


def _why_not_retry(row: SyncRecord, would_move_unsettled: bool) -> str | None:
    if row.state in IN_LEVER_STATES:
        return IN_LEVER
    if would_move_unsettled:
        return UNSETTLED
    return WHY_NOT.get(State(row.state))


def _why_not_cancel(row: SyncRecord) -> str | None:
    if row.state in IN_LEVER_STATES:
        return IN_LEVER
    if row.state in (*WORKABLE, State.HELD, State.FAILED):
        return None
    return "needs a decision first" if row.state == State.NEEDS_YOU else "is not in the queue"
