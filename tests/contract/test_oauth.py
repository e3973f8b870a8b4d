"""Signing in at Practice Lever, over HTTP: the address, the exchange, the renewal, and every way they can fail."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from pinlever.lever.client import LeverClient
from pinlever.lever.credentials import BearerToken
from pinlever.lever.errors import (
    Busy,
    ConfigurationError,
    Forbidden,
    LeverError,
    OutcomeUnknown,
    ReconnectNeeded,
    Rejected,
)
from pinlever.lever.hosts import SCOPES, hosts_at
from pinlever.lever.oauth import OAuthApp
from pinlever.practice import seed

from . import shapes
from .calls import CALLS, prepared
from .comparing import problems
from .server import AUD, Json, Practice

pytestmark = pytest.mark.contract

BACK = "http://127.0.0.1:8000/lever/back?where=settings"


@pytest.fixture
def app(practice: Practice) -> OAuthApp:
    return app_at(practice)


def app_at(practice: Practice, **changes: Any) -> OAuthApp:
    given: Json = {
        "client_id": seed.CLIENT_ID,
        "client_secret": seed.CLIENT_SECRET,
        "redirect_uri": BACK,
        "scopes": SCOPES,
    }
    return OAuthApp.at(hosts_at(practice.url), **{**given, **changes})


def sent_back(app: OAuthApp, state: str = "s t&ä", person: str = "super-admin") -> dict[str, str]:
    """What Lever adds to our address after somebody has decided."""
    answer = requests.get(f"{app.authorize_address(state)}&_as={person}", allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    address = urlsplit(answer.headers["Location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == BACK.split("?")[0]
    told = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert (told.pop("where"), told.pop("state")) == ("settings", state)
    return told


def code_of(app: OAuthApp) -> str:
    return sent_back(app)["code"]


def test_the_address_asks_for_what_lever_wants_and_no_more(practice: Practice) -> None:
    app = OAuthApp.at(
        hosts_at(practice.url), client_id="c", client_secret="hidden", redirect_uri=BACK, scopes=("a", "b")
    )
    address = urlsplit(app.authorize_address("x&y"))
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{practice.url}/authorize"
    assert parse_qs(address.query) == {
        "client_id": ["c"],
        "redirect_uri": [BACK],
        "response_type": ["code"],
        "state": ["x&y"],
        "audience": [f"{practice.url}/v1/"],
        "scope": ["a b"],
    }


def test_a_super_admin_is_sent_back_with_a_code_for_tokens(practice: Practice, app: OAuthApp) -> None:
    before = datetime.now(UTC)
    tokens = app.exchange_code(code_of(app))
    assert tokens.scopes == SCOPES
    assert (tokens.account_id, tokens.user_id) == (seed.ACCOUNT_ID, AUD)
    life = tokens.expires_at - before
    assert timedelta(minutes=59) < life < timedelta(minutes=61)
    client = LeverClient(practice.http(BearerToken(tokens.access_token)))
    assert client.user(AUD).name == "Aud Berg"
    client.http.close()


def test_the_scopes_we_ask_for_allow_every_call(
    practice: Practice, app: OAuthApp, client: LeverClient
) -> None:
    ids = prepared(client)
    signed_in = LeverClient(practice.http(BearerToken(app.exchange_code(code_of(app)).access_token)))
    for name, call in CALLS.items():
        call(signed_in, ids)
        assert practice.log()[-1]["credential"] == f"oauth:{seed.CLIENT_ID}", name
    assert list(signed_in.opportunities(confidentiality="all"))
    signed_in.http.close()


def test_a_scope_that_was_not_granted_is_forbidden(practice: Practice) -> None:
    app = app_at(practice, scopes=("offline_access", "stages:read:admin"))
    client = LeverClient(practice.http(BearerToken(app.exchange_code(code_of(app)).access_token)))
    assert list(client.stages())
    with pytest.raises(Forbidden, match="users:read:admin"):
        client.user(AUD)
    client.http.close()


def test_somebody_without_the_right_is_sent_back_with_a_reason(app: OAuthApp) -> None:
    told = sent_back(app, person="user")
    assert told["error"] == "access_denied" and "Super Admin" in told["error_description"]


def test_an_audience_without_its_slash_is_refused(app: OAuthApp) -> None:
    wrong = dataclasses.replace(app, audience=app.audience.rstrip("/"))
    assert sent_back(wrong)["error"] == "access_denied"


def test_a_code_works_once(app: OAuthApp) -> None:
    code = code_of(app)
    app.exchange_code(code)
    with pytest.raises(ReconnectNeeded) as raised:
        app.exchange_code(code)
    assert raised.value.code == "invalid_grant" and raised.value.said


def test_a_code_is_for_the_address_it_was_sent_to(app: OAuthApp) -> None:
    elsewhere = dataclasses.replace(app, redirect_uri="http://127.0.0.1:8000/elsewhere")
    with pytest.raises(ReconnectNeeded):
        elsewhere.exchange_code(code_of(app))


def test_a_refresh_gives_new_tokens_and_ends_the_old_one(practice: Practice, app: OAuthApp) -> None:
    first = app.exchange_code(code_of(app))
    second = app.refresh(first.refresh_token)
    assert second.access_token != first.access_token and second.refresh_token != first.refresh_token
    assert (second.account_id, second.user_id, second.scopes) == (seed.ACCOUNT_ID, AUD, SCOPES)
    with pytest.raises(ReconnectNeeded) as raised:
        app.refresh(first.refresh_token)
    assert raised.value.code == "invalid_grant"
    assert app.refresh(second.refresh_token).refresh_token
    practice.post("switches", {"reuse_old_refresh_token": "allow"})
    assert app.refresh(first.refresh_token).refresh_token


def test_without_offline_access_there_is_nothing_to_refresh(practice: Practice) -> None:
    app = app_at(practice, scopes=("stages:read:admin",))
    assert app.exchange_code(code_of(app)).refresh_token == ""


def test_a_token_ends_when_it_said_it_would_or_when_somebody_revokes_it(
    practice: Practice, app: OAuthApp
) -> None:
    tokens = app.exchange_code(code_of(app))
    client = LeverClient(practice.http(BearerToken(tokens.access_token)))
    practice.post("switches", {"clock_offset_seconds": 3_500})
    assert client.user(AUD)
    practice.post("switches", {"clock_offset_seconds": 3_700})
    with pytest.raises(ReconnectNeeded):
        client.user(AUD)
    practice.post("switches", {"clock_offset_seconds": 0})
    practice.post("revoke", {})
    with pytest.raises(ReconnectNeeded):
        client.user(AUD)
    with pytest.raises(ReconnectNeeded):
        app.refresh(tokens.refresh_token)
    client.http.close()


@pytest.mark.parametrize("wrong", [{"client_secret": "an-api-key"}, {"client_id": "nobody"}])
def test_wrong_credentials_of_our_own_are_a_mistake_in_the_configuration(
    app: OAuthApp, wrong: dict[str, Any]
) -> None:
    changed = dataclasses.replace(app, **wrong)
    for call in (changed.exchange_code, changed.refresh):
        with pytest.raises(ConfigurationError) as raised:
            call("any")
        assert (raised.value.status, raised.value.code) == (401, "invalid_client")


FAULTS: list[tuple[str, dict[str, Any], type[LeverError]]] = [
    ("status", {"status": 400}, Rejected),
    ("status", {"status": 401, "body": {"error": "invalid_client"}}, ConfigurationError),
    ("status", {"status": 403, "body": {"error": "invalid_grant"}}, ReconnectNeeded),
    ("status", {"status": 429}, Busy),
    ("status", {"status": 500}, OutcomeUnknown),
    ("status", {"status": 302}, OutcomeUnknown),
    ("status", {"status": 200, "body": {"token_type": "Bearer"}}, OutcomeUnknown),
    ("status", {"status": 200, "body": [], "commit": True}, OutcomeUnknown),
    ("garbage", {}, OutcomeUnknown),
    ("drop_before", {}, OutcomeUnknown),
    ("drop_after", {}, OutcomeUnknown),
    ("truncated", {}, OutcomeUnknown),
    ("slow", {"seconds": 1.0}, OutcomeUnknown),
    ("slow_drip", {"delay": 0.02}, OutcomeUnknown),
]


@pytest.mark.parametrize(("kind", "args", "expected"), FAULTS)
def test_a_refresh_that_fails_says_what_is_known(
    practice: Practice, app: OAuthApp, kind: str, args: dict[str, Any], expected: type[LeverError]
) -> None:
    held = app.exchange_code(code_of(app)).refresh_token
    practice.fault(kind, {"path": "^/oauth/token$"}, **args)
    with pytest.raises(LeverError) as raised:
        dataclasses.replace(app, deadline=0.4 if kind.startswith("slow") else 20.0).refresh(held)
    assert type(raised.value) is expected
    assert held not in str(raised.value) and seed.CLIENT_SECRET not in str(raised.value)
    if kind == "slow":
        assert practice.has_answered(2)


def test_the_token_endpoint_answers_in_levers_shape(practice: Practice, app: OAuthApp) -> None:
    grant = {
        "grant_type": "authorization_code",
        "code": code_of(app),
        "redirect_uri": BACK,
        "client_id": seed.CLIENT_ID,
        "client_secret": seed.CLIENT_SECRET,
    }
    good = requests.post(app.token_url, data=grant, timeout=10)
    assert good.status_code == 200
    assert problems(shapes.TOKENS, good.json()) == []
    for status, changes in (
        (403, {}),  # the code is used up
        (401, {"client_secret": "wrong"}),
        (400, {"grant_type": None}),
    ):
        refused = requests.post(app.token_url, data={**grant, **changes}, timeout=10)
        assert refused.status_code == status
        assert problems(shapes.SIGN_IN_ERROR, refused.json()) == []
