"""Fetching pages beside the one who writes: in threads, in order, at a share of the pace while people wait."""

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_django import Settings

from pinlever.connection import reading_ahead
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverConnection
from pinlever.connection.reading_ahead import AtOnce, Fetched, Readers, Share
from pinlever.lever.client import LeverClient, OpportunityFilter
from pinlever.lever.errors import Unavailable
from pinlever.practice.app import PracticeApp
from tests.practice_adapter import control

EVERYBODY = OpportunityFilter()


@pytest.fixture
def people(lever: PracticeApp) -> None:
    control(lever, "opportunities", {"generate": 250, "prefix": "early"})


class Clock:
    """A time that sleeping moves on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr(reading_ahead.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(reading_ahead, "sleep", self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_while_people_wait_a_share_of_the_rate_is_used(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CRAWL_SHARE = 0.3
    clock = Clock(monkeypatch)
    share = Share(lambda: True, lambda: 10.0)
    for _ in range(31):
        share.wait()
    assert clock.now == pytest.approx(110.0)


def test_a_slowed_pace_makes_its_share_smaller(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CRAWL_SHARE = 0.5
    clock = Clock(monkeypatch)
    share = Share(lambda: True, lambda: 2.0)
    for _ in range(4):
        share.wait()
    assert clock.now == pytest.approx(103.0)


def test_when_nobody_waits_all_of_it_is_used_and_somebody_who_comes_is_noticed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CRAWL_SHARE = 0.5
    clock = Clock(monkeypatch)
    waiting = False
    asked: list[float] = []

    def people_wait() -> bool:
        asked.append(clock.now)
        return waiting

    share = Share(people_wait, lambda: 10.0)
    for _ in range(50):
        share.wait()
    assert (clock.now, asked) == (100.0, [100.0])
    waiting = True
    clock.now += reading_ahead.LOOK_EVERY
    for _ in range(6):
        share.wait()
    assert clock.now == pytest.approx(100.0 + reading_ahead.LOOK_EVERY + 1.0)


@pytest.mark.django_db(transaction=True)
def test_threads_answer_for_what_was_asked_each(people: None, connection: LeverConnection) -> None:
    with Readers(lambda: open_client(connection), size=3) as readers:
        first = readers.start(EVERYBODY, "").result(timeout=20)
        again, second = readers.start(EVERYBODY, ""), readers.start(EVERYBODY, str(first.page.next))
        assert again.result(timeout=20).page == first.page
        assert second.result(timeout=20).page.items[0] not in first.page.items
    assert not any(thread.is_alive() for thread in readers._threads)


@pytest.mark.django_db(transaction=True)
def test_what_goes_wrong_in_a_thread_is_heard_by_whoever_takes_the_page(
    lever: PracticeApp, connection: LeverConnection
) -> None:
    control(lever, "faults", {"match": {"path": "/opportunities"}, "kind": "status"})

    def broken() -> LeverClient:
        raise ValueError("no client")

    with Readers(lambda: open_client(connection), size=1) as readers, pytest.raises(Unavailable):
        readers.start(EVERYBODY, "").result(timeout=20)
    with Readers(broken, size=1) as readers, pytest.raises(ValueError, match="no client"):
        readers.start(EVERYBODY, "").result(timeout=20)


def test_what_was_asked_for_and_not_begun_is_dropped_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on, asked = threading.Event(), []

    def fetch(client: Any, filters: OpportunityFilter, offset: str) -> Fetched:
        asked.append(offset)
        goes_on.wait(10)
        raise ValueError("of no interest")

    monkeypatch.setattr(reading_ahead, "fetch", fetch)

    client: Any = SimpleNamespace(http=SimpleNamespace(close=lambda: None))
    with Readers(lambda: client, size=1) as readers:
        for offset in ("first", "second", "third"):
            readers.start(EVERYBODY, offset)
        while not asked:
            pass
        threading.Timer(0.2, goes_on.set).start()
    assert asked == ["first"]


def test_in_the_callers_thread_a_page_is_fetched_at_once(people: None, client: LeverClient) -> None:
    assert len(AtOnce(client).start(EVERYBODY, "").result(timeout=0).page.items) == 100
