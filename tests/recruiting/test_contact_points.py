"""Addresses, numbers and links: once each, filled up, never overwritten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pinlever.audit.services import PIN
from pinlever.recruiting.facts import EmailFact, PersonFacts
from pinlever.recruiting.models import (
    Arrival,
    ContactPoint,
    IdentityKey,
    ProfileLink,
)
from pinlever.recruiting.services import add_contact_points, arrive, family, known_keys
from tests.recruiting.people import JANE, MAY, arrived, candidate

JOHN = "https://www.linkedin.com/in/john-doe"
PHONE = "+14155552671"


@pytest.mark.django_db
class TestContactPoints:
    def test_one_primary_of_a_kind_stays_primary(self):
        for address in ("a@x.example", "b@x.example"):
            facts = PersonFacts(linkedin_urls=(JANE,), emails=(EmailFact(address, is_primary=True),))
            arrive(by=PIN, facts=facts, source="pin")
        assert [point.value for point in ContactPoint.objects.filter(is_primary=True)] == ["a@x.example"]

    def test_a_later_verification_is_added_and_the_time_of_finding_stays(self):
        arrive(by=PIN, facts=PersonFacts(emails=(EmailFact("a@x.example", found_at=MAY),)), source="pin")
        later = EmailFact("A@x.example", "hunter", MAY + timedelta(days=1), found_at=MAY + timedelta(days=1))
        news = arrive(by=PIN, facts=PersonFacts(emails=(later,)), source="pin").contact_points
        point = ContactPoint.objects.get()
        assert (point.source, point.verified_at, point.found_at) == ("hunter", later.verified_at, MAY)
        assert news == ()

    def test_found_in_the_future_means_found_now(self):
        ahead = timezone.now() + timedelta(days=3)
        arrive(by=PIN, facts=PersonFacts(emails=(EmailFact("a@x.example", found_at=ahead),)), source="pin")
        assert ContactPoint.objects.get().found_at < ahead - timedelta(days=2)

    def test_what_an_import_brought_is_news_once_somebody_else_says_it(self):
        assert len(arrived("a@x.example", quiet=True).contact_points) == 1
        assert arrived("a@x.example", quiet=True).contact_points == ()
        assert ContactPoint.objects.get().is_quiet
        (woken,) = arrived("a@x.example", city="Berlin").contact_points
        assert not woken.is_quiet and not ContactPoint.objects.get().is_quiet
        assert arrived("a@x.example", quiet=True).contact_points == ()
        assert not ContactPoint.objects.get().is_quiet

    def test_nonsense_is_no_contact_point_but_stays_in_the_arrival(self):
        arrived("n/a", "jane@x.example", phones=("call me", "030 90 18 20"))
        assert set(ContactPoint.objects.values_list("value", "normalised")) == {
            ("jane@x.example", "jane@x.example"),
            ("030 90 18 20", "030901820"),
        }
        assert Arrival.objects.get().facts["emails"][0]["value"] == "n/a"

    def test_a_dressed_address_is_stored_plain(self):
        arrived("Jane Doe <Jane@x.example>")
        assert ContactPoint.objects.get().value == "jane@x.example"

    def test_spellings_of_one_profile_are_one_link(self):
        arrived("a@x.example", linkedin=(JANE, "linkedin.com/in/JANE-doe/de"))
        arrived("a@x.example", linkedin=("de.linkedin.com/in/jane-doe", "https://lnkd.in/abc"))
        assert sorted(ProfileLink.objects.values_list("url", flat=True)) == ["https://lnkd.in/abc", JANE]

    def test_adding_to_somebody_known_never_changes_who_it_is(self):
        jane, john = candidate("jane@x.example"), candidate("john@x.example")
        added = add_contact_points(by=PIN, candidate=jane, facts=[EmailFact("john@x.example")], source="pin")
        assert (added.candidate, added.created) == (jane, False)
        assert added.question.evidence == [{"kind": "email", "value": "john@x.example", "candidate": john.pk}]
        assert known_keys(family(jane)).emails == ("jane@x.example", "john@x.example")
        assert IdentityKey.objects.get(value="john@x.example").candidate == john
