"""What waits, in which order, and when it is done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pinlever.connection.models import LeverAccount, Pace
from pinlever.foundation.clock import db_now
from pinlever.sync import queue
from pinlever.sync.models import SyncRecord
from pinlever.sync.moments import ago, ahead, distance, ordinal, spoken
from pinlever.sync.queue import Queue, places_of, queue_of, rate_now
from tests.sync.world import World


def test_without_an_account_nothing_waits() -> None:
    assert str(queue_of(None)) == "Nothing waits"


@pytest.mark.parametrize(
    ("queue", "said"),
    [
        (Queue(0, 0.0, notes=1), "1 note waiting"),
        (Queue(0, 0.0, notes=1200), "1,200 notes waiting"),
        (Queue(0, 0.0, notes=1, is_stopped=True), "Nothing waits"),
        (Queue(1, 1.0), "1 waiting · about 1 s"),
    ],
)
def test_it_is_said_in_singular_and_plural(queue: Queue, said: str) -> None:
    assert str(queue) == said


def test_the_queue_says_how_many_wait_and_how_long(company: World, settings: object) -> None:
    settings.LEVER_RATE = 10  # type: ignore[attr-defined]
    company.export(*[company.person() for _ in range(20)])
    SyncRecord.objects.filter(pk__in=list(SyncRecord.objects.values_list("pk", flat=True)[:4])).update(
        priority=20
    )
    found = queue_of(company.account)
    assert str(found) == "20 waiting · about 7 s"
    assert found.told_by_priority == [("Asked for by a person", 16), ("Replied", 4)]


def test_a_stopped_queue_promises_no_time(company: World) -> None:
    company.export(company.person())
    LeverAccount.objects.update(outgoing_on=False)
    company.account.refresh_from_db()
    assert str(queue_of(company.account)) == "1 waiting"


def test_a_pace_that_lever_slowed_makes_it_longer_and_is_regained(company: World, settings: object) -> None:
    settings.LEVER_RATE = 10  # type: ignore[attr-defined]
    now = db_now()
    Pace.objects.update(rate=5, slowed_at=now.timestamp(), next_at=now.timestamp() + 30)
    assert rate_now(now) == (5.0, pytest.approx(30))
    assert rate_now(now + timedelta(seconds=20)) == (7.0, pytest.approx(10))
    assert rate_now(now + timedelta(hours=1)) == (10.0, 0.0)


def test_places_beyond_what_is_counted_are_not_counted(
    company: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "COUNTED", 2)
    records = company.export(*[company.person() for _ in range(3)])
    found = places_of(company.account, records, db_now())
    assert [found[record.pk].place for record in records] == [1, 2, None]
    assert "behind more than 2 others" in queue.place_told(found[records[2].pk])


def test_who_is_not_due_has_no_place(company: World) -> None:
    (record,) = company.export(company.person())
    record.due_at = db_now() + timedelta(minutes=1)
    assert places_of(company.account, [record], db_now()) == {}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "about 1 s"),
        (89, "about 89 s"),
        (92, "about 1 min 30 s"),
        (158, "about 2 min 40 s"),
        (240, "about 4 min"),
        (596, "about 10 min"),
        (5400, "about 1 h 30 min"),
        (7200, "about 2 h"),
        (9_500, "about 2 h 40 min"),
        (36_000, "about 10 h"),
        (400_000, "about 5 days"),
    ],
)
def test_durations_are_spoken(seconds: float, words: str) -> None:
    assert spoken(seconds) == words


@pytest.mark.parametrize("seconds", [95, 149, 151, 449, 601, 1234, 5401, 8999, 35_000, 100_000])
def test_rounding_takes_nothing_of_what_the_estimate_promises(seconds: int) -> None:
    units = {"s": 1, "min": 60, "h": 3600}
    told = spoken(seconds).split()[1:]
    said = sum(int(number) * units[unit] for number, unit in zip(told[::2], told[1::2], strict=True))
    assert abs(said - seconds) < 0.06 * seconds


@pytest.mark.parametrize(
    ("seconds", "words"), [(2, "just now"), (60, "1 minute ago"), (7300, "2 hours ago"), (86400, "1 day ago")]
)
def test_times_are_told_from_now(seconds: float, words: str) -> None:
    now = timezone.now()
    assert ago(now - timedelta(seconds=seconds), now) == words


def test_long_ago_is_told_by_the_day_and_soon_by_the_second() -> None:
    now = timezone.now()
    assert ago(now - timedelta(days=30), now).startswith("on ")
    assert ahead(now, now) == "at any moment"
    assert ahead(now + timedelta(seconds=40), now) == "in 40 s"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (-1, "in a moment"),
        (59, "59 seconds ago"),
        (-7200, "in 2 hours"),
        (86400 * 30, "30 days ago"),
        (86400 * 100, "3 months ago"),
        (86400 * 800, "2 years ago"),
    ],
)
def test_distances_both_ways(seconds: float, words: str) -> None:
    assert distance(seconds) == words


def test_ordinals() -> None:
    assert [ordinal(place) for place in (1, 2, 3, 4, 11, 12, 21, 112, 1023)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "112th", "1,023rd",
    ]  # fmt: skip
