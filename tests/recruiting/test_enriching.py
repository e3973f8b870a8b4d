import pytest

from pinlever.recruiting.enriching import (
    changes,
    learn_positions,
    new_candidate,
    new_links,
    position_of,
    united,
)
from pinlever.recruiting.facts import PersonFacts, PositionFact
from pinlever.recruiting.models import Candidate, Position
from tests.recruiting.people import MAY


@pytest.mark.parametrize(
    ("known", "said", "all_words"),
    [
        ([], [], []),
        (["Go"], ["go", "GO "], ["Go"]),
        (["Go"], ["SQL", "sql", ""], ["Go", "SQL"]),
        ([], ["  two   words "], ["two words"]),
        ([], ["x" * 300], ["x" * 100]),
        (["a"], [str(number) for number in range(1000)], ["a", *(str(number) for number in range(499))]),
    ],
)
def test_lists_are_united_whatever_the_case(known, said, all_words):
    assert united(known, said) == all_words


def test_only_blanks_change():
    known = Candidate(full_name="Jane", city="Berlin", skills=["Go"])
    said = PersonFacts(
        full_name="J", city="Paris", country="Germany", skills=("go",), tags=("a",), sourced_at=MAY
    )
    assert changes(known, said) == {"country": "Germany", "tags": ["a"], "sourced_at": MAY}


@pytest.mark.parametrize(
    ("said", "via"), [("pin", "pin"), ("import", "import"), ("lever", "lever"), ("fax", "pin")]
)
def test_an_unknown_way_of_sourcing_counts_as_pin(said, via):
    assert new_candidate(PersonFacts("Jane", sourced_via=said)).sourced_via == via


@pytest.mark.parametrize(
    ("said", "position"),
    [
        (PositionFact(), None),
        (PositionFact(description="only words"), None),
        (PositionFact(" CTO ", "Acme\x00", "2020-03", "2021"), ("CTO", "Acme", "2020-03", "2021")),
        (PositionFact("CTO", "", "2020-13", "March 2021"), ("CTO", "", "", "")),
        (PositionFact("CTO", "", "2020-03-01", "present"), ("CTO", "", "2020-03", "")),
    ],
)
def test_a_position_is_read(said, position):
    made = position_of(said)
    assert (made and (made.title, made.company, made.started, made.ended)) == position


@pytest.mark.parametrize(
    ("said", "new", "filled"),
    [
        (PositionFact("cto", "ACME", "2020"), 0, 0),
        (PositionFact("CTO", "Acme", "2020-03", "2022"), 0, 1),
        (PositionFact("CTO", "Acme", "", "", "Led"), 0, 1),
        (PositionFact("CTO", "Acme", "2020-04"), 1, 0),
        (PositionFact("CTO", "Other", "2020-03"), 1, 0),
        (PositionFact("Engineer", "Acme", "2020-03"), 1, 0),
    ],
)
def test_the_same_position_is_filled_and_another_added(said, new, filled):
    known = Position(pk=1, title="CTO", company="Acme", started="2020-03")
    added, changed = learn_positions([known], [said, said])
    assert (len(added), len(changed)) == (new, filled)
    assert all(getattr(known, name) for name in ("ended", "description") if getattr(said, name) and filled)


def test_a_position_never_loses_what_was_said_before():
    known = Position(pk=1, title="CTO", company="Acme", started="2020-03", ended="2021", description="Led")
    assert learn_positions([known], [PositionFact("CTO", "Acme", "2020-03", "2022", "Other")]) == ([], [])
    assert (known.ended, known.description) == ("2021", "Led")


def test_links_of_one_profile_are_one():
    known = ["https://www.linkedin.com/in/jane"]
    said = [
        "linkedin.com/in/JANE",
        "https://jane.example",
        " https://jane.example ",
        "",
        "de.linkedin.com/in/j2/de",
    ]
    assert new_links(known, said) == ["https://jane.example", "de.linkedin.com/in/j2/de"]
