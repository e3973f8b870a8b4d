"""What holds for every address: one shape of errors, no cookie, no page of Django's, a true document."""

import json
from typing import Any

import pytest
from django.test import Client

from pinlever.api import jobs
from pinlever.api.urls import api
from tests.api.calling import BASE, Caller

ADDRESSES = [
    ("PUT", "/jobs/eng"),
    ("PUT", "/candidates/ingrid"),
    ("POST", "/events"),
    ("POST", "/events/batch"),
    ("GET", "/prospects/eng/ingrid"),
    ("POST", "/exports"),
    ("GET", "/holds"),
    ("GET", "/queue"),
]
WITH_BODY = [address for address in ADDRESSES if address[0] != "GET"]


def shaped(told: Any) -> bool:
    return (
        set(told) == {"error"}
        and set(told["error"]) == {"code", "message", "field"}
        and bool(told["error"]["code"] and told["error"]["message"])
    )


def test_every_address_of_the_api_is_in_this_table(call: Caller) -> None:
    paths = call("GET", "/openapi.json")[1]["paths"]
    found = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    said = {(method, f"{BASE}{path}") for method, path in ADDRESSES}
    plain = {(method, path.format(job_id="eng", candidate_id="ingrid")) for method, path in found}
    assert plain == said


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_every_address_wants_a_token_and_takes_no_other_method(call: Caller, method: str, path: str) -> None:
    status, told = Caller()(method, path, {})
    assert status == 401 and shaped(told)
    for other in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - {method}:
        response = call.client.generic(other, BASE + path)
        assert (response.status_code, response["Allow"]) == (405, method)
        assert other == "HEAD" or shaped(response.json())


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"nope", 400),
        (b"\xff\xfe{}", 400),
        (b'{"id": "\x00"}', 400),
        (b'{"id": "\\u0000"}', 400),
        (b'{"id": "\\ud800"}', 400),
        (b'{"\\udfff": 1}', 400),
        (b'{"id": NaN}', 400),
        (b'{"id": 1e999}', 400),
        (b'{"id": ' + b"9" * 5000 + b"}", 400),
        (b"[" * 100_000, 400),
        (b'{"id": ' + b"[" * 60 + b"]" * 60 + b"}", 400),
        (b"null", 422),
        (b"7", 422),
        (b'"text"', 422),
        (b"[]", 422),
    ],
)
def test_a_body_that_cannot_be_is_refused(
    call: Caller, method: str, path: str, body: bytes, status: int
) -> None:
    answered, told = call(method, path, body)
    assert answered == status and shaped(told), told


def test_good_pairs_and_backslashes_are_no_half_characters(call: Caller) -> None:
    body = b'{"title": "\\ud83d\\ude00 C:\\\\u0000 \\\\ud800"}'
    assert call("PUT", "/jobs/eng", body)[1]["title"] == "😀 C:\\u0000 \\ud800"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_body_that_is_not_json_is_refused(call: Caller, kind: str) -> None:
    status, told = call("PUT", "/jobs/eng", {"title": "x"}, content_type=kind)
    assert status == 415 and shaped(told)


def test_a_body_that_is_too_large_is_refused(call: Caller, settings: Any) -> None:
    status, told = call("PUT", "/jobs/eng", {"title": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert status == 413 and shaped(told)


@pytest.mark.parametrize(
    "path", ["", "/", "/nothing", "/jobs", "/jobs/", "/jobs/a/b", "/docs", "/openapi.json/"]
)
def test_what_is_not_there_is_said_in_our_shape(call: Caller, path: str) -> None:
    response = call.client.get(BASE + path) if path else call.client.get(f"{BASE}/")
    assert response.status_code == 404 and shaped(response.json())


def test_a_fault_of_ours_shows_nothing_of_itself(
    call: Caller, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    settings.DEBUG = True
    monkeypatch.setattr(jobs, "_save", broken)
    status, told = call("PUT", "/jobs/eng", {"title": "x"})
    assert status == 500 and shaped(told) and "secret" not in json.dumps(told)


def test_no_cookie_is_set_and_none_is_needed(call: Caller) -> None:
    call.put_job()
    assert not call.response.cookies
    assert "Content-Security-Policy" in call.response


def test_the_document_is_for_everybody_and_says_how_to_sign_in() -> None:
    document = Client().get(f"{BASE}/openapi.json").json()
    assert document["openapi"].startswith("3.")
    assert document["components"]["securitySchemes"]["BearerToken"] == {"type": "http", "scheme": "bearer"}
    operations = [each for path in document["paths"].values() for each in path.values()]
    ids = {each["operationId"] for each in operations}
    jobs_and_people = {"put_job", "put_candidate", "get_prospect"}
    assert ids == jobs_and_people | {"post_event", "post_events", "export", "list_holds", "get_queue"}
    for each in operations:
        assert each["summary"] and each["description"] and each["security"] == [{"BearerToken": []}]
        assert {"400", "401", "413", "415", "422", "429", "500", "503"} <= set(each["responses"])


def test_no_page_of_the_api_loads_anything_from_elsewhere() -> None:
    assert api.docs_url is None
