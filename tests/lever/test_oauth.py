from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
import time_machine

from pinlever.lever.errors import (
    Busy,
    ConfigurationError,
    Forbidden,
    LeverError,
    OutcomeUnknown,
    ReconnectNeeded,
    Rejected,
)
from pinlever.lever.hosts import SANDBOX
from pinlever.lever.http import CallMade
from pinlever.lever.oauth import OAuthApp, claims_of

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
CLAIMS = {
    "https://oauth.lever.co/accountId": "account-7",
    "https://oauth.lever.co/userId": "user-8",
    "scope": "notes:write:admin offline_access",
    "exp": int(NOW.timestamp()) + 900,
}


def jwt(claims: Any) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"head.{body}.signature"


def app(**changes: Any) -> OAuthApp:
    made = OAuthApp.at(
        SANDBOX,
        client_id="the-client",
        client_secret="the-secret",
        redirect_uri="https://pin.example/back?x=1",
        scopes=("offline_access", "notes:write:admin"),
    )
    return OAuthApp(**{name: getattr(made, name) for name in made.__slots__} | changes)


@pytest.fixture
def lever() -> Iterator[responses.RequestsMock]:
    with time_machine.travel(NOW, tick=False), responses.RequestsMock() as mock:
        yield mock


def granted(lever: responses.RequestsMock, **changes: Any) -> None:
    body = {
        "access_token": jwt(CLAIMS),
        "refresh_token": "v1.next",
        "token_type": "Bearer",
        "scope": "opportunities:write:admin offline_access",
        "expires_in": 3600,
        **changes,
    }
    lever.post(SANDBOX.token_url, json={key: value for key, value in body.items() if value is not ...})


def test_the_address_to_sign_in_at() -> None:
    url = urlsplit(app().authorize_address("state&1"))
    assert f"{url.scheme}://{url.netloc}{url.path}" == "https://sandbox-lever.auth0.com/authorize"
    assert parse_qs(url.query) == {
        "client_id": ["the-client"],
        "redirect_uri": ["https://pin.example/back?x=1"],
        "response_type": ["code"],
        "state": ["state&1"],
        "audience": ["https://api.sandbox.lever.co/v1/"],
        "scope": ["offline_access notes:write:admin"],
    }


def test_a_code_is_exchanged(lever: responses.RequestsMock) -> None:
    granted(lever)
    tokens = app().exchange_code("the-code")
    assert parse_qs(str(lever.calls[0].request.body)) == {
        "grant_type": ["authorization_code"],
        "code": ["the-code"],
        "redirect_uri": ["https://pin.example/back?x=1"],
        "client_id": ["the-client"],
        "client_secret": ["the-secret"],
    }
    assert "Authorization" not in lever.calls[0].request.headers
    assert (tokens.access_token, tokens.refresh_token) == (jwt(CLAIMS), "v1.next")
    assert tokens.expires_at == NOW + timedelta(hours=1)
    assert tokens.scopes == ("opportunities:write:admin", "offline_access")
    assert (tokens.account_id, tokens.user_id) == ("account-7", "user-8")


def test_a_token_is_refreshed(lever: responses.RequestsMock) -> None:
    granted(lever)
    assert app().refresh("v1.old").refresh_token == "v1.next"
    assert parse_qs(str(lever.calls[0].request.body)) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["v1.old"],
        "client_id": ["the-client"],
        "client_secret": ["the-secret"],
    }


@pytest.mark.parametrize("given", [..., None, "", 5])
def test_without_a_new_refresh_token_the_old_one_stays(lever: responses.RequestsMock, given: Any) -> None:
    granted(lever, refresh_token=given)
    assert app().refresh("v1.old").refresh_token == "v1.old"


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({"expires_in": "120"}, 120),
        ({"expires_in": ...}, 900),
        ({"expires_in": None, "access_token": "opaque"}, 3600),
        ({"expires_in": -5}, 0),
        ({"expires_in": 10**15}, 31 * 86_400),
        ({"expires_in": True, "access_token": "opaque"}, 3600),
    ],
)
def test_how_long_a_token_lasts(lever: responses.RequestsMock, changes: dict[str, Any], seconds: int) -> None:
    granted(lever, **changes)
    assert app().refresh("r").expires_at == NOW + timedelta(seconds=seconds)


def test_an_opaque_token_tells_nothing_and_is_no_error(lever: responses.RequestsMock) -> None:
    granted(lever, access_token="opaque", scope=...)
    tokens = app().exchange_code("c")
    assert (tokens.account_id, tokens.user_id, tokens.scopes) == ("", "", ())


def test_the_scopes_may_stand_in_the_token_alone(lever: responses.RequestsMock) -> None:
    granted(lever, scope=...)
    assert app().exchange_code("c").scopes == ("notes:write:admin", "offline_access")


@pytest.mark.parametrize(
    "token", ["", "a.b", "a.b.c", "a.!!!.c", "a.é.c", jwt([1]), jwt("x"), "a.b.c.d", "..", "a.bnVsbA.c"]
)
def test_a_token_that_is_no_jwt_has_no_claims(token: str) -> None:
    assert claims_of(token) == {}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (
            403,
            {"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."},
            ReconnectNeeded,
        ),
        (400, {"error": "invalid_grant"}, ReconnectNeeded),
        (401, {"error": "invalid_client"}, ConfigurationError),
        (400, {"error": "unauthorized_client"}, ConfigurationError),
        (401, {"error": "access_denied", "error_description": "Unauthorized"}, ConfigurationError),
        (401, None, ConfigurationError),
        (400, {"error": "invalid_request"}, Rejected),
        (403, {"error": "access_denied"}, Forbidden),
        (429, {}, Busy),
        (500, {}, OutcomeUnknown),
        (200, {"token_type": "Bearer"}, OutcomeUnknown),
        (200, {"access_token": ""}, OutcomeUnknown),
        (200, [], OutcomeUnknown),
    ],
)
def test_what_a_refusal_of_the_token_endpoint_means(
    lever: responses.RequestsMock, status: int, body: Any, kind: type[LeverError]
) -> None:
    lever.post(SANDBOX.token_url, status=status, json=body)
    with pytest.raises(LeverError) as caught:
        app().refresh("v1.old")
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.path) == (status, "/oauth/token")
    if isinstance(body, dict):
        assert caught.value.said == body.get("error_description", caught.value.said)


def test_no_secret_shows_anywhere(lever: responses.RequestsMock) -> None:
    granted(lever)
    made: list[CallMade] = []
    tokens = app(after_call=made.append).exchange_code("the-code")
    shown = repr(tokens) + repr(app()) + repr(made)
    assert [word for word in ("the-secret", "the-code", "v1.next", "signature") if word in shown] == []
    assert made[0].response_summary["expires_in"] == 3600
