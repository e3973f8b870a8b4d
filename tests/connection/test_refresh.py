"""Keeping the index fresh: who reads, who waits, what is never missed."""

import threading
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connections

from pinlever.connection import crawl, index, refresh
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverAccount, LeverConnection, PeopleIndex
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import claim_first
from pinlever.lever.client import LeverClient
from pinlever.lever.errors import Unavailable
from pinlever.lever.types import NewOpportunity
from pinlever.practice import seed
from pinlever.practice.app import PracticeApp
from tests.practice_adapter import control


def complete(account: LeverAccount, client: LeverClient) -> None:
    while not crawl.step(account, client).done:
        pass


@pytest.fixture
def fresh(account: LeverAccount, client: LeverClient) -> LeverAccount:
    complete(account, client)
    assert crawl.ensure_fresh(account, client, max_age=10, wait=1)
    return account


def add(lever: PracticeApp, name: str, **fields: object) -> dict[str, Any]:
    person = {"name": name, "emails": [f"{name}@people.example"], **fields}
    (added,) = control(lever, "opportunities", {"people": [person]})["data"]
    return dict(added)


def knows(account: LeverAccount, name: str) -> bool:
    return bool(index.people(account, [("email", f"{name}@people.example")]))


def calls(lever: PracticeApp) -> int:
    return int(control(lever, "log", method="GET")["last"])


def age(seconds: float) -> None:
    PeopleIndex.objects.update(refreshed_at=db_now() - timedelta(seconds=seconds))


def test_a_fresh_index_costs_no_call(fresh: LeverAccount, client: LeverClient, lever: PracticeApp) -> None:
    before = calls(lever)
    assert crawl.ensure_fresh(fresh, client, max_age=10, wait=0)
    assert calls(lever) == before


def test_a_stale_one_is_read_to_its_end(fresh: LeverAccount, client: LeverClient, lever: PracticeApp) -> None:
    for number in range(120):
        add(lever, f"new{number}")
    age(11)
    before = calls(lever)
    assert crawl.ensure_fresh(fresh, client, max_age=10, wait=0)
    assert calls(lever) == before + 2
    assert knows(fresh, "new0") and knows(fresh, "new119")
    row = PeopleIndex.objects.get()
    assert row.locked_by == ""
    assert row.refreshed_at is not None and (db_now() - row.refreshed_at).total_seconds() < 5


def test_an_incomplete_index_is_never_fresh(account: LeverAccount, client: LeverClient) -> None:
    assert not crawl.ensure_fresh(account, client, max_age=10, wait=0)


def test_half_way_one_reads_ahead_while_others_go_on(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    age(6)
    held = claim_first(PeopleIndex.objects.all(), seconds=60)
    before = calls(lever)
    assert crawl.ensure_fresh(fresh, client, max_age=10, wait=0)
    assert calls(lever) == before
    assert held is not None
    PeopleIndex.objects.update(locked_by="", locked_until=None)
    assert crawl.ensure_fresh(fresh, client, max_age=10, wait=0)
    assert calls(lever) == before + 1


def test_while_another_one_reads_one_waits_and_then_gives_up(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    age(11)
    claim_first(PeopleIndex.objects.all(), seconds=60)
    looks: list[float] = []
    monkeypatch.setattr(refresh, "sleep", looks.append)
    monkeypatch.setattr(refresh, "steady_clock", count().__next__)
    before = calls(lever)
    assert not crawl.ensure_fresh(fresh, client, max_age=10, wait=3)
    assert looks == [refresh.LOOK_AGAIN] * 2
    assert calls(lever) == before


def test_one_who_waits_goes_on_with_what_the_other_one_read(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    age(11)
    claim_first(PeopleIndex.objects.all(), seconds=60)
    monkeypatch.setattr(refresh, "sleep", lambda _: age(0))
    before = calls(lever)
    assert crawl.ensure_fresh(fresh, client, max_age=10, wait=60)
    assert calls(lever) == before


def test_a_reader_that_died_holds_nobody_up_for_long(fresh: LeverAccount, client: LeverClient) -> None:
    age(11)

    def die(name: str) -> None:
        if name == "refresh.before_commit":
            raise KeyboardInterrupt

    failpoints.install(die)
    with pytest.raises(KeyboardInterrupt):
        crawl.ensure_fresh(fresh, client, max_age=10, wait=0)
    failpoints.install(None)
    assert crawl.ensure_fresh(fresh, client, max_age=10, wait=0)


def test_one_that_was_overtaken_still_counts_and_never_turns_time_back(
    fresh: LeverAccount, client: LeverClient
) -> None:
    age(11)
    later = db_now() + timedelta(minutes=1)

    def overtaken(name: str) -> None:
        if name == "refresh.before_commit":
            PeopleIndex.objects.update(locked_by="another", refreshed_at=later, read_through=later)

    failpoints.install(overtaken)
    try:
        assert crawl.ensure_fresh(fresh, client, max_age=10, wait=0)
    finally:
        failpoints.install(None)
    row = PeopleIndex.objects.get()
    assert (row.refreshed_at, row.read_through, row.locked_by) == (later, later, "another")


def test_a_failing_lever_is_told_unless_what_is_known_is_young_enough(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    control(lever, "faults", {"match": {"path": "/opportunities"}, "kind": "status"})
    age(11)
    with pytest.raises(Unavailable):
        crawl.ensure_fresh(fresh, client, max_age=10, wait=0)
    assert PeopleIndex.objects.get().locked_by == ""
    age(6)
    control(lever, "faults", method="DELETE")
    control(lever, "faults", {"match": {}, "kind": "status"})
    before = calls(lever)
    assert crawl.ensure_fresh(fresh, client, max_age=10, wait=0)
    assert calls(lever) == before + 1


def test_a_refresh_that_began_too_early_is_not_taken_for_one_since_then(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    since = db_now()
    before = calls(lever)
    assert crawl.ensure_fresh(fresh, client, since=since, wait=0)
    assert crawl.ensure_fresh(fresh, client, since=since, wait=0)
    assert calls(lever) == before + 1


@pytest.mark.parametrize("lag", [5, 30])
def test_what_levers_lists_show_late_is_found_by_a_later_refresh(
    lever: PracticeApp, fresh: LeverAccount, client: LeverClient, lag: int
) -> None:
    clock = lever.world.now()
    lever.world.clock = lambda: clock
    control(lever, "switches", {"index_lag": lag})
    hidden = NewOpportunity(name="hidden", emails=("hidden@people.example",))
    client.create_opportunity(hidden, perform_as=seed.user_id("aud"))
    clock += lag - 1
    age(11)
    crawl.ensure_fresh(fresh, client, max_age=10, wait=0)
    assert not knows(fresh, "hidden")
    clock += 2
    age(11)
    crawl.ensure_fresh(fresh, client, max_age=10, wait=0)
    assert knows(fresh, "hidden")


def test_levers_own_clock_sets_the_window(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    """Lever's clock goes wrong by an hour and more: its timestamps and its Date header move together."""
    for offset, name in ((1800, "ahead"), (-1500, "behind")):
        control(lever, "switches", {"clock_offset_seconds": offset})
        age(11)
        crawl.ensure_fresh(fresh, client, max_age=10, wait=0)
        add(lever, name)
        PeopleIndex.objects.update(read_through=db_now() + timedelta(seconds=offset))
        age(11)
        assert crawl.ensure_fresh(fresh, client, max_age=10, wait=0)
        assert knows(fresh, name)


def test_a_long_gap_is_left_to_the_crawl(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    PeopleIndex.objects.update(read_through=db_now() - timedelta(hours=3))
    add(lever, "meanwhile")
    assert not crawl.ensure_fresh(fresh, client, max_age=10, wait=0)
    assert not crawl.is_complete(fresh)
    complete(fresh, client)
    assert knows(fresh, "meanwhile")
    assert crawl.ensure_fresh(fresh, client, max_age=10, wait=0)


def test_a_poll_finds_deletions_and_counts_as_a_refresh(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    added = add(lever, "leaver")
    age(11)
    assert crawl.poll(fresh, client)
    assert knows(fresh, "leaver")
    control(lever, "delete", {"opportunity": added["opportunities"][0]})
    assert crawl.poll(fresh, client)
    assert not knows(fresh, "leaver")
    before = calls(lever)
    assert crawl.ensure_fresh(fresh, client, max_age=10, wait=0)
    assert calls(lever) == before


def test_a_poll_leaves_an_incomplete_or_busy_index_alone(
    account: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    before = calls(lever)
    assert not crawl.poll(account, client)
    complete(account, client)
    claim_first(PeopleIndex.objects.all(), seconds=60)
    between = calls(lever)
    assert not crawl.poll(account, client)
    assert (calls(lever) - between, between > before) == (0, True)


def test_a_merge_at_lever_is_followed(fresh: LeverAccount, client: LeverClient, lever: PracticeApp) -> None:
    kept, gone = add(lever, "kept"), add(lever, "gone")
    crawl.poll(fresh, client)
    control(lever, "merge", {"from": gone["contact"], "to": kept["contact"]})
    crawl.poll(fresh, client)
    (person,) = index.people(fresh, [("email", "gone@people.example")])
    assert (person.contact_id, len(person.opportunities)) == (kept["contact"], 2)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_cost_one_call(
    lever: PracticeApp, fresh: LeverAccount, connection: LeverConnection
) -> None:
    age(11)
    before = calls(lever)
    answers: list[bool] = []

    def ask() -> None:
        answers.append(crawl.ensure_fresh(fresh, open_client(connection), max_age=10, wait=10))
        connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 6
    assert calls(lever) == before + 1
