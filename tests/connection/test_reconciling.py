"""Polls: what they find whatever happens while they read, what they write down, and what webhooks missed."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from pinlever.connection import crawl, index, reconciling
from pinlever.connection.models import (
    KnownOpportunity,
    LeverAccount,
    PeopleIndex,
    Reconciliation,
    ToldBy,
)
from pinlever.connection.refresh import POLL_OVERLAP
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.lever.client import LeverClient
from pinlever.lever.errors import Unavailable
from pinlever.lever.types import to_ms
from pinlever.practice.app import PracticeApp
from tests.practice_adapter import control

LATER = timedelta(minutes=2)


@pytest.fixture
def fresh(account: LeverAccount, client: LeverClient) -> LeverAccount:
    while not crawl.step(account, client).done:
        pass
    assert crawl.poll(account, client)
    Reconciliation.objects.all().delete()
    KnownOpportunity.objects.update(unheard_at=None, untold_at=None)
    LeverAccount.objects.update(has_webhooks=True)
    return account


@pytest.fixture(autouse=True)
def no_failpoints() -> Iterator[None]:
    yield
    failpoints.install(None)


def add(lever: PracticeApp, *names: str, **fields: object) -> list[str]:
    people = [{"name": name, "emails": [f"{name}@people.example"], **fields} for name in names]
    added = control(lever, "opportunities", {"people": people})["data"]
    return [one["opportunities"][0] for one in added]


def knows(account: LeverAccount, name: str) -> bool:
    return bool(index.people(account, [("email", f"{name}@people.example")]))


def poll(account: LeverAccount, client: LeverClient) -> Reconciliation:
    assert crawl.poll(account, client)
    return Reconciliation.objects.filter(kind="poll").latest("pk")


def at_the_first_page(do: Callable[[], object]) -> None:
    """Once, when the first page of opportunities has been answered."""
    done: list[str] = []

    def hook(name: str) -> None:
        if name == "call.after GET /opportunities" and not done:
            done.append(name)
            do()

    failpoints.install(hook)


def wait_for_webhooks() -> None:
    KnownOpportunity.objects.filter(untold_at__isnull=False).update(untold_at=db_now() - LATER)


def test_a_poll_writes_down_what_it_read_and_what_was_new(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    add(lever, "one", "two")
    told = poll(fresh, client)
    assert (told.state, told.kind) == ("done", "poll")
    assert told.ended_at is not None and told.ended_at >= told.began_at
    assert told.read >= told.news == 2
    again = poll(fresh, client)
    assert again.read >= 2, "windows overlap"
    assert (again.news, again.deleted) == (0, 0)


def test_a_record_that_moves_while_pages_are_read_is_found_by_the_next_look(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    """The list is sorted by a time that changes: the last one moves to where was read already, and changes too."""
    now = to_ms(db_now())
    names = [f"mover{number:03}" for number in range(150)]
    ids = [
        add(lever, name, last_advanced_at=now - number, updated_at=now)[0]
        for number, name in enumerate(names)
    ]
    late = {"opportunity": ids[-1], "changes": {"last_advanced_at": now + 60_000, "origin": "referred"}}
    at_the_first_page(lambda: control(lever, "edit_opportunity", late))
    poll(fresh, client)
    failpoints.install(None)
    assert knows(fresh, "mover148") and not knows(fresh, "mover149")
    poll(fresh, client)
    assert knows(fresh, "mover149")


def test_what_comes_twice_while_pages_are_read_counts_once(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    now = to_ms(db_now())
    ids = [
        add(lever, f"twice{number:03}", last_advanced_at=now - number, updated_at=now)[0]
        for number in range(150)
    ]
    back = {"opportunity": ids[0], "changes": {"last_advanced_at": now - 120, "origin": "referred"}}
    at_the_first_page(lambda: control(lever, "edit_opportunity", back))
    told = poll(fresh, client)
    failpoints.install(None)
    assert KnownOpportunity.objects.filter(lever_id=ids[0]).count() == 1
    assert (told.read, told.news) == (150, 150)
    poll(fresh, client)
    assert KnownOpportunity.objects.get(lever_id=ids[0]).payload["origin"] == "referred"


@pytest.mark.parametrize(("beside", "is_found"), [(0, True), (-1, False)])
def test_many_changes_in_the_millisecond_in_which_the_window_begins_are_all_found(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp, beside: int, is_found: bool
) -> None:
    through = PeopleIndex.objects.get().read_through
    assert through is not None
    edge = to_ms(through - POLL_OVERLAP) + beside
    add(lever, *(f"edge{number}" for number in range(130)), updated_at=edge)
    told = poll(fresh, client)
    assert told.news == (130 if is_found else 0)
    assert knows(fresh, "edge0") == knows(fresh, "edge129") == is_found


@pytest.mark.parametrize("offset", [1500, -1500])
def test_levers_own_clock_counts_whichever_way_it_is_wrong(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp, offset: int
) -> None:
    control(lever, "switches", {"clock_offset_seconds": offset})
    poll(fresh, client)
    PeopleIndex.objects.update(read_through=db_now() + timedelta(seconds=offset))
    add(lever, "elsewhere")
    assert poll(fresh, client).news == 1
    assert knows(fresh, "elsewhere")


def test_a_token_lever_refuses_starts_the_list_again(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    add(lever, *(f"page{number}" for number in range(150)))
    refused = {"code": "BadRequest", "message": "Invalid offset token"}
    control(
        lever,
        "faults",
        {
            "match": {"query": "offset", "count": 1},
            "kind": "status",
            "args": {"status": 400, "body": refused},
        },
    )
    told = poll(fresh, client)
    assert (told.news, told.state) == (150, "done")
    assert knows(fresh, "page0") and knows(fresh, "page149")


def test_in_whichever_order_two_readings_are_written_the_later_truth_stands(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    (lever_id,) = add(lever, "order")
    before = client.opportunity(lever_id)
    client.set_stage(lever_id, "lead-responded")
    poll(fresh, client)
    index.upsert(fresh, [before], db_now(), told_by=ToldBy.WEBHOOK)
    assert KnownOpportunity.objects.get(lever_id=lever_id).stage_id == "lead-responded"


def test_a_poll_lever_breaks_off_is_written_down_and_the_next_begins_where_it_did(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    through = PeopleIndex.objects.get().read_through
    add(lever, "after")
    control(lever, "faults", {"match": {"path": "/opportunities", "count": 1}, "kind": "status"})
    with pytest.raises(Unavailable):
        crawl.poll(fresh, client)
    broken = Reconciliation.objects.get()
    assert (broken.state, broken.missed, "503" in broken.note) == ("failed", None, True)
    assert PeopleIndex.objects.get().read_through == through
    assert poll(fresh, client).news == 1


def test_what_no_webhook_told_within_a_minute_is_counted_once(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = add(lever, "first", "second")
    assert poll(fresh, client).missed == 0, "a webhook may still come"
    index.upsert(fresh, [client.opportunity(second)], db_now(), told_by=ToldBy.WEBHOOK)
    wait_for_webhooks()
    assert poll(fresh, client).missed == 1
    assert "no webhook for 1 change" in caplog.text
    assert poll(fresh, client).missed == 0
    client.set_stage(first, "lead-responded")
    client.add_tags(second, ["tagged"])  # nothing Lever has a webhook for
    poll(fresh, client)
    wait_for_webhooks()
    assert poll(fresh, client).missed == 1


def test_what_a_look_right_before_writing_found_counts_as_missed_too(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    add(lever, "hasty")
    PeopleIndex.objects.update(refreshed_at=db_now() - timedelta(minutes=1))
    assert crawl.ensure_fresh(fresh, client, max_age=10, wait=0)
    assert KnownOpportunity.objects.get(name="hasty").told_by == ToldBy.SYNC
    wait_for_webhooks()
    told = poll(fresh, client)
    assert (told.news, told.missed) == (0, 1)


def test_a_deletion_no_webhook_told_is_counted(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    (lever_id,) = add(lever, "leaver")
    poll(fresh, client)
    KnownOpportunity.objects.update(untold_at=None)
    control(lever, "delete", {"opportunity": lever_id})
    assert poll(fresh, client).deleted == 1
    wait_for_webhooks()
    told = poll(fresh, client)
    assert (told.deleted, told.missed) == (0, 1)


def test_without_webhooks_none_is_missed_and_none_is_kept_for_later(
    fresh: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    LeverAccount.objects.update(has_webhooks=False)
    add(lever, "quiet")
    poll(fresh, client)
    wait_for_webhooks()
    assert poll(fresh, client).missed is None
    LeverAccount.objects.update(has_webhooks=True)
    assert poll(fresh, client).missed == 0


def test_what_changed_during_the_first_reading_is_nobodys_miss(
    account: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    LeverAccount.objects.update(has_webhooks=True)
    crawl.step(account, client)
    add(lever, "meanwhile")
    while not crawl.step(account, client).done:
        pass
    assert knows(account, "meanwhile")
    assert not KnownOpportunity.objects.filter(untold_at__isnull=False).exists()


def look(account: LeverAccount, hours: float, **fields: Any) -> Reconciliation:
    began = db_now() - timedelta(hours=hours)
    ended = {"state": "done", "ended_at": began} if fields.pop("over", True) else {}
    return Reconciliation.objects.create(account=account, began_at=began, **ended, **fields)


def test_the_latest_looks_are_told_with_what_webhooks_missed_in_a_day(
    fresh: LeverAccount, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    look(fresh, 2, kind="poll", missed=3)
    latest = look(fresh, 1, kind="poll", missed=None)
    look(fresh, 30, kind="poll", missed=5)
    full = look(fresh, 20, kind="full", missed=2)
    under_way = look(fresh, 0.5, kind="full", over=False)
    with django_assert_num_queries(5):
        told = reconciling.looks_of(fresh)
    assert (told.poll, told.full, told.under_way, told.missed) == (latest, full, under_way, 5)


def test_looks_are_forgotten_after_a_month(fresh: LeverAccount) -> None:
    look(fresh, 24 * 31, kind="poll")
    kept = look(fresh, 24 * 29, kind="poll")
    going = look(fresh, 24 * 40, kind="full", over=False)
    reconciling.forget_old()
    assert set(Reconciliation.objects.all()) == {kept, going}
