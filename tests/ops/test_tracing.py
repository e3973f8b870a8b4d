"""Log lines and request ids: what is in them, and above all what is not."""

import io
import json
import logging
import logging.config
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse

from config import logs
from pinlever.accounts.models import User
from pinlever.ops import listening, tracing

handler500 = "pinlever.ops.errors.server_error"


def shows(request: HttpRequest, **given: Any) -> HttpResponse:
    logging.getLogger("pinlever.web").info("wrote to anna@mail.example")
    return HttpResponse("shown")


def breaks(request: HttpRequest) -> HttpResponse:
    raise ValueError("Key (email)=(anna@mail.example) of https://host/x?q=anna is there twice")


def nothing_new(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


urlpatterns = [
    path("nothing-new/", nothing_new),
    path("people/<uuid:key>/<int:row>/<str:token>/", shows),
    path("breaks/", breaks),
]
here = override_settings(ROOT_URLCONF=__name__)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the JSON formatter writes, as the console would get it."""
    made = logs.logging_of("json", "INFO")
    formatter = logging.config.DictConfigurator(made).configure_formatter(made["formatters"]["lines"])
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


def read(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


@here
def test_an_open_page_that_learns_nothing_leaves_no_line(lines: io.StringIO, client: Client) -> None:
    assert client.get("/nothing-new/").status_code == 204
    assert "nothing-new" not in lines.getvalue()
    client.get(f"/people/{uuid.uuid4()}/1/x/")
    assert "request_finished" in lines.getvalue()


@here
def test_a_request_has_one_line_with_the_pattern_and_the_keys_but_no_words(lines: io.StringIO) -> None:
    key = uuid.uuid4()
    answer = Client().post(f"/people/{key}/7/secret-token/?q=anna@mail.example", {"phone": "+47 412 34 567"})
    told, line = read(lines)
    assert told["event"] == "wrote to <email>"
    assert told["request_id"] == line["request_id"] == answer["X-Request-ID"]
    assert line["request"] == f"POST /people/<uuid:key>/<int:row>/<str:token>/ key={key} row=7"
    assert (line["event"], line["code"], line["level"]) == ("request_finished", 200, "info")
    assert line["ms"] >= 0
    for forbidden in ("anna", "secret-token", "412", "127.0.0.1"):
        assert forbidden not in lines.getvalue()


@here
def test_a_failed_request_has_its_trace_and_nobody_s_address(lines: io.StringIO) -> None:
    answer = Client(raise_request_exception=False).get("/breaks/?q=anna")
    (line,) = read(lines)
    assert line["request_id"] == answer["X-Request-ID"]
    assert "ValueError" in line["exception"]
    assert "in breaks" in line["exception"]
    assert "anna" not in lines.getvalue()


def test_the_person_is_their_number(lines: io.StringIO, db: None) -> None:
    user = User.objects.create_user("rita@company.example", "secret-word-9")
    client = Client()
    client.force_login(user)
    client.get(reverse("home"))
    line = read(lines)[-1]
    assert line["user_id"] == user.pk
    assert "rita" not in lines.getvalue()


def test_a_password_and_an_address_that_were_typed_are_in_no_line(lines: io.StringIO, db: None) -> None:
    Client().post("/accounts/login/", {"login": "rita@company.example", "password": "secret-word-9"})
    assert read(lines)
    assert "rita" not in lines.getvalue()
    assert "secret-word" not in lines.getvalue()


@pytest.mark.parametrize(
    ("trusted", "given", "is_taken"),
    [
        (True, "5f1c8a526f0e4d3b", True),
        (True, "edge-1.eu_7-0001", True),
        (True, "short", False),
        (True, "x" * 65, False),
        (True, "id\u00a0with blanks", False),
        (True, "<script>alert(1)</script>", False),
        (False, "5f1c8a526f0e4d3b", False),
    ],
)
def test_a_proxy_s_id_is_taken_only_if_it_is_trusted_and_well_formed(
    trusted: bool, given: str, is_taken: bool
) -> None:
    with override_settings(TRUST_PROXY=trusted):
        answer = Client().get("/healthz", headers={"X-Request-ID": given})
    assert (answer["X-Request-ID"] == given) is is_taken


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("mail to anna.b+x@mail.example.com.", "mail to <email>."),
        ("postgres://pin:pass@db/pinlever", "postgres://<sealed>@db/pinlever"),
        ("Authorization: Bearer abc.def-123", "Authorization: Bearer <sealed>"),
        ("GET /v1/opportunities?email=a%40b.c&limit=1 failed", "GET /v1/opportunities?<query> failed"),
        ("linkedin.com/in/anna-berg", "linkedin.com/in/<profile>"),
        ("call +47 412 34 567 now", "call <phone> now"),
        ("DETAIL:  Key (name)=(Anna Berg) exists.", "DETAIL: <left out>"),
        ("2026-11-22T15:14:45+00:00 group 7 of 10?", "2026-11-22T15:14:45+00:00 group 7 of 10?"),
    ],
)
def test_what_tells_of_people_and_opens_doors_is_taken_out(written: str, left: str) -> None:
    assert logs.scrubbed(written) == left


def test_lines_for_people_at_a_terminal_stay_readable() -> None:
    made = logs.logging_of("plain", "INFO")
    formatter = logging.config.DictConfigurator(made).configure_formatter(made["formatters"]["lines"])
    record = logging.LogRecord("pinlever.ops", logging.WARNING, "", 0, "Group %s is gone.", (3,), None)
    assert formatter.format(record).endswith(" WARNING pinlever.ops: Group 3 is gone.")


def test_a_task_s_lines_carry_its_id_and_what_it_runs_but_not_what_it_was_given(lines: io.StringIO) -> None:
    tracing.begin_task(
        task={"id": "4711", "func": "pinlever.ops.tasks.drain", "args": ("anna@mail.example",)}
    )
    logging.getLogger("pinlever.sync").info("Record 5")
    tracing.end_task()
    logging.getLogger("pinlever.sync").info("Idle")
    during, after = read(lines)
    assert (during["task_id"], during["task"]) == ("4711", "pinlever.ops.tasks.drain")
    assert "task_id" not in after
    assert "anna" not in lines.getvalue()


def test_every_task_is_marked() -> None:
    uids = [entry[0][0] for entry in listening.pre_execute.receivers]
    assert "pinlever.ops.tracing" in uids
