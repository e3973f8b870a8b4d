"""The decision, by tables: what is known about a person in Lever, and what follows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pinlever.sync.plan import Add, Ask, Create, Facts, Link, Opening, Person, best_opening, decide

NOW = datetime(2026, 3, 1, tzinfo=UTC)
EMAIL, LINKEDIN = ("email", "ada@people.example"), ("linkedin", "ada")
MARKER, PHONE = ("marker", "m"), ("phone", "+4790000001")


def days(number: int) -> datetime:
    return NOW - timedelta(days=number)


def opening(
    id: str, posting: str = "", *, active: int = 5, archived: int | None = None, ours: bool = False
) -> Opening:
    when = None if archived is None else days(archived)
    return Opening(id, posting, archived is not None, when, days(active), is_ours=ours)


def person(
    contact: str, *openings: Opening, on: frozenset[tuple[str, str]] = frozenset({EMAIL}), gone: bool = False
) -> Person:
    return Person(contact, f"Person {contact}", openings, on, is_anonymised=gone)


FACTS = Facts(keys=(EMAIL, LINKEDIN), posting_id="backend")
A = person("a", opening("a1", "backend"))
B = person("b", opening("b1", "design"), on=frozenset({LINKEDIN}))


def outcome(facts: Facts) -> str:
    decision = decide(facts)
    if isinstance(decision, Link):
        return f"link {decision.opening.id}" + (" as ours" if decision.adopted else "")
    if isinstance(decision, Ask):
        return f"ask {decision.kind}"
    return {Create: "create", Add: "add"}[type(decision)]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (FACTS, "create"),
        (replace(FACTS, people=(A,)), "link a1"),
        (replace(FACTS, people=(B,)), "link b1"),  # on another posting: linked, and the page offers to add
        (replace(FACTS, people=(A, B)), "ask doubt"),
        (replace(FACTS, people=(person("a"),)), "create"),  # a contact without opportunities is nobody
        (replace(FACTS, people=(B,), match_action="add"), "add"),
        (replace(FACTS, people=(A,), match_action="add"), "link a1"),  # active on the posting already
        (replace(FACTS, people=(B,), wish="add"), "add"),
        (replace(FACTS, people=(B,), match_action="ask"), "ask match"),
        (replace(FACTS, people=(A,), match_action="ask"), "link a1"),
        (replace(FACTS, people=(person("a", opening("a1"), gone=True),)), "ask anonymised"),
        (replace(FACTS, people=(A, B), wish="link", wish_contact_id="b"), "link b1"),
        (replace(FACTS, people=(A,), wish="link", wish_contact_id="b"), "ask doubt"),  # no longer to be found
        (replace(FACTS, keys=(), orphans=("Ada",)), "ask orphan"),
        (replace(FACTS, keys=(PHONE,), orphans=("Ada",)), "ask orphan"),
        (replace(FACTS, keys=(EMAIL,), orphans=("Ada",)), "create"),
        (replace(FACTS, keys=(), orphans=("Ada",), wish="create"), "create"),
    ],
)
def test_the_decision(facts: Facts, expected: str) -> None:
    assert outcome(facts) == expected


C = person("c", opening("c1", "design"), on=frozenset({EMAIL}))
CANDIDATE = ("candidate", "7")
BY_PRIMARY = replace(FACTS, on_conflict="primary")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(FACTS, people=(B, C)), "ask doubt"),  # the rule is to ask
        (replace(BY_PRIMARY, people=(B, C)), "link c1"),  # the email decides
        (replace(BY_PRIMARY, people=(B, C), primary_key="linkedin"), "link b1"),
        (
            replace(BY_PRIMARY, people=(B, C), primary_key="phone"),
            "ask doubt",
        ),  # the primary key says nothing
        (replace(BY_PRIMARY, people=(A, C)), "ask doubt"),  # it says two people
        (replace(BY_PRIMARY, people=(B, C), match_action="add"), "add"),
        (replace(BY_PRIMARY, people=(B, C), wish="add"), "add"),
        (replace(BY_PRIMARY, people=(A, B), match_action="add"), "link a1"),  # on the posting already
        (replace(BY_PRIMARY, people=(B, C), match_action="ask"), "ask doubt"),  # all of them are told
        (replace(BY_PRIMARY, people=(B, C), wish="link", wish_contact_id="b"), "link b1"),
        # An earlier decision or our own link says somebody else than the key: asked.
        (replace(BY_PRIMARY, people=(replace(B, matched=frozenset({CANDIDATE})), C)), "ask doubt"),
        (replace(BY_PRIMARY, people=(replace(B, matched=frozenset({MARKER})), C)), "ask doubt"),
        # It says the same as the key: that is no conflict with it.
        (replace(BY_PRIMARY, people=(B, replace(C, matched=frozenset({EMAIL, CANDIDATE})))), "link c1"),
        (replace(BY_PRIMARY, people=(B, replace(C, is_anonymised=True))), "ask anonymised"),
        (replace(BY_PRIMARY, people=(B, person("c"))), "link b1"),  # nobody is left of the other one
    ],
)
def test_two_keys_that_point_at_two_people(facts: Facts, expected: str) -> None:
    assert outcome(facts) == expected


def test_the_primary_key_decides_aloud_and_sets_the_others_keys_aside() -> None:
    both = replace(C, matched=frozenset({EMAIL, LINKEDIN}))
    decision = decide(replace(BY_PRIMARY, people=(B, both)))
    assert isinstance(decision, Link)
    assert decision.set_aside == {LINKEDIN}
    assert decision.person.matched == {EMAIL}
    assert decision.besides == "LinkedIn says Person b, but email is the primary key."


NEAR = person("n", opening("n1", "design"), on=frozenset({("near_company", "nordlys")}))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(FACTS, near=(NEAR,)), "ask near"),
        (replace(FACTS, near=(NEAR,), match_action="add"), "ask near"),  # never by itself
        (replace(FACTS, near=(NEAR,), wish="add"), "ask near"),
        (replace(FACTS, near=(NEAR,), wish="create"), "create"),
        (replace(FACTS, near=(NEAR,), people=(B,)), "link b1"),  # a key says more
        (replace(FACTS, near=(replace(NEAR, openings=()),)), "create"),
        (replace(FACTS, near=(replace(NEAR, is_anonymised=True),)), "create"),
        (replace(FACTS, keys=(PHONE,), near=(NEAR,), orphans=("Ada",)), "ask orphan"),
        (replace(FACTS, people=(NEAR,), wish="link", wish_contact_id="n"), "link n1"),
    ],
)
def test_near_matches_never_link_by_themselves(facts: Facts, expected: str) -> None:
    assert outcome(facts) == expected


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        (
            (NEAR,),
            "Person n in Lever has the same name and company, but no key in common. Is this the same person?",
        ),
        (
            (NEAR, replace(NEAR, contact_id="m", matched=frozenset({("near_phone", "+4790000001")}))),
            "2 people in Lever have the same name and company or phone number, but no key in common. "
            "Is one of them this person?",
        ),
    ],
)
def test_a_question_about_near_matches_says_what_is_the_same(
    people: tuple[Person, ...], expected: str
) -> None:
    decision = decide(replace(FACTS, near=people))
    assert isinstance(decision, Ask)
    assert decision.text == expected
    assert decision.people == people


OURS = person("a", opening("a1", "backend", ours=True), on=frozenset({MARKER}))


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ((OURS,), "link a1 as ours"),
        (
            (replace(OURS, openings=(opening("a1", "design"),)),),
            "link a1",
        ),  # our link, but not our opportunity
        (
            (
                replace(
                    OURS, openings=(opening("a1", "backend", ours=True), opening("a2", "backend", ours=True))
                ),
            ),
            "ask several_fit",
        ),
        ((OURS, B), "ask doubt"),  # our link says A, LinkedIn says B
        ((replace(OURS, is_anonymised=True),), "ask anonymised"),
    ],
)
def test_our_own_earlier_work_is_found_again_by_our_link(people: tuple[Person, ...], expected: str) -> None:
    assert outcome(replace(FACTS, people=people)) == expected


@pytest.mark.parametrize(
    ("openings", "expected"),
    [
        (
            [opening("x", "backend", active=9), opening("y", "design", active=1)],
            "x",
        ),  # the job's posting first
        (
            [opening("x", "design", active=9), opening("y", "sales", active=1)],
            "y",
        ),  # else the most recently active
        (
            [opening("x", "backend", archived=1), opening("y", "design", active=90)],
            "y",
        ),  # active before archived
        (
            [opening("x", "design", archived=9), opening("y", "sales", archived=1)],
            "y",
        ),  # the newest archived one
        ([opening("x", "", active=2), opening("y", "", active=1)], "y"),
    ],
)
def test_which_opportunity_is_linked(openings: list[Opening], expected: str) -> None:
    assert best_opening(openings, "backend").id == expected
    assert best_opening(openings[::-1], "backend").id == expected


def test_a_question_names_the_evidence() -> None:
    decision = decide(replace(FACTS, people=(A, B)))
    assert isinstance(decision, Ask)
    assert decision.text == "Email says Person a; LinkedIn says Person b. Which of them is this person?"
