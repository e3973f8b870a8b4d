"""lever/http.py above the wire: credentials, hooks, what the record of a call holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import requests
import responses

from pinlever.lever.errors import (
    Busy,
    ConfigurationError,
    DeadlineMissed,
    Forbidden,
    LeverError,
    NotFound,
    OutcomeUnknown,
    ReconnectNeeded,
    Rejected,
    Unavailable,
)
from pinlever.lever.http import BasicKey, BearerToken, CallMade, Http, steady_clock

API = "https://api.lever.example/v1"


class Renewable:
    """A credential whose renewals are counted; `outcome` is what a renewal gives or raises."""

    def __init__(self, outcome: str | LeverError = "Bearer new") -> None:
        self.outcome = outcome
        self.rejected: list[str] = []

    def authorization(self) -> str:
        return "Bearer old"

    def renew(self, rejected: str) -> str:
        self.rejected.append(rejected)
        if isinstance(self.outcome, LeverError):
            raise self.outcome
        return self.outcome


@pytest.fixture
def lever() -> responses.RequestsMock:
    with responses.RequestsMock() as mock:
        yield mock


def http_with(credentials: object | None = None, **options: object) -> Http:
    return Http(base_url=API, credentials=credentials or BasicKey("key"), **options)  # type: ignore[arg-type]


def test_a_refused_token_is_renewed_once_and_the_same_body_sent_again(lever: responses.RequestsMock) -> None:
    lever.post(f"{API}/opportunities", status=401, json={"code": "Unauthorized", "message": "no"})
    lever.post(f"{API}/opportunities", status=201, json={"data": {"id": "o"}})
    credentials, asked, made = Renewable(), [], []
    http = http_with(credentials, before_call=lambda *call: asked.append(call), after_call=made.append)
    files = [("resumeFile", ("a.pdf", b"%PDF", "application/pdf"))]
    assert http.request("POST", "/opportunities", data=[("name", "A")], files=files).status == 201
    first, second = (call.request for call in lever.calls)
    assert first.body == second.body
    assert [first.headers["Authorization"], second.headers["Authorization"]] == ["Bearer old", "Bearer new"]
    assert credentials.rejected == ["Bearer old"]
    assert asked == [("POST", "/opportunities")] * 2
    assert [call.status for call in made] == [401, 201]


def test_a_renewed_token_that_is_refused_too_needs_a_person(lever: responses.RequestsMock) -> None:
    lever.get(f"{API}/stages", status=401, json={"message": "no"})
    credentials = Renewable()
    with pytest.raises(ReconnectNeeded):
        http_with(credentials).request("GET", "/stages")
    assert (len(lever.calls), len(credentials.rejected)) == (2, 1)


def test_an_api_key_cannot_be_renewed(lever: responses.RequestsMock) -> None:
    lever.get(f"{API}/stages", status=401)
    with pytest.raises(ReconnectNeeded):
        http_with().request("GET", "/stages")
    assert len(lever.calls) == 1


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (OutcomeUnknown("token endpoint", retry_after=3.0), Busy),
        (Unavailable("token endpoint"), Busy),
        (Busy("token endpoint"), Busy),
        (ReconnectNeeded("gone"), ReconnectNeeded),
        (ConfigurationError("secret"), ConfigurationError),
    ],
)
def test_a_renewal_that_fails_never_leaves_the_call_itself_unknown(
    lever: responses.RequestsMock, raised: LeverError, expected: type[LeverError]
) -> None:
    lever.post(f"{API}/opportunities", status=401)
    with pytest.raises(LeverError) as caught:
        http_with(Renewable(raised)).request("POST", "/opportunities")
    assert type(caught.value) is expected
    assert caught.value.retry_after == raised.retry_after


@pytest.mark.parametrize("token", ["a\r\nX-Evil: 1", "tökén"])
def test_a_credential_that_no_header_can_carry_is_our_configuration(token: str) -> None:
    with pytest.raises(ConfigurationError):
        http_with(BearerToken(token)).request("GET", "/stages")


def test_a_pace_that_refuses_stops_the_call_before_the_network() -> None:
    def no_slot(method: str, path: str) -> None:
        raise Busy("no slot within 30 s")

    with pytest.raises(Busy, match="no slot"):
        http_with(before_call=no_slot).request("GET", "/stages")


def test_a_time_to_send_that_passed_while_waiting_is_missed() -> None:
    made: list[CallMade] = []
    with pytest.raises(DeadlineMissed):
        http_with(after_call=made.append).request("POST", "/opportunities", send_before=steady_clock() - 1)
    assert (made[0].status, "time to be sent" in made[0].error) == (None, True)


@pytest.mark.parametrize(
    ("status", "body", "error", "code", "said"),
    [
        (
            400,
            {"code": "BadRequest", "message": "Email is not valid"},
            Rejected,
            "BadRequest",
            "Email is not valid",
        ),
        (403, {"code": "Forbidden", "message": "no access"}, Forbidden, "Forbidden", "no access"),
        (404, {"code": "ResourceNotFound", "message": "gone"}, NotFound, "ResourceNotFound", "gone"),
        (429, None, Busy, "", ""),
        (500, "<html>oops\0</html>", OutcomeUnknown, "", "<html>oops</html>"),
        (400, {"code": 7, "message": ["odd"]}, Rejected, "7", '{"code": 7, "message": ["odd"]}'),
        (400, "x" * 5000, Rejected, "", "x" * 2000),
    ],
)
def test_a_refusal_carries_lever_s_own_words(
    lever: responses.RequestsMock, status: int, body: object, error: type[LeverError], code: str, said: str
) -> None:
    content = {"json": body} if isinstance(body, dict) else {"body": body or ""}
    lever.post(f"{API}/opportunities", status=status, **content)
    with pytest.raises(LeverError) as caught:
        http_with().request("POST", "/opportunities")
    refused = caught.value
    assert type(refused) is error
    assert (refused.status, refused.code, refused.said) == (status, code, said)
    assert (refused.method, refused.path) == ("POST", "/opportunities")


def test_the_query_is_written_as_lever_reads_it(lever: responses.RequestsMock) -> None:
    lever.get(f"{API}/opportunities", json={"data": []})
    params = {
        "archived": False,
        "tag": ("a b", "c&d"),
        "offset": "%5B1%2C%22x%22%5D",
        "email": None,
        "limit": 5,
    }
    http_with().request("GET", "/opportunities", params=params)
    url = lever.calls[0].request.url
    assert (
        url
        == f"{API}/opportunities?archived=false&tag=a+b&tag=c%26d&offset=%255B1%252C%2522x%2522%255D&limit=5"
    )


def test_an_empty_success_is_an_answer_without_data(lever: responses.RequestsMock) -> None:
    lever.delete(f"{API}/webhooks/w", status=204)
    assert http_with().request("DELETE", "/webhooks/w").data is None


def test_what_cannot_be_stored_is_taken_out_of_an_answer(lever: responses.RequestsMock) -> None:
    lever.get(f"{API}/o", body=b'{"data": {"name": "A\\u0000B \\ud83d \\ud83d\\ude00"}}')
    assert http_with().request("GET", "/o").data == {"data": {"name": "AB \ufffd \U0001f600"}}


def test_a_body_that_is_no_json_is_rejected_before_the_network() -> None:
    with pytest.raises(Rejected, match="cannot be written"):
        http_with().request("POST", "/o", json={"score": float("nan")})


def test_the_record_of_a_call_tells_it_without_secrets(lever: responses.RequestsMock) -> None:
    lever.post(
        f"{API}/opportunities",
        status=201,
        json={"deduped": True, "data": {"id": "o-1", "contact": "c-1", "name": "A"}},
        headers={"Date": "Wed, 01 Jul 2026 10:00:00 GMT"},
    )
    made: list[CallMade] = []
    files = [("resumeFile", ("cv.pdf", b"%PDF", "application/pdf"))]
    http_with(BearerToken("very-secret"), after_call=made.append).request(
        "POST",
        "/opportunities",
        params={"perform_as": "u"},
        data=[("name", "A"), ("token", "t")],
        files=files,
    )
    call = made[0]
    assert (call.method, call.path, call.status, call.error) == ("POST", "/opportunities", 201, "")
    assert call.params == {"perform_as": "u"}
    assert call.lever_date == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert call.started_at <= call.received_at <= call.started_at + call.seconds + 1
    assert call.request_summary["form"] == [["name", "A"], ["token", "(removed)"]]
    assert call.request_summary["files"][0] | {"sha256": ""} == {
        "part": "resumeFile",
        "name": "cv.pdf",
        "size": 4,
        "sha256": "",
    }
    assert call.response_summary == {"deduped": True, "id": "o-1", "contact": "c-1"}
    assert "very-secret" not in repr(call)


@pytest.mark.parametrize(
    ("credentials", "echo"),
    [
        (BasicKey("sesame-key"), "you sent Basic c2VzYW1lLWtleTo="),
        (BasicKey("sesame-key"), "unknown key sesame-key"),
        (
            BearerToken("sesame-token"),
            '{"code": "BadRequest", "message": "Authorization: Bearer sesame-token"}',
        ),
    ],
)
def test_a_server_that_echoes_the_credential_does_not_get_it_into_our_words(
    lever: responses.RequestsMock, credentials: object, echo: str
) -> None:
    made: list[CallMade] = []
    lever.get(f"{API}/users", status=400, body=echo)
    with pytest.raises(Rejected) as raised:
        http_with(credentials, after_call=made.append).request("GET", "/users")
    told = f"{raised.value} {raised.value.said} {made}"
    assert "(removed)" in told
    assert "sesame" not in told and "c2VzYW1l" not in told


def test_a_form_s_secrets_do_not_come_back_in_words(lever: responses.RequestsMock) -> None:
    lever.post(f"{API}/oauth/token", status=403, body="bad refresh_token=sesame")
    with pytest.raises(LeverError) as raised:
        http_with(None).request("POST", "/oauth/token", data=[("refresh_token", "sesame")])
    assert raised.value.said == "bad refresh_token=(removed)"


def test_the_exceptions_of_requests_stay_inside(lever: responses.RequestsMock) -> None:
    lever.get(f"{API}/stages", body=requests.exceptions.ChunkedEncodingError("broken"))
    with pytest.raises(LeverError) as caught:
        http_with().request("GET", "/stages")
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_no_credential_shows_in_a_repr() -> None:
    assert "abc" not in repr(BasicKey("abc")) + repr(BearerToken("abc"))


@pytest.mark.parametrize(
    "url",
    [
        "http://api.lever.co/v1",
        "http://127.0.0.1.evil.example/v1",
        "ftp://127.0.0.1/v1",
        "https://user:word@api.lever.co/v1",
        "https://api.lever.co/v1?x=1",
        "api.lever.co/v1",
        "",
    ],
)
def test_an_unsafe_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Http(base_url=url, credentials=None)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8765/v1/", "http://[::1]:1/v1", "http://localhost/v1", f"{API}/"]
)
def test_https_and_this_machine_are_allowed(url: str) -> None:
    assert Http(base_url=url, credentials=None).base_url == url.rstrip("/")
