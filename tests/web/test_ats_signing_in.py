"""Connecting by signing in at Lever: against a Practice Lever over HTTP, by whom, and what is refused."""

from collections.abc import Iterator
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from pinlever.accounts.models import User
from pinlever.connection import accounts
from pinlever.connection.gateway import forget_open_connections
from pinlever.connection.models import LeverConnection
from pinlever.connection.oauth_apps import app_for
from pinlever.lever.hosts import SCOPES
from pinlever.practice import seed
from tests.contract.server import Practice, running

START = "/settings/ats/connect/practice/"


@pytest.fixture(scope="module")
def server() -> Iterator[Practice]:
    with running() as practice:
        yield practice


@pytest.fixture(autouse=True)
def practice(server: Practice, settings: Settings, db: None) -> Iterator[Practice]:
    settings.PRACTICE_LEVER_URL = server.url
    settings.PINLEVER_URL = "http://testserver"
    settings.LEVER_RATE = 1000
    server.post("reset", {})
    server.post("clients", {"id": seed.CLIENT_ID, "secret": seed.CLIENT_SECRET, "redirect_uris": [back()]})
    forget_open_connections()
    yield server
    forget_open_connections()


def back() -> str:
    return "http://testserver/connect/lever/callback/"


def begin(client: Client, query: str = "", **given: str) -> str:
    """Where the browser is sent."""
    answer = client.post(START + query, given)
    assert answer.status_code == 302, answer
    return str(answer["Location"])


def decide(address: str, person: str = "super-admin") -> str:
    """Where Practice Lever sends the browser back to, after the click on one of its buttons."""
    answer = requests.get(f"{address}&_as={person}", allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def come_back(client: Client, address: str) -> HttpResponse:
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")  # type: ignore[return-value]


def sentence(answer: HttpResponse) -> str:
    assert (answer.status_code, answer["Location"]) == (302, "/settings/ats/")
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))  # type: ignore[attr-defined]


def nothing_of_allauth() -> bool:
    return not any(model.objects.exists() for model in (SocialAccount, SocialToken, SocialApp))


def test_a_super_admin_connects_by_signing_in(as_super_admin: Client, super_admin: User) -> None:
    told = sentence(come_back(as_super_admin, decide(begin(as_super_admin))))
    assert "Practice Lever is connected" in told
    connection = accounts.current_connection()
    assert connection is not None
    assert (connection.kind, connection.connected_by) == ("oauth", "Aud Berg")
    assert set(connection.scopes) == set(SCOPES)
    assert connection.access_token and connection.refresh_token
    assert connection.account.lever_account_id == seed.ACCOUNT_ID
    assert nothing_of_allauth()
    assert list(User.objects.all()) == [super_admin]
    page = as_super_admin.get("/settings/ats/").content.decode()
    assert "signed in at Lever; the access renews itself" in page
    assert connection.access_token not in page and connection.refresh_token not in page


def test_lever_is_asked_for_what_the_settings_say(as_super_admin: Client) -> None:
    asked = parse_qs(urlsplit(begin(as_super_admin)).query)
    assert asked["audience"] == [app_for("practice").audience]
    assert asked["redirect_uri"] == [back()]
    assert asked["scope"] == [" ".join(SCOPES)]
    assert asked["response_type"] == ["code"]
    assert "prompt" not in asked and len(asked["state"][0]) > 30


TAMPERED = [
    "?scope=everything",
    "?auth_params=redirect_uri%3Dhttp%3A%2F%2Fevil.example",
    "?auth_params=audience%3Devil%26client_id%3Devil",
    "?process=login&next=http://evil.example&action=reauthenticate",
    "?redirect_uri=http://evil.example&client_id=evil&audience=evil&state=evil",
]


@pytest.mark.parametrize("query", TAMPERED)
def test_nothing_of_the_request_reaches_levers_address(as_super_admin: Client, query: str) -> None:
    given = dict(parse_qsl(query[1:]))
    address = begin(as_super_admin, query, **given)
    assert "evil" not in address and "everything" not in address
    assert address.partition("?")[0] == app_for("practice").authorize_url
    told = sentence(come_back(as_super_admin, decide(address)))
    assert "is connected" in told


def test_an_ordinary_user_of_lever_is_refused_with_a_sentence(as_super_admin: Client) -> None:
    told = sentence(come_back(as_super_admin, decide(begin(as_super_admin), "user")))
    assert "you are not a Super Admin there" in told
    assert "ask one of them" in told
    assert not LeverConnection.objects.exists()


def test_somebody_who_denies_is_told_that_nothing_happened(as_super_admin: Client) -> None:
    told = sentence(come_back(as_super_admin, decide(begin(as_super_admin), "deny")))
    assert "You did not allow the access" in told
    assert not LeverConnection.objects.exists()


def test_starting_takes_a_post_with_a_token(super_admin: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(super_admin)
    assert client.get(START).status_code == 405
    assert client.post(START).status_code == 403


def test_anonymous_visitors_are_sent_to_sign_in_here(client: Client) -> None:
    assert client.post(START)["Location"].startswith("/accounts/login/")
    answer = client.get("/connect/lever/callback/?code=x&state=y")
    assert answer["Location"] == "/accounts/login/?next=/settings/ats/"
    assert not LeverConnection.objects.exists()


def test_a_recruiter_can_neither_begin_nor_finish(as_recruiter: Client, as_super_admin: Client) -> None:
    assert as_recruiter.post(START).status_code == 403
    address = decide(begin(as_super_admin))
    answer = come_back(as_recruiter, address)
    assert answer.status_code == 403
    assert "Only super admins of PinLever may connect Lever" in answer.content.decode()
    assert not LeverConnection.objects.exists()


@pytest.mark.parametrize("who", ["anonymous", "recruiter", "another super admin"])
def test_nobody_replaces_the_tokens_with_an_answer_of_their_own(
    who: str, as_super_admin: Client, as_recruiter: Client
) -> None:
    """With the stock machinery of allauth this was possible for every visitor."""
    come_back(as_super_admin, decide(begin(as_super_admin)))
    before = LeverConnection.objects.values_list("pk", "access_token", "state").get()
    another = Client()
    if who == "another super admin":
        another.force_login(User.objects.create_superuser("ada@company.example", "x"))
    client = as_recruiter if who == "recruiter" else another
    query = {"code": "anything", "state": "practice-lever.forged"}
    client.get(f"/connect/lever/callback/?{urlencode(query)}")
    come_back(client, decide(begin(as_super_admin)))  # an answer meant for somebody else's session
    assert LeverConnection.objects.values_list("pk", "access_token", "state").get() == before
    assert nothing_of_allauth()


def test_a_super_admin_who_lost_the_role_meanwhile_cannot_finish(
    as_super_admin: Client, super_admin: User
) -> None:
    address = decide(begin(as_super_admin))
    User.objects.filter(pk=super_admin.pk).update(is_superuser=False)
    assert come_back(as_super_admin, address).status_code == 403
    assert not LeverConnection.objects.exists()


def test_an_answer_counts_once(as_super_admin: Client) -> None:
    address = decide(begin(as_super_admin))
    come_back(as_super_admin, address)
    connection = accounts.current_connection()
    told = sentence(come_back(as_super_admin, address))
    assert "belongs to no sign-in that was begun here" in told
    assert accounts.current_connection() == connection


STRANGE = [
    {},
    {"code": "x"},
    {"code": "x", "state": ""},
    {"code": "x", "state": "practice-lever.forged"},
    {"code": "x", "state": "nobody.knows"},
    {"error": "access_denied", "error_description": "Call 555-0100 to fix your account", "state": "forged"},
]


@pytest.mark.parametrize("query", STRANGE)
def test_an_answer_nobody_asked_for_is_refused_and_not_repeated(
    as_super_admin: Client, query: dict[str, str]
) -> None:
    told = sentence(as_super_admin.get("/connect/lever/callback/", query))  # type: ignore[arg-type]
    assert "belongs to no sign-in that was begun here" in told
    assert "555" not in told
    assert not LeverConnection.objects.exists()


def test_a_state_counts_for_its_own_lever_only(as_super_admin: Client, settings: Settings) -> None:
    settings.LEVER_CLIENT_ID = settings.LEVER_CLIENT_SECRET = "x"
    state = parse_qs(urlsplit(begin(as_super_admin)).query)["state"][0]
    other = state.replace("practice-lever.", "lever.")
    told = sentence(as_super_admin.get("/connect/lever/callback/", {"code": "x", "state": other}))  # type: ignore[arg-type]
    assert "belongs to no sign-in" in told


def test_an_answer_without_a_code_is_told(as_super_admin: Client) -> None:
    state = parse_qs(urlsplit(begin(as_super_admin)).query)["state"][0]
    told = sentence(as_super_admin.get("/connect/lever/callback/", {"state": state}))  # type: ignore[arg-type]
    assert "without an answer" in told


def test_a_code_that_is_wrong_says_so(as_super_admin: Client) -> None:
    state = parse_qs(urlsplit(begin(as_super_admin)).query)["state"][0]
    told = sentence(as_super_admin.get("/connect/lever/callback/", {"code": "bad", "state": state}))  # type: ignore[arg-type]
    assert "took too long or was used already" in told


def test_a_wrong_secret_names_the_settings(as_super_admin: Client, practice: Practice) -> None:
    address = decide(begin(as_super_admin))
    practice.post("clients", {"id": seed.CLIENT_ID, "secret": "another", "redirect_uris": [back()]})
    told = sentence(come_back(as_super_admin, address))
    assert "client id or secret" in told
    assert seed.CLIENT_SECRET not in told


def test_a_client_lever_does_not_know_ends_at_lever(as_super_admin: Client, practice: Practice) -> None:
    practice.post("clients", {"id": seed.CLIENT_ID, "secret": seed.CLIENT_SECRET, "redirect_uris": []})
    answer = requests.get(begin(as_super_admin), timeout=10)
    assert answer.status_code == 400
    assert "redirect_uri is not one" in answer.text


def test_a_wrong_audience_is_named(as_super_admin: Client) -> None:
    parts = urlsplit(begin(as_super_admin))
    query = {**dict(parse_qsl(parts.query)), "audience": "https://nowhere.example/"}
    told = sentence(come_back(as_super_admin, decide(parts._replace(query=urlencode(query)).geturl())))
    assert "the audience" in told and "PRACTICE_LEVER_URL" in told


def test_tokens_that_allow_nothing_are_not_kept(as_super_admin: Client) -> None:
    parts = urlsplit(begin(as_super_admin))
    query = {**dict(parse_qsl(parts.query)), "scope": "offline_access"}
    told = sentence(come_back(as_super_admin, decide(parts._replace(query=urlencode(query)).geturl())))
    assert "granted none of the permissions" in told
    assert not LeverConnection.objects.exists()


def test_lever_away_at_the_exchange_changes_nothing(as_super_admin: Client, practice: Practice) -> None:
    address = decide(begin(as_super_admin))
    practice.fault("status", {"path": "/oauth/token"}, status=503)
    told = sentence(come_back(as_super_admin, address))
    assert "could not be asked" in told and "try again in a while" in told
    assert not LeverConnection.objects.exists()


def test_lever_away_right_after_the_exchange_changes_nothing(
    as_super_admin: Client, practice: Practice
) -> None:
    address = decide(begin(as_super_admin))
    practice.fault("status", {"path": "/users"}, status=503)
    told = sentence(come_back(as_super_admin, address))
    assert "could not be asked" in told
    assert not LeverConnection.objects.exists()


def test_reconnecting_replaces_the_tokens_and_keeps_the_account(as_super_admin: Client) -> None:
    come_back(as_super_admin, decide(begin(as_super_admin)))
    first = LeverConnection.objects.get()
    come_back(as_super_admin, decide(begin(as_super_admin)))
    second = accounts.current_connection()
    assert second is not None and second != first
    assert second.account == first.account


def test_without_a_client_id_the_settings_are_named(as_super_admin: Client) -> None:
    answer = as_super_admin.post("/settings/ats/connect/production/")
    assert "needs its client id and secret" in sentence(answer)  # type: ignore[arg-type]
    assert as_super_admin.post("/settings/ats/connect/elsewhere/").status_code == 404


def test_another_address_of_pinlever_than_levers_way_back_is_told(
    as_super_admin: Client, settings: Settings
) -> None:
    settings.PINLEVER_URL = "https://pinlever.example"
    told = sentence(as_super_admin.post(START))  # type: ignore[arg-type]
    assert "PinLever at testserver" in told and "pinlever.example" in told


def test_a_practice_lever_that_is_not_running_is_told(as_super_admin: Client, settings: Settings) -> None:
    settings.PRACTICE_LEVER_URL = "http://127.0.0.1:9"
    told = sentence(as_super_admin.post(START))  # type: ignore[arg-type]
    assert "does not answer at http://127.0.0.1:9" in told and "practice_lever" in told


def test_by_script_the_browser_goes_as_if_by_a_link(as_super_admin: Client) -> None:
    answer = as_super_admin.post(START, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["HX-Redirect"].startswith(app_for("practice").authorize_url)


def test_the_policy_lets_forms_lead_to_the_sign_ins_that_are_set_up(as_super_admin: Client) -> None:
    policy = as_super_admin.get("/settings/ats/")["Content-Security-Policy"]
    allowed = next(part.split() for part in policy.split("; ") if part.startswith("form-action"))
    assert allowed == ["form-action", "'self'", "http://127.0.0.1:8765"]


def test_signing_in_here_by_lever_is_offered_nowhere(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "practice-lever" not in page and "connect/lever" not in page and ">Lever<" not in page
    for path in ("lever/login/", "practice-lever/login/", "lever/login/callback/"):
        assert client.get(f"/accounts/{path}").status_code == 404
