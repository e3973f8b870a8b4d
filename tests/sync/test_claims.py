"""Claims: all or nothing, never without the lease, and two records of one person meet here in any order."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from pinlever.audit.services import PIN
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import LeaseLost
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.sync import claims, services
from pinlever.sync.claims import Claimed, MustWait
from pinlever.sync.models import Claim, SyncRecord, Waiting
from pinlever.sync.work import work_one
from tests.sync.world import World, world

A, B, C = ("email", "a@people.example"), ("email", "b@people.example"), ("linkedin", "c")


def record_of(account: Any, name: str, **columns: Any) -> SyncRecord:
    candidate = Candidate.objects.create(full_name=name)
    job, _ = Job.objects.get_or_create(title="Backend Engineer")
    prospect = Prospect.objects.create(candidate=candidate, job=job)
    options = {"due_at": db_now(), **columns}
    return SyncRecord.objects.create(account=account, prospect=prospect, **options)


@pytest.fixture
def pair(company: World) -> tuple[SyncRecord, SyncRecord]:
    return record_of(company.account, "Ada"), record_of(company.account, "Bo")


def open_claims(record: SyncRecord) -> set[tuple[str, str]]:
    return set(record.claims.filter(contact_id="").values_list("kind", "value"))


def test_keys_nobody_holds_are_taken_and_taking_them_again_changes_nothing(pair: Any) -> None:
    first, _ = pair
    assert claims.take(first, [A, C]) == claims.take(first, [C, A]) == Claimed()
    assert open_claims(first) == {A, C}


def test_who_meets_an_open_claim_waits_and_keeps_none(pair: Any) -> None:
    first, second = pair
    claims.take(first, [B])
    claims.take(second, [C])
    assert claims.take(second, [A, B, C]) == MustWait(first.pk)
    assert open_claims(second) == set()
    assert Waiting.objects.get().record == second
    second.refresh_from_db()
    assert second.due_at > db_now()


def test_a_settled_claim_is_told_and_not_waited_for(pair: Any) -> None:
    first, second = pair
    claims.take(first, [A])
    claims.settle(first, "ct", [C])
    assert claims.take(second, [A, B, C]) == Claimed({"ct": frozenset({A, C})})
    assert open_claims(second) == {B}


@pytest.mark.parametrize("give_back", [claims.release, lambda record: claims.settle(record, "ct")])
def test_who_waits_is_due_as_soon_as_the_claim_is_settled_or_gone(pair: Any, give_back: Any) -> None:
    first, second = pair
    claims.take(first, [A])
    claims.take(second, [A])
    give_back(first)
    second.refresh_from_db()
    assert second.due_at <= db_now()
    assert not Waiting.objects.exists()


def test_the_sweep_wakes_who_waits_for_somebody_without_open_claims(pair: Any) -> None:
    first, second = pair
    claims.take(first, [A])
    claims.take(second, [A])
    assert claims.wake_overdue() == 0
    Claim.objects.all().delete()
    assert claims.wake_overdue() == 1
    second.refresh_from_db()
    assert second.due_at <= db_now()


def test_an_unsettled_intent_keeps_its_claims(company: World) -> None:
    company.control("faults", {"match": {"method": "POST"}, "kind": "drop_before", "args": {}})
    (record,) = company.export(company.person())
    company.work(1)
    assert record.intents.filter(outcome="").exists()
    before = open_claims(record)
    claims.release(record)
    assert open_claims(record) == before != set()


def test_without_the_lease_nothing_is_taken(pair: Any) -> None:
    first, _ = pair
    SyncRecord.objects.filter(pk=first.pk).update(locked_by="a successor")
    with pytest.raises(LeaseLost):
        claims.take(first, [A])
    assert not Claim.objects.exists()


def test_cancelling_in_the_middle_of_a_turn_leaves_no_claim_behind(company: World) -> None:
    (record,) = company.export(company.person())

    def hook(name: str) -> None:
        if name == "claims.before_commit":
            failpoints.install(None)
            services.cancel(by=PIN, record=SyncRecord.objects.get(pk=record.pk))

    failpoints.install(hook)
    try:
        work_one()
    finally:
        failpoints.install(None)
    record.refresh_from_db()
    assert record.state == "cancelled"
    assert not Claim.objects.exists()
    assert company.opportunities() == []


def test_a_claim_given_back_while_we_look_is_taken_then(pair: Any, monkeypatch: Any) -> None:
    """As on PostgreSQL: our INSERT met somebody's row and did nothing, our SELECT no longer finds it."""
    record, insert, tries = pair[0], claims._insert, []

    def met_somebodys_row(record: SyncRecord, keys: Any) -> None:
        tries.append(keys)
        insert(record, keys if len(tries) > 1 else keys[1:])

    monkeypatch.setattr(claims, "_insert", met_somebodys_row)
    assert claims.take(record, [A, B]) == Claimed()
    assert (len(tries), open_claims(record)) == (2, {A, B})


@pytest.mark.parametrize("count", [2, 3])
def test_deleting_and_moving_a_contact_touch_its_claims_alone(pair: Any, count: int) -> None:
    first, second = pair
    claims.settle(first, "x", [A, C][: count - 1])
    claims.settle(second, "y", [B])
    claims.move_contact(first.account_id, "x", "z")
    assert set(first.claims.values_list("contact_id", flat=True)) == {"z"}
    claims.forget_contact(first.account_id, "z")
    assert list(Claim.objects.values_list("kind", "value")) == [B]


def in_threads(*works: Callable[[], Any]) -> list[Any]:
    """Each in a thread with a connection of its own, beginning together; what they returned or raised."""
    found: list[Any] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(number: int) -> None:
        gate.wait()
        try:
            found[number] = works[number]()
        except Exception as error:  # told to the test
            found[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_takes_all_and_one_waits() -> None:
    with world() as company:
        first, second = record_of(company.account, "Ada"), record_of(company.account, "Bo")
        keys = [("email", f"{number}@people.example") for number in range(20)]
        for turn in range(10):
            orders = (keys, keys[::-1]) if turn % 2 else (keys[::-1], keys)
            got = in_threads(
                lambda order=orders[0]: claims.take(first, order),
                lambda order=orders[1]: claims.take(second, order),
            )
            assert sorted(type(one).__name__ for one in got) == ["Claimed", "MustWait"], got
            assert {len(open_claims(first)), len(open_claims(second))} == {0, 20}
            Claim.objects.all().delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_waiting_cancelling_and_giving_back_at_once_never_end_in_a_deadlock() -> None:
    with world() as company:
        first, second = record_of(company.account, "Ada"), record_of(company.account, "Bo")
        for _ in range(25):
            Claim.objects.all().delete()
            SyncRecord.objects.update(state="queued")
            claims.take(second, [C])
            claims.take(first, [A, B])
            got = in_threads(
                lambda: claims.take(second, [A, C]),
                lambda: claims.take(second, [B, C]),
                lambda: services.cancel(by=PIN, record=first),
                lambda: services.cancel(by=PIN, record=second),
            )
            bad = [one for one in got if isinstance(one, Exception)]
            assert not bad, bad
