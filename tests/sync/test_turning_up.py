"""Opportunities of ours that no record points at: brought back or asked about once; each answer leaves the truth."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pinlever.audit.services import PIN
from pinlever.connection.accounts import current_connection
from pinlever.connection.gateway import open_client
from pinlever.connection.index import marker_link
from pinlever.sync import services
from pinlever.sync.answering import answer_create, answer_give_up, answer_link
from pinlever.sync.matching import Look
from pinlever.sync.models import Claim, Question, SyncRecord
from pinlever.sync.turning_up import note_turned_up
from tests.sync.play import no_pace
from tests.sync.world import World

ADA = "ada@people.example"
DROPPED = {
    "match": {"method": "POST", "path": "/opportunities$", "count": 1},
    "kind": "drop_before",
    "args": {},
}

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_once(company: World) -> object:
    with no_pace():
        yield


def exported(company: World) -> SyncRecord:
    (record,) = company.export(company.person(emails=(ADA,)))
    company.work(1)
    record.refresh_from_db()
    return record


def given_up(company: World) -> SyncRecord:
    """A lost answer that a person gave up on."""
    company.control("faults", DROPPED)
    record = exported(company)
    SyncRecord.objects.update(state="needs_you")
    question = Question.objects.create(record=record, kind="unsettled", text="?")
    answer_give_up(by=PIN, question=question)
    record.refresh_from_db()
    assert (record.state, record.cause) == ("cancelled", "given_up")
    return record


def appears(company: World, record: SyncRecord, **changes: Any) -> str:
    """What a frozen worker sent after all; answers the opportunity's id, once the index has heard of it."""
    intent = record.intents.get()
    row: dict[str, Any] = {
        "name": "Ingrid Solheim",
        "links": [marker_link(record.prospect.key)],
        "sources": ["Pin"],
        "created_at": intent.created_ms,
        **changes,
    }
    made = company.control("opportunities", {"people": [row]})["data"][0]["opportunities"][0]
    look = Look(company.account, open_client(current_connection()), before=lambda: None)
    look.opportunity(made)
    return str(made)


def test_what_was_given_up_comes_back_by_our_link_with_its_claims(company: World) -> None:
    record = given_up(company)
    made = appears(company, record)
    assert note_turned_up(company.account, since=LONG_AGO) == 1
    record.refresh_from_db()
    assert (record.state, record.opportunity_id, record.created_by_us) == ("synced", made, True)
    assert set(Claim.objects.values_list("contact_id", flat=True)) == {record.contact_id}
    assert note_turned_up(company.account, since=LONG_AGO) == 0


@pytest.mark.parametrize("changes", [{"sources": ["Referral"]}, {"created_at": 1_600_000_000_000}])
def test_what_does_not_fit_the_intent_is_not_ours(company: World, changes: dict[str, Any]) -> None:
    record = given_up(company)
    appears(company, record, **changes)
    assert note_turned_up(company.account, since=LONG_AGO) == 0
    record.refresh_from_db()
    assert record.state == "cancelled"


def test_somebody_elses_link_in_our_path_moves_nothing(company: World) -> None:
    record = given_up(company)
    appears(company, record, links=["https://pin.example/c/not-a-marker"])
    assert note_turned_up(company.account, since=LONG_AGO) == 0


@pytest.fixture
def twice(company: World) -> SyncRecord:
    """A record that is in Lever, of which a second opportunity has turned up."""
    record = exported(company)
    assert record.state == "synced"
    appears(company, record)
    assert note_turned_up(company.account, since=LONG_AGO) == 1
    record.refresh_from_db()
    assert (record.state, record.cause) == ("needs_you", "ask_several_fit")
    return record


def test_a_second_one_is_asked_about_once(company: World, twice: SyncRecord) -> None:
    question = twice.questions.get()
    assert len([row for option in question.options for row in option["opportunities"]]) == 2
    assert note_turned_up(company.account, since=LONG_AGO) == 0
    answer_give_up(by=PIN, question=question)
    assert note_turned_up(company.account, since=LONG_AGO) == 0


def give_up(record: SyncRecord) -> None:
    answer_give_up(by=PIN, question=record.questions.get())


def cancel(record: SyncRecord) -> None:
    services.cancel(by=PIN, record=record)


@pytest.mark.parametrize("end", [give_up, cancel])
def test_not_answering_leaves_the_person_synced_as_they_are(
    company: World, twice: SyncRecord, end: Any
) -> None:
    before = twice.opportunity_id
    end(twice)
    twice.refresh_from_db()
    assert (twice.state, twice.opportunity_id, twice.created_by_us) == ("synced", before, True)
    assert not twice.questions.filter(answered_at=None).exists()
    assert set(Claim.objects.values_list("contact_id", flat=True)) == {twice.contact_id}


@pytest.mark.parametrize("chosen", [0, 1])
def test_either_can_be_chosen_and_stays_ours(company: World, twice: SyncRecord, chosen: int) -> None:
    question = twice.questions.get()
    option = question.options[chosen]
    opportunity = option["opportunities"][0]["id"]
    answer_link(by=PIN, question=question, contact_id=option["contact"], opportunity_id=opportunity)
    for _ in range(3):
        company.make_due()
        company.work(1)
    twice.refresh_from_db()
    assert (twice.state, twice.opportunity_id) == ("synced", opportunity), twice.reason
    assert twice.created_by_us
    assert len(company.opportunities()) == 2


def test_creating_a_third_is_no_answer(company: World, twice: SyncRecord) -> None:
    answer_create(by=PIN, question=twice.questions.get())
    for _ in range(3):
        company.make_due()
        company.work(1)
    assert len(company.opportunities()) == 2
