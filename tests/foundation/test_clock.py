import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction

from pinlever.foundation.clock import db_now, steady_clock


@pytest.mark.django_db
def test_the_databases_time_is_now_and_aware() -> None:
    before, told, after = datetime.now(UTC), db_now(), datetime.now(UTC)
    assert told.tzinfo is UTC
    # The database stands on this machine here; its clock counts in milliseconds at least.
    assert before - timedelta(milliseconds=5) <= told <= after + timedelta(milliseconds=5)


@pytest.mark.django_db
def test_the_databases_time_moves_on_within_a_transaction() -> None:
    with transaction.atomic():
        first = db_now()
        time.sleep(0.01)
        second = db_now()
    assert timedelta(milliseconds=5) < second - first < timedelta(seconds=5)


@pytest.mark.django_db
def test_the_databases_time_has_parts_of_a_second() -> None:
    told = set()
    for _ in range(5):
        told.add(db_now().microsecond // 1000)
        time.sleep(0.003)
    assert len(told) > 1


@pytest.mark.django_db
def test_a_wrong_clock_of_this_machine_does_not_matter() -> None:
    with time_machine.travel(datetime(2001, 1, 1, tzinfo=UTC), tick=False):
        assert db_now() > datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.django_db
def test_a_session_in_another_zone_is_told_the_same_moment() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has zones")
    before = db_now()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Asia/Kolkata'")
    assert timedelta(0) <= db_now() - before < timedelta(seconds=5)


def test_the_steady_clock_only_grows_and_counts_seconds() -> None:
    first = steady_clock()
    time.sleep(0.02)
    assert 0.015 < steady_clock() - first < 5
    assert steady_clock() <= steady_clock()


def test_the_steady_clock_is_one_for_all_threads() -> None:
    told: list[float] = []
    thread = threading.Thread(target=lambda: told.append(steady_clock()))
    before = steady_clock()
    thread.start()
    thread.join()
    assert before <= told[0] <= steady_clock()


def test_without_a_clock_that_counts_sleep_the_monotonic_one_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("time.CLOCK_BOOTTIME", raising=False)
    assert abs(steady_clock() - time.monotonic()) < 60  # seconds, whatever else the machine does
