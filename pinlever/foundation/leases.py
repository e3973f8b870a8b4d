"""Rows of work claimed by one worker at a time, for a limited time.

A claim is one UPDATE that finds the lease free or run out; what a worker writes about a row it claimed names
its own lease, so a worker that was suspended past its lease changes nothing. Times are the database's.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.models import F, Q

from pinlever.foundation.clock import db_now, steady_clock

FREE: dict[str, Any] = {
    "locked_by": "",
    "locked_until": None,
    "claims_unended": 0,
}  # columns of a row nobody holds


class LeaseLost(Exception):
    """Another worker holds the row now; nothing was written."""


class Leased(models.Model):
    """A row that workers claim. `claims_unended` counts claims that ended without any result."""

    locked_by = models.CharField(max_length=40, blank=True, default="", editable=False)
    locked_until = models.DateTimeField(null=True, blank=True, editable=False)
    claims_unended = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True


Row = TypeVar("Row", bound=Leased)


@dataclass(frozen=True)
class Lease:
    """A claim on one row: its token, its end by the database's clock, and that end by `steady_clock`."""

    token: str
    until: datetime
    steady_until: float

    def left(self) -> float:
        """Seconds left, by this machine's steady clock; never more than the database would say."""
        return self.steady_until - steady_clock()


def free(now: datetime) -> Q:
    """Rows nobody holds at `now`."""
    return Q(locked_until__isnull=True) | Q(locked_until__lt=now)


def claim_first(due: models.QuerySet[Row], *, seconds: float) -> tuple[Row, Lease] | None:
    """Claims the first free row of `due` (ordered by the caller), or answers None."""
    steady = steady_clock()  # before the statement: our idea of the lease's end is never later than the truth
    with transaction.atomic():
        now = db_now()
        rows = due.filter(free(now))
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        row = rows.first()
        if row is None:
            return None
        lease = Lease(uuid.uuid4().hex, now + timedelta(seconds=seconds), steady + seconds)
        took = (
            type(row)
            ._base_manager.filter(Q(pk=row.pk) & free(now))
            .update(locked_by=lease.token, locked_until=lease.until, claims_unended=F("claims_unended") + 1)
        )
        if not took:
            return None
    row.locked_by, row.locked_until = lease.token, lease.until
    row.claims_unended += 1
    return row, lease


def write_held(row: Row, lease: Lease, **changes: Any) -> None:
    """Writes the named columns if the lease still holds the row; raises LeaseLost otherwise."""
    held = type(row)._base_manager.filter(pk=row.pk, locked_by=lease.token)
    if not held.update(**changes):
        raise LeaseLost(f"{row._meta.label} {row.pk}")
    for name, value in changes.items():
        setattr(row, name, value)


def release(row: Row, lease: Lease, **changes: Any) -> None:
    """Writes the columns and gives the row back, with a result: the count of unended claims starts again."""
    write_held(row, lease, **FREE, **changes)


def give_back(row: Row, lease: Lease) -> None:
    """Gives the row back if it is still ours, whatever became of the work."""
    type(row)._base_manager.filter(pk=row.pk, locked_by=lease.token).update(**FREE)
