"""What is stored to be searched, and the look-ups behind it. Who is found by what: tests/sync/test_finding.py."""

import pytest
from django.db import DatabaseError, connection

from pinlever.recruiting import indexing, searching
from pinlever.recruiting.models import Candidate
from pinlever.recruiting.searching import people, search_text


def somebody(name: str, **more: object) -> Candidate:
    return Candidate.objects.create(full_name=name, search_text=search_text(name), **more)


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (("José  Núñez", "", "Correos"), " jose nunez correos"),
        (("O'Brien-Smith",), " obrien smith"),
        (("王小明", "SRE", "云图科技"), " 王小明 sre 云图科技"),
        (("",), ""),
    ],
)
def test_words_are_folded_and_each_begins_with_a_space(parts: tuple[str, ...], text: str) -> None:
    assert search_text(*parts) == text


def test_what_is_stored_fits_its_column() -> None:
    assert len(search_text("\ufdfa" * 300, "x" * 200)) == 800


@pytest.mark.django_db
def test_short_words_are_looked_for_at_the_beginning_of_words() -> None:
    anna, hanna = somebody("Anna Berg"), somebody("Hanna Berg")
    assert set(people("an")) == {anna}
    assert set(people("ann")) == {anna, hanna}


@pytest.mark.django_db
def test_many_hits_are_found_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST_LISTED", 3)
    everybody = {somebody(f"Anna {number}") for number in range(5)}
    assert set(people("anna")) == everybody
    assert set(people("anna 3")) == {one for one in everybody if one.full_name == "Anna 3"}


@pytest.mark.django_db
def test_relatives_come_along() -> None:
    root = somebody("Ingrid Solheim")
    merged = somebody("I. S.", merged_into=root)
    assert set(people("solheim")) == set(people("i s")) == {root, merged}


@pytest.mark.django_db
def test_a_search_of_any_length_and_kind_is_no_error() -> None:
    somebody("Anna Berg")
    for text in (
        "",
        " ",
        "@",
        "x" * 10_000,
        "\x00",
        "%_\\",
        "'; drop table",
        "linkedin.com",
        "a b c d e f g h",
    ):
        assert list(people(text)) == []


@pytest.mark.django_db
def test_the_index_is_made_where_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    indexing.make_search_index()
    indexing.make_search_index()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_indexes WHERE indexname = %s", [indexing.INDEX])
            assert cursor.fetchone()


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL alone has the index")
def test_where_the_extension_is_forbidden_migrating_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "INDEX", "no such; index")
    indexing.make_search_index()
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT 1")
        except DatabaseError:
            pytest.fail("the connection is broken")
