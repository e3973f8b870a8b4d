"""Every endpoint: method, path, query, body, and what is made of an answer of the recorded shape."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from pinlever.lever.client import LeverClient, OpportunityFilter
from pinlever.lever.errors import LeverError, NotFound, OffsetRefused, OutcomeUnknown, Rejected, Unavailable
from pinlever.lever.http import BasicKey, Http
from pinlever.lever.types import NewOpportunity, Phone, ResumeFile

from . import payloads
from .payloads import CONTACT_ID, OPPORTUNITY_ID, POSTING_ID, USER_ID, listed

API = "https://api.lever.example/v1"
AT = f"/opportunities/{OPPORTUNITY_ID}"
NOON = datetime(2026, 7, 1, 12, 0, 0, 250_000, tzinfo=UTC)
NOON_MS = "1782907200250"

Call = Callable[[LeverClient], Any]


@pytest.fixture
def lever() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def client() -> LeverClient:
    return LeverClient(Http(base_url=API, credentials=BasicKey("key")))


def query_of(call: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(call.request.url).query)


READS: list[tuple[Call, str, dict[str, list[str]], dict[str, Any]]] = [
    (
        lambda c: c.opportunity(OPPORTUNITY_ID),
        AT,
        {"expand": ["applications"]},
        {"data": payloads.opportunity()},
    ),
    (lambda c: c.contact(CONTACT_ID), f"/contacts/{CONTACT_ID}", {}, {"data": payloads.contact()}),
    (lambda c: c.posting(POSTING_ID), f"/postings/{POSTING_ID}", {}, {"data": payloads.posting()}),
    (lambda c: c.user(USER_ID), f"/users/{USER_ID}", {}, {"data": payloads.user()}),
]
LISTS: list[tuple[Call, str, dict[str, list[str]], dict[str, Any]]] = [
    (
        lambda c: c.opportunities(emails="a@b.example", confidentiality="all"),
        "/opportunities",
        {"email": ["a@b.example"], "confidentiality": ["all"], "expand": ["applications"]},
        payloads.opportunity(),
    ),
    (
        lambda c: c.deleted_opportunities(NOON, NOON),
        "/opportunities/deleted",
        {"deleted_at_start": [NOON_MS], "deleted_at_end": [NOON_MS]},
        payloads.opportunity(deletedAt=1783200000000, deletedBy=USER_ID),
    ),
    (
        lambda c: c.postings(["published", "internal"], confidentiality="all"),
        "/postings",
        {
            "state": ["published", "internal"],
            "distributionChannel": ["public", "internal"],
            "confidentiality": ["all"],
        },
        payloads.posting(),
    ),
    (lambda c: c.postings(), "/postings", {}, payloads.posting()),
    (lambda c: c.stages(), "/stages", {}, {"id": "lead-new", "text": "New lead"}),
    (
        lambda c: c.archive_reasons("hired"),
        "/archive_reasons",
        {"type": ["hired"]},
        {"id": "a-1", "text": "Hired", "status": "active", "type": "hired"},
    ),
    (
        lambda c: c.users(include_deactivated=True, email="odd@vannverk.example"),
        "/users",
        {"includeDeactivated": ["true"], "email": ["odd@vannverk.example"]},
        payloads.user(),
    ),
    (lambda c: c.users(), "/users", {}, payloads.user()),
    (lambda c: c.sources(), "/sources", {}, {"text": "Pin", "count": 3}),
    (lambda c: c.tags(), "/tags", {}, {"text": "Hydrology", "count": 3}),
    (lambda c: c.notes(OPPORTUNITY_ID), f"{AT}/notes", {}, payloads.note()),
    (lambda c: c.files(OPPORTUNITY_ID), f"{AT}/files", {}, payloads.file()),
    (lambda c: c.resumes(OPPORTUNITY_ID), f"{AT}/resumes", {}, payloads.resume()),
    (lambda c: c.forms(OPPORTUNITY_ID), f"{AT}/forms", {}, payloads.form()),
    (lambda c: c.form_templates(), "/form_templates", {}, payloads.form_template()),
    (lambda c: c.webhooks(), "/webhooks", {}, payloads.webhook()),
]
# (call, method, path, query, body, answer)
WRITES: list[tuple[Call, str, str, dict[str, list[str]], Any, Any]] = [
    (
        lambda c: c.set_stage(OPPORTUNITY_ID, "lead-responded", perform_as="u"),
        "PUT",
        f"{AT}/stage",
        {"perform_as": ["u"]},
        {"stage": "lead-responded"},
        {"data": payloads.opportunity(name="", emails=[])},
    ),
    (
        lambda c: c.archive(OPPORTUNITY_ID, "a-1", perform_as="u", clean_interviews=True),
        "PUT",
        f"{AT}/archived",
        {"perform_as": ["u"]},
        {"reason": "a-1", "cleanInterviews": True},
        {"data": payloads.opportunity()},
    ),
    (
        lambda c: c.archive(OPPORTUNITY_ID, None),
        "PUT",
        f"{AT}/archived",
        {},
        {"reason": None, "cleanInterviews": False},
        {"data": payloads.opportunity()},
    ),
    *(
        (
            lambda c, change=change: getattr(c, change)(OPPORTUNITY_ID, ("x", "y"), perform_as="u"),
            "POST",
            f"{AT}/{path}",
            {"perform_as": ["u"]},
            {field: ["x", "y"]},
            {"data": payloads.opportunity()},
        )
        for change, path, field in [
            ("add_links", "addLinks", "links"),
            ("remove_links", "removeLinks", "links"),
            ("add_tags", "addTags", "tags"),
            ("remove_tags", "removeTags", "tags"),
            ("add_sources", "addSources", "sources"),
        ]
    ),
    (
        lambda c: c.update_contact(CONTACT_ID, location="Oslo", phones=[Phone("home", "1")], emails=[]),
        "PUT",
        f"/contacts/{CONTACT_ID}",
        {},
        {"location": "Oslo", "phones": [{"type": "home", "value": "1"}], "emails": []},
        {"data": payloads.contact()},
    ),
    (
        lambda c: c.create_note(OPPORTUNITY_ID, "hei", perform_as="u", secret=True, created_at=NOON),
        "POST",
        f"{AT}/notes",
        {"perform_as": ["u"]},
        {"value": "hei", "secret": True, "createdAt": int(NOON_MS)},
        {"data": payloads.note()},
    ),
    (
        lambda c: c.create_form(
            OPPORTUNITY_ID, "ft-1", [payloads.form_field(value="x")], perform_as="u", secret=True
        ),
        "POST",
        f"{AT}/forms",
        {"perform_as": ["u"]},
        {"baseTemplateId": "ft-1", "fields": [payloads.form_field(value="x")], "secret": True},
        {"data": payloads.form()},
    ),
    (
        lambda c: c.create_webhook("candidateHired", "https://pin.example/lever", origins=["sourced"]),
        "POST",
        "/webhooks",
        {},
        {
            "event": "candidateHired",
            "url": "https://pin.example/lever",
            "configuration": {"conditions": {"origins": ["sourced"]}},
        },
        {"data": payloads.webhook()},
    ),
    (
        lambda c: c.create_webhook("contactUpdated", "https://pin.example/lever"),
        "POST",
        "/webhooks",
        {},
        {"event": "contactUpdated", "url": "https://pin.example/lever"},
        {"data": payloads.webhook()},
    ),
    (lambda c: c.delete_note(OPPORTUNITY_ID, "n-1"), "DELETE", f"{AT}/notes/n-1", {}, None, None),
    (lambda c: c.delete_webhook("w-1"), "DELETE", "/webhooks/w-1", {}, None, None),
]


@pytest.mark.parametrize(("call", "path", "query", "answer"), READS)
def test_an_object_is_read(
    lever: responses.RequestsMock,
    client: LeverClient,
    call: Call,
    path: str,
    query: dict[str, list[str]],
    answer: dict[str, Any],
) -> None:
    lever.get(API + path, json=answer)
    found = call(client)
    assert query_of(lever.calls[0]) == query
    assert (found.id, found.raw) == (answer["data"]["id"], answer["data"])


@pytest.mark.parametrize(("call", "path", "query", "row"), LISTS)
def test_a_list_is_read_to_its_end(
    lever: responses.RequestsMock,
    client: LeverClient,
    call: Call,
    path: str,
    query: dict[str, list[str]],
    row: dict[str, Any],
) -> None:
    key = "id" if "id" in row else "text"
    lever.get(API + path, json=listed(row, next="%5B1%5D"))
    lever.get(API + path, json=listed(row, {**row, key: "another"}))
    found = list(call(client))
    assert [getattr(one, key) for one in found] == [row[key], "another"]
    assert query_of(lever.calls[0]) == {**query, "limit": ["100"]}
    assert query_of(lever.calls[1]) == {**query, "limit": ["100"], "offset": ["%5B1%5D"]}


@pytest.mark.parametrize(("call", "method", "path", "query", "body", "answer"), WRITES)
def test_a_write_is_sent(
    lever: responses.RequestsMock,
    client: LeverClient,
    call: Call,
    method: str,
    path: str,
    query: dict[str, list[str]],
    body: Any,
    answer: Any,
) -> None:
    lever.add(method, API + path, status=204 if answer is None else 200, json=answer)
    call(client)
    sent = lever.calls[0].request
    assert query_of(lever.calls[0]) == query
    assert (None if sent.body is None else json.loads(sent.body)) == body


@pytest.mark.parametrize(
    "change", [write for write in WRITES if f"{AT}/" in write[2] and "data" in (write[5] or {})][:8]
)
def test_a_change_gives_nothing_to_store(
    lever: responses.RequestsMock, client: LeverClient, change: tuple[Any, ...]
) -> None:
    call, method, path, *_, answer = change
    lever.add(method, API + path, json=answer)
    assert call(client) is None


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write[2])
def test_a_write_without_an_answer_is_unknown(
    lever: responses.RequestsMock, client: LeverClient, write: tuple[Any, ...]
) -> None:
    call, method, path, *_ = write
    lever.add(method, API + path, status=502, body="bad gateway")
    with pytest.raises(OutcomeUnknown):
        call(client)


FULL = NewOpportunity(
    name="Maren Øverli",
    headline="Hydrologist, Vannverk",
    location="Tromsø, Norway",
    emails=("maren@vannverk.example", "m@post.example"),
    phones=(Phone("mobile", "+47 911"), Phone("satellite", "8816")),
    links=("https://www.linkedin.com/in/maren", "https://pin.example/c/1"),
    tags=("Hydrology",),
    sources=("Pin",),
    posting_id=POSTING_ID,
    created_at=NOON,
    owner_id=USER_ID,
    contact_id=CONTACT_ID,
)


def test_an_opportunity_is_created(lever: responses.RequestsMock, client: LeverClient) -> None:
    lever.post(f"{API}/opportunities", status=201, json={"deduped": True, "data": payloads.opportunity()})
    created = client.create_opportunity(FULL, perform_as=USER_ID)
    assert (created.opportunity.id, created.deduped) == (OPPORTUNITY_ID, True)
    assert query_of(lever.calls[0]) == {"perform_as": [USER_ID]}
    assert json.loads(lever.calls[0].request.body or "") == {
        "name": "Maren Øverli",
        "headline": "Hydrologist, Vannverk",
        "stage": "lead-new",
        "location": "Tromsø, Norway",
        "phones": [{"type": "mobile", "value": "+47 911"}, {"type": "other", "value": "8816"}],
        "emails": ["maren@vannverk.example", "m@post.example"],
        "links": ["https://www.linkedin.com/in/maren", "https://pin.example/c/1"],
        "tags": ["Hydrology"],
        "sources": ["Pin"],
        "origin": "sourced",
        "owner": USER_ID,
        "postings": [POSTING_ID],
        "createdAt": int(NOON_MS),
        "contact": CONTACT_ID,
    }


def test_a_resume_goes_in_the_same_request(lever: responses.RequestsMock, client: LeverClient) -> None:
    lever.post(f"{API}/opportunities", status=201, json={"deduped": False, "data": payloads.opportunity()})
    created = client.create_opportunity(
        FULL, perform_as="u", resume=ResumeFile("Maren Ø.pdf", b"%PDF-\xff\n")
    )
    assert created.deduped is False
    form, files = parts_of(lever.calls[0].request)
    assert form == [
        ("name", "Maren Øverli"),
        ("headline", "Hydrologist, Vannverk"),
        ("stage", "lead-new"),
        ("location", "Tromsø, Norway"),
        ("phones[]", '{"type": "mobile", "value": "+47 911"}'),
        ("phones[]", '{"type": "other", "value": "8816"}'),
        ("emails[]", "maren@vannverk.example"),
        ("emails[]", "m@post.example"),
        ("links[]", "https://www.linkedin.com/in/maren"),
        ("links[]", "https://pin.example/c/1"),
        ("tags[]", "Hydrology"),
        ("sources[]", "Pin"),
        ("origin", "sourced"),
        ("owner", USER_ID),
        ("postings[]", POSTING_ID),
        ("createdAt", NOON_MS),
        ("contact", CONTACT_ID),
    ]
    assert files == [("resumeFile", "Maren Ø.pdf", "application/pdf", b"%PDF-\xff\n")]


def test_a_file_is_uploaded(lever: responses.RequestsMock, client: LeverClient) -> None:
    lever.post(f"{API}{AT}/files", status=201, json={"data": payloads.file()})
    uploaded = client.upload_file(OPPORTUNITY_ID, ResumeFile("a.TXT", b"hei"), perform_as="u")
    assert (uploaded.id, uploaded.size) == ("f-1", 4821)
    assert query_of(lever.calls[0]) == {"perform_as": ["u"]}
    assert parts_of(lever.calls[0].request) == ([], [("file", "a.TXT", "text/plain", b"hei")])


@pytest.mark.parametrize(
    "answer", [{"deduped": False}, {"data": None}, {"data": {"name": "x"}}, [], "ok", None]
)
def test_a_creation_answered_without_an_opportunity_is_unknown(
    lever: responses.RequestsMock, client: LeverClient, answer: Any
) -> None:
    lever.post(f"{API}/opportunities", status=201, json=answer)
    with pytest.raises(OutcomeUnknown):
        client.create_opportunity(NewOpportunity(name="A"), perform_as="u")


@pytest.mark.parametrize(
    "answer", [{"data": None}, {"data": {}}, {}, None, {"data": [None]}, {"data": [{"id": 5}]}]
)
def test_a_list_that_cannot_be_read_is_never_an_empty_one(
    lever: responses.RequestsMock, client: LeverClient, answer: Any
) -> None:
    lever.get(f"{API}/opportunities", json=answer)
    with pytest.raises(Unavailable):
        list(client.opportunities(emails="a@b.example"))


def test_a_list_that_promises_more_without_saying_where_is_not_at_its_end(
    lever: responses.RequestsMock, client: LeverClient
) -> None:
    lever.get(f"{API}/stages", json={"data": [], "hasNext": True})
    with pytest.raises(Unavailable):
        list(client.stages())


@pytest.mark.parametrize("answer", [{"data": [payloads.webhook()]}, [payloads.webhook()]])
def test_a_list_may_come_without_paging_or_wrapping(
    lever: responses.RequestsMock, client: LeverClient, answer: Any
) -> None:
    lever.get(f"{API}/webhooks", json=answer)
    assert [one.id for one in client.webhooks()] == ["w-1"]


@pytest.mark.parametrize(
    "answer", [payloads.form(), {"data": payloads.form()}, {"data": {"data": payloads.form()}}]
)
def test_an_object_may_be_wrapped_not_at_all_or_twice(
    lever: responses.RequestsMock, client: LeverClient, answer: Any
) -> None:
    lever.post(f"{API}{AT}/forms", status=201, json=answer)
    assert client.create_form(OPPORTUNITY_ID, "ft-1", []).id == "fo-1"


def test_a_crawl_can_go_on_from_any_page(lever: responses.RequestsMock, client: LeverClient) -> None:
    lever.get(f"{API}/opportunities", json=listed(payloads.opportunity(), next="%5B2%5D"))
    filters = OpportunityFilter(updated_from=NOON, updated_to=NOON, archived=False, confidentiality="all")
    page = client.opportunity_page(filters=filters, offset="%5B1%5D", limit=50)
    assert (len(page.items), page.next) == (1, "%5B2%5D")
    assert query_of(lever.calls[0]) == {
        "updated_at_start": [NOON_MS],
        "updated_at_end": [NOON_MS],
        "archived": ["false"],
        "confidentiality": ["all"],
        "expand": ["applications"],
        "offset": ["%5B1%5D"],
        "limit": ["50"],
    }


@pytest.mark.parametrize(("offset", "error"), [("%5B1%5D", OffsetRefused), (None, Rejected)])
def test_a_refused_token_is_told_apart(
    lever: responses.RequestsMock, client: LeverClient, offset: str | None, error: type[LeverError]
) -> None:
    lever.get(
        f"{API}/opportunities", status=400, json={"code": "BadRequest", "message": "Invalid offset token: x"}
    )
    with pytest.raises(Rejected) as caught:
        client.opportunity_page(offset=offset)
    assert type(caught.value) is error


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a?b", "a b", "deleted", "é", "x" * 101, "a\r\n"])
def test_what_cannot_be_an_id_is_not_found_without_asking(client: LeverClient, name: str) -> None:
    for call in (client.opportunity, client.contact, client.posting, client.user, client.delete_webhook):
        with pytest.raises(NotFound):
            call(name)


def test_an_empty_email_is_never_asked_for(client: LeverClient) -> None:
    with pytest.raises(ValueError, match="every user"):
        client.users(email=" ")
    with pytest.raises(ValueError, match="everybody"):
        client.opportunities(emails="")


def parts_of(request: Any) -> tuple[list[tuple[str, str]], list[tuple[str, str, str, bytes]]]:
    """(fields, files) of a multipart body, read by hand: the standard library has no parser for it."""
    boundary = request.headers["Content-Type"].split("boundary=")[1].encode()
    fields, files = [], []
    for part in request.body.split(b"--" + boundary)[1:-1]:
        head, _, content = part[2:-2].partition(b"\r\n\r\n")
        names = dict(item.split("=", 1) for item in head.decode().split("\r\n")[0].split("; ")[1:])
        name = names["name"].strip('"')
        if "filename" in names:
            kind = head.decode().split("Content-Type: ")[1]
            files.append((name, names["filename"].strip('"'), kind, content))
        else:
            fields.append((name, content.decode()))
    return fields, files
