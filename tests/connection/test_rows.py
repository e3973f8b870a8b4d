"""The one upsert of the index."""

import random
import threading
from typing import Any

import pytest
from django.db import connections
from pytest_django import DjangoAssertNumQueries

from pinlever.connection.models import Environment, KnownKey, KnownOpportunity, LeverAccount
from pinlever.connection.rows import key_rows, upsert
from pinlever.foundation.clock import db_now
from tests.connection.opportunities import DAY, at, opportunity


@pytest.fixture
def account(db: None) -> LeverAccount:
    return LeverAccount.objects.create(environment=Environment.PRACTICE, first_connected_at=db_now())


def known(lever_id: str = "a") -> KnownOpportunity:
    return KnownOpportunity.objects.get(lever_id=lever_id)


def keys(lever_id: str = "a") -> set[tuple[str, str]]:
    return set(KnownKey.objects.filter(opportunity__lever_id=lever_id).values_list("kind", "value"))


def test_what_lever_says_is_kept(account: LeverAccount) -> None:
    archived = {"reason": "reason-1", "archivedAt": 1_800_000_000_000}
    protection = {"contact": {"allowed": False}}
    told = opportunity("a", archived=archived, dataProtection=protection, confidentiality="confidential")
    assert upsert(account, [told], db_now()) == 1
    row = known()
    assert (row.contact_id, row.posting_id, row.stage_id, row.owner_id) == (
        "contact-1",
        "posting-1",
        "lead-new",
        "user-1",
    )
    assert (row.name, row.search_name, row.sources) == ("Ingrid Solheim", "ingrid solheim", ["Pin"])
    assert (row.first_stage_by, row.archive_reason_id) == ("user-1", "reason-1")
    assert (row.is_confidential, row.contact_allowed, row.deleted_at) == (True, False, None)
    assert (row.opened_at, row.changed_at, row.active_at) == (DAY, DAY, DAY)
    assert row.payload == told.raw
    assert row.url == "https://hire.lever.co/candidates/a"
    assert keys() == {
        ("email", "ingrid@solheim.example"),
        ("linkedin", "ingrid-solheim"),
        ("phone", "+4740612345"),
    }


KEYS: list[tuple[dict[str, Any], set[tuple[str, str]]]] = [
    ({"emails": [" Ingrid@Solheim.Example "]}, {("email", "ingrid@solheim.example")}),
    ({"emails": ["Not An Address "]}, {("email", "not an address")}),
    ({"emails": ["", " "]}, set()),
    ({"emails": ["x" * 400]}, set()),
    ({"phones": [{"type": "mobile", "value": "406 12 345"}]}, set()),
    ({"links": ["linkedin.com/in/Ingrid/", "https://github.com/x"]}, {("linkedin", "ingrid")}),
    (
        {"links": ["http://pin.example/prospects/fc2a5a19-267c-526c-8abb-b488c2fda4a7"]},
        {("marker", "fc2a5a19-267c-526c-8abb-b488c2fda4a7")},
    ),
]


@pytest.mark.parametrize(("fields", "expected"), KEYS)
def test_keys_are_made_of_what_lever_holds(fields: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    blank: dict[str, Any] = {"emails": [], "phones": [], "links": []}
    assert key_rows(opportunity("a", **{**blank, **fields})) == expected


ORDERS = [
    (1, 2, True),
    (2, 2, True),
    (2, 1, False),
    (None, 1, True),
    (None, None, True),
    (1, None, False),
]


@pytest.mark.parametrize(("first", "second", "taken"), ORDERS)
def test_an_older_telling_never_overwrites_a_newer_one(
    account: LeverAccount, first: float | None, second: float | None, taken: bool
) -> None:
    upsert(account, [opportunity("a", changed=first, name="First", emails=["first@x.example"])], db_now())
    later = opportunity("a", changed=second, name="Second", emails=["second@x.example"])
    assert upsert(account, [later], db_now()) == int(taken)
    assert known().name == ("Second" if taken else "First")
    assert ("email", f"{known().name.lower()}@x.example") in keys()
    assert sum(kind == "email" for kind, _ in keys()) == 1


def test_a_repeat_changes_nothing(account: LeverAccount) -> None:
    upsert(account, [opportunity("a")], db_now())
    before = sorted(KnownKey.objects.values_list("pk", flat=True))
    upsert(account, [opportunity("a"), opportunity("a")], db_now())
    assert sorted(KnownKey.objects.values_list("pk", flat=True)) == before
    assert KnownOpportunity.objects.count() == 1


def test_a_merge_at_lever_moves_the_opportunity(account: LeverAccount) -> None:
    upsert(account, [opportunity("a", "contact-1")], db_now())
    upsert(account, [opportunity("a", "contact-2", changed=1)], db_now())
    assert known().contact_id == "contact-2"


def test_a_deletion_stands_against_what_was_read_before_it(account: LeverAccount) -> None:
    upsert(account, [opportunity("a")], db_now())
    KnownOpportunity.objects.update(deleted_at=at(10))
    upsert(account, [opportunity("a", changed=5)], db_now())
    assert known().deleted_at == at(10)
    upsert(account, [opportunity("a", changed=11)], db_now())
    assert known().deleted_at is None


def test_an_answer_without_its_postings_does_not_forget_them(account: LeverAccount) -> None:
    upsert(account, [opportunity("a")], db_now())
    upsert(account, [opportunity("a", changed=1, applications=["application-a"])], db_now())
    assert known().posting_id == "posting-1"
    upsert(account, [opportunity("a", changed=2, applications=[])], db_now())
    assert known().posting_id == ""


ODD: list[dict[str, Any]] = [
    {"name": "x" * 5000, "owner": "o" * 500, "urls": {"show": "https://" + "x" * 900}},
    {"name": None, "emails": None, "phones": "no", "links": {}, "stageChanges": [{}], "sources": None},
    {"createdAt": None, "lastInteractionAt": None, "lastAdvancedAt": "soon", "archived": {}},
]


@pytest.mark.parametrize("fields", ODD)
def test_whatever_lever_sends_can_be_stored(account: LeverAccount, fields: dict[str, Any]) -> None:
    assert upsert(account, [opportunity("a", **fields)], db_now()) == 1


@pytest.mark.parametrize("contact", [None, "c" * 65])
def test_an_opportunity_of_nobody_is_left_out(
    account: LeverAccount, contact: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    assert upsert(account, [opportunity("a", contact), opportunity("b")], db_now()) == 1
    assert "without a usable contact" in caplog.text


def test_accounts_do_not_mix(account: LeverAccount) -> None:
    other = LeverAccount.objects.create(environment=Environment.SANDBOX, first_connected_at=db_now())
    upsert(account, [opportunity("a", name="Here")], db_now())
    upsert(other, [opportunity("a", name="There", changed=9)], db_now())
    assert set(KnownOpportunity.objects.values_list("account", "name")) == {
        (account.pk, "Here"),
        (other.pk, "There"),
    }


def test_a_page_costs_a_constant_number_of_statements(
    account: LeverAccount, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page = [
        opportunity(f"id-{number}", f"contact-{number}", emails=[f"p{number}@x.example"])
        for number in range(100)
    ]
    with django_assert_max_num_queries(8):
        upsert(account, page, db_now())
    with django_assert_max_num_queries(8):
        upsert(account, page, db_now())


@pytest.mark.django_db(transaction=True)
def test_four_writers_of_the_same_people_neither_deadlock_nor_differ(account: LeverAccount) -> None:
    failures: list[BaseException] = []

    def write(seed: int) -> None:
        chance = random.Random(seed)
        try:
            for changed in range(6):
                page = [
                    opportunity(
                        f"id-{number}", f"contact-{number}", changed=changed, emails=[f"v{changed}@x.example"]
                    )
                    for number in range(20)
                ]
                chance.shuffle(page)
                upsert(account, page, db_now())
        except BaseException as failure:  # told to the test below
            failures.append(failure)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    assert set(KnownKey.objects.filter(kind="email").values_list("value", flat=True)) == {"v5@x.example"}
    assert KnownOpportunity.objects.filter(changed_at=at(5)).count() == 20
