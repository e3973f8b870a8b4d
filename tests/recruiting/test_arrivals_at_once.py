"""Several processes hear of the same person at the same moment."""

import pytest
from django.db import connection

from pinlever.audit.services import PIN
from pinlever.foundation import failpoints
from pinlever.recruiting.models import (
    Candidate,
    IdentityQuestion,
)
from pinlever.recruiting.services import family, known_keys, merge
from tests.recruiting.at_once import at_once
from tests.recruiting.people import JANE, arrived, candidate

JOHN = "https://www.linkedin.com/in/john-doe"
PHONE = "+14155552671"


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_one_person_arriving_from_many_sides_is_one(self):
        sides = [
            {"emails": ("jane@x.example",), "linkedin": (JANE,)},
            {"emails": ("JANE@x.example", "j2@x.example")},
            {"linkedin": (JANE,), "emails": ("jane@x.example",)},
            {"linkedin": ("de.linkedin.com/in/jane-doe",), "emails": ("jane@x.example", "a@x.example")},
        ]
        for number in range(5):
            works = []
            for side in sides:
                emails = tuple(f"{number}{address}" for address in side["emails"])
                links = tuple(f"{url}-{number}" for url in side.get("linkedin", ()))
                works.append(lambda emails=emails, links=links: arrived(*emails, linkedin=links))
            results = at_once(*works)
            assert sum(result.created for result in results) == 1
            assert len({result.candidate.pk for result in results}) == 1
        assert Candidate.objects.count() == 5
        assert not IdentityQuestion.objects.exists()

    def test_people_who_cross_their_keys_end_in_order_without_deadlock(self):
        addresses = [f"p{number}@x.example" for number in range(8)]
        works = [
            lambda shift=shift: [
                arrived(*(addresses[shift:] + addresses[:shift]), headline=str(shift)) for _ in range(3)
            ]
            for shift in range(4)
        ]
        results = [each for several in at_once(*works) for each in several]
        assert sum(each.created for each in results) == 1
        assert len({each.candidate.pk for each in results}) == 1

    def test_people_without_keys_and_people_in_doubt_are_made_once_too(self):
        candidate("jane@x.example"), candidate(linkedin=(JOHN,))
        doubtful = [lambda: arrived("jane@x.example", linkedin=(JOHN,))] * 3
        keyless = [lambda: arrived(full_name="Nobody", city="Berlin")] * 3
        results = at_once(*doubtful, *keyless)
        assert sum(each.created for each in results) == 2
        assert Candidate.objects.count() == 4
        assert IdentityQuestion.objects.count() == 1

    def test_who_lost_a_key_between_looking_and_taking_joins_the_winner(self):
        winners = []

        def other(name):
            if name == "arrival.chosen" and not winners:
                winners.append(None)
                winners[0] = at_once(lambda: arrived("jane@x.example"))[0]

        if connection.vendor == "sqlite":
            pytest.skip("SQLite lets one writer in at a time: nobody can win in between")
        failpoints.install(other)
        try:
            late = arrived("jane@x.example", linkedin=(JANE,))
        finally:
            failpoints.install(None)
        assert winners[0].created and not late.created
        assert late.candidate == winners[0].candidate
        assert known_keys(family(late.candidate)).linkedin == ("jane-doe",)

    def test_arrivals_during_a_merge_end_at_the_root(self):
        for number in range(5):
            gone, into = candidate(f"g{number}@x.example"), candidate(f"i{number}@x.example")
            results = at_once(
                lambda gone=gone, into=into: merge(by=PIN, gone=gone, into=into),
                lambda number=number: arrived(f"g{number}@x.example", headline="CTO").candidate,
                lambda number=number: arrived(f"i{number}@x.example", city="Berlin").candidate,
            )
            assert len(results) == 3
            assert arrived(f"g{number}@x.example").candidate == into
