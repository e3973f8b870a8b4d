from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from pinlever.recruiting.facts import EmailFact, InvalidFacts, PersonFacts, PhoneFact, PositionFact
from tests.recruiting.people import MAY

_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
_time = st.none() | st.datetimes(timezones=st.just(UTC))
_facts = st.builds(
    PersonFacts,
    full_name=_text,
    skills=st.lists(_text, max_size=3).map(tuple),
    linkedin_urls=st.lists(_text, max_size=3).map(tuple),
    emails=st.lists(st.builds(EmailFact, _text, _text, _time, st.booleans(), _time), max_size=3).map(tuple),
    phones=st.lists(st.builds(PhoneFact, _text, _text, _text, _time), max_size=3).map(tuple),
    positions=st.lists(st.builds(PositionFact, _text, _text), max_size=3).map(tuple),
    sourced_at=_time,
)


@given(_facts)
def test_facts_come_back_from_json_as_they_were(facts):
    assert PersonFacts.from_json(facts.to_json()) == facts


def test_the_digest_tells_the_same_facts_from_others():
    assert PersonFacts("Jane").digest() == PersonFacts("Jane").digest()
    assert PersonFacts("Jane").digest() != PersonFacts("Jane", skills=("Go",)).digest()
    assert PersonFacts("Jane\x00\ud800").digest() == PersonFacts("Jane").digest()


def test_unknown_names_are_ignored_and_missing_ones_empty():
    facts = PersonFacts.from_json(
        {"full_name": "Jane", "shoe_size": 38, "emails": [{"value": "a@x.example"}], "city": None}
    )
    assert facts == PersonFacts("Jane", emails=(EmailFact("a@x.example"),))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "object"),
        ({"emails": "a@x.example"}, "emails must be a list"),
        ({"emails": ["a@x.example"]}, "object"),
        ({"emails": [{}]}, "EmailFact.*value"),
        ({"skills": [1]}, "skills must be text"),
        ({"full_name": 1}, "full_name must be text"),
        ({"sourced_at": "yesterday"}, "sourced_at must be a time"),
        ({"sourced_at": 12}, "sourced_at must be a time"),
        ({"phones": [{"value": "1", "is_primary": "yes"}]}, "is_primary must be true or false"),
    ],
)
def test_nonsense_is_refused_by_name(data, said):
    with pytest.raises(InvalidFacts, match=said):
        PersonFacts.from_json(data)


@pytest.mark.parametrize(
    "facts",
    [
        PersonFacts(sourced_at=datetime(2026, 5, 4)),
        PersonFacts(emails=(EmailFact("a", verified_at=datetime(2026, 5, 4)),)),
        PersonFacts(phones=(PhoneFact("1", found_at=datetime(2026, 5, 4)),)),
    ],
)
def test_a_time_without_zone_is_refused(facts):
    with pytest.raises(InvalidFacts, match="2026-05-04"):
        facts.check()
    PersonFacts(sourced_at=MAY).check()
