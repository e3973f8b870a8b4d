"""The same person arriving from anywhere becomes one candidate; doubt merges nobody and asks."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN
from pinlever.recruiting.facts import EmailFact, InvalidFacts, PersonFacts, PhoneFact, PositionFact
from pinlever.recruiting.models import (
    Arrival,
    Candidate,
    ContactPoint,
    IdentityKey,
    Position,
    ProfileLink,
)
from pinlever.recruiting.services import arrive
from tests.recruiting.people import JANE, MAY, arrived, candidate, person

JOHN = "https://www.linkedin.com/in/john-doe"
PHONE = "+14155552671"


@pytest.mark.django_db
class TestArriving:
    def test_a_new_person_takes_few_queries(self):
        with CaptureQueriesContext(connection) as seen:
            arrived("jane@x.example", linkedin=(JANE,))
        assert len(seen) <= 12

    def test_everything_said_is_stored(self):
        facts = PersonFacts(
            full_name="Jane  Doe",
            headline="Engineer, Acme",
            city="Berlin",
            state="Berlin",
            country="Germany",
            current_title="Engineer",
            current_company="Acme",
            skills=("Go", "SQL"),
            tags=("wave-1",),
            linkedin_urls=(JANE,),
            emails=(EmailFact("Jane@x.example", "hunter", MAY, True, MAY),),
            phones=(PhoneFact("030 901820", "mobile", "card", None, True, MAY, "DE"),),
            positions=(PositionFact("Engineer", "Acme", "2020-03", "", "Built\nthings"),),
            sourced_via="import",
            sourced_at=MAY,
        )
        user = User.objects.create_user("rec@x.example")
        made = arrive(by=PIN, facts=facts, source="csv", external_id="row-1", sourced_by=user)
        row = Candidate.objects.get()
        assert made.created and made.candidate == row and made.question is None
        assert (row.full_name, row.search_name, row.city, row.skills) == (
            "Jane Doe",
            "jane doe",
            "Berlin",
            ["Go", "SQL"],
        )
        assert (row.sourced_via, row.sourced_at, row.sourced_by, row.external_id) == (
            "import",
            MAY,
            user,
            "row-1",
        )
        email, phone = row.contact_points.order_by("kind")
        assert (email.value, email.normalised, email.source) == ("Jane@x.example", "jane@x.example", "hunter")
        assert (email.verified_at, email.is_primary, email.found_at) == (MAY, True, MAY)
        assert (phone.value, phone.normalised, phone.phone_type) == ("030 901820", "+4930901820", "mobile")
        assert {str(key) for key in row.identity_keys.all()} == {
            "email:jane@x.example",
            "external:csv:row-1",
            "linkedin:jane-doe",
            "phone:+4930901820",
        }
        assert row.positions.get().description == "Built\nthings"
        assert PersonFacts.from_json(Arrival.objects.get().facts) == facts

    @pytest.mark.parametrize(
        "again",
        [
            {"emails": ("JANE@x.example ",)},
            {"linkedin": ("de.linkedin.com/in/JANE-DOE?x",)},
            {"emails": ("new@x.example", "jane@x.example")},
            {"external_id": "7"},
        ],
    )
    def test_a_shared_key_makes_it_the_same_person(self, again):
        first = arrived("jane@x.example", linkedin=(JANE,), external_id="7")
        second = arrived(*again.pop("emails", ()), **again)
        assert (second.candidate, second.created, second.question) == (first.candidate, False, None)
        assert Candidate.objects.count() == 1

    def test_the_same_id_from_another_source_is_another_person(self):
        assert candidate(external_id="7") != candidate(external_id="7", source="csv")

    def test_blanks_are_filled_and_nothing_is_overwritten(self):
        arrived("jane@x.example", full_name="", city="Berlin", skills=("Go",))
        arrived("jane@x.example", full_name="Jane", city="Paris", headline="CTO", skills=("go", "SQL"))
        row = Candidate.objects.get()
        assert (row.full_name, row.search_name, row.city, row.headline) == ("Jane", "jane", "Berlin", "CTO")
        assert row.skills == ["Go", "SQL"]
        assert {arrival.facts["city"] for arrival in row.arrivals.all()} == {"Berlin", "Paris"}

    def test_a_later_key_leads_to_everybody_known_before(self):
        first = candidate("a@x.example")
        arrived("a@x.example", linkedin=(JANE,))
        assert candidate("b@x.example", linkedin=(JANE,)) == first
        assert candidate("b@x.example") == first

    def test_a_repeat_is_a_no_op(self):
        facts = person(
            "jane@x.example", linkedin=(JANE,), phones=(PHONE,), positions=(PositionFact("CTO", "Acme"),)
        )
        tables = (Candidate, ContactPoint, IdentityKey, ProfileLink, Position, Arrival, AuditEntry)
        first = arrive(by=PIN, facts=facts, source="pin")
        before = [table.objects.count() for table in tables]
        second = arrive(by=PIN, facts=facts, source="pin")
        assert [table.objects.count() for table in tables] == before
        assert len(first.contact_points) == 2 and second.contact_points == ()

    def test_facts_without_any_key_are_one_person_only_when_all_is_the_same(self):
        first = candidate(city="Berlin")
        assert candidate(city="Berlin") == first
        assert candidate(city="Paris") != first
        assert candidate(city="Berlin", source="csv") != first
        assert candidate(city="Berlin", external_id="7") != first

    def test_one_audit_row_tells_who_and_what(self):
        arrived("jane@x.example", city="Berlin")
        arrived("jane@x.example", headline="CTO", linkedin=(JANE,))
        second, first = AuditEntry.objects.all()
        assert (first.action, first.by_label, first.subject_label) == ("candidate.created", "Pin", "Jane Doe")
        assert first.after["keys"] == ["email:jane@x.example"]
        assert (second.action, second.before, second.after["headline"]) == (
            "candidate.learned",
            {"headline": ""},
            "CTO",
        )

    @pytest.mark.parametrize(
        ("facts", "source", "external_id", "said"),
        [
            (PersonFacts(), "pin", "", "Neither a name"),
            (PersonFacts(emails=(EmailFact("n/a"),)), "pin", "", "Neither a name"),
            (person(), "", "", "source"),
            (person(), "x" * 121, "", "source"),
            (person(), "pin", "x" * 201, "id of the person"),
            (person(), "pin", "a\x00b", "id of the person"),
            (person(sourced_at=datetime(2026, 5, 4)), "pin", "", "time zone"),
            (
                PersonFacts("J", emails=(EmailFact("a@x.example", found_at=datetime(2026, 5, 4)),)),
                "pin",
                "",
                "zone",
            ),
        ],
    )
    def test_what_cannot_be_understood_is_refused_whole(self, facts, source, external_id, said):
        with pytest.raises(InvalidFacts, match=said):
            arrive(by=PIN, facts=facts, source=source, external_id=external_id)
        assert not Candidate.objects.exists() and not AuditEntry.objects.exists()

    def test_hostile_text_is_stored_harmless(self):
        nasty = "Ja\x00ne\ud800 \u202eDoe" + "x" * 5000
        arrived("jane@x.example", full_name=nasty, headline=nasty, skills=(nasty, "\x00"), linkedin=(nasty,))
        row = Candidate.objects.get()
        assert row.full_name.startswith("Jane Doex") and len(row.full_name) == 300
        assert len(row.skills) == 1
        assert Arrival.objects.get().facts["headline"].endswith("x" * 5000)

    def test_thousands_of_addresses_at_once_are_cut_but_kept_as_said(self):
        arrived(*(f"a{number}@x.example" for number in range(3000)))
        assert ContactPoint.objects.count() == 100
        assert len(Arrival.objects.get().facts["emails"]) == 3000
