"""What waits to be sent, in which order, and when it will be done at the present pace."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q

from pinlever.connection.models import LeverAccount, Pace
from pinlever.connection.models.spent import FOLLOWING, PEOPLE, Purpose
from pinlever.connection.pace import REGAINED
from pinlever.foundation.clock import db_now
from pinlever.sync.causes import OUTGOING_OFF
from pinlever.sync.eta import Measure, all_done, measure_of, people_done, speed_of
from pinlever.sync.models import WORKABLE, FollowUp, Priority, State, SyncRecord
from pinlever.sync.moments import ordinal, spoken

__all__ = ["Queue", "Standing", "Used", "place_told", "places_of", "queue_of", "rate_now", "spoken"]

# While it is paused, a worker holds them one by one.
WAITS = Q(state__in=WORKABLE) | Q(state=State.HELD, cause=OUTGOING_OFF)
COUNTED = 1_000  # places beyond are not counted: "behind more than 1,000"
MOST_NOTES = 20_000  # beyond they are not counted
SOON = timedelta(seconds=60)  # a try later than that is not waited for


@dataclass(frozen=True)
class Used:
    """Requests of the last minute by what they were for, and the `most` that the rate allows in one."""

    people: int
    notes: int
    reading: int
    most: int

    @property
    def all(self) -> int:
        return self.people + self.notes + self.reading


@dataclass(frozen=True)
class Queue:
    """`seconds` until all who wait are through, `notes_seconds` until their notes are as well; `rate`: calls a
    second; `by_priority`: how many wait; `later`: how many of them have their next try later than in a minute."""

    waiting: int
    seconds: float
    rate: float = 0.0
    by_priority: dict[int, int] = field(default_factory=dict)
    is_stopped: bool = False  # not connected, or sending is switched off: no time can be told
    later: int = 0
    retrying: int = 0
    notes: int = 0
    notes_seconds: float = 0.0
    pause: float = 0.0
    measure: Measure = field(default_factory=Measure)

    def __str__(self) -> str:
        if not self.waiting:
            notes = "1 note" if self.notes == 1 else f"{self.notes:,} notes"
            return f"{notes} waiting" if self.notes and not self.is_stopped else "Nothing waits"
        if self.is_stopped or self.later == self.waiting:
            return f"{self.waiting:,} waiting"
        return f"{self.waiting:,} waiting · {spoken(self.seconds)}"

    @property
    def done_in(self) -> str:
        return spoken(self.seconds)

    @property
    def notes_done_in(self) -> str:
        return spoken(self.notes_seconds)

    @property
    def now(self) -> int:
        """How many of those who wait go now, one after the other."""
        return self.waiting - self.later

    @property
    def is_slowed(self) -> bool:
        """Whether Lever has asked for fewer calls lately."""
        return 0 < self.rate < float(settings.LEVER_RATE) - 0.05

    @property
    def used(self) -> Used:
        count = dict(self.measure.used)
        return Used(
            people=sum(count.get(one, 0) for one in PEOPLE),
            notes=sum(count.get(one, 0) for one in FOLLOWING),
            reading=count.get(Purpose.READING, 0),
            most=round(self.rate * 60),
        )

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
    """How many records wait, and how long they take by what they cost lately. Five queries."""
    if account is None:
        return Queue(0, 0.0)
    now = db_now()
    waits = Q(state__in=WORKABLE) if account.outgoing_on else WAITS
    rows = SyncRecord.objects.filter(waits, account=account)
    later, retrying = Q(due_at__gt=now + SOON), Q(state=State.RETRYING)
    counted = (
        rows.order_by()
        .values("priority")
        .annotate(count=Count("pk"), later=Count("pk", filter=later), retrying=Count("pk", filter=retrying))
    )
    told = list(counted.values_list("priority", "count", "later", "retrying"))
    waiting, put_off = sum(row[1] for row in told), sum(row[2] for row in told)
    notes = _notes(account, now)
    found, (rate, pause) = measure_of(account, now), rate_now(now)
    speed = speed_of(found, rate, pause)
    return Queue(
        waiting=waiting,
        seconds=speed.seconds_for(people_done(waiting - put_off, notes, found)),
        rate=rate,
        by_priority={row[0]: row[1] for row in told},
        is_stopped=not (account.outgoing_on and Pace.objects.filter(connection__is_current=True).exists()),
        later=put_off,
        retrying=sum(row[3] for row in told),
        notes=notes,
        notes_seconds=speed.seconds_for(all_done(waiting - put_off, notes, found)),
        pause=pause,
        measure=found,
    )


def _notes(account: LeverAccount, now: datetime) -> int:
    """Notes and other follow-ups that are due soon, as far as they are counted."""
    rows = FollowUp.objects.filter(
        record__account=account, state=FollowUp.State.WAITING, due_at__lte=now + SOON
    )
    return rows.order_by()[:MOST_NOTES].count()


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
    """The standing of those of `records` that are due now, by id; four queries, however many they are."""
    wanted = {record.pk: record for record in records if record.state in WORKABLE and record.due_at <= now}
    if not wanted:
        return {}
    found, (rate, pause) = measure_of(account, now), rate_now(now)
    speed = speed_of(found, rate, pause)
    due = SyncRecord.objects.due(now).filter(account=account)
    order = due.values_list("pk", "locked_until")[:COUNTED]
    placed: dict[int, Standing] = {}
    place = 0
    for pk, locked_until in order:
        is_worked_on = locked_until is not None and locked_until > now
        place += not is_worked_on
        if pk in wanted:
            seconds = speed.seconds_for(people_done(max(1, place), 0, found))
            placed[pk] = Standing(0 if is_worked_on else place, seconds)
    beyond = Standing(None, speed.seconds_for(people_done(COUNTED, 0, found)))
    return {pk: placed.get(pk, beyond) for pk in wanted}


def place_told(standing: Standing) -> str:
    """ "In the queue, 4th · about 2 s"."""
    if standing.place == 0:
        return "Is being sent to Lever right now."
    if standing.place is None:
        return f"In the queue behind more than {COUNTED:,} others · more than {spoken(standing.seconds)[6:]}."
    return f"In the queue, {ordinal(standing.place)} · {spoken(standing.seconds)}."
