"""What is asked of the index: who has a key, and what of ours nobody here knows."""

import uuid

import pytest
from pytest_django import DjangoAssertNumQueries

from pinlever.connection import index
from pinlever.connection.models import Environment, KnownOpportunity, LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.recruiting.models import Candidate, Job, Prospect
from tests.connection.opportunities import at, opportunity


@pytest.fixture
def account(db: None) -> LeverAccount:
    account = LeverAccount.objects.create(environment=Environment.PRACTICE, first_connected_at=db_now())
    told = [
        opportunity("a", "ingrid", emails=["ingrid@x.example"], links=[]),
        opportunity("b", "ingrid", emails=["ingrid@x.example"], links=["https://linkedin.com/in/ingrid"]),
        opportunity("c", "olav", emails=["olav@x.example"], links=["https://linkedin.com/in/olav"]),
    ]
    index.upsert(account, told, db_now())
    return account


def test_a_person_comes_with_all_opportunities_and_the_keys_that_matched(
    account: LeverAccount, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    asked = [("email", "ingrid@x.example"), ("linkedin", "ingrid"), ("email", "nobody@x.example")]
    with django_assert_max_num_queries(3):
        (person,) = index.people(account, asked)
    assert person.contact_id == "ingrid"
    assert [known.lever_id for known in person.opportunities] == ["a", "b"]
    assert person.matched == {("email", "ingrid@x.example"), ("linkedin", "ingrid")}
    assert not person.is_anonymized


def test_keys_of_two_people_find_both(account: LeverAccount) -> None:
    found = index.people(account, [("email", "ingrid@x.example"), ("linkedin", "olav")])
    assert [(person.contact_id, sorted(person.matched)) for person in found] == [
        ("ingrid", [("email", "ingrid@x.example")]),
        ("olav", [("linkedin", "olav")]),
    ]


@pytest.mark.parametrize("keys", [[], [("email", "nobody@x.example")], [("phone", "ingrid@x.example")]])
def test_nobody_is_found_by_other_keys(account: LeverAccount, keys: list[tuple[str, str]]) -> None:
    assert index.people(account, keys) == ()


def test_any_number_of_keys_may_be_asked_for(account: LeverAccount) -> None:
    asked = [("email", f"nobody{number}@x.example") for number in range(999)]
    (person,) = index.people(account, [*asked, ("email", "olav@x.example")])
    assert person.contact_id == "olav"


def test_another_accounts_people_are_not_found(account: LeverAccount) -> None:
    other = LeverAccount.objects.create(environment=Environment.SANDBOX, first_connected_at=db_now())
    assert index.people(other, [("email", "olav@x.example")]) == ()
    assert index.contact(other, "olav") is None


def test_what_was_deleted_is_no_more_found(account: LeverAccount) -> None:
    assert index.mark_deleted(account, {"a": at(1), "c": at(1), "unknown": at(1)}) == 2
    assert index.mark_deleted(account, {"a": at(2)}) == 0
    assert index.people(account, [("linkedin", "olav")]) == ()
    assert index.contact(account, "olav") is None
    (person,) = index.people(account, [("email", "ingrid@x.example")])
    assert [known.lever_id for known in person.opportunities] == ["b"]
    assert KnownOpportunity.objects.get(lever_id="a").deleted_at == at(1)


def test_an_email_that_only_a_deleted_opportunity_had_finds_nobody(account: LeverAccount) -> None:
    index.upsert(account, [opportunity("d", "ingrid", emails=["old@x.example"])], db_now())
    index.mark_deleted(account, {"d": at(1)})
    assert index.people(account, [("email", "old@x.example")]) == ()


def test_a_person_is_anonymised_once_all_of_them_is(account: LeverAccount) -> None:
    blank = {"name": "Anonymized", "emails": [], "links": [], "phones": [], "isAnonymized": True}
    index.upsert(account, [opportunity("a", "ingrid", changed=1, **blank)], db_now())
    person = index.contact(account, "ingrid")
    assert person is not None and not person.is_anonymized
    index.upsert(account, [opportunity("b", "ingrid", changed=1, **blank)], db_now())
    person = index.contact(account, "ingrid")
    assert person is not None and person.is_anonymized
    assert index.people(account, [("email", "ingrid@x.example")]) == ()


def test_a_marker_no_prospect_has_is_an_orphan_of_that_name(account: LeverAccount) -> None:
    candidate = Candidate.objects.create(full_name="Åse Berg")
    prospect = Prospect.objects.create(candidate=candidate, job=Job.objects.create(title="Engineer"))
    lost = uuid.uuid5(uuid.UUID(int=1), "lost")
    for lever_id, key in (("known", prospect.key), ("lost", lost)):
        told = opportunity(lever_id, lever_id, name="Åse  BERG", links=[index.marker_link(key)])
        index.upsert(account, [told], db_now())
    assert index.orphans(account, "Ase Berg") == (lost,)
    assert index.orphans(account, "Somebody Else") == ()
    assert index.orphans(account, " ") == ()
    index.mark_deleted(account, {"lost": at(1)})
    assert index.orphans(account, "Ase Berg") == ()


def test_a_marker_is_a_key_like_others(account: LeverAccount) -> None:
    key = uuid.uuid5(uuid.UUID(int=1), "x")
    index.upsert(account, [opportunity("m", "marked", links=[index.marker_link(key)])], db_now())
    (person,) = index.people(account, [("marker", str(key))])
    assert person.contact_id == "marked"
