"""The pace of our calls: what any second sees, what a 429 does, and that several senders share it."""

import threading
import time

import pytest
from django.db import connection as database, connections
from pytest_django import Settings

from pinlever.connection import pace
from pinlever.connection.models import Environment, LeverAccount, LeverConnection, Pace
from pinlever.foundation.clock import db_now

NOON = 1_800_000_000.0


@pytest.fixture
def credential(db: None) -> LeverConnection:
    account = LeverAccount.objects.create(environment=Environment.PRACTICE, first_connected_at=db_now())
    connection = LeverConnection.objects.create(account=account, kind=LeverConnection.Kind.API_KEY)
    Pace.objects.create(connection=connection, rate=10)
    return connection


class Clock:
    """The database's clock, moved by the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.at(NOON)

    def at(self, now: float) -> None:
        self.now = now
        known = pace.DIALECTS[database.vendor]
        literal = f"CAST({now!r} AS double precision)"
        changed = pace.Dialect(now=literal, greatest=known.greatest, least=known.least)
        self._monkeypatch.setitem(pace.DIALECTS, database.vendor, changed)

    def sleep(self, seconds: float) -> None:
        self.at(self.now + seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(monkeypatch)
    monkeypatch.setattr(pace, "sleep", clock.sleep)
    return clock


def slots(connection: LeverConnection, number: int) -> list[float]:
    return [pace.take_slot(connection.pk, longest=1000) for _ in range(number)]


def busiest_second(moments: list[float]) -> int:
    return max(sum(start <= moment < start + 1.0 - 1e-6 for moment in moments) for start in moments)


def test_ten_may_go_at_once_then_one_every_tenth_of_a_second(
    credential: LeverConnection, clock: Clock
) -> None:
    waits = slots(credential, 13)
    assert waits[:10] == [0.0] * 10
    assert waits[10:] == pytest.approx([0.1, 0.2, 0.3], abs=1e-5)


def test_no_second_sees_more_than_the_burst_and_the_rate(credential: LeverConnection, clock: Clock) -> None:
    moments = []
    for idle in (0.0, 0.35, 5.0, 0.0, 1.0, 0.05, 30.0):
        clock.sleep(idle)
        moments += [clock.now + wait for wait in slots(credential, 25)]
        clock.at(max(clock.now, moments[-1]))
    assert busiest_second(moments) <= 20


def test_busy_senders_use_the_whole_rate(credential: LeverConnection, clock: Clock) -> None:
    for _ in range(1000):
        pace.wait_for_slot(credential.pk)
    assert 990 / (clock.now - NOON) == pytest.approx(10, rel=0.001)


def test_a_slot_too_far_away_is_refused_and_not_used_up(credential: LeverConnection, clock: Clock) -> None:
    slots(credential, 320)
    before = Pace.objects.get(connection=credential).next_at
    with pytest.raises(pace.SlotTooFar) as refused:
        pace.wait_for_slot(credential.pk)
    assert refused.value.wait == pytest.approx(31.1, abs=1e-3)
    assert Pace.objects.get(connection=credential).next_at == before


def test_retry_after_holds_everybody_for_that_long_and_leaves_the_rate(
    credential: LeverConnection, clock: Clock
) -> None:
    pace.slow_down(credential.pk, 7.5)
    assert slots(credential, 2) == pytest.approx([7.5, 7.6], abs=1e-5)


def test_a_bare_429_halves_the_rate_which_comes_back_slowly(
    credential: LeverConnection, clock: Clock
) -> None:
    pace.slow_down(credential.pk, None)
    first, second = slots(credential, 2)
    assert (first, second - first) == pytest.approx((1.0, 0.2), abs=1e-5)
    clock.sleep(20)
    slots(credential, 10)
    tenth, eleventh = slots(credential, 2)
    assert eleventh - tenth == pytest.approx(1 / 7, abs=1e-5)
    clock.sleep(3600)
    slots(credential, 10)
    tenth, eleventh = slots(credential, 2)
    assert eleventh - tenth == pytest.approx(1 / 10, abs=1e-5)


def test_429s_of_calls_that_were_under_way_together_halve_once(
    credential: LeverConnection, clock: Clock
) -> None:
    for _ in range(4):
        pace.slow_down(credential.pk, None)
        clock.sleep(0.05)
    assert Pace.objects.get(connection=credential).rate == pytest.approx(5, abs=0.1)


def test_the_rate_never_falls_below_its_floor(credential: LeverConnection, clock: Clock) -> None:
    for _ in range(20):
        pace.slow_down(credential.pk, None)
        clock.sleep(1.5)
    assert Pace.objects.get(connection=credential).rate == pytest.approx(0.5, abs=0.2)


def test_a_429_that_comes_while_one_sleeps_sends_one_back_to_the_line(
    credential: LeverConnection, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots(credential, 12)
    came = iter([True])

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if next(came, False):
            pace.slow_down(credential.pk, 5.0)

    monkeypatch.setattr(pace, "sleep", sleep)
    pace.wait_for_slot(credential.pk)
    assert clock.now - NOON == pytest.approx(5.3, abs=0.01)


def test_a_high_rate_leaves_less_room_for_a_burst(settings: Settings) -> None:
    settings.LEVER_RATE = 15
    assert pace.burst() == 5


@pytest.mark.django_db(transaction=True)
def test_four_senders_share_one_pace_by_the_real_clock(
    credential: LeverConnection, settings: Settings
) -> None:
    settings.LEVER_RATE = 10
    moments: list[float] = []
    began = time.monotonic()

    def send() -> None:
        while time.monotonic() < began + 2.5:
            wait = pace.take_slot(credential.pk)
            moments.append(time.monotonic() + wait)
            time.sleep(wait)
        connections.close_all()

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    # A moment is read some time after its slot was given, by a busy machine some more. How much of the rate is used is
    # measured by tests.bench.throughput.
    assert busiest_second(sorted(moments)) <= 20 + 3
    assert len(moments) > 10
