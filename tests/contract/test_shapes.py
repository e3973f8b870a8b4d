"""Practice Lever's raw answers, and the payloads of the client's own tests, against the tables of shapes.py."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from requests.auth import HTTPBasicAuth

from pinlever.lever.client import LeverClient
from pinlever.lever.types import Phone, ResumeFile
from pinlever.practice import seed
from tests.lever import payloads

from . import shapes
from .comparing import Each, Maybe, Table, a_flag, a_name, a_text, an_id, anything, problems
from .server import AUD, POSTING, Json, Practice, created, new
from .shapes import bare_list, last_page, one, page_before_others

pytestmark = pytest.mark.contract

KEY = HTTPBasicAuth(seed.API_KEY, "")
LINKEDIN = "https://www.linkedin.com/in/nia-example"
REASON = seed.archive_reason_id("withdrew")
TEMPLATE = seed.form_template_id("sourcing-data")
PDF = ResumeFile("cv.pdf", b"%PDF-1.4 a file")


def filled_fields() -> list[Json]:
    return [
        {"type": "text", "text": "External id", "value": "p-1"},
        {"type": "date", "text": "Sourced on", "value": 1_790_000_000_000},
        {"type": "textarea", "text": "Why this person", "value": None},
        {"type": "dropdown", "text": "Fit", "value": "High"},
    ]


@pytest.fixture
def ids(practice: Practice, client: LeverClient) -> dict[str, str]:
    """Somebody with everything an opportunity can have, somebody bare, and somebody deleted."""
    everything: dict[str, Any] = {
        "headline": "Hydrologist, Rivers",
        "location": "Oslo, Norway",
        "phones": (Phone("mobile", "+47 900 00 001"),),
        "links": (LINKEDIN,),
        "tags": ("Field work",),
    }
    opportunity = client.create_opportunity(new("Nia", **everything), perform_as=AUD, resume=PDF).opportunity
    client.archive(opportunity.id, REASON, perform_as=AUD)
    practice.people({"name": "Bo", "opportunities": [{"updated_at": None}]})
    practice.post("delete", {"opportunity": created(client, "Gone"), "by": AUD})
    bare = created(client, "Bare", posting_id=None, sources=(), emails=())
    return {
        "o": opportunity.id,
        "bare": bare,
        "c": opportunity.contact_id or "",
        "note": client.create_note(opportunity.id, "Hello", perform_as=AUD).id,
        "file": client.upload_file(opportunity.id, PDF, perform_as=AUD).id,
        "form": client.create_form(opportunity.id, TEMPLATE, filled_fields(), perform_as=AUD).id,
        "hook": client.create_webhook("candidateHired", "https://pin.example/hook").id,
        "other_hook": client.create_webhook("contactCreated", "https://pin.example/hook").id,
    }


def ask(practice: Practice, method: str, path: str, ids: dict[str, str], **given: Any) -> requests.Response:
    address = f"{practice.url}/v1{path.format(**ids)}"
    return requests.request(method, address, auth=KEY, timeout=10, **given)


EXPANDED_OPPORTUNITY = shapes.OPPORTUNITY.but(
    applications=Each(shapes.APPLICATION),
    stage=shapes.STAGE,
    contact=shapes.CONTACT,
    owner=Maybe(shapes.USER),
    sourcedBy=Maybe(shapes.USER),
    followers=Each(shapes.USER),
)
EXPAND = "expand=applications&expand=stage&expand=contact&expand=owner&expand=sourcedBy&expand=followers"
ONE = "/opportunities/{o}"
READS: list[tuple[str, Table]] = [
    ("/opportunities", last_page(shapes.OPPORTUNITY)),
    ("/opportunities?limit=1", page_before_others(shapes.OPPORTUNITY)),
    ("/opportunities?tag=nobody-has-it", last_page(shapes.OPPORTUNITY)),
    (f"/opportunities?{EXPAND}", last_page(EXPANDED_OPPORTUNITY)),
    ("/opportunities?include=name", last_page(Table({"id": an_id, "name": a_text}))),
    (
        "/opportunities?include=name&expand=stage",
        last_page(Table({"id": an_id, "name": a_text, "stage": shapes.STAGE})),
    ),
    (ONE, one(shapes.OPPORTUNITY.but(opportunityLocation=a_name))),
    ("/opportunities/{bare}", one(shapes.OPPORTUNITY_WRITTEN)),
    (f"{ONE}?{EXPAND}", one(EXPANDED_OPPORTUNITY)),
    ("/opportunities/deleted", last_page(shapes.DELETED)),
    (f"{ONE}/applications", last_page(shapes.APPLICATION)),
    (f"{ONE}/notes", last_page(shapes.NOTE)),
    (f"{ONE}/notes/{{note}}", one(shapes.NOTE)),
    (f"{ONE}/files", last_page(shapes.FILE)),
    (f"{ONE}/files/{{file}}", one(shapes.FILE)),
    (f"{ONE}/resumes", last_page(shapes.RESUME)),
    ("/opportunities/{bare}/resumes", last_page(shapes.RESUME)),
    (f"{ONE}/forms", last_page(shapes.FORM)),
    (f"{ONE}/forms/{{form}}", one(shapes.FORM)),
    (f"{ONE}/offers", last_page(anything)),
    (f"{ONE}/referrals", last_page(anything)),
    ("/candidates", last_page(shapes.OPPORTUNITY)),
    ("/contacts/{c}", one(shapes.CONTACT)),
    ("/postings", last_page(shapes.POSTING)),
    (f"/postings/{POSTING}", one(shapes.POSTING)),
    ("/stages", last_page(shapes.STAGE)),
    ("/stages/lead-new", one(shapes.STAGE)),
    ("/archive_reasons", last_page(shapes.ARCHIVE_REASON)),
    ("/users?includeDeactivated=True", last_page(shapes.USER)),
    (f"/users/{AUD}", one(shapes.USER)),
    ("/sources", last_page(shapes.COUNTED)),
    ("/tags", last_page(shapes.COUNTED)),
    ("/form_templates", last_page(shapes.FORM_TEMPLATE)),
    (f"/form_templates/{TEMPLATE}", one(shapes.FORM_TEMPLATE)),
    ("/webhooks", bare_list(shapes.WEBHOOK)),
]


def test_whatever_practice_lever_lets_one_read_has_levers_shape(
    practice: Practice, ids: dict[str, str]
) -> None:
    for path, table in READS:
        answer = ask(practice, "GET", path, ids)
        assert answer.status_code == 200, (path, answer.text)
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8", path
        assert problems(table, answer.json(), path) == []


def test_the_lists_that_were_checked_had_rows(practice: Practice, ids: dict[str, str]) -> None:
    empty = {path for path, _ in READS if ask(practice, "GET", path, ids).json()["data"] == []}
    assert empty == {
        "/opportunities?tag=nobody-has-it",
        "/opportunities/{bare}/resumes",
        f"{ONE}/offers",
        f"{ONE}/referrals",
    }


CREATED = one(shapes.OPPORTUNITY_WRITTEN, deduped=a_flag)
WRITES: list[tuple[str, str, Json, int, Table]] = [
    ("POST", f"/opportunities?perform_as={AUD}", {"name": "New", "postings": [POSTING]}, 201, CREATED),
    ("PUT", f"{ONE}/stage", {"stage": "offer"}, 200, one(shapes.OPPORTUNITY_WRITTEN)),
    ("PUT", f"{ONE}/archived", {"reason": None}, 200, one(shapes.OPPORTUNITY_WRITTEN)),
    ("POST", f"{ONE}/addTags", {"tags": ["x"]}, 200, one(shapes.OPPORTUNITY_WRITTEN)),
    ("POST", f"{ONE}/removeTags", {"tags": ["x"]}, 200, one(shapes.OPPORTUNITY_WRITTEN)),
    ("POST", f"{ONE}/addSources", {"sources": ["x"]}, 200, one(shapes.OPPORTUNITY_WRITTEN)),
    ("POST", f"{ONE}/removeSources", {"sources": ["x"]}, 200, one(shapes.OPPORTUNITY_WRITTEN)),
    ("POST", f"{ONE}/addLinks", {"links": ["x.example"]}, 200, one(shapes.OPPORTUNITY_WRITTEN)),
    ("POST", f"{ONE}/removeLinks", {"links": ["x.example"]}, 200, one(shapes.OPPORTUNITY_WRITTEN)),
    ("PUT", "/contacts/{c}", {"location": "Bergen"}, 200, one(shapes.CONTACT_WRITTEN)),
    ("POST", f"{ONE}/notes", {"value": "Second"}, 201, one(shapes.NOTE_WRITTEN)),
    (
        "POST",
        f"{ONE}/forms",
        {"baseTemplateId": TEMPLATE, "fields": filled_fields()},
        201,
        one(shapes.FORM),
    ),
    (
        "POST",
        "/webhooks",
        {"event": "candidateStageChange", "url": "https://pin.example/x"},
        201,
        one(shapes.WEBHOOK_WRITTEN),
    ),
    ("POST", "/users", {"name": "Kim", "email": "kim@practice.example"}, 201, one(shapes.USER)),
    ("POST", f"/users/{AUD}/deactivate", {}, 200, one(shapes.USER)),
]


def test_the_answers_to_writes_have_levers_shape(practice: Practice, ids: dict[str, str]) -> None:
    for method, path, body, status, table in WRITES:
        answer = ask(practice, method, path, ids, json=body)
        assert answer.status_code == status, (path, answer.text)
        assert problems(table, answer.json(), path) == []


BLANKED = ("stage", "archived", "addTags", "removeTags", "addSources", "removeSources")


def test_the_contacts_fields_are_blank_in_most_answers_to_changes(
    practice: Practice, ids: dict[str, str]
) -> None:
    read = ask(practice, "GET", ONE, ids).json()["data"]
    for method, path, body, _, _ in WRITES[1:9]:
        told = ask(practice, method, path, ids, json=body).json()["data"]
        expected = shapes.BLANKS if path.endswith(BLANKED) else {key: read[key] for key in shapes.BLANKS}
        if not path.endswith("addLinks"):
            assert {key: told[key] for key in shapes.BLANKS} == expected, path
    assert all(read[key] for key in shapes.BLANKS)


def test_a_creation_answers_with_the_contacts_fields(practice: Practice) -> None:
    asked = {
        "name": "Full",
        "emails": ["full@mail.example"],
        "links": ["x.example/full"],
        "origin": "applied",
    }
    path = f"/opportunities?perform_as={AUD}"
    told = ask(practice, "POST", path, {}, json=asked).json()
    assert told["deduped"] is False
    row = told["data"]
    assert (row["name"], row["emails"], row["links"]) == (
        "Full",
        ["full@mail.example"],
        ["http://x.example/full"],
    )
    assert (row["stage"], row["sourcedBy"]) == ("lead-new", None)  # the default stage, whatever the origin
    assert ask(practice, "POST", path, {}, json=asked).json()["deduped"] is True


@pytest.mark.parametrize(
    "path", [f"{ONE}/notes/{{note}}", "/webhooks/{hook}", f"{ONE}/files/{{file}}?perform_as={AUD}"]
)
def test_a_removal_has_an_empty_answer(practice: Practice, ids: dict[str, str], path: str) -> None:
    answer = ask(practice, "DELETE", path, ids)
    assert (answer.status_code, answer.content) == (204, b"")
    assert ask(practice, "DELETE", path, ids).status_code == 404


def test_an_upload_is_answered_with_the_file(practice: Practice, ids: dict[str, str]) -> None:
    path = f"{ONE}/files?perform_as={AUD}"
    answer = ask(practice, "POST", path, ids, files={"file": ("work.pdf", b"%PDF", "application/pdf")})
    assert answer.status_code == 201
    assert problems(one(shapes.FILE), answer.json()) == []


REFUSALS: list[tuple[int, str, str, Json]] = [
    (400, "GET", "/opportunities?offset=rubbish", {}),
    (400, "GET", "/opportunities?email=not-an-address", {}),
    (400, "GET", "/opportunities?created_at_start=yesterday", {}),
    (400, "GET", "/opportunities?limit=101", {}),
    (400, "POST", "/opportunities", {"json": {"name": "Without perform_as"}}),
    (400, "POST", f"/opportunities?perform_as={AUD}", {"json": {"postings": ["a", "b"]}}),
    (400, "POST", f"/opportunities?perform_as={AUD}", {"data": b"{ not json"}),
    (404, "GET", "/no/such/path", {}),
    (404, "GET", "/opportunities/00000000-0000-4000-8000-000000000000", {}),
    (404, "GET", "/opportunities/00000000-0000-4000-8000-000000000000/resumes", {}),
]


@pytest.mark.parametrize(("status", "method", "path", "given"), REFUSALS)
def test_a_refusal_has_a_code_and_a_message(
    practice: Practice, status: int, method: str, path: str, given: Json
) -> None:
    answer = ask(practice, method, path, {}, **given)
    assert answer.status_code == status
    assert problems(shapes.ERROR, answer.json()) == []


def test_who_is_not_known_is_told_so_in_json(practice: Practice) -> None:
    for headers in ({}, {"Authorization": "Bearer nobody"}, {"Authorization": "Basic !"}):
        answer = requests.get(f"{practice.url}/v1/users", headers=headers, timeout=10)
        assert answer.status_code == 401
        assert problems(shapes.ERROR, answer.json()) == []


def test_too_many_calls_are_refused_without_a_word_on_when(practice: Practice) -> None:
    practice.post("switches", {"limiter": True, "rate": 0.01, "capacity": 1})
    assert ask(practice, "GET", "/stages", {}).status_code == 200
    answer = ask(practice, "GET", "/stages", {})
    assert answer.status_code == 429
    assert problems(shapes.ERROR, answer.json()) == []
    assert not {name for name in answer.headers if name.lower().startswith(("retry-after", "x-ratelimit"))}


PAYLOADS: list[tuple[Callable[..., Any], Any]] = [
    (payloads.opportunity, shapes.OPPORTUNITY),
    (payloads.application, shapes.APPLICATION),
    (payloads.contact, shapes.CONTACT),
    (payloads.posting, shapes.POSTING),
    (payloads.user, shapes.USER),
    (payloads.note, shapes.NOTE_WRITTEN),
    (payloads.file, shapes.FILE),
    (payloads.resume, shapes.RESUME),
    (payloads.form, shapes.FORM),
    (payloads.form_template, shapes.FORM_TEMPLATE),
    (payloads.webhook, shapes.WEBHOOK_WRITTEN),
]


def with_uuids(value: Any) -> Any:
    """The payloads of the client's tests use short ids where the id does not matter."""
    text = json.dumps(value)
    for short in ("n-1", "f-1", "r-1", "fo-1", "ft-1", "ff-1", "w-1"):
        text = text.replace(f'"{short}"', '"00000000-0000-4000-8000-000000000001"')
    return json.loads(text)


@pytest.mark.parametrize(("payload_of", "table"), PAYLOADS, ids=lambda each: getattr(each, "__name__", ""))
def test_the_payloads_of_the_clients_tests_hold_nothing_lever_would_not_send(
    payload_of: Callable[..., Any], table: Any
) -> None:
    assert problems(table, with_uuids(payload_of()), partial=True) == []
