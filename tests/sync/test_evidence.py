"""Both sides of a question, as each spells its keys."""

from typing import Any

import pytest

from pinlever.connection.models import KnownOpportunity, Posting
from pinlever.sync.evidence import Evidence, evidence_of
from pinlever.sync.key_words import kinds_told
from pinlever.sync.models import Question, SyncRecord
from tests.sync.world import World

LINKEDIN = "https://www.linkedin.com/in/ada-lovelace/"


def asked(company: World) -> SyncRecord:
    posting = Posting.objects.filter(state="published").order_by("pk")[0]
    people = [
        {
            "name": "By Email",
            "emails": ["ada@people.example", "x@people.example"],
            "posting": posting.lever_id,
        },
        {"name": "By LinkedIn", "links": ["http://no.linkedin.com/in/Ada-Lovelace?x=1"]},
    ]
    company.control("opportunities", {"people": people})
    (record,) = company.export(
        company.person("Ada", emails=("ADA@people.example", "own@people.example"), linkedin=LINKEDIN)
    )
    company.work()
    return record


def evidence(record: SyncRecord) -> Evidence:
    return evidence_of(
        Question.objects.select_related("record__account", "record__prospect__candidate").get(record=record)
    )


def test_keys_are_shown_as_spelled_and_those_that_match_come_first(company: World) -> None:
    found = evidence(asked(company))
    assert [(fact.shown, fact.says_so) for fact in found.pin.facts] == [
        ("ADA@people.example", True),
        (LINKEDIN, True),
        ("own@people.example", False),
    ]
    sides = {side.name: side for side in found.lever}
    assert [(fact.shown, fact.says_so) for fact in sides["By Email"].facts] == [
        ("ada@people.example", True),
        ("x@people.example", False),
    ]
    assert sides["By LinkedIn"].facts[0].shown == "http://no.linkedin.com/in/Ada-Lovelace?x=1"
    assert (sides["By Email"].because, sides["By LinkedIn"].because) == ("email", "LinkedIn")


def test_openings_are_told_by_names(company: World) -> None:
    record = asked(company)
    (opening,) = next(side for side in evidence(record).lever if side.name == "By Email").openings
    assert opening.posting == Posting.objects.filter(state="published").order_by("pk")[0].text
    assert opening.stage
    assert opening.url.startswith("http")


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"emails": "x", "links": {"a": 1}, "phones": ["+47", {"value": 7}, {"value": None}]},
        {"emails": [None, 3], "links": [None, []], "phones": 5, "headline": None, "location": None},
    ],
)
def test_whatever_lever_gave_is_shown_without_an_error(company: World, payload: dict[str, Any]) -> None:
    record = asked(company)
    KnownOpportunity.objects.update(payload=payload)
    assert [side.facts for side in evidence(record).lever] == [(), ()]


def test_who_is_no_longer_known_is_still_shown_by_name(company: World) -> None:
    record = asked(company)
    KnownOpportunity.objects.all().delete()
    found = evidence(record).lever
    assert {(side.name, side.openings) for side in found} == {("By Email", ()), ("By LinkedIn", ())}


def test_what_points_at_somebody_is_spoken() -> None:
    assert kinds_told([("linkedin", "a"), ("email", "b"), ("email", "c")]) == "email and LinkedIn"
    assert kinds_told([("marker", "a")]) == "our own link"
    assert kinds_told([]) == ""
