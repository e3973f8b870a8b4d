"""The pace of our calls, shared by all workers of a credential, by the database's clock.

A slot is a moment reserved by one atomic statement. Idle time saves up at most `burst()` slots, so that no second
ever sees more than burst + rate calls; Lever's documentation promises room for 20. A 429 slows everybody.
"""

import time
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from pinlever.connection.models import Pace
from pinlever.lever.errors import Busy

LEVER_PEAK = 20  # calls Lever takes in one second (its documentation)
BURST = 10
LEAST_RATE = 0.5
SAME_STORM = 1.0  # 429s this close together are one event: their calls were under way together
PAUSE = 1.0
LONGEST_PAUSE = 3600.0  # whatever Retry-After says
REGAINED = 0.01  # of the full rate, for each second without a 429

sleep = time.sleep


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a database says `now` in seconds since 1970, and the greater and lesser of two numbers."""

    now: str
    greatest: str
    least: str


DIALECTS = {
    "postgresql": Dialect("extract(epoch FROM clock_timestamp())::float8", "GREATEST", "LEAST"),
    "sqlite": Dialect("((julianday('now') - 2440587.5) * 86400.0)", "MAX", "MIN"),
}
# The rate now: what a 429 left of it, and what has been regained since.
RATE = "{least}(%(full)s, rate + %(full)s * %(regained)s * {greatest}(0.0, {now} - slowed_at))"
# A slot is reserved at the later of next_at and what idle time has saved up.
SLOT = "{greatest}(next_at, {now} - %(saved)s / " + RATE + ")"
TAKE = (
    "UPDATE connection_pace SET next_at = " + SLOT + " + 1.0 / " + RATE + " "  # noqa: S608
    "WHERE connection_id = %(connection)s AND next_at - {now} <= %(longest)s "
    "RETURNING next_at - 1.0 / " + RATE + " - {now}, slowed_at"
)
SLOW = (
    "UPDATE connection_pace SET next_at = {greatest}(next_at, {now} + %(pause)s), "  # noqa: S608
    "rate = CASE WHEN %(halve)s = 0 OR {now} - slowed_at < %(storm)s THEN " + RATE + " "
    "ELSE {greatest}(%(least_rate)s, " + RATE + " / 2.0) END, slowed_at = {now} "
    "WHERE connection_id = %(connection)s"
)
AHEAD = "SELECT next_at - {now}, slowed_at FROM connection_pace WHERE connection_id = %(connection)s"


class SlotTooFar(Busy):
    """The next slot is further away than anybody should sleep; no slot was used up. Come back in `wait` seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"the queue of calls to Lever is {wait:.0f} s long", retry_after=wait)
        self.wait = wait


def burst() -> float:
    """How many calls may go at once after a while of none."""
    return float(max(1.0, min(BURST, LEVER_PEAK - settings.LEVER_RATE)))


def take_slot(connection_id: int, *, longest: float | None = None) -> float:
    """Reserves the next slot and says in how many seconds it is; SlotTooFar if beyond `longest`
    (LEVER_SLOT_WAIT unless given)."""
    return _take(connection_id, settings.LEVER_SLOT_WAIT if longest is None else longest)[0]


def wait_for_slot(connection_id: int, longest: float | None = None) -> None:
    """Returns when a call may go. A 429 that came while we slept sends us to the end of the line."""
    left = settings.LEVER_SLOT_WAIT if longest is None else longest
    while True:
        wait, slowed_at = _take(connection_id, left)
        if wait <= 0:
            return
        sleep(wait)
        left -= wait
        if _ahead(connection_id)[1] == slowed_at:
            return


def slow_down(connection_id: int, retry_after: float | None) -> None:
    """After a 429: everybody pauses for `retry_after` seconds; if Lever named none, for a second at half the rate."""
    pause = PAUSE if retry_after is None else min(retry_after, LONGEST_PAUSE)
    with connection.cursor() as cursor:
        cursor.execute(_sql(SLOW), _values(connection_id, pause=pause, halve=int(retry_after is None)))


def _take(connection_id: int, longest: float) -> tuple[float, float]:
    # Durable: within a transaction the row would stay locked for as long as the call lasts.
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_sql(TAKE), _values(connection_id, longest=longest))
        row = cursor.fetchone()
    if row is None:
        raise SlotTooFar(_ahead(connection_id)[0])
    return max(0.0, float(row[0])), float(row[1])


def _ahead(connection_id: int) -> tuple[float, float]:
    """(seconds until the next free slot, time of the latest 429)."""
    with connection.cursor() as cursor:
        cursor.execute(_sql(AHEAD), _values(connection_id))
        row = cursor.fetchone()
    if row is None:
        raise Pace.DoesNotExist(f"Connection {connection_id} has no pace.")
    return max(0.0, float(row[0])), float(row[1])


def _sql(statement: str) -> str:
    dialect = DIALECTS[connection.vendor]
    return statement.format(now=dialect.now, greatest=dialect.greatest, least=dialect.least)


def _values(connection_id: int, **more: float) -> dict[str, float]:
    return {
        "connection": connection_id,
        "full": float(settings.LEVER_RATE),
        "regained": REGAINED,
        "saved": burst() - 1.0,
        "storm": SAME_STORM,
        "least_rate": LEAST_RATE,
        **more,
    }
