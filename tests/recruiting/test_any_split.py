"""However the facts about one person are split, they end as one candidate with all of them."""

from hypothesis import given, settings, strategies as st
from hypothesis.extra.django import TestCase

from pinlever.audit.services import PIN
from pinlever.recruiting.facts import EmailFact, PersonFacts, PositionFact
from pinlever.recruiting.models import (
    Candidate,
    IdentityQuestion,
)
from pinlever.recruiting.services import arrive, family, known_keys
from tests.recruiting.people import MAY

JOHN = "https://www.linkedin.com/in/john-doe"
PHONE = "+14155552671"


ADDRESSES = [f"{name}@x.example" for name in "abcdef"]
SLUGS = [f"https://www.linkedin.com/in/jane-{name}" for name in "abc"]


@st.composite
def chained_facts(draw):
    """Parts of what is known about one person: each shares a key with one that arrived before it."""
    known, parts = [draw(st.sampled_from(ADDRESSES + SLUGS))], []
    for number in range(draw(st.integers(1, 6))):
        told = {draw(st.sampled_from(known)), *draw(st.sets(st.sampled_from(ADDRESSES + SLUGS), max_size=3))}
        known += sorted(told)
        emails = [key if draw(st.booleans()) else key.upper() for key in sorted(told) if "@" in key]
        parts.append(
            PersonFacts(
                full_name=draw(st.sampled_from(["", "Jane Doe"])),
                headline=draw(st.sampled_from(["", "CTO", "Chief"])),
                skills=tuple(draw(st.sets(st.sampled_from(["Go", "SQL", "Rust"])))),
                emails=tuple(EmailFact(value, found_at=MAY) for value in emails),
                linkedin_urls=tuple(sorted(key for key in told if "@" not in key)),
                positions=(PositionFact(f"Job {number % 3}", "Acme"),),
            )
        )
    return parts


class TestAnySplit(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(chained_facts(), st.sampled_from(["pin", "csv"]))
    def test_parts_that_share_a_key_are_one_person_and_nothing_is_lost(self, parts, source):
        rows = [arrive(by=PIN, facts=part, source=source).candidate.pk for part in parts]
        assert len(set(rows)) == 1
        assert not IdentityQuestion.objects.exists()
        row, keys = Candidate.objects.get(), known_keys(family(Candidate.objects.get()))
        assert set(keys.emails) == {fact.value.lower() for part in parts for fact in part.emails}
        assert len(keys.linkedin) == len({url for part in parts for url in part.linkedin_urls})
        assert set(row.skills) == {skill for part in parts for skill in part.skills}
        assert {each.title for each in row.positions.all()} == {
            each.title for part in parts for each in part.positions
        }
        said = [PersonFacts.from_json(each.facts) for each in row.arrivals.all()]
        assert all(part in said for part in parts)
