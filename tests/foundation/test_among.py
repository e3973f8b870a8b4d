from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinlever.recruiting.models import Candidate, Job, Prospect

pytestmark = pytest.mark.django_db
ODD = ["", "NULL", "a,b", '"quoted"', "it's", "back\\slash", "{braces}", "100 %s", "Åse 🙂", " spaces "]


def people(*names: str) -> list[int]:
    return [Candidate.objects.create(full_name=name).pk for name in names]


@pytest.mark.parametrize("text", ODD)
def test_texts_are_found_as_they_are(text: str) -> None:
    one, _ = people(text, "somebody else")
    assert list(Candidate.objects.filter(full_name__among=[text, "nobody"]).values_list("pk", flat=True)) == [
        one
    ]


def test_it_finds_what_in_finds() -> None:
    ids = people(*ODD)
    for asked in (ids[:1], ids[2:5], set(ids), dict.fromkeys(ids).keys(), [0, -1, 2**40], (pk for pk in ids)):
        values = list(asked)
        found = set(Candidate.objects.filter(pk__among=values).values_list("pk", flat=True))
        assert found == set(Candidate.objects.filter(pk__in=values).values_list("pk", flat=True))


def test_nobody_is_among_nothing_and_nothing_is_asked(django_assert_num_queries: Any) -> None:
    people("Ada")
    with django_assert_num_queries(0):
        assert not list(Candidate.objects.filter(pk__among=[]))
    assert Candidate.objects.exclude(pk__among=[]).count() == 1


def test_relations_are_asked_by_id_here_and_further_away() -> None:
    one, other = people("Ada", "Bo")
    Candidate.objects.filter(pk=other).update(merged_into=one)
    prospect = Prospect.objects.create(candidate_id=one, job=Job.objects.create(title="Engineer"))
    assert Candidate.objects.get(merged_into__among=[one]).pk == other
    assert Prospect.objects.get(candidate__among=[one, other]) == prospect
    assert Prospect.objects.get(candidate_id__among=[one, other]) == prospect
    assert Prospect.objects.get(candidate__full_name__among=["Ada"]) == prospect
    assert not Candidate.objects.filter(merged_into__among=[other]).exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no arrays")
def test_postgresql_is_given_one_array_and_uses_the_index() -> None:
    with CaptureQueriesContext(connection) as statements:
        list(Candidate.objects.filter(pk__among=range(1, 2_000)))
    assert "ANY" in statements[0]["sql"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # which is right for a table without rows
    assert "Index Cond" in Candidate.objects.filter(pk__among=[1, 2]).explain()
    assert "Index Cond" in Candidate.objects.filter(search_name__among=["ada", "bo"]).explain()
