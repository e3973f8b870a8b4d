"""How long what waits will take: from what people and their notes cost lately, and from what Lever allows now.

Pure figures; the database is read by `measure_of` alone. Calls are requests to Lever, times are seconds.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.conf import settings

from pinlever.connection.models import LeverAccount, Spent
from pinlever.connection.models.spent import FOLLOWING, PEOPLE, SLICE, Purpose
from pinlever.connection.pace import REGAINED

CALLS_A_PERSON = 3.0  # until there is a measure
CALLS_A_NOTE = 2.0  # a look, then the writing
NOTES_A_PERSON = 1.0
SECONDS_A_CALL = 0.25
TRUSTED = 5.0  # so many people the first guess weighs as much as
HALF = 50.0  # after so many more people (or notes) an older figure weighs half
LINES = 160  # rows of the measure that are looked at: some minutes of full work
LATELY = 6  # slices: a minute
STORM = 12  # slices within which a refusal still counts: whoever else calls Lever is there for a while
IN_A_STORM = 0.75  # of the full rate: each refusal halves it, and it is regained until the next one
FOLLOWS_EVERY = 3  # people for each note, while both wait (tasks.work_due)
FULL = 0.7  # of the workers' time spent in turns: there was always somebody to send
UNHINDERED = 0.25  # of that time waited for Lever: below, the machine sets the pace
LEAST = 0.1  # calls a second, whatever the figures say


class Line(NamedTuple):
    """The sums of one slice of time, as stored."""

    slice: int
    purpose: str
    ended: int
    calls: int
    refused: int
    followed: int
    seconds: float
    waited: float


@dataclass(frozen=True)
class Measure:
    """What one person and one note cost lately; `people`: how many people that was measured on."""

    calls_a_person: float = CALLS_A_PERSON
    calls_a_note: float = CALLS_A_NOTE
    notes_a_person: float = NOTES_A_PERSON
    most: float = 4.0 / SECONDS_A_CALL  # calls a second that the workers can make
    others: float = 0.0  # calls a second that reading from Lever takes now
    refused: int = 0  # calls of the last two minutes that Lever answered with 429
    pace: float = 0.0  # calls a second for people and notes, in the ten seconds of these minutes that had any
    people: int = 0
    used: tuple[tuple[str, int], ...] = ()  # calls of the last minute by purpose

    @property
    def used_lately(self) -> int:
        return sum(count for _, count in self.used)

    @property
    def is_guess(self) -> bool:
        """Whether hardly anybody has been sent yet to learn from."""
        return self.people < TRUSTED * 2


@dataclass(frozen=True)
class Speed:
    """Calls a second: `rate` now, `full` once regained; `most`: as many as the workers can make."""

    rate: float
    full: float
    most: float
    others: float = 0.0
    pause: float = 0.0

    def usable(self, rate: float) -> float:
        return max(LEAST, min(rate - min(self.others, rate / 2), self.most))

    def seconds_for(self, calls: float) -> float:
        """Until so many calls are made."""
        if calls <= 0:
            return 0.0
        rate, took, gain = self.rate, 0.0, self.full * REGAINED
        while rate < self.full and (step := self.usable(rate)) < calls:
            calls -= step
            took += 1.0
            rate = min(self.full, rate + gain)
        return self.pause + took + calls / self.usable(rate)


def people_done(people: float, notes: float, found: Measure) -> float:
    """Calls until so many people are through: every fourth turn of a worker is a note's, while some wait."""
    between = min(notes + people * found.notes_a_person, people / FOLLOWS_EVERY)
    return people * found.calls_a_person + between * found.calls_a_note


def all_done(people: float, notes: float, found: Measure) -> float:
    """Calls until everybody is through, and so are all notes, those of the people who wait included."""
    follows = notes + people * found.notes_a_person
    return people * found.calls_a_person + follows * found.calls_a_note


def speed_of(found: Measure, rate: float, pause: float) -> Speed:
    """While somebody else uses up Lever's allowance as well, what was possible lately goes on being possible."""
    full, most = max(rate, float(settings.LEVER_RATE)), found.most
    if not found.refused:
        return Speed(rate, full, most, found.others, pause)
    flat = max(LEAST, min(found.pace or full, max(rate, full * IN_A_STORM)))
    return Speed(flat, flat, most, 0.0, pause)


def measure_of(account: LeverAccount, now: datetime) -> Measure:
    """From the newest sums; one query."""
    fields = ("slice", "purpose", "ended", "calls", "refused", "followed", "seconds", "waited")
    rows = Spent.objects.filter(account=account).order_by("-slice", "purpose")
    return measured((Line(*row) for row in rows.values_list(*fields)[:LINES]), int(now.timestamp() // SLICE))


def measured(lines: Iterable[Line], this_slice: int) -> Measure:
    """The figures of `lines`, the newest first, the newer the weightier."""
    people, notes = _Smoothed(), _Smoothed()
    slices: dict[int, _Slice] = defaultdict(_Slice)
    used: dict[str, int] = defaultdict(int)
    refused = 0
    for line in lines:
        of = people if line.purpose in PEOPLE else notes if line.purpose in FOLLOWING else None
        if of is not None:
            of.add(line)
            slices[line.slice].add(line)
        if this_slice - LATELY <= line.slice < this_slice:
            used[line.purpose] += line.calls
        if this_slice - STORM <= line.slice:
            refused += line.refused
    lately = [one for at, one in slices.items() if this_slice - STORM <= at < this_slice]
    ended = people.ended + TRUSTED
    return Measure(
        calls_a_person=(people.calls + TRUSTED * CALLS_A_PERSON) / ended,
        calls_a_note=(notes.calls + TRUSTED * CALLS_A_NOTE) / (notes.ended + TRUSTED),
        notes_a_person=(people.followed + TRUSTED * NOTES_A_PERSON) / ended,
        most=_most(people, notes, slices, this_slice),
        others=used[Purpose.READING] / (LATELY * SLICE),
        refused=refused,
        pace=_pace(lately),
        people=people.seen,
        used=tuple(sorted(((name, count) for name, count in used.items() if count), key=lambda one: -one[1])),
    )


class _Smoothed:
    """Weighted sums; what is newer by HALF ended turns weighs twice as much."""

    def __init__(self) -> None:
        self.calls = self.ended = self.followed = self.worked = 0.0
        self.seen = 0

    def add(self, line: Line) -> None:
        weight = 0.5 ** (self.seen / HALF)
        self.calls += weight * line.calls
        self.ended += weight * line.ended
        self.followed += weight * line.followed
        self.worked += weight * max(0.0, line.seconds - line.waited)
        self.seen += line.ended


class _Slice:
    """What all workers did together in ten seconds."""

    def __init__(self) -> None:
        self.calls, self.seconds, self.waited = 0, 0.0, 0.0

    def add(self, line: Line) -> None:
        self.calls += line.calls
        self.seconds += line.seconds
        self.waited += line.waited


def _pace(slices: list[_Slice]) -> float:
    return sum(one.calls for one in slices) / (len(slices) * SLICE) if slices else 0.0


def _most(people: _Smoothed, notes: _Smoothed, slices: dict[int, _Slice], this_slice: int) -> float:
    """What they did while they always had somebody to send and hardly waited for Lever; else what their time without
    waiting comes to."""
    minute = [one for at, one in slices.items() if this_slice - LATELY <= at < this_slice]
    full = [one for one in minute if one.seconds >= FULL * settings.WORKERS * SLICE]
    if len(full) > 1 and sum(one.waited for one in full) < UNHINDERED * sum(one.seconds for one in full):
        return _pace(full)
    side_by_side = sorted(
        (one.seconds / SLICE for at, one in slices.items() if at < this_slice), reverse=True
    )[:5]
    senders = max(float(settings.WORKERS), side_by_side[len(side_by_side) // 2] if side_by_side else 0.0)
    worked, calls = people.worked + notes.worked, people.calls + notes.calls
    return senders / max(0.01, (worked + 10 * SECONDS_A_CALL) / (calls + 10))
