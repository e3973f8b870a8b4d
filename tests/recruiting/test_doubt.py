"""Keys that belong to several candidates merge nobody; somebody is asked, once."""

import pytest

from pinlever.audit.services import PIN
from pinlever.recruiting.models import (
    Candidate,
    ContactPoint,
    IdentityKey,
    IdentityQuestion,
)
from pinlever.recruiting.services import family, known_keys, merge
from tests.recruiting.people import arrived, candidate

JOHN = "https://www.linkedin.com/in/john-doe"
PHONE = "+14155552671"


@pytest.mark.django_db
class TestDoubt:
    def two(self):
        return candidate("jane@x.example", full_name="Jane"), candidate(linkedin=(JOHN,), full_name="John")

    def test_keys_of_two_candidates_merge_nobody_and_ask(self):
        jane, john = self.two()
        third = arrived("jane@x.example", "new@x.example", linkedin=(JOHN,))
        assert third.created and third.candidate not in (jane, john)
        assert third.question.candidate == third.candidate and third.question.is_blocking
        assert third.question.evidence == [
            {"kind": "email", "value": "jane@x.example", "candidate": jane.pk},
            {"kind": "linkedin", "value": "john-doe", "candidate": john.pk},
        ]
        assert [str(key) for key in third.candidate.identity_keys.exclude(kind="arrival")] == [
            "email:new@x.example"
        ]
        assert known_keys(family(third.candidate)).emails == ("jane@x.example", "new@x.example")
        assert known_keys(family(third.candidate)).linkedin == ("john-doe",)

    @pytest.mark.parametrize(
        ("emails", "headline"),
        [
            (("jane@x.example",), ""),
            (("jane@x.example",), "says more"),
            (("jane@x.example", "new@x.example"), ""),
            (("jane@x.example", "other@x.example"), "says more"),
        ],
    )
    def test_the_same_doubt_again_is_the_same_person_and_no_new_question(self, emails, headline):
        self.two()
        third = arrived("jane@x.example", "new@x.example", linkedin=(JOHN,))
        again = arrived(*emails, linkedin=(JOHN,), headline=headline)
        assert (again.candidate, again.created, again.question) == (third.candidate, False, third.question)
        assert (Candidate.objects.count(), IdentityQuestion.objects.count()) == (3, 1)

    def test_two_emails_of_two_candidates_are_doubt_too(self):
        candidate("a@x.example"), candidate("b@x.example")
        assert arrived("a@x.example", "b@x.example").question.is_blocking

    def test_the_sources_id_says_who_it_is_and_another_key_asks(self):
        jane = candidate("jane@x.example", external_id="7")
        john = candidate("john@x.example")
        moved = arrived("john@x.example", external_id="7")
        assert (moved.candidate, moved.created) == (jane, False)
        assert moved.question.evidence == [{"kind": "email", "value": "john@x.example", "candidate": john.pk}]
        assert arrived("john@x.example", "new@x.example", external_id="7").question == moved.question
        assert IdentityKey.objects.get(value="new@x.example").candidate == jane

    def test_keys_of_one_merged_family_are_no_doubt(self):
        jane, john = self.two()
        merge(by=PIN, gone=john, into=jane)
        assert arrived("jane@x.example", linkedin=(JOHN,)).candidate == jane
        assert not IdentityQuestion.objects.exists()

    def test_a_tombstone_leads_to_its_root(self):
        jane, john = self.two()
        merge(by=PIN, gone=john, into=jane)
        found = arrived("more@x.example", linkedin=(JOHN,))
        assert (found.candidate, found.created) == (jane, False)
        assert ContactPoint.objects.get(value="more@x.example").candidate == jane

    def test_a_phone_alone_joins_nobody_and_asks_without_blocking(self):
        first = candidate("jane@x.example", phones=(PHONE,))
        second = arrived("other@x.example", phones=(PHONE,))
        assert second.created and not second.question.is_blocking
        assert second.question.evidence == [{"kind": "phone", "value": PHONE, "candidate": first.pk}]
        assert arrived("other@x.example", phones=(PHONE,)).question == second.question
        assert known_keys(family(second.candidate)).phones == (PHONE,)

    def test_a_blocking_question_comes_before_one_about_a_phone(self):
        self.two()
        candidate("p@x.example", phones=(PHONE,))
        assert arrived("jane@x.example", linkedin=(JOHN,), phones=(PHONE,)).question.is_blocking
        assert IdentityQuestion.objects.count() == 2
