"""What happens around each call of a stored connection."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from pinlever.connection.gateway import moved_offset, open_client, template
from pinlever.connection.models import LeverAccount, LeverConnection, Pace
from pinlever.foundation import failpoints
from pinlever.lever.errors import Busy, NotFound
from pinlever.lever.http import CallMade
from pinlever.practice import seed
from pinlever.practice.app import PracticeApp
from tests.practice_adapter import control

TEMPLATES = [
    ("/opportunities", "/opportunities"),
    ("/opportunities/deleted", "/opportunities/deleted"),
    ("/opportunities/3f1c8a52-6f0e-4d3b-9a67-0c5b1f2e7d90/addLinks", "/opportunities/:id/addLinks"),
    ("/opportunities/abc/forms/def", "/opportunities/:id/forms/:id"),
    ("/stages/lead-new", "/stages/:id"),
]


@pytest.mark.parametrize(("path", "expected"), TEMPLATES)
def test_ids_in_a_path_are_left_out(path: str, expected: str) -> None:
    assert template(path) == expected


NOON = datetime(2027, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("known", "lever_is_ahead", "moved"),
    [(0.0, 0.0, None), (0.4, 0.0, None), (0.0, 40.0, 40.5), (-30.0, 0.0, 0.5), (40.9, 40.0, None)],
)
def test_levers_clock_is_noted_only_when_it_moved(
    known: float, lever_is_ahead: float, moved: float | None
) -> None:
    date = NOON + timedelta(seconds=lever_is_ahead)
    found = moved_offset(known, date, NOON - timedelta(seconds=0.2), NOON + timedelta(seconds=0.0))
    assert found == (None if moved is None else pytest.approx(moved, abs=0.2))


@pytest.fixture
def points() -> Iterator[list[str]]:
    seen: list[str] = []
    failpoints.install(seen.append)
    yield seen
    failpoints.install(None)


def test_a_call_is_paced_told_and_marked_by_failpoints(
    connection: LeverConnection, points: list[str]
) -> None:
    calls: list[CallMade] = []
    before = Pace.objects.get(connection=connection).next_at
    list(open_client(connection, on_call=calls.append).stages())
    assert points == ["call.before GET /stages", "call.after GET /stages"]
    assert [(call.path, call.status) for call in calls] == [("/stages", 200)]
    assert Pace.objects.get(connection=connection).next_at > before


def test_a_refused_call_is_told_too(connection: LeverConnection) -> None:
    calls: list[CallMade] = []
    with pytest.raises(NotFound):
        open_client(connection, on_call=calls.append).user("nobody")
    assert [call.status for call in calls] == [404]


@pytest.mark.parametrize(("retry_after", "rate", "pause"), [(None, 5.0, 1.0), (20, 10.0, 20.0)])
def test_a_429_slows_everybody_down(
    connection: LeverConnection,
    lever: PracticeApp,
    settings: Settings,
    retry_after: int | None,
    rate: float,
    pause: float,
) -> None:
    settings.LEVER_RATE = 10
    Pace.objects.update(rate=10)
    args = {"status": 429, "retry_after": retry_after}
    control(lever, "faults", {"match": {"count": 1}, "kind": "status", "args": args})
    with pytest.raises(Busy):
        list(open_client(connection).stages())
    slowed = Pace.objects.get(connection=connection)
    assert slowed.rate == pytest.approx(rate, abs=0.1)
    assert slowed.next_at - slowed.slowed_at == pytest.approx(pause, abs=0.01)


def test_levers_clock_is_kept_as_its_distance_from_ours(
    connection: LeverConnection, lever: PracticeApp
) -> None:
    control(lever, "switches", {"clock_offset_seconds": 90})
    list(open_client(connection).stages())
    offset = LeverAccount.objects.get().clock_offset
    assert offset == pytest.approx(90, abs=1.5)
    list(open_client(connection).stages())
    assert LeverAccount.objects.get().clock_offset == offset


def test_that_a_call_went_well_is_written_once_a_minute(connection: LeverConnection) -> None:
    earlier = connection.last_ok_at
    assert earlier is not None
    client = open_client(connection)
    client.user(seed.user_id("aud"))
    assert LeverConnection.objects.get().last_ok_at == earlier
    connection.last_ok_at = earlier - timedelta(minutes=2)
    client.user(seed.user_id("aud"))
    later = LeverConnection.objects.get().last_ok_at
    assert later is not None and later > earlier
