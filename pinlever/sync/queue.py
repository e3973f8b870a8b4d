"""What waits to be sent, in which order, and when it will be done at the present pace."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Count

from pinlever.connection.models import LeverAccount, Pace
from pinlever.connection.pace import REGAINED
from pinlever.foundation.clock import db_now
from pinlever.sync.models import WORKABLE, Priority, SyncRecord
from pinlever.sync.moments import ordinal, spoken

__all__ = ["Queue", "Standing", "place_told", "places_of", "queue_of", "rate_now", "spoken"]

CALLS_A_PERSON = 3.0  # measured: emails + 1, and a share of the refreshes
COUNTED = 1_000  # places beyond are not counted: "behind more than 1,000"


@dataclass(frozen=True)
class Queue:
    """`seconds` until all of it is done at the present pace; `rate`: calls a second; `by_priority`: how many wait."""

    waiting: int
    seconds: float
    rate: float = 0.0
    by_priority: dict[int, int] = field(default_factory=dict)
    is_stopped: bool = False  # not connected, or sending is switched off: no time can be told

    def __str__(self) -> str:
        if not self.waiting:
            return "Nothing waits"
        if self.is_stopped:
            return f"{self.waiting:,} waiting"
        return f"{self.waiting:,} waiting · {spoken(self.seconds)}"

    @property
    def done_in(self) -> str:
        return spoken(self.seconds)

    @property
    def is_slowed(self) -> bool:
        """Whether Lever has asked for fewer calls lately."""
        return 0 < self.rate < float(settings.LEVER_RATE) - 0.05

    @property
    def told_by_priority(self) -> list[tuple[str, int]]:
        """What waits, the most urgent first, in words."""
        return [
            (Priority(priority).label, count)
            for priority, count in sorted(self.by_priority.items())
            if priority in Priority.values
        ]


@dataclass(frozen=True)
class Standing:
    """A record's place (0: being worked on now; None: beyond what is counted) and seconds until its turn is over."""

    place: int | None
    seconds: float


def queue_of(account: LeverAccount | None) -> Queue:
    """How many records wait, and how long they take at the credential's present rate."""
    if account is None:
        return Queue(0, 0.0)
    rows = SyncRecord.objects.filter(account=account, state__in=WORKABLE)
    counted = rows.order_by().values("priority").annotate(count=Count("pk"))
    by_priority = dict(counted.values_list("priority", "count"))
    waiting = sum(by_priority.values())
    rate, pause = rate_now(db_now())
    seconds = waiting * CALLS_A_PERSON / rate + (pause if waiting else 0.0)
    is_stopped = not (account.outgoing_on and Pace.objects.filter(connection__is_current=True).exists())
    return Queue(waiting, seconds, rate, by_priority, is_stopped)


def rate_now(now: datetime) -> tuple[float, float]:
    """(calls a second the current credential may make now, seconds of a pause Lever asked for)."""
    pace = Pace.objects.filter(connection__is_current=True).first()
    full = float(settings.LEVER_RATE)
    if pace is None:
        return full, 0.0
    moment = now.timestamp()
    regained = full * REGAINED * max(0.0, moment - pace.slowed_at)
    return max(0.1, min(full, pace.rate + regained)), max(0.0, pace.next_at - moment)


def places_of(account: LeverAccount, records: Iterable[SyncRecord], now: datetime) -> dict[int, Standing]:
    """The standing of those of `records` that are due now, by id; two queries, however many they are."""
    wanted = {record.pk: record for record in records if record.state in WORKABLE and record.due_at <= now}
    if not wanted:
        return {}
    rate, pause = rate_now(now)
    due = SyncRecord.objects.due(now).filter(account=account)
    order = due.values_list("pk", "locked_until")[:COUNTED]
    found: dict[int, Standing] = {}
    place = 0
    for pk, locked_until in order:
        is_worked_on = locked_until is not None and locked_until > now
        place += not is_worked_on
        if pk in wanted:
            seconds = CALLS_A_PERSON / rate * max(1, place) + pause
            found[pk] = Standing(0 if is_worked_on else place, seconds)
    beyond = Standing(None, CALLS_A_PERSON / rate * COUNTED + pause)
    return {pk: found.get(pk, beyond) for pk in wanted}


def place_told(standing: Standing) -> str:
    """ "In the queue, 4th · about 2 s"."""
    if standing.place == 0:
        return "Is being sent to Lever right now."
    if standing.place is None:
        return f"In the queue behind more than {COUNTED:,} others · more than {spoken(standing.seconds)[6:]}."
    return f"In the queue, {ordinal(standing.place)} · {spoken(standing.seconds)}."
