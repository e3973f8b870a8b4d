"""Keeping count of Lever's allowance: what each turn of a worker spent of it, and each look at Lever.

One small statement a turn. The figures are a measure, never the memory: one that is lost is no harm, and one that
cannot be written stops nothing.
"""

import logging
import threading
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import DatabaseError, connection

from pinlever.connection.models import Purpose, Spent
from pinlever.connection.models.spent import SLICE
from pinlever.foundation.clock import db_now, steady_clock

KEPT = timedelta(days=2)
_NOW = {
    "postgresql": f"floor(extract(epoch FROM clock_timestamp()) / {SLICE})::bigint",
    "sqlite": f"CAST((julianday('now') - 2440587.5) * 86400.0 / {SLICE} AS INTEGER)",
}
_last = threading.local()  # when this worker's latest turn ended
BETWEEN = 0.5  # seconds from one turn to the next that are work too: finding it, noting the last one
_SUMS = ("turns", "ended", "calls", "refused", "followed", "seconds", "waited")
_ADD = (
    "INSERT INTO connection_spent (account_id, slice, purpose, " + ", ".join(_SUMS) + ") "
    "VALUES (%(account)s, {now}, %(purpose)s, " + ", ".join(f"%({name})s" for name in _SUMS) + ") "
    "ON CONFLICT (account_id, slice, purpose) DO UPDATE SET "
    + ", ".join(f"{name} = connection_spent.{name} + excluded.{name}" for name in _SUMS)
)
log = logging.getLogger(__name__)


def began_at() -> float:
    """When a turn that begins now began to cost: right after the one before it, if that has just ended."""
    now = steady_clock()
    ended = getattr(_last, "ended", 0.0)
    return float(ended) if now - ended <= BETWEEN else now


@dataclass
class Spending:
    """What one turn spends, counted by the gateway. `began`: steady clock."""

    calls: int = 0
    refused: int = 0
    waited: float = 0.0
    began: float = field(default_factory=began_at)

    def heard(self, status: int | None) -> None:
        self.calls += 1
        self.refused += status == 429


def keep(
    account_id: int, purpose: str, spending: Spending, *, has_ended: bool = False, followed: int = 0
) -> None:
    """Adds a finished turn to the sums of these ten seconds."""
    named = purpose if purpose in Purpose.values else Purpose.OTHER
    values: dict[str, int | float | str] = {
        "account": account_id,
        "purpose": str(named),
        "turns": 1,
        "ended": int(has_ended),
        "calls": spending.calls,
        "refused": spending.refused,
        "followed": followed,
        "seconds": max(0.0, steady_clock() - spending.began),
        "waited": spending.waited,
    }
    _last.ended = steady_clock()
    try:
        with connection.cursor() as cursor:
            cursor.execute(_ADD.format(now=_NOW[connection.vendor]), values)
    except DatabaseError:
        if connection.in_atomic_block:
            raise
        log.warning("What a turn spent could not be counted.", exc_info=True)


def forget_old() -> None:
    """Removes sums of days ago."""
    Spent.objects.filter(slice__lt=(db_now() - KEPT).timestamp() // SLICE).delete()
