"""Lists of any length come whole, each row once, whatever the size of a page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from pinlever.lever import calls
from pinlever.lever.client import LeverClient
from pinlever.lever.errors import OffsetRefused, Unavailable
from pinlever.lever.types import ResumeFile
from pinlever.practice import seed

from .calls import FIELDS, TEMPLATE
from .server import AUD, Json, Practice, created

pytestmark = pytest.mark.contract

ROWS = 5


@dataclass(frozen=True)
class List:
    """How to fill a list of Practice Lever's, and how to read it."""

    fill: Callable[[Practice, LeverClient], str]
    read: Callable[[LeverClient, str], Iterator[Any]]
    path: str


def people(practice: Practice, client: LeverClient) -> str:
    practice.people(
        *({"name": f"Person {n}", "tags": [f"tag {n}"], "sources": [f"source {n}"]} for n in range(ROWS))
    )
    return ""


def deleted(practice: Practice, client: LeverClient) -> str:
    people(practice, client)
    for one in list(client.opportunities()):
        practice.post("delete", {"opportunity": one.id})
    return ""


def documents(kind: str, document: Json) -> Callable[[Practice, LeverClient], str]:
    def fill(practice: Practice, client: LeverClient) -> str:
        for number in range(ROWS):
            filled = {
                key: f"{value} {number}" if value == "More" else value for key, value in document.items()
            }
            practice.post("documents", {"kind": kind, "document": filled})
        return ""

    return fill


def nothing(practice: Practice, client: LeverClient) -> str:
    return ""


def on_an_opportunity(add: Callable[[LeverClient, str, int], Any]) -> Callable[[Practice, LeverClient], str]:
    def fill(practice: Practice, client: LeverClient) -> str:
        opportunity = created(client)
        for number in range(ROWS):
            add(client, opportunity, number)
        return opportunity

    return fill


NOTES = on_an_opportunity(lambda client, one, number: client.create_note(one, f"Note {number}"))
FORMS = on_an_opportunity(lambda client, one, _: client.create_form(one, TEMPLATE, FIELDS))
FILES = on_an_opportunity(
    lambda client, one, number: client.upload_file(one, ResumeFile(f"{number}.txt", b"x"), perform_as=AUD)
)
LISTS: dict[str, List] = {
    "opportunities": List(people, lambda client, _: client.opportunities(), "/opportunities"),
    "deleted_opportunities": List(
        deleted, lambda client, _: client.deleted_opportunities(), "/opportunities/deleted"
    ),
    "notes": List(NOTES, lambda client, one: client.notes(one), "/notes"),
    "files": List(FILES, lambda client, one: client.files(one), "/files"),
    "forms": List(FORMS, lambda client, one: client.forms(one), "/forms"),
    "form_templates": List(
        documents("form_template", {"text": "More", "fields": [{"type": "text", "text": "T"}]}),
        lambda client, _: client.form_templates(),
        "/form_templates",
    ),
    "postings": List(nothing, lambda client, _: client.postings(), "/postings"),
    "stages": List(nothing, lambda client, _: client.stages(), "/stages"),
    "archive_reasons": List(nothing, lambda client, _: client.archive_reasons(), "/archive_reasons"),
    "users": List(nothing, lambda client, _: client.users(), "/users"),
    "sources": List(people, lambda client, _: client.sources(), "/sources"),
    "tags": List(people, lambda client, _: client.tags(), "/tags"),
}


def key(row: Any) -> str:
    return str(getattr(row, "id", None) or row.text)


def pages_read(practice: Practice, path: str) -> int:
    return len([one for one in practice.log() if one["method"] == "GET" and one["path"].endswith(path)])


@pytest.mark.parametrize("name", sorted(LISTS))
@pytest.mark.parametrize("limit", [2, 3])
def test_a_list_comes_whole_and_once(
    practice: Practice, client: LeverClient, monkeypatch: pytest.MonkeyPatch, name: str, limit: int
) -> None:
    listing = LISTS[name]
    opportunity = listing.fill(practice, client)
    whole = [key(row) for row in listing.read(client, opportunity)]
    assert len(whole) >= ROWS and len(set(whole)) == len(whole)
    before = pages_read(practice, listing.path)
    monkeypatch.setattr(calls, "PAGE_LIMIT", limit)
    assert [key(row) for row in listing.read(client, opportunity)] == whole
    assert pages_read(practice, listing.path) - before == -(-len(whole) // limit)


def test_lists_that_lever_does_not_page_come_whole_too(
    client: LeverClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "PAGE_LIMIT", 2)
    for number in range(ROWS):
        client.create_webhook("contactCreated", f"https://pin.example/{number}")
    assert len(list(client.webhooks())) == ROWS
    assert list(client.resumes(created(client))) == []


def test_a_crawl_goes_on_from_a_token(practice: Practice, client: LeverClient) -> None:
    people(practice, client)
    whole = [one.id for one in client.opportunities()]
    offset, found = None, list[str]()
    while True:
        page = client.opportunity_page(offset=offset, limit=2)
        found += [one.id for one in page.items]
        if page.next is None:
            break
        # Lever's token is percent-encoded already and has to come back as it was; a new client can use it.
        assert page.next.startswith("%5B")
        offset = page.next
        again = practice.client()
        assert again.opportunity_page(offset=offset, limit=1).items[0].id == whole[len(found)]
        again.http.close()
    assert found == whole


def test_a_token_that_is_none_is_refused_as_such(client: LeverClient) -> None:
    for token in ("rubbish", "0.1414895548650.abc", "%5B1%5D", "[1,2]"):
        with pytest.raises(OffsetRefused):
            client.opportunity_page(offset=token)


def test_a_refused_token_starts_the_list_again_once(
    practice: Practice, client: LeverClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(practice, client)
    monkeypatch.setattr(calls, "PAGE_LIMIT", 2)
    refusal = {"code": "BadRequest", "message": "Invalid offset token"}
    practice.fault("status", {"query": "offset=", "nth": 2}, status=400, body=refusal)
    found = [one.id for one in client.opportunities()]
    assert len(found) == len(set(found)) == ROWS
    practice.fault("status", {"query": "offset="}, status=400, body=refusal)
    with pytest.raises(Unavailable):
        list(client.opportunities())


def test_a_list_that_breaks_off_says_so(
    practice: Practice, client: LeverClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never a shorter list: who is missing from it would be created a second time."""
    people(practice, client)
    monkeypatch.setattr(calls, "PAGE_LIMIT", 2)
    practice.fault("drop_after", {"query": "offset=", "nth": 2})
    with pytest.raises(Unavailable):
        list(client.opportunities())


def test_whoever_moves_during_a_crawl_comes_once(
    practice: Practice, client: LeverClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(practice, client)
    monkeypatch.setattr(calls, "PAGE_LIMIT", 2)
    crawl = client.opportunities()
    first = next(crawl)
    other = practice.client()
    other.set_stage(first.id, "offer")  # to the end of Lever's order
    other.http.close()
    rest = [one.id for one in crawl]
    assert first.id not in rest and len(rest) == ROWS - 1


def test_the_order_of_users_and_stages_is_levers(client: LeverClient) -> None:
    assert [one.id for one in client.users()][-1] == seed.user_id("aud")  # newest first
    assert next(client.stages()).id == "lead-new"
