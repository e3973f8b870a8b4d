"""The look at everybody: resumable page by page, side by side, careful with whom it takes for deleted."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from pinlever.audit.models import AuditEntry
from pinlever.connection import crawl, full_crawl, index, reconciling
from pinlever.connection.gateway import open_client
from pinlever.connection.models import (
    KnownKey,
    KnownOpportunity,
    LeverAccount,
    LeverConnection,
    PeopleIndex,
    Reconciliation,
)
from pinlever.connection.reading_ahead import AtOnce, Readers
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import claim_first
from pinlever.lever.client import LeverClient
from pinlever.lever.errors import LeverError
from pinlever.practice.app import PracticeApp
from tests.connection.conftest import ADMIN
from tests.practice_adapter import control

EMPTY = {"data": [], "hasNext": False}


@pytest.fixture
def read(account: LeverAccount, client: LeverClient, lever: PracticeApp) -> LeverAccount:
    """An account with 250 people more than the seeded ones, read once, worked off."""
    control(lever, "opportunities", {"generate": 250, "prefix": "early"})
    while not crawl.step(account, client).done:
        pass
    crawl.poll(account, client)
    KnownOpportunity.objects.update(unheard_at=None, untold_at=None)
    LeverAccount.objects.update(has_webhooks=True)
    return account


@pytest.fixture(autouse=True)
def no_failpoints() -> Iterator[None]:
    yield
    failpoints.install(None)


def look(account: LeverAccount, client: LeverClient, *, pages: int | None = None) -> Reconciliation:
    """Goes on with the look to its end, or for so many pages."""
    done = 0
    while full_crawl.read_on(account, client, AtOnce(client), seconds=0):
        done += 1
        if done == pages:
            break
        assert done < 60
    return Reconciliation.objects.filter(kind="full").latest("began_at")


def begin(account: LeverAccount) -> None:
    reconciling.read_everybody(by=ADMIN, account=account)


def deleted_without_a_word(lever: PracticeApp, *ids: str) -> None:
    for lever_id in ids:
        control(lever, "delete", {"opportunity": lever_id})
    control(lever, "faults", {"match": {"path": "/opportunities/deleted"}, **answers(EMPTY)})


def answers(body: Any) -> dict[str, Any]:
    return {"kind": "status", "args": {"status": 200, "body": body}}


def known(name: str) -> KnownOpportunity:
    return KnownOpportunity.objects.get(name=name)


def lists(lever: PracticeApp) -> list[dict[str, list[str]]]:
    log = control(lever, "log", method="GET")["data"]
    return [
        row["query"] for row in log if row["path"] == "/v1/opportunities" and row["query"]["limit"] != ["1"]
    ]


def test_when_nothing_changed_nothing_is_written_but_that_everybody_was_met(
    read: LeverAccount, client: LeverClient
) -> None:
    before = {row.pk: (row.seen_at, row.told_by, row.payload) for row in KnownOpportunity.objects.all()}
    begin(read)
    told = look(read, client)
    assert (told.state, told.read, told.news, told.missed, told.deleted) == ("done", len(before), 0, 0, 0)
    assert told.ended_at is not None and told.lanes == []
    rows = KnownOpportunity.objects.all()
    assert {row.pk: (row.seen_at, row.told_by, row.payload) for row in rows} == before
    assert all(row.met_at and row.met_at >= told.began_at for row in rows)
    assert not rows.filter(unheard_at__isnull=False).exists()


def test_a_page_of_people_who_are_known_costs_a_handful_of_statements(
    read: LeverAccount, client: LeverClient, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    begin(read)
    reads = AtOnce(client)
    with django_assert_max_num_queries(40):
        full_crawl.read_on(read, client, reads, seconds=0)


def test_a_change_that_moved_no_updated_at_is_found_and_counted_as_missed(
    read: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    row = known("Early 7")
    stale = {**row.payload, "stage": "lead-new"}
    KnownOpportunity.objects.filter(pk=row.pk).update(stage_id="lead-new", payload=stale)
    begin(read)
    told = look(read, client)
    row.refresh_from_db()
    assert (told.news, told.missed) == (1, 1)
    assert row.stage_id == row.payload["stage"] != "lead-new"
    assert row.unheard_at is not None


def test_records_without_updated_at_are_compared_as_a_whole(
    read: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    row = known("Early 8")
    control(
        lever,
        "edit_opportunity",
        {"opportunity": row.lever_id, "changes": {"origin": "referred"}, "updated_at": None},
    )
    assert crawl.poll(read, client)
    row.refresh_from_db()
    assert row.payload["origin"] != "referred", "no window of updatedAt can find it"
    KnownOpportunity.objects.filter(pk=row.pk).update(changed_at=None)
    begin(read)
    assert look(read, client).news == 1
    row.refresh_from_db()
    assert (row.payload["origin"], row.changed_at) == ("referred", None)


def test_without_webhooks_none_is_missed(read: LeverAccount, client: LeverClient) -> None:
    LeverAccount.objects.update(has_webhooks=False)
    begin(read)
    assert look(read, client).missed is None


def test_somebody_nobody_told_of_is_taken_in_as_news(read: LeverAccount, client: LeverClient) -> None:
    row = known("Early 9")
    row.delete()
    begin(read)
    told = look(read, client)
    assert (told.news, told.missed) == (1, 1)
    assert known("Early 9").unheard_at is not None


def test_a_deletion_nobody_told_is_found_and_asked_after(
    read: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    gone = [known("Early 1"), known("Early 2")]
    deleted_without_a_word(lever, *(row.lever_id for row in gone))
    crawl.poll(read, client)
    gone[0].refresh_from_db()
    assert gone[0].deleted_at is None
    begin(read)
    told = look(read, client)
    assert (told.state, told.not_met, told.checked, told.deleted, told.missed) == ("done", 2, 2, 2, 2)
    for row in gone:
        row.refresh_from_db()
        assert row.deleted_at is not None and row.unheard_at is not None
    assert KnownOpportunity.objects.filter(deleted_at__isnull=False).count() == 2


def test_what_levers_own_list_of_deletions_names_needs_no_asking(
    read: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    row = known("Early 3")
    control(lever, "delete", {"opportunity": row.lever_id})
    begin(read)
    told = look(read, client)
    assert (told.not_met, told.checked, told.deleted) == (0, 0, 1)


def test_who_was_not_in_the_list_but_is_there_is_no_deletion(
    read: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    row = known("Early 3")  # the last one of the list

    def move(name: str) -> None:
        """Somebody moves them to where the crawl has been already."""
        if name != "full_crawl.after_commit":
            return
        committed.append(name)
        if len(committed) == 2:
            change = {"last_advanced_at": 9_000_000_000_000}
            control(
                lever,
                "edit_opportunity",
                {"opportunity": row.lever_id, "changes": change, "updated_at": 1_500_000_000_000},
            )

    committed: list[str] = []
    begin(read)
    failpoints.install(move)
    told = look(read, client)
    row.refresh_from_db()
    assert told.read == KnownOpportunity.objects.count() - 1
    assert (told.state, told.not_met, told.checked, told.deleted) == ("done", 1, 1, 0)
    assert row.deleted_at is None and row.met_at is not None


def test_when_a_tenth_is_gone_a_permission_is_missing_and_nobody_is_deleted(
    read: LeverAccount, client: LeverClient, lever: PracticeApp, caplog: pytest.LogCaptureFixture
) -> None:
    control(lever, "faults", {"match": {"path": "/opportunities$", "method": "GET"}, **answers(EMPTY)})
    begin(read)
    told = look(read, client)
    everybody = KnownOpportunity.objects.count()
    assert (told.state, told.not_met, told.checked) == ("stopped", everybody, 0)
    assert told.ended_at is not None and f"{everybody:,} of the {everybody:,}" in told.note
    assert "stopped" in caplog.text
    assert not KnownOpportunity.objects.filter(deleted_at__isnull=False).exists()


def test_a_person_may_have_them_checked_one_by_one_all_the_same(
    read: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    row = known("Early 5")
    deleted_without_a_word(lever, row.lever_id)
    control(lever, "faults", {"match": {"path": "/opportunities$", "count": 3}, **answers(EMPTY)})
    begin(read)
    assert look(read, client).state == "stopped"
    control(lever, "faults", method="DELETE")
    reconciling.check_anyway(by=ADMIN, account=read)
    told = look(read, client)
    assert (told.state, told.deleted, told.note) == ("done", 1, "")
    assert told.checked == told.not_met == KnownOpportunity.objects.count()
    assert AuditEntry.objects.filter(action="people.check_anyway", by_label="Ada Admin").exists()
    with pytest.raises(reconciling.NotPossible):
        reconciling.check_anyway(by=ADMIN, account=read)


def test_where_lever_may_hide_people_from_us_its_404_is_no_deletion(
    read: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    row = known("Early 6")
    deleted_without_a_word(lever, row.lever_id)
    read.confidential_access = False
    begin(read)
    told = look(read, client)
    row.refresh_from_db()
    assert (told.state, told.checked, told.deleted, row.deleted_at) == ("done", 1, 0, None)


BELIEVED = [(0, 10), (15, 10), (60, 30), (250, 100), (2_000, 100), (100_000, 5_000)]


@pytest.mark.parametrize(("alive", "most"), BELIEVED)
def test_how_many_may_be_gone_before_nobody_believes_it(alive: int, most: int) -> None:
    assert full_crawl.most_gone(alive) == most


def test_a_merge_nobody_told_moves_the_opportunity(
    read: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    kept, gone = known("Early 10"), known("Early 11")
    control(lever, "merge", {"from": gone.contact_id, "to": kept.contact_id})
    begin(read)
    told = look(read, client)
    gone.refresh_from_db()
    assert (gone.contact_id, gone.deleted_at) == (kept.contact_id, None)
    assert gone.unheard_at is not None
    assert told.deleted == 0


def test_who_was_anonymised_without_a_word_loses_their_keys(
    read: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    row = known("Early 12")
    control(lever, "anonymize", {"contact": row.contact_id})
    begin(read)
    look(read, client)
    row.refresh_from_db()
    assert (row.is_anonymized, row.deleted_at) == (True, None)
    assert not KnownKey.objects.filter(opportunity=row).exists()


def test_who_was_taken_for_deleted_and_is_listed_comes_back(read: LeverAccount, client: LeverClient) -> None:
    row = known("Early 13")
    index.mark_deleted(read, {row.lever_id: db_now() - timedelta(days=1)})
    begin(read)
    assert look(read, client).news == 1
    row.refresh_from_db()
    assert row.deleted_at is None


def test_it_goes_on_where_a_dead_worker_stopped(
    read: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    begin(read)
    look(read, client, pages=1)
    before = len(lists(lever))

    def die(name: str) -> None:
        if name == "full_crawl.before_commit":
            raise SystemExit

    failpoints.install(die)
    with pytest.raises(SystemExit):
        full_crawl.read_on(read, client, AtOnce(client), seconds=0)
    failpoints.install(None)
    # Killed outright it could not have given the row back.
    Reconciliation.objects.update(locked_by="dead", locked_until=db_now() - timedelta(1), claims_unended=1)
    told = look(read, client)
    assert (told.state, told.resumed, told.read) == ("done", 1, KnownOpportunity.objects.count())
    offsets = [query.get("offset") for query in lists(lever)[before:]]
    assert len(offsets) - len({str(offset) for offset in offsets}) == 1, "only the page in hand comes twice"


def test_an_offset_lever_no_longer_takes_starts_its_lane_again(
    read: LeverAccount, client: LeverClient
) -> None:
    begin(read)
    look(read, client, pages=1)
    row = Reconciliation.objects.get(kind="full")
    row.lanes[0]["offset"] = "0.123.gone"
    Reconciliation.objects.filter(pk=row.pk).update(lanes=row.lanes)
    told = look(read, client)
    assert (told.state, told.resumed, told.not_met) == ("done", 1, 0)


def test_a_failing_lever_keeps_the_progress(
    read: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    begin(read)
    look(read, client, pages=1)
    control(lever, "faults", {"match": {"count": 1}, "kind": "status"})
    with pytest.raises(LeverError):
        full_crawl.read_on(read, client, AtOnce(client), seconds=0)
    row = Reconciliation.objects.get(kind="full")
    assert (row.state, row.read, row.locked_by) == ("reading", 100, "")
    assert look(read, client).state == "done"


def test_two_at_once_read_no_page_twice_and_one_who_lost_the_lease_writes_nothing(
    read: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    begin(read)
    held = claim_first(Reconciliation.objects.filter(kind="full"), seconds=60)
    calls = len(lists(lever))
    assert held and not full_crawl.read_on(read, client, AtOnce(client), seconds=0)
    assert len(lists(lever)) == calls
    Reconciliation.objects.update(locked_by="", locked_until=None)

    def overtake(name: str) -> None:
        if name == "full_crawl.before_commit":
            Reconciliation.objects.update(locked_by="another")

    failpoints.install(overtake)
    assert not full_crawl.read_on(read, client, AtOnce(client), seconds=0)
    row = Reconciliation.objects.get(kind="full")
    assert (row.read, row.locked_by) == (0, "another")


def test_parts_of_the_list_are_read_side_by_side_and_nobody_falls_between(
    read: LeverAccount, client: LeverClient, lever: PracticeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(full_crawl, "WORTH_LANES", 100)
    # The generated ones are one second apart: the ends of the parts fall on some of them.
    assert len(full_crawl.lanes_of(read)) == full_crawl.LANES
    begin(read)
    told = look(read, client)
    everybody = KnownOpportunity.objects.count()
    assert (told.state, told.not_met) == ("done", 0)
    assert everybody < told.read + 1 <= everybody + full_crawl.LANES, (
        "who stands on the border of two parts comes twice"
    )
    asked = [query for query in lists(lever) if "created_at_start" in query or "created_at_end" in query]
    assert (
        len({(str(q.get("created_at_start")), str(q.get("created_at_end"))) for q in asked})
        == full_crawl.LANES
    )


@pytest.mark.django_db(transaction=True)
def test_threads_read_ahead_of_the_one_who_writes(
    read: LeverAccount, connection: LeverConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(full_crawl, "WORTH_LANES", 100)
    begin(read)
    for _ in range(20):
        with Readers(lambda: open_client(connection), size=4) as readers:
            if not full_crawl.read_on(read, open_client(connection), readers, seconds=5):
                break
    told = Reconciliation.objects.get(kind="full")
    assert (told.state, told.not_met, told.news) == ("done", 0, 0)


def midnight_and(hours: float) -> datetime:
    return datetime(2027, 3, 1, tzinfo=UTC) + timedelta(hours=hours)


DUE = [
    (3.5, 2.0, False),  # read for the first time only now
    (3.5, 14.0, True),
    (4.5, 14.0, False),
    (2.9, 14.0, False),
    (15.0, 27.0, True),  # nobody worked at the hour
]


@pytest.mark.parametrize(("hour", "since", "is_due"), DUE)
@pytest.mark.parametrize("is_first", [True, False])
def test_it_begins_at_its_hour_or_when_a_night_went_without(
    account: LeverAccount,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    hour: float,
    since: float,
    is_due: bool,
    is_first: bool,
) -> None:
    settings.FULL_CRAWL_AT = 3
    last = midnight_and(hour - since)
    monkeypatch.setattr(full_crawl, "db_now", lambda: midnight_and(hour))
    PeopleIndex.objects.update(complete_at=last if is_first else last - timedelta(days=30))
    if not is_first:
        Reconciliation.objects.create(
            account=account, kind="full", state="done", began_at=last, ended_at=last
        )
    assert full_crawl.begin_if_due(account) == is_due
    assert full_crawl.under_way(account) == is_due
    assert full_crawl.begin_if_due(account) == is_due, "begun once"


def test_nothing_begins_before_the_first_reading_is_done(account: LeverAccount) -> None:
    assert not full_crawl.begin_if_due(account)


def test_one_is_under_way_at_most(read: LeverAccount) -> None:
    begin(read)
    assert AuditEntry.objects.filter(action="people.read_again", by_label="Ada Admin").exists()
    with pytest.raises(reconciling.NotPossible, match="being read already"):
        begin(read)
