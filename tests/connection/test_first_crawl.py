"""The first crawl: page by page, resumable, complete only after the changes since it began were read too."""

import pytest

from pinlever.connection import crawl, index, progress
from pinlever.connection.first_crawl import Progress
from pinlever.connection.models import KnownOpportunity, LeverAccount, PeopleIndex
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import claim_first
from pinlever.lever.client import LeverClient
from pinlever.lever.errors import LeverError, Unavailable
from pinlever.practice.app import PracticeApp
from tests.practice_adapter import control


@pytest.fixture(autouse=True)
def people(lever: PracticeApp) -> None:
    control(lever, "opportunities", {"generate": 250, "prefix": "early"})


def crawl_all(account: LeverAccount, client: LeverClient) -> list[Progress]:
    steps: list[Progress] = []
    while not steps or not steps[-1].done:
        steps.append(crawl.step(account, client))
        assert len(steps) < 50
    return steps


def lists(lever: PracticeApp) -> list[dict[str, list[str]]]:
    log = control(lever, "log", method="GET")["data"]
    return [
        row["query"] for row in log if row["path"] == "/v1/opportunities" and row["query"]["limit"] != ["1"]
    ]


def test_everybody_is_read_a_page_at_a_time(account: LeverAccount, client: LeverClient) -> None:
    steps = crawl_all(account, client)
    assert [step.seen for step in steps[:3]] == [100, 200, 250]
    assert KnownOpportunity.objects.count() == 250
    assert crawl.is_complete(account)
    row = PeopleIndex.objects.get()
    assert row.read_through is not None and row.deleted_through is not None
    assert abs((row.read_through - db_now()).total_seconds()) < 30
    assert row.locked_by == ""


def test_a_step_after_the_end_calls_nobody(
    account: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    crawl_all(account, client)
    calls = len(lists(lever))
    assert crawl.step(account, client).done
    assert len(lists(lever)) == calls


def test_it_goes_on_where_a_dead_worker_stopped(
    account: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    crawl.step(account, client)

    def die(name: str) -> None:
        if name == "crawl.before_commit":
            raise KeyboardInterrupt

    failpoints.install(die)
    with pytest.raises(KeyboardInterrupt):
        crawl.step(account, client)
    failpoints.install(None)
    assert KnownOpportunity.objects.count() == 100
    PeopleIndex.objects.update(locked_until=None)
    crawl_all(account, client)
    assert KnownOpportunity.objects.count() == 250


def test_somebody_who_comes_while_it_runs_is_in_the_index_when_it_is_complete(
    account: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    crawl.step(account, client)
    late = {"name": "Late Comer", "emails": ["late@people.example"], "last_advanced_at": 4_000_000_000_000}
    control(lever, "opportunities", {"people": [late]})
    crawl_all(account, client)
    assert index.people(account, [("email", "late@people.example")])


def test_an_offset_lever_no_longer_takes_starts_it_again(account: LeverAccount, client: LeverClient) -> None:
    crawl.step(account, client)
    PeopleIndex.objects.update(crawl_offset="0.123.gone")
    assert crawl.step(account, client).seen == 100
    crawl_all(account, client)
    assert KnownOpportunity.objects.count() == 250


def test_a_list_that_repeats_itself_is_not_followed_for_ever(
    account: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    page = {"data": [], "hasNext": True, "next": "again"}
    control(lever, "faults", {"match": {}, "kind": "status", "args": {"status": 200, "body": page}})
    crawl.step(account, client)
    with pytest.raises(Unavailable, match="without an end"):
        crawl.step(account, client)


def test_two_at_once_read_no_page_twice(account: LeverAccount, client: LeverClient) -> None:
    assert claim_first(PeopleIndex.objects.all(), seconds=60)
    assert crawl.step(account, client) == Progress(done=False, seen=0, busy=True)
    assert KnownOpportunity.objects.count() == 0


def test_one_who_lost_the_lease_writes_nothing(account: LeverAccount, client: LeverClient) -> None:
    def overtake(name: str) -> None:
        if name == "crawl.before_commit":
            PeopleIndex.objects.update(locked_by="another")

    failpoints.install(overtake)
    try:
        assert crawl.step(account, client).busy
    finally:
        failpoints.install(None)
    assert KnownOpportunity.objects.count() == 0
    assert PeopleIndex.objects.get().locked_by == "another"


def test_a_failing_lever_keeps_the_progress(
    account: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    crawl.step(account, client)
    control(lever, "faults", {"match": {"count": 1}, "kind": "status"})
    with pytest.raises(LeverError):
        crawl.step(account, client)
    row = PeopleIndex.objects.get()
    assert (row.crawl_seen, row.locked_by) == (100, "")
    assert crawl.step(account, client).seen == 200


def test_what_was_deleted_meanwhile_is_known_in_the_end(
    account: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    crawl.step(account, client)
    gone = KnownOpportunity.objects.first()
    assert gone is not None
    control(lever, "delete", {"opportunity": gone.lever_id})
    crawl_all(account, client)
    gone.refresh_from_db()
    assert gone.deleted_at is not None


def test_confidential_people_are_asked_for_where_lever_allows_it(
    account: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    crawl.step(account, client)
    assert account.confidential_access
    assert lists(lever)[-1]["confidentiality"] == ["all"]
    account.confidential_access = False
    crawl.step(account, client)
    assert "confidentiality" not in lists(lever)[-1]


def test_a_restart_reads_everybody_again(account: LeverAccount, client: LeverClient) -> None:
    crawl_all(account, client)
    crawl.restart(account)
    assert not crawl.is_complete(account)
    assert [step.seen for step in crawl_all(account, client)[:3]] == [100, 200, 250]


def test_after_a_long_gap_only_the_changes_since_are_read(
    account: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    crawl_all(account, client)
    progress.catch_up(PeopleIndex.objects.get())
    assert not crawl.is_complete(account)
    before = len(lists(lever))
    crawl_all(account, client)
    asked = lists(lever)[before:]
    assert asked and all("updated_at_start" in query for query in asked)
