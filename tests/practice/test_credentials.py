"""Keys, scopes, tokens, and the OAuth flow."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pinlever.practice.seed import ACCOUNT_ID, CLIENT_ID, CLIENT_SECRET

from .lever import AUD, Lever, basic

BACK = "http://127.0.0.1:8000/back"
SCOPES = "offline_access opportunities:write:admin users:read:admin"
ASKED = {
    "client_id": CLIENT_ID,
    "redirect_uri": BACK,
    "response_type": "code",
    "state": "s&1",
    "audience": "https://api.lever.co/v1/",
    "scope": SCOPES,
    "prompt": "consent",
}

STRANGERS = [
    {"Authorization": ""},
    basic("wrong"),
    {"Authorization": "Basic ###"},
    {"Authorization": "Basic " + base64.b64encode(b"\xff\xfe").decode()},
    {"Authorization": "Bearer wrong"},
    {"Authorization": "Digest x"},
]


@pytest.mark.parametrize("headers", STRANGERS)
def test_strangers_get_401(lever: Lever, headers: dict[str, str]) -> None:
    answer = lever.call("GET", "/users", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (401, "Unauthorized")


def test_a_key_without_the_scope_gets_403(lever: Lever) -> None:
    lever.control("keys", {"key": "narrow", "scopes": ["opportunities:write:admin"]})
    narrow = basic("narrow")
    assert lever.call("GET", "/opportunities", headers=narrow).status_code == 200
    assert lever.call("GET", "/opportunities", json=None, headers=narrow).status_code == 200
    answer = lever.refused("/users", headers=narrow)
    assert answer == (403, "These credentials lack the scope users:read:admin.")
    lever.control("keys", {"key": "narrow"}, "DELETE")
    assert lever.refused("/opportunities", headers=narrow)[0] == 401


def authorize(lever: Lever, person: str = "super-admin", **changes: str) -> dict[str, str]:
    answer = lever.client.get("/authorize", query_string={**ASKED, **changes, "_as": person})
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def token(lever: Lever, status: int = 200, **fields: str) -> Any:
    own = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    answer = lever.client.post("/oauth/token", data={**own, **fields})
    assert answer.status_code == status, answer.text
    return answer.json


def connect(lever: Lever, **changes: str) -> Any:
    code = authorize(lever, **changes)["code"]
    return token(lever, grant_type="authorization_code", code=code, redirect_uri=BACK)


def bearer(tokens: dict[str, str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def test_the_whole_way(lever: Lever) -> None:
    back = authorize(lever)
    assert back["state"] == "s&1"
    tokens = token(lever, grant_type="authorization_code", code=back["code"], redirect_uri=BACK)
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 3600, SCOPES)
    payload = tokens["access_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["https://oauth.lever.co/accountId"] == ACCOUNT_ID
    assert claims["https://oauth.lever.co/userId"] == AUD
    assert claims["aud"] == ASKED["audience"]
    assert lever.call("GET", "/users", headers=bearer(tokens)).status_code == 200
    assert lever.refused("/webhooks", headers=bearer(tokens))[0] == 403
    confidential = {"confidentiality": "all"}
    assert lever.refused("/opportunities", query_string=confidential, headers=bearer(tokens))[0] == 403


def test_only_a_super_admin_may_allow_it(lever: Lever) -> None:
    back = authorize(lever, "user")
    assert (back["error"], back["state"]) == ("access_denied", "s&1")
    assert "Super Admin" in back["error_description"]


DENIED = [
    ({"audience": "https://api.lever.co/v1"}, "access_denied"),
    ({"audience": ""}, "access_denied"),
    ({"audience": "http://evil.example/v1/"}, "access_denied"),
    ({"response_type": "token"}, "unsupported_response_type"),
]


@pytest.mark.parametrize(("changes", "error"), DENIED)
def test_wrong_requests_go_back_with_an_error(lever: Lever, changes: dict[str, str], error: str) -> None:
    assert authorize(lever, **changes)["error"] == error


@pytest.mark.parametrize("changes", [{"client_id": "x"}, {"redirect_uri": "https://evil.example/"}])
def test_nobody_is_sent_to_a_place_that_is_not_registered(lever: Lever, changes: dict[str, str]) -> None:
    answer = lever.client.get("/authorize", query_string={**ASKED, **changes, "_as": "super-admin"})
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_a_client_of_its_own_with_one_redirect_uri(lever: Lever) -> None:
    uri = "https://pin.example/back"
    lever.control("clients", {"id": "mine", "secret": "s", "redirect_uris": [uri]})
    query = {**ASKED, "client_id": "mine", "_as": "super-admin"}
    assert lever.client.get("/authorize", query_string=query).status_code == 400
    sent = lever.client.get("/authorize", query_string={**query, "redirect_uri": uri})
    assert sent.headers["Location"].startswith(uri)


def test_a_code_works_once_and_not_for_long(lever: Lever) -> None:
    grant = {"grant_type": "authorization_code", "redirect_uri": BACK}
    code = authorize(lever)["code"]
    token(lever, code=code, **grant)
    assert token(lever, 403, code=code, **grant)["error"] == "invalid_grant"
    late = authorize(lever)["code"]
    lever.now += 601
    assert token(lever, 403, code=late, **grant)["error"] == "invalid_grant"
    other = authorize(lever)["code"]
    wrong = {**grant, "redirect_uri": BACK + "2"}
    assert token(lever, 403, code=other, **wrong)["error"] == "invalid_grant"


TOKEN_ERRORS = [
    ({}, 400, "invalid_request"),
    ({"grant_type": "password"}, 403, "unsupported_grant_type"),
    ({"grant_type": "refresh_token", "refresh_token": "x"}, 403, "invalid_grant"),
    ({"grant_type": "refresh_token", "client_secret": "é"}, 401, "invalid_client"),
    ({"grant_type": "refresh_token", "client_id": "x"}, 401, "invalid_client"),
]


@pytest.mark.parametrize(("fields", "status", "error"), TOKEN_ERRORS)
def test_errors_have_the_shape_of_auth0(
    lever: Lever, fields: dict[str, str], status: int, error: str
) -> None:
    told = token(lever, status, **fields)
    assert told["error"] == error
    assert told["error_description"]


def test_json_will_do_at_the_token_endpoint(lever: Lever) -> None:
    body = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "grant_type": "authorization_code"}
    body |= {"code": authorize(lever)["code"], "redirect_uri": BACK}
    assert lever.client.post("/oauth/token", json=body).status_code == 200


def test_refreshing_rotates_and_the_old_one_is_dead(lever: Lever) -> None:
    first = connect(lever)
    second = token(lever, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    assert token(lever, 403, **again)["error"] == "invalid_grant"
    lever.control("switches", {"reuse_old_refresh_token": "allow"})
    assert token(lever, **again)["access_token"]


def test_without_offline_access_there_is_no_refresh_token(lever: Lever) -> None:
    assert "refresh_token" not in connect(lever, scope="users:read:admin")


def test_access_tokens_end_after_an_hour_and_refresh_tokens_unused_after_90_days(lever: Lever) -> None:
    tokens = connect(lever)
    lever.now += 3599
    assert lever.call("GET", "/users", headers=bearer(tokens)).status_code == 200
    lever.now += 1
    assert lever.refused("/users", headers=bearer(tokens))[0] == 401
    lever.now += 90 * 86400
    grant = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert token(lever, 403, **grant)["error"] == "invalid_grant"


def test_a_revoked_connection_is_over(lever: Lever) -> None:
    tokens = connect(lever)
    assert lever.control("revoke", {"client": "other"}) == {"revoked": 0}
    assert lever.control("revoke", {"client": CLIENT_ID})["revoked"] == 2
    assert lever.refused("/users", headers=bearer(tokens))[0] == 401
    grant = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert token(lever, 403, **grant)["error"] == "invalid_grant"


def test_the_log_holds_no_secrets(lever: Lever) -> None:
    tokens = connect(lever)
    lever.call("GET", "/users", headers=bearer(tokens))
    text = json.dumps(lever.log())
    for secret in (CLIENT_SECRET, tokens["access_token"], tokens["refresh_token"]):
        assert secret not in text
    assert lever.log()[-1]["credential"] == f"oauth:{CLIENT_ID}"
