"""The timeline: newest first, with the words of the details, and contact details found together told together."""

from typing import Any

import pytest

from pinlever.audit.services import PIN
from pinlever.outreach.adding import add_to_outreach
from pinlever.outreach.models import OutreachEvent
from pinlever.outreach.services import person_arrived, record_event
from pinlever.outreach.timeline import timeline
from pinlever.recruiting.facts import EmailFact, PersonFacts, PhoneFact
from pinlever.recruiting.models import Job, Prospect
from tests.sync.world import NUMBERS

Kind = OutreachEvent.Kind


@pytest.fixture
def prospect(db: None) -> Prospect:
    facts = PersonFacts(
        full_name="Ada", emails=(EmailFact("ada@people.example"),), phones=(PhoneFact("+4740612345"),)
    )
    sourced = person_arrived(by=PIN, facts=facts, source="test", job=Job.objects.create(title="Designer"))
    assert sourced.prospect is not None
    return sourced.prospect


def event(prospect: Prospect, kind: str, **details: Any) -> None:
    at = prospect.events.order_by("-occurred_at")[0].occurred_at
    record_event(
        by=PIN,
        prospect=prospect,
        kind=kind,
        channel="email",
        occurred_at=at,
        source="mail",
        external_id=str(next(NUMBERS)),
        details=details,
    )


def test_contact_details_found_at_once_are_one_entry_with_their_values(prospect: Prospect) -> None:
    told, has_more = timeline([prospect.pk], most=10)
    assert [set(it.found) for it in told] == [{"ada@people.example", "+4740612345"}]
    assert not has_more


@pytest.mark.parametrize(
    ("details", "quote"),
    [
        ({"text": "Happy to talk.\nSoon"}, "Happy to talk.\nSoon"),
        ({"snippet": "Hello"}, "Hello"),
        ({"note": "They called", "body": ""}, "They called"),
        ({"text": 7}, ""),
        ({}, ""),
    ],
)
def test_the_words_are_quoted(prospect: Prospect, details: dict[str, Any], quote: str) -> None:
    event(prospect, Kind.REPLIED, **details)
    assert timeline([prospect.pk], most=10)[0][0].quote == quote


def test_only_the_newest_are_told(prospect: Prospect) -> None:
    for _ in range(5):
        event(prospect, Kind.OPENED)
    told, has_more = timeline([prospect.pk], most=3)
    assert (len(told), has_more) == (3, True)


def test_a_stranger_event_with_our_kind_of_id_names_no_contact_point(prospect: Prospect) -> None:
    point = prospect.candidate.contact_points.first()
    record_event(
        by=PIN,
        prospect=prospect,
        kind=Kind.CONTACT_FOUND,
        occurred_at=prospect.events.all()[0].occurred_at,
        source="else",
        external_id=f"contact-point:{point.pk}",
    )
    told, _ = timeline([prospect.pk], most=10)
    assert sorted(len(it.found) for it in told)[0] == 0


def test_adding_twice_adds_once(prospect: Prospect) -> None:
    first = add_to_outreach(by=PIN, prospects=[prospect], token="a")
    again = add_to_outreach(by=PIN, prospects=[prospect], token="a")
    assert (first.added, again.there_already) == ((prospect,), (prospect,))
    assert prospect.events.filter(kind=Kind.ADDED_TO_OUTREACH).count() == 1
    prospect.refresh_from_db()
    assert prospect.outreach_stage == Prospect.Stage.IN_OUTREACH
