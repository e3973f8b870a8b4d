"""What made the difference between a plan and how it came out, by tables; and that a snapshot keeps the facts."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings

from pinlever.sync import snapshots
from pinlever.sync.differences import Came, difference
from pinlever.sync.outcomes import Kind, kind_of
from pinlever.sync.plan import Facts, Opening, Person, decide
from tests.sync.test_properties import facts as any_facts

NOW = datetime(2026, 3, 1, tzinfo=UTC)
EMAIL, LINKEDIN = ("email", "ada@people.example"), ("linkedin", "ada")
SECOND = ("email", "ada@home.example")


def opening(posting: str = "design", *, gone: bool = False) -> Opening:
    return Opening("o1", posting, gone, NOW if gone else None, NOW - timedelta(days=3))


def person(contact: str = "a", *, name: str = "Ada Byron", on: tuple[str, str] = EMAIL) -> Person:
    return Person(contact, name, (opening(),), frozenset({on}))


NOBODY = Facts(keys=(EMAIL, LINKEDIN), posting_id="backend")
ADA = replace(NOBODY, people=(person(),))
TWO = replace(NOBODY, people=(person(), person("b", name="Ada Lind", on=LINKEDIN)))


def told(planned: Facts, came: Facts, **more: object) -> str:
    """As the plan decided by `planned`, and as it came out by `came`, unless told otherwise."""
    kinds = {"kind": kind_of(decide(came)), **more}
    return difference(
        kind_of(decide(planned)),
        planned,
        Came(facts=came, **kinds),  # type: ignore[arg-type]
        posting={"backend": "Backend Engineer", "sales": "Sales"}.__getitem__,
    )


@pytest.mark.parametrize(
    ("planned", "came", "sentence"),
    [
        (NOBODY, NOBODY, ""),
        (ADA, ADA, ""),
        (ADA, replace(ADA, posting_id="sales"), ""),  # linked all the same
        (
            NOBODY,
            ADA,
            "The plan said: create. Ada Byron came to be known in Lever in between, "
            "by the email ada@people.example.",
        ),
        (ADA, NOBODY, "The plan said: link. Ada Byron is no longer in Lever."),
        (
            ADA,
            replace(ADA, match_action="add"),
            "The plan said: link. The account’s rule for matches was changed in between.",
        ),
        (
            ADA,
            TWO,
            "The plan said: link. Ada Lind came to be known in Lever in between, "
            "by the LinkedIn profile ada.",
        ),
        (
            replace(ADA, match_action="add"),
            replace(ADA, match_action="add", people=(replace(person(), openings=(opening("backend"),)),)),
            "The plan said: add an opportunity. Ada Byron came to be on this Lever job in between.",
        ),
        (
            replace(ADA, match_action="add", posting_id="backend"),
            replace(ADA, match_action="add", posting_id="design"),
            "The plan said: add an opportunity. Another Lever job was chosen in between: "
            "“Design” instead of “Backend Engineer”.",
        ),
        (
            ADA,
            replace(ADA, people=(replace(person(), is_anonymised=True),)),
            "The plan said: link. Ada Byron was anonymised in Lever in between.",
        ),
        (
            replace(NOBODY, keys=(LINKEDIN,)),
            replace(ADA, keys=(EMAIL, LINKEDIN)),
            "The plan said: create. Their details in Pin changed in between: "
            "the email ada@people.example came in.",
        ),
        (
            ADA,
            replace(NOBODY, keys=(LINKEDIN, SECOND)),
            "The plan said: link. Their details in Pin changed in between: "
            "the email ada@home.example came in; the email ada@people.example went.",
        ),
        (
            replace(ADA, match_action="ask"),
            replace(ADA, match_action="ask", wish="add"),
            "The plan said: ask somebody. Somebody decided about them in between.",
        ),
    ],
)
def test_the_fact_that_made_the_difference(planned: Facts, came: Facts, sentence: str) -> None:
    names: Callable[[str], str] = {"backend": "Backend Engineer", "design": "Design"}.__getitem__
    found = difference(kind_of(decide(planned)), planned, Came(kind_of(decide(came)), came), posting=names)
    assert found == sentence


def test_only_what_decided_is_told() -> None:
    """The Lever job changed too, and made no difference."""
    assert told(NOBODY, replace(ADA, posting_id="sales")) == told(NOBODY, ADA)


def test_the_live_look_up_is_told_as_such() -> None:
    live = frozenset({("a", "ada@people.example")})
    assert told(NOBODY, ADA, told_live=live) == (
        "The plan said: create. The live look-up of ada@people.example found Ada Byron in Lever."
    )


def test_another_job_of_the_same_person_was_first() -> None:
    first = replace(NOBODY, people=(person(on=("candidate", "7")),))
    assert told(NOBODY, first) == (
        "The plan said: create. They went to Lever for another job first, as Ada Byron."
    )


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        ("posting_gone", "The Lever job was closed in between."),
        ("no_lever_user", "No Lever user could act for them any more."),
        ("ask_identity", "Some of their keys came to belong to others in Pin."),
        ("rejected_400", "Lever refused this person: no."),
    ],
)
def test_what_stopped_them_is_told(cause: str, sentence: str) -> None:
    kind = Kind.ASK if cause == "ask_identity" else Kind.BLOCKED
    said = told(NOBODY, NOBODY, kind=kind, cause=cause, reason="Lever refused this person: no.")
    assert said == f"The plan said: create. {sentence}"


def test_what_no_single_change_explains_is_told_whole() -> None:
    """Two people became one, and the rule changed: neither alone makes it an added opportunity."""
    said = told(TWO, replace(ADA, match_action="add"))
    assert "rule for matches was changed" in said and "Ada Lind is no longer in Lever" in said


def test_lever_joining_them_by_email_is_told_though_it_is_a_creation() -> None:
    assert "Lever had just come to know their email" in told(NOBODY, NOBODY, was_deduped=True)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(any_facts)
def test_a_snapshot_keeps_all_facts(known: Facts) -> None:
    assert snapshots.read(json.loads(json.dumps(snapshots.kept(known)))) == known


def test_a_snapshot_of_an_older_version_is_read() -> None:
    plain = {"keys": [["email", "a@b.example"]], "posting_id": "", "something": "unknown"}
    assert snapshots.read(plain) == Facts(keys=(("email", "a@b.example"),), posting_id="")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(any_facts, any_facts)
def test_whatever_changed_there_is_a_sentence_for_every_difference(then: Facts, now: Facts) -> None:
    planned, came = decide(then), decide(now)
    said = difference(kind_of(planned), then, Came(kind_of(came), now, reason="It came so."))
    if type(planned) is not type(came):
        assert said.startswith("The plan said: ") and said[-1] in ".?"
    assert difference(kind_of(planned), then, Came(kind_of(planned), then)) == ""
