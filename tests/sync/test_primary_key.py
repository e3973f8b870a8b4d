"""Two keys that point at two people in Lever, where the primary one decides: nothing of the other one is touched."""

from collections.abc import Mapping
from typing import Any

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM
from pinlever.connection import crawl, rules
from pinlever.connection.accounts import current_connection
from pinlever.connection.gateway import open_client
from pinlever.practice import seed
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync.explain import explanations
from pinlever.sync.models import Claim, SyncRecord
from pinlever.sync.preview import Kind, plan_for
from pinlever.sync.services import set_posting, unlink
from tests.sync.world import World

EMAIL, SLUG = "ada@people.example", "https://www.linkedin.com/in/ada-byron"
BACKEND = seed.posting_id("backend-engineer")


@pytest.fixture
def two(company: World) -> Mapping[str, str]:
    """Contacts in Lever by the key of ours that each has."""
    people = [
        {"name": "Ada Byron", "emails": [EMAIL]},
        {"name": "Ada Lovelace", "emails": ["lovelace@people.example"], "links": [SLUG]},
    ]
    company.control("opportunities", {"people": people})
    connection = current_connection()
    assert connection is not None
    crawl.poll(company.account, open_client(connection))
    rows = {row["name"]: row["contact"] for row in company.opportunities()}
    return {"email": rows["Ada Byron"], "linkedin": rows["Ada Lovelace"]}


def by_rule(company: World, **rule: Any) -> None:
    rules.set_match_rules(by=SYSTEM, account=company.account, on_conflict="primary", **rule)


def ada(company: World, **options: Any) -> Prospect:
    return company.person("Ada Byron", emails=(EMAIL,), linkedin=SLUG, **options)


def exported(company: World, prospect: Prospect) -> SyncRecord:
    (record,) = company.export(prospect)
    company.work()
    record.refresh_from_db()
    return record


def test_by_default_somebody_is_asked(company: World, two: Mapping[str, str]) -> None:
    record = exported(company, ada(company))
    assert record.cause == "ask_doubt"
    assert {option["contact"] for option in record.questions.get().options} == set(two.values())


@pytest.mark.parametrize(
    ("primary", "said"),
    [
        (
            "email",
            "matched on email ada@people.example. LinkedIn says Ada Lovelace, but email is the primary key.",
        ),
        (
            "linkedin",
            "matched on LinkedIn profile ada-byron. Email says Ada Byron, but LinkedIn is the primary key.",
        ),
    ],
)
def test_the_primary_key_decides_and_the_record_says_so(
    company: World, two: Mapping[str, str], primary: str, said: str
) -> None:
    by_rule(company, primary=primary)
    prospect = ada(company)
    (outcome,) = plan_for(company.account, [prospect.pk]).outcomes
    assert (outcome.kind, outcome.reason) == (Kind.LINK, said.partition(". ")[2])
    record = exported(company, prospect)
    assert (record.state, record.contact_id) == ("in_lever", two[primary]), record.reason
    assert record.reason == f"In Lever already: {said}"
    assert record.match_note == outcome.reason
    assert [kind for kind, _ in record.matched_on] == [primary]
    entry = AuditEntry.objects.filter(action="sync.in_lever").last()
    assert entry is not None and entry.note == record.reason


@pytest.mark.parametrize("primary", ["email", "linkedin"])
def test_the_other_ones_key_is_not_claimed_for_them(
    company: World, two: Mapping[str, str], primary: str
) -> None:
    by_rule(company, primary=primary)
    exported(company, ada(company))
    claimed = dict(Claim.objects.exclude(kind="candidate").values_list("kind", "contact_id"))
    assert claimed == {primary: two[primary]}


@pytest.mark.parametrize("primary", ["email", "linkedin"])
def test_adding_an_opportunity_sends_neither_ones_address(
    company: World, two: Mapping[str, str], primary: str
) -> None:
    set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=BACKEND)
    by_rule(company, primary=primary, action="add")
    record = exported(company, ada(company))
    assert (record.state, record.contact_id) == ("synced", two[primary]), record.reason
    assert record.reason.endswith("is the primary key.")
    sent = record.intents.get().payload
    assert not sent.get("emails") and not sent.get("phones")
    assert SLUG not in sent["links"]
    contacts = {row["id"]: (row["name"], row["emails"], row["links"]) for row in company.state()["contacts"]}
    assert contacts[two["email"]][1] == [EMAIL]
    assert contacts[two["linkedin"]][1] == ["lovelace@people.example"]
    other = two["email" if primary == "linkedin" else "linkedin"]
    assert [row["contact"] for row in company.opportunities()].count(other) == 1
    assert set(Claim.objects.exclude(kind__in=["candidate", "posting"]).values_list("kind", flat=True)) == {
        primary
    }


@pytest.mark.parametrize("primary", ["email", "linkedin"])
def test_another_job_of_theirs_goes_to_the_same_person(
    company: World, two: Mapping[str, str], primary: str
) -> None:
    by_rule(company, primary=primary)
    exported(company, ada(company))
    other = exported(company, ada(company, job=Job.objects.create(title="Another")))
    assert (other.state, other.contact_id) == ("in_lever", two[primary]), other.reason


def test_who_was_decided_before_is_not_outvoted_by_the_primary_key(
    company: World, two: Mapping[str, str]
) -> None:
    """An earlier sync links them to one; the primary key that now says the other has to be asked about."""
    by_rule(company, primary="linkedin")
    exported(company, ada(company))
    by_rule(company, primary="email")
    other = exported(company, ada(company, job=Job.objects.create(title="Another")))
    assert other.cause == "ask_doubt", other.reason


def test_a_changed_rule_counts_after_unlinking(company: World, two: Mapping[str, str]) -> None:
    by_rule(company, primary="linkedin")
    record = exported(company, ada(company))
    unlink(by=SYSTEM, record=record)
    by_rule(company, primary="email")
    again = exported(company, record.prospect)
    assert again.contact_id == two["email"]
    assert again.left_out_keys == []


def test_two_people_with_the_same_primary_key_are_asked_about(company: World, two: Mapping[str, str]) -> None:
    by_rule(company, primary="email")
    company.control("opportunities", {"people": [{"name": "Ada B.", "emails": ["second@people.example"]}]})
    prospect = company.person("Ada Byron", emails=(EMAIL, "second@people.example"))
    record = exported(company, prospect)
    assert record.cause == "ask_doubt", record.reason


def test_every_page_tells_what_the_other_key_said(company: World, two: Mapping[str, str]) -> None:
    set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=BACKEND)
    by_rule(company, primary="email")
    record = exported(company, ada(company))
    told = explanations([record.prospect])[record.prospect_id].sentence
    assert told.startswith("In Lever already: matched on email ada@people.example, linked just now; ")
    assert told.endswith(
        "not on Backend Engineer (Oslo) yet. LinkedIn says Ada Lovelace, but email is the primary key."
    )
