"""The demo's judgement: right only when everything agrees."""

from typing import Any

import pytest

from pinlever.ops.demo.judging import Found, Held, judge, judge_whole, outcome_of
from pinlever.ops.demo.scenario import Expected
from pinlever.ops.demo.table import lines, width

MARKER = "11111111-1111-5111-8111-111111111111"
LINK = f"http://pin.example/prospects/{MARKER}/"
HOLDS = {
    "name": "Ada",
    "headline": "Engineer, Acme",
    "location": "Oslo",
    "emails": ["ada@mail.example"],
    "phones": ["+47 1"],
    "linkedin": ["https://www.linkedin.com/in/ada"],
    "tags": [],
    "posting": "p1",
    "owner": "u1",
    "resume": True,
}
CREATED = Expected("Ada", "Job", "created", holds=HOLDS)
SYNCED = Found("Ada / Job", MARKER, "synced", opportunity="new", url="http://lever/new", seconds=1.25)


def opportunity(id: str, of: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": id,
        "contact": of,
        "name": "Ada",
        "headline": "Engineer, Acme",
        "location": "Oslo",
        "emails": ["ada@mail.example"],
        "phones": [{"type": "other", "value": "+47 1"}],
        "links": ["https://www.linkedin.com/in/ada", LINK],
        "tags": [],
        "sources": ["Pin"],
        "origin": "sourced",
        "stage": "lead-new",
        "owner": "u1",
        "postings": ["p1"],
        "stageChanges": [{"userId": "u1"}],
        **changes,
    }


def held(**changes: Any) -> Held:
    """Old Olga was there; Ada came."""
    state = {
        "opportunities": [
            opportunity("old", "olga", links=[], emails=["olga@mail.example"]),
            opportunity("new", "ada", **changes),
        ],
        "contacts": [
            {"id": "olga", "emails": ["olga@mail.example"], "links": []},
            {"id": "ada", "emails": ["ada@mail.example"], "links": [LINK]},
        ],
        "resumes": [{"opportunity": "new"}],
    }
    return Held.of(state, {"olga": "olga", "olga-old": "old"})


def differences(expected: Expected, found: Found, there: Held) -> tuple[str, ...]:
    [row] = judge([expected], {expected.label: found}, there)
    return row.differences


def test_what_is_as_expected_has_no_differences() -> None:
    assert differences(CREATED, SYNCED, held()) == ()
    assert judge_whole([CREATED], held()) == []


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"name": "Eda"}, "name"),
        ({"emails": []}, "emails"),
        ({"phones": []}, "phones"),
        ({"links": [LINK]}, "linkedin"),
        ({"location": ""}, "location"),
        ({"tags": ["x"]}, "tags"),
        ({"sources": ["LinkedIn"]}, "sources"),
        ({"origin": "applied"}, "origin"),
        ({"stage": "applicant-new"}, "stage"),
        ({"owner": "u2"}, "owner"),
        ({"postings": []}, "posting"),
        ({"stageChanges": [{"userId": "u2"}]}, "performed as"),
    ],
)
def test_every_content_that_differs_is_named(changes: dict[str, Any], named: str) -> None:
    [told] = differences(CREATED, SYNCED, held(**changes))
    assert told.startswith(f"{named}: expected")


def test_a_missing_resume_is_named() -> None:
    there = held()
    without = Held(there.opportunities, there.contacts, frozenset(), there.known)
    assert differences(CREATED, SYNCED, without) == ("resume: expected True, found False",)


@pytest.mark.parametrize(
    ("found", "changes", "outcome"),
    [
        (SYNCED, {}, "created"),
        (SYNCED, {"contact": "olga"}, "added"),
        (SYNCED, {"links": []}, "linked"),
        (Found("x", MARKER, "in_lever", opportunity="old"), {}, "linked"),
        (Found("x", MARKER, "needs_you", "doubt"), {}, "asked"),
        (Found("x", MARKER), {}, "not yet"),
        (Found("x", MARKER, "failed"), {}, "failed"),
        (Found("x", MARKER, "synced", opportunity="nowhere"), {}, "synced"),
    ],
)
def test_the_outcome_is_what_lever_holds(found: Found, changes: dict[str, Any], outcome: str) -> None:
    assert outcome_of(found, held(**changes)) == outcome


def test_another_outcome_another_link_and_another_question_are_named() -> None:
    linked = Found("Ada / Job", MARKER, "in_lever", opportunity="old")
    asked = Found("Ada / Job", MARKER, "needs_you", "doubt")
    to_old, to_new = (
        Expected("Ada", "Job", "linked", to="olga-old"),
        Expected("Ada", "Job", "linked", to="Ada / Job"),
    )
    assert differences(CREATED, linked, held()) == ("outcome: expected 'created', found 'linked'",)
    assert differences(to_old, linked, held()) == ()
    assert differences(Expected("Ada", "Job", "linked", to="elsewhere"), linked, held())
    assert differences(to_new, linked, held()) == ()
    assert differences(Expected("Ada", "Job", "asked", question="match"), asked, held())


def test_one_opportunity_too_many_is_seen() -> None:
    there = held()
    twice = Held(
        {**there.opportunities, "again": opportunity("again", "ada")},
        there.contacts,
        there.with_resume,
        there.known,
    )
    assert judge_whole([CREATED], twice) == ["Lever holds 3 opportunities; 1 were there, 1 should have come."]


def test_a_person_there_twice_is_seen() -> None:
    there = held()
    contacts = {**there.contacts, "double": {"id": "double", "emails": ["ADA@mail.example"], "links": []}}
    wrong = judge_whole([CREATED], Held(there.opportunities, contacts, there.with_resume, there.known))
    assert "ada@mail.example belongs to 2 people in Lever." in wrong


def test_the_table_is_aligned_for_scripts_of_any_width() -> None:
    expectations = [CREATED, Expected("田中 花子", "Job", "not yet")]
    found = {"Ada / Job": SYNCED, "田中 花子 / Job": Found("田中 花子 / Job", MARKER, "failed")}
    header, rule, first, second, told = lines(judge(expectations, found, held()), {"Job": "Never"})
    column = header.index("Rule")
    assert width(first[: first.index("Job")]) == width(second[: second.index("Job")]) == column
    assert len(rule) >= len(first)
    assert first.endswith("1.2")
    assert second.endswith("<- not as expected")
    assert told == "    outcome: expected 'not yet', found 'failed'"


@pytest.mark.parametrize(("text", "columns"), [("Ada", 3), ("花子", 4), ("Adébáyọ̀", 7), ("", 0)])
def test_a_text_s_width_is_that_on_a_terminal(text: str, columns: int) -> None:
    assert width(text) == columns
