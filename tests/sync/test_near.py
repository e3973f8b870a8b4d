"""Near matches end to end: somebody is asked, whatever becomes of the answer, and nobody is linked by a name."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import crawl, rules
from pinlever.connection.accounts import current_connection
from pinlever.connection.gateway import open_client
from pinlever.connection.models import KnownOpportunity, LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.recruiting.facts import PositionFact
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync import answering, choices, evidence
from pinlever.sync.models import Claim, Question, SyncRecord
from pinlever.sync.preview import Kind, plan_for
from pinlever.sync.work import work_one
from tests.sync.world import World

PHONE = "+47 406 12 345"


def in_lever(company: World, **person: Any) -> None:
    """Somebody whom colleagues at Lever added, as the index knows them after its next look."""
    row = {"name": "Ingrid Solheim", "emails": ["ingrid@private.example"], **person}
    company.control("opportunities", {"people": [row]})
    connection = current_connection()
    assert connection is not None
    crawl.poll(company.account, open_client(connection))


def exported(company: World, prospect: Prospect) -> SyncRecord:
    (record,) = company.export(prospect)
    company.work()
    record.refresh_from_db()
    return record


def question_of(record: SyncRecord) -> Question:
    return record.questions.get(answered_at=None)


@pytest.fixture
def asked(company: World) -> SyncRecord:
    in_lever(company, headline="Staff Engineer at Nordlys AS")
    return exported(company, company.person(current_title="Engineer", current_company="Nordlys"))


def test_the_same_name_and_company_asks(company: World, asked: SyncRecord) -> None:
    assert (asked.state, asked.cause) == ("needs_you", "ask_near"), asked.reason
    assert asked.reason == (
        "Ingrid Solheim in Lever has the same name and company, but no key in common. Is this the same person?"
    )
    (option,) = question_of(asked).options
    assert option["matched"] == [["near_company", "nordlys"]]
    assert len(company.opportunities()) == 1
    assert not Claim.objects.exists()  # nobody waits for a question


def test_the_same_name_and_phone_asks_unless_the_phone_is_a_key(company: World) -> None:
    in_lever(company, phones=[{"type": "mobile", "value": PHONE}])
    record = exported(company, company.person(phones=(PHONE,)))
    assert record.cause == "ask_near"
    assert "the same name and phone number" in record.reason
    rules.set_match_rules(by=SYSTEM, account=company.account, keys=["email", "phone"])
    other = exported(
        company, company.person("Ingrid Solheim", phones=(PHONE,), job=Job.objects.create(title="B"))
    )
    assert other.state == "in_lever"


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("Ingrid Solberg", {"current_company": "Nordlys"}),
        ("Ingrid Solheim", {"current_company": "Globex"}),
        ("Ingrid Solheim", {}),
    ],
)
def test_who_is_not_that_near_is_created(company: World, name: str, facts: dict[str, Any]) -> None:
    in_lever(company, headline="Staff Engineer, Nordlys")
    assert exported(company, company.person(name, **facts)).state == "synced"


def test_companies_of_before_count_too(company: World) -> None:
    in_lever(company, headline="Nordlys, Fjord Robotics")
    held = (PositionFact("Engineer", "Fjord Robotics AS", "2018", "2021"),)
    record = exported(company, company.person(current_company="Globex", positions=held))
    assert record.cause == "ask_near"


def test_where_the_rule_is_not_to_ask_they_are_created(company: World) -> None:
    in_lever(company, headline="Nordlys")
    rules.set_match_rules(by=SYSTEM, account=company.account, near="ignore")
    assert exported(company, company.person(current_company="Nordlys")).state == "synced"
    assert not Claim.objects.filter(kind="near").exists()


def test_a_key_in_common_is_a_match_and_no_near_one(company: World) -> None:
    in_lever(company, headline="Nordlys")
    record = exported(company, company.person(emails=("ingrid@private.example",), current_company="Nordlys"))
    assert record.state == "in_lever"
    assert record.matched_on == [["email", "ingrid@private.example"]]


def test_the_same_person_is_linked_and_says_by_what(company: World, asked: SyncRecord) -> None:
    question = question_of(asked)
    answering.answer_link(by=PIN, question=question, contact_id=question.options[0]["contact"])
    company.work()
    asked.refresh_from_db()
    assert asked.state == "in_lever", asked.reason
    assert asked.reason == "In Lever already: matched on the same name and company."
    assert len(company.opportunities()) == 1
    assert not Claim.objects.filter(kind="near_company").exists()


def test_somebody_else_is_created_with_all_their_addresses_and_never_asked_about_again(
    company: World, asked: SyncRecord
) -> None:
    answering.answer_create(by=PIN, question=question_of(asked))
    company.work()
    asked.refresh_from_db()
    assert asked.state == "synced", asked.reason
    assert not asked.left_out_keys
    made = next(row for row in company.opportunities() if row["id"] == asked.opportunity_id)
    assert made["emails"] == [asked.prospect.candidate.contact_points.get().value]
    job = Job.objects.create(title="Another")
    other = Prospect.objects.create(candidate=asked.prospect.candidate, job=job)
    assert exported(company, other).state == "in_lever"  # the one we made, by an earlier sync
    assert {row["contact"] for row in company.opportunities()} > {asked.contact_id}


def test_the_evidence_marks_what_is_the_same_on_both_sides(company: World) -> None:
    in_lever(company, headline="Staff Engineer, Nordlys", phones=[{"type": "mobile", "value": PHONE}])
    record = exported(company, company.person(current_company="Nordlys AS", phones=(PHONE,)))
    sides = evidence.evidence_of(question_of(record))
    marked = [[(fact.label, fact.shown) for fact in side if fact.says_so] for side in _facts(sides)]
    assert marked == [
        [("Phone", PHONE), ("Company", "Nordlys AS")],
        [("Phone", PHONE), ("Company", "Staff Engineer, Nordlys")],
    ]
    labels = [choice.label for choice in choices.further(question_of(record), sides)]
    assert labels[0].startswith("Not the same")


def _facts(sides: evidence.Evidence) -> list[tuple[evidence.Fact, ...]]:
    return [sides.pin.facts, *(side.facts for side in sides.lever)]


def test_two_of_ours_who_are_that_near_go_one_after_the_other(company: World) -> None:
    """Though both are on their way at once, the second one is asked about."""
    people = [company.person(current_title="Engineer", current_company="Nordlys") for _ in range(2)]
    first, second = company.export(*people)
    Claim.objects.create(
        account=company.account, kind="near", value="ingrid solheim|nordlys", record=first
    )  # as the first one's worker holds it while it works
    later = db_now() + timedelta(minutes=1)
    SyncRecord.objects.filter(pk=first.pk).update(locked_by="another", locked_until=later)
    assert work_one()
    second.refresh_from_db()
    assert (second.state, second.cause) == ("queued", "twin"), second.reason
    assert second.reason.startswith("Somebody of the same name and company")
    SyncRecord.objects.filter(pk=first.pk).update(locked_by="", locked_until=None)
    _work_all(company)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.cause) == ("synced", "ask_near"), second.reason


def _work_all(company: World) -> None:
    for _ in range(3):
        company.make_due()
        company.work()


def test_the_plan_knows_whom_it_creates_itself(company: World) -> None:
    people = [company.person(current_title="Engineer", current_company="Nordlys") for _ in range(3)]
    people.append(company.person(current_title="Engineer", current_company="Globex"))
    plan = plan_for(company.account, [one.pk for one in people])
    assert [outcome.kind for outcome in plan.outcomes] == [Kind.CREATE, Kind.ASK, Kind.ASK, Kind.CREATE]
    company.export(*people)
    _work_all(company)
    causes = [SyncRecord.objects.get(prospect=one).cause for one in people]
    assert causes == ["", "ask_near", "ask_near", ""]


@pytest.mark.parametrize("change", ["edited", "deleted", "anonymised"])
def test_what_becomes_of_them_in_lever_counts_when_it_is_answered(
    company: World, asked: SyncRecord, change: str
) -> None:
    row = KnownOpportunity.objects.get(account=company.account, name="Ingrid Solheim")
    changes: dict[str, Callable[[LeverAccount], Any]] = {
        "edited": lambda _: company.control(
            "edit_contact", {"contact": row.contact_id, "changes": {"headline": "Globex"}}
        ),
        "deleted": lambda _: company.control("delete", {"opportunity": row.lever_id}),
        "anonymised": lambda _: company.control("anonymize", {"contact": row.contact_id}),
    }
    changes[change](company.account)
    answering.answer_link(by=PIN, question=question_of(asked), contact_id=row.contact_id)
    _work_all(company)
    asked.refresh_from_db()
    assert asked.state == ("in_lever" if change == "edited" else "needs_you"), asked.reason
    assert len(company.opportunities()) <= 1
