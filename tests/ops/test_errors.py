"""The pages of things gone wrong."""

import json

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from pinlever.ops import errors

handler400 = "pinlever.ops.errors.bad_request"
handler403 = "pinlever.ops.errors.permission_denied"
handler404 = "pinlever.ops.errors.page_not_found"
handler500 = "pinlever.ops.errors.server_error"


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("anna@mail.example is broken")


def forbids(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def suspects(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse("sent")


urlpatterns = [
    path("breaks/", breaks),
    path("forbids/", forbids),
    path("suspects/", suspects),
    path("form/", form),
    path("api/v1/breaks/", breaks),
]
here = override_settings(ROOT_URLCONF=__name__)


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@here
@pytest.mark.parametrize(
    ("address", "trouble"),
    [
        ("/breaks/", errors.BROKEN),
        ("/forbids/", errors.NOT_ALLOWED),
        ("/suspects/", errors.BAD_REQUEST),
        ("/nowhere/", errors.NOT_FOUND),
    ],
    ids=["500", "403", "400", "404"],
)
def test_a_page_says_what_happened_what_to_do_and_under_which_number(
    visitor: Client, address: str, trouble: errors.Trouble
) -> None:
    answer = visitor.get(address)  # without access to the database
    page = answer.content.decode()
    assert answer.status_code == trouble.status
    assert trouble.title in page
    assert f"{answer['X-Request-ID']}</code>" in page
    assert "Traceback" not in page
    assert "anna" not in page


@here
def test_a_form_of_an_ended_session_is_told_how_to_keep_what_was_entered() -> None:
    visitor = Client(enforce_csrf_checks=True)
    visitor.cookies["csrftoken"] = "a" * 32
    answer = visitor.post("/form/", {"note": "long text"})
    assert answer.status_code == 403
    assert "nothing you entered is lost" in answer.content.decode()


@here
def test_a_browser_without_cookies_is_told_so() -> None:
    answer = Client(enforce_csrf_checks=True).post("/form/")
    assert "cookie" in answer.content.decode()


@here
def test_the_api_gets_json(visitor: Client) -> None:
    answer = visitor.get("/api/v1/breaks/")
    told = json.loads(answer.content)
    assert answer.status_code == 500
    assert told["request_id"] == answer["X-Request-ID"]


@here
def test_an_error_page_that_cannot_be_made_still_says_what_happened(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*given: object) -> str:
        raise ValueError("no manifest")

    monkeypatch.setattr(errors, "render_to_string", fails)
    answer = visitor.get("/breaks/")
    assert answer.status_code == 500
    assert errors.BROKEN.sentence in answer.content.decode()


def test_the_installation_uses_these_pages(visitor: Client) -> None:
    assert errors.NOT_FOUND.title in visitor.get("/no/such/page/").content.decode()
