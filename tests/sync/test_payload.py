"""What is sent: exactly the keys that were claimed, and nothing that a person left out."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pinlever.connection.index import marker_of
from pinlever.recruiting.facts import PersonFacts, PhoneFact, PositionFact
from pinlever.recruiting.services import known_facts
from pinlever.sync import payload
from pinlever.sync.models import SyncRecord
from pinlever.sync.subject import Subject, subject_of
from tests.sync.world import World

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (PersonFacts(current_title="Engineer", current_company="Nordlys", headline="x"), "Engineer, Nordlys"),
        (PersonFacts(current_title="Engineer"), "Engineer"),
        (PersonFacts(current_company="Nordlys"), "Nordlys"),
        (PersonFacts(headline="Builds things"), "Builds things"),
        (PersonFacts(), ""),
    ],
)
def test_the_headline(facts: PersonFacts, expected: str) -> None:
    assert payload.headline(facts) == expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"city": "Bergen", "state": "Vestland", "country": "Norway"}, "Bergen, Vestland, Norway"),
        ({"city": "Bergen", "country": "Norway"}, "Bergen, Norway"),
        ({"country": "Norway"}, "Norway"),
        ({}, ""),
    ],
)
def test_the_location(place: dict[str, str], expected: str) -> None:
    assert payload.location(PersonFacts(**place)) == expected


def subject(company: World, left_out: list[list[str]], **person: Any) -> Subject:
    (record,) = company.export(company.person(**person))
    SyncRecord.objects.update(left_out_keys=left_out)
    return subject_of(SyncRecord.objects.get(pk=record.pk))


def made(of: Subject, *, tags: bool = False) -> Any:
    facts = known_facts(of.family)
    return payload.opportunity_for(of, facts, performer="u", created_at=AT, skills_as_tags=tags)


def test_what_was_left_out_by_decision_is_in_no_part_of_it(company: World) -> None:
    of = subject(
        company,
        [["email", "ada@people.example"], ["linkedin", "ada-lind"], ["phone", "+4740612345"]],
        emails=("ADA@people.example", "own@people.example"),
        linkedin="https://no.linkedin.com/in/Ada-Lind",
        phones=("+47 406 12 345", "+47 406 98 765"),
    )
    sent = made(of)
    assert sent.emails == ("own@people.example",)
    assert [phone.value for phone in sent.phones] == ["+47 406 98 765"]
    assert [marker_of(link) for link in sent.links] == [of.prospect.key]
    document = payload.resume_for(of, known_facts(of.family))
    told = str(document.to_json() if hasattr(document, "to_json") else document).lower()
    assert "ada@" not in told and "ada-lind" not in told and "40612345" not in told.replace(" ", "")
    assert not {("email", "ada@people.example"), ("linkedin", "ada-lind")} & set(of.claim_keys)


def test_emails_and_links_are_those_claimed(company: World) -> None:
    of = subject(
        company,
        [],
        emails=(" Ada@People.example ", "ada@people.example"),
        linkedin="linkedin.com/in/ada-lind/",
    )
    sent = made(of)
    claimed = set(of.claim_keys)
    assert {("email", email) for email in sent.emails} <= claimed
    assert sent.emails == ("ada@people.example",)
    assert sent.links[0] == "https://www.linkedin.com/in/ada-lind"
    assert (sent.sources, sent.created_at, sent.posting_id) == (("Pin",), AT, None)


def test_skills_are_tags_only_where_asked_for_and_each_once(company: World) -> None:
    of = subject(company, [], skills=("Rust", "Go", "Rust"), tags=("Go",))
    assert made(of).tags == ("Go",)
    assert sorted(made(of, tags=True).tags) == ["Go", "Rust"]


def test_a_further_opportunity_brings_no_contact_details_but_our_link(company: World) -> None:
    of = subject(company, [], linkedin="linkedin.com/in/ada-lind", phones=("+47 406 12 345",))
    sent = payload.further_opportunity_for(of, "ct", performer="u", created_at=AT)
    assert (sent.emails, sent.phones, sent.contact_id) == ((), (), "ct")
    assert [marker_of(link) for link in sent.links] == [of.prospect.key]


@pytest.mark.parametrize(("kind", "sent"), [("work", "work"), ("fax", "other"), ("", "other")])
def test_a_type_of_phone_lever_does_not_know_is_other(company: World, kind: str, sent: str) -> None:
    facts = PersonFacts(phones=(PhoneFact("+47 406 12 345", type=kind),))
    assert [phone.type for phone in payload.phones(subject(company, []), facts)] == [sent]


def test_who_sourced_is_told_in_words_whoever_stands_in(company: World) -> None:
    of = subject(company, [])
    assert payload.sourced_by(of) == "Sourced in Pin"
    of.prospect.sourcer_email = "eva@pin.example"
    assert payload.sourced_by(of) == "Sourced in Pin by eva@pin.example"


def test_a_position_that_lasts_says_so(company: World) -> None:
    facts = PersonFacts(
        positions=(PositionFact("Engineer", "Nordlys", "2020-01"), PositionFact("Clerk", "Ink"))
    )
    periods = [held.period for held in payload.resume_for(subject(company, []), facts).positions]
    assert periods == ["2020-01 to today", ""]
