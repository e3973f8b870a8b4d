"""How long what waits will take: pure figures, and what workers' turns leave behind to learn from."""

from datetime import timedelta

import pytest

from pinlever.connection.models import Pace, Purpose, Spent
from pinlever.connection.spending import Spending, forget_old, keep
from pinlever.foundation.clock import db_now
from pinlever.sync import eta
from pinlever.sync.eta import Line, Measure, Speed, measure_of, measured
from pinlever.sync.following import follow_one
from pinlever.sync.followups import HANDLERS
from pinlever.sync.models import FollowUp
from pinlever.sync.queue import queue_of
from tests.sync.world import World

NOW = 1000


def line(at: int, purpose: str, ended: int, calls: int, **more: float) -> Line:
    given = {"refused": 0, "followed": 0, "seconds": calls * 0.3, "waited": 0.0, **more}
    return Line(at, purpose, ended, calls, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("speed", "calls", "seconds"),
    [
        (Speed(rate=10, full=10, most=100), 100, 10),
        (Speed(rate=10, full=10, most=5), 100, 20),  # so many workers there are
        (Speed(rate=10, full=10, most=100, others=3), 70, 10),  # reading takes its share
        (Speed(rate=10, full=10, most=100, pause=30), 100, 40),  # Retry-After
        (Speed(rate=5, full=10, most=100), 1000, 112.5),  # regained at a hundredth of the full rate a second
        (Speed(rate=5, full=5, most=100), 1000, 200),  # Lever goes on refusing: nothing is regained
        (Speed(rate=10, full=10, most=100), 0, 0),
    ],
)
def test_seconds_for_calls(speed: Speed, calls: float, seconds: float) -> None:
    assert speed.seconds_for(calls) == pytest.approx(seconds, rel=0.02)


def test_with_nothing_measured_a_guess_is_told() -> None:
    found = measured([], NOW)
    assert found.is_guess
    assert (found.calls_a_person, found.calls_a_note, found.notes_a_person) == (3.0, 2.0, 1.0)


def test_the_newer_figures_weigh_more() -> None:
    lines = [line(NOW - 1, "create", 100, 200, followed=150), line(NOW - 60, "create", 100, 600)]
    found = measured(lines, NOW)
    assert 2.0 < found.calls_a_person < 3.2
    assert not found.is_guess
    assert found.notes_a_person > 0.9


def test_kinds_are_told_apart_and_the_last_minute_is_counted() -> None:
    lines = [
        line(NOW, "create", 1, 50),  # these ten seconds are not over
        line(NOW - 1, "create", 10, 25, refused=2),
        line(NOW - 1, "note", 20, 40),
        line(NOW - 2, "reading", 12, 12),
        line(NOW - 9, "link", 10, 20),
    ]
    found = measured(lines, NOW)
    assert found.used == (("note", 40), ("create", 25), ("reading", 12))
    assert (found.used_lately, found.refused) == (77, 2)
    assert found.others == pytest.approx(12 / 60)
    assert found.calls_a_note == pytest.approx(2.0)
    assert found.pace == pytest.approx((65 + 20) / 20)
    assert eta.speed_of(found, 5.0, 0.0).full == found.pace


def test_notes_go_after_every_third_person_while_both_wait() -> None:
    found = Measure(calls_a_person=2, calls_a_note=2, notes_a_person=1)
    assert eta.people_done(30, 0, found) == 30 * 2 + 10 * 2
    assert eta.people_done(30, 3, Measure(2, 2, 0)) == 30 * 2 + 3 * 2
    assert eta.all_done(30, 3, found) == 30 * 2 + 33 * 2


def test_what_workers_do_is_kept_and_told(company: World, settings: object) -> None:
    company.export(*[company.person() for _ in range(3)])
    company.work()
    while follow_one(HANDLERS):
        pass
    created = Spent.objects.filter(purpose=Purpose.CREATE)
    assert sum(row.ended for row in created) == 3
    assert sum(row.calls for row in created) >= 6
    assert sum(row.followed for row in created) == FollowUp.objects.count()
    found = measure_of(company.account, db_now() + timedelta(seconds=10))
    assert found.people == 3
    assert found.used_lately == sum(row.calls for row in Spent.objects.all())


def test_sums_of_ten_seconds_add_up_and_are_forgotten(company: World) -> None:
    Spent.objects.all().delete()
    spent = Spending()
    spent.heard(200)
    spent.heard(429)
    for _ in range(2):
        keep(company.account.pk, "create", spent, has_ended=True, followed=2)
    keep(company.account.pk, "something new", spent)
    rows = Spent.objects.filter(purpose="create")
    assert sum(row.turns for row in rows) == 2
    assert [
        sum(getattr(row, name) for row in rows) for name in ("calls", "refused", "ended", "followed")
    ] == [4, 2, 2, 4]
    assert Spent.objects.filter(purpose=Purpose.OTHER).exists()
    forget_old()
    assert Spent.objects.exists()
    Spent.objects.update(slice=1)
    forget_old()
    assert not Spent.objects.exists()


def test_a_slowed_pace_and_notes_make_it_longer(company: World, settings: object) -> None:
    settings.LEVER_RATE = 10  # type: ignore[attr-defined]
    company.export(*[company.person() for _ in range(20)])
    before = queue_of(company.account)
    Pace.objects.update(rate=1, slowed_at=db_now().timestamp())
    after = queue_of(company.account)
    assert after.seconds > before.seconds * 1.5
    assert after.is_slowed
    assert after.notes_seconds >= after.seconds


def test_a_machine_that_sets_the_pace_is_told_by_what_it_did(settings: object) -> None:
    settings.WORKERS = 4  # type: ignore[attr-defined]
    full = [line(NOW - at, "create", 5, 20, seconds=38.0, waited=2.0) for at in (1, 2, 3)]
    assert measured(full, NOW).most == pytest.approx(2.0)
    paced = [line(NOW - at, "create", 25, 100, seconds=38.0, waited=20.0) for at in (1, 2, 3)]
    assert measured(paced, NOW).most > 10.0
