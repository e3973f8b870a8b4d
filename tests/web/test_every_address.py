"""Every address × who asks: nobody, a recruiter, a super admin. An address that is missing from the table fails."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse

from pinlever.accounts.models import User
from pinlever.api.tokens import make_token, revoke_token
from pinlever.audit.services import SYSTEM
from tests.api.calling import Caller
from tests.sync.world import World
from tests.web.every_address import filled, named, values

# name, then what GET answers nobody, a recruiter, a super admin; then the same for POST with nothing in it.
# "in": sent to the sign-in page.
TABLE = """
own-address                             in  302 302  in  302 302
account_login                           200 302 302  200 302 302
account_logout                          in  200 200  in  in  in
account_inactive                        200 200 200  405 405 405
account_signup                          200 302 302  200 302 302
account_reauthenticate                  in  200 200  in  200 200
account_email                           in  302 302  in  302 302
account_email_verification_sent         200 200 200  405 405 405
account_change_password                 in  200 200  in  200 200
account_set_password                    in  302 302  in  302 302
account_reset_password                  200 200 200  200 200 200
account_confirm_login_code              in  302 302  in  302 302
account_confirm_email                   200 200 200  404 404 404
account_reset_password_from_key_done    200 200 200  405 405 405
account_reset_password_from_key         200 200 200  200 200 200
account_reset_password_done             200 200 200  405 405 405
mfa_index                               in  200 200  in  405 405
mfa_authenticate                        in  302 302  in  302 302
mfa_reauthenticate                      in  302 302  in  302 302
mfa_activate_totp                       in  302 302  in  302 302
mfa_deactivate_totp                     in  404 404  in  404 404
mfa_view_recovery_codes                 in  404 404  in  405 405
mfa_generate_recovery_codes             in  302 302  in  302 302
mfa_download_recovery_codes             in  404 404  in  404 404
socialaccount_login_cancelled           200 200 200  405 405 405
socialaccount_login_error               401 401 401  405 405 405
socialaccount_signup                    in  in  in   in  in  in
socialaccount_connections               in  200 200  in  200 200
usersessions_list                       in  200 200  in  302 302
healthz                                 200 200 200  405 405 405
readyz                                  503 503 503  405 405 405
home                                    in  200 200  in  405 405
menu-foot                               in  200 200  in  200 200
search                                  in  200 200  in  200 200
search-suggestions                      in  200 200  in  200 200
activity                                in  200 200  in  200 200
activity-budget                         in  200 200  in  200 200
activity-standings                      in  200 200  in  200 200
activity-pause                          in  403 200  in  403 302
activity-resume                         in  403 200  in  403 302
activity-cancel                         in  200 200  in  302 302
activity-chosen                         405 405 405  in  302 302
activity-everybody                      in  200 200  in  302 302
activity-users                          in  403 200  in  403 200
activity-emails                         in  200 200  in  422 422
activity-follow-ups                     in  200 200  in  302 302
activity-replay                         in  403 404  in  403 404
activity-send-again                     in  403 404  in  403 404
activity-incident                       in  404 404  in  404 404
cure                                    in  200 200  in  200 200
record                                  in  200 200  in  200 200
record-act                              in  200 200  in  302 302
record-step                             405 405 405  in  302 302
duplicates                              in  200 200  in  200 200
duplicates-decided                      in  200 200  in  200 200
duplicates-decide                       405 405 405  in  302 302
duplicates-decide-person                405 405 405  in  302 302
duplicates-skip                         405 405 405  in  302 302
duplicates-reverse                      in  200 200  in  200 200
duplicates-ask-again                    405 405 405  in  302 302
duplicates-apart                        in  200 200  in  302 200
candidate-same-as                       in  200 200  in  200 200
candidate-join                          in  200 200  in  302 200
job-import                              in  200 200  in  422 422
job-import-check                        in  405 405  in  302 302
job-import-start                        in  405 405  in  302 302
job-import-discard                      in  405 405  in  302 302
job-import-problems                     in  302 302  in  405 405
job-import-people                       in  200 200  in  405 405
import-template                         in  200 200  in  405 405
imports                                 in  200 200  in  405 405
import                                  in  200 200  in  405 405
import-stop                             in  405 405  in  302 302
import-problems                         in  200 200  in  405 405
ats                                     in  200 200  405 405 405
ats-sign-in                             405 405 405  in  403 302
ats-callback                            in  403 302  405 405 405
ats-key                                 405 405 405  in  403 302
ats-disconnect                          in  403 200  in  403 302
ats-status                              in  200 200  405 405 405
ats-status-counts                       in  302 302  405 405 405
ats-status-save                         405 405 405  in  403 302
ats-status-aside                        405 405 405  in  403 302
ats-webhooks                            in  200 200  405 405 405
ats-webhooks-check                      405 405 405  in  403 302
ats-webhooks-signatures                 in  403 200  in  403 302
lever-webhook                           405 405 405  400 400 400
ats-progress                            in  302 302  405 405 405
ats-readiness                           in  302 302  405 405 405
ats-budget                              in  302 302  405 405 405
ats-looks                               in  302 302  405 405 405
ats-read-everybody                      405 405 405  in  403 302
ats-check-gone                          405 405 405  in  403 302
ats-check                               405 405 405  in  403 302
ats-outgoing                            405 405 405  in  403 302
ats-allow-list                          405 405 405  in  403 302
ats-allow                               405 405 405  in  403 302
ats-allow-search                        in  403 302  405 405 405
ats-default-user                        405 405 405  in  403 302
ats-alias                               405 405 405  in  403 302
ats-duplicates                          405 405 405  in  403 302
ats-asking                              405 405 405  in  403 302
ats-skills                              405 405 405  in  403 302
ats-undo                                405 405 405  in  403 302
ats-form                                in  200 200  405 405 405
ats-form-save                           405 405 405  in  403 302
ats-timeline                            in  200 200  405 405 405
ats-timeline-save                       405 405 405  in  403 302
ats-updates                             in  200 200  405 405 405
ats-updates-save                        405 405 405  in  403 302
alerts                                  in  200 200  in  405 405
alerts-aside                            in  405 405  in  302 302
alert-settings                          in  403 200  in  403 200
alert-test                              in  403 405  in  403 302
alert-mail                              in  403 200  in  403 405
endpoints                               in  403 200  in  403 405
endpoint-new                            in  403 200  in  403 200
endpoint                                in  403 200  in  403 405
endpoint-edit                           in  403 200  in  403 200
endpoint-switch                         in  403 405  in  403 302
endpoint-secret                         in  403 200  in  403 200
endpoint-remove                         in  403 200  in  403 302
endpoint-test                           in  403 405  in  403 302
endpoint-again                          in  403 405  in  403 302
endpoint-delivery                       in  403 200  in  403 405
endpoint-delivery-again                 in  403 405  in  403 302
settings                                in  200 200  in  200 200
account                                 in  200 200  in  200 200
people                                  in  403 200  in  403 200
invite                                  in  403 200  in  403 200
invitation-renew                        in  403 405  in  403 200
invitation-revoke                       in  403 405  in  403 302
person                                  in  403 200  in  403 200
person-password-link                    in  403 405  in  403 200
person-promote                          in  403 405  in  403 302
person-demote                           in  403 405  in  403 302
person-deactivate                       in  403 405  in  403 302
person-reactivate                       in  403 405  in  403 302
person-sign-out                         in  403 405  in  403 302
person-second-factor                    in  403 405  in  403 302
invitation                              200 409 409  200 409 409
candidates                              in  200 200  in  200 200
candidates-moving                       in  204 204  in  204 204
candidate-new                           in  200 200  in  200 200
candidate-known                         in  200 200  in  200 200
candidate                               in  200 200  in  200 200
candidate-sync                          in  200 200  in  200 200
prospect                                in  302 302  in  302 302
candidate-unlink                        in  200 200  in  200 200
candidate-act                           405 405 405  in  302 302
hold-new                                in  200 200  in  200 200
hold-release                            in  200 200  in  200 200
resume-part                             in  200 200  in  200 200
resume                                  in  404 404  in  404 404
log-activity                            in  200 200  in  200 200
contact-new                             in  200 200  in  200 200
add-to-outreach                         in  200 200  in  200 200
jobs                                    in  200 200  in  200 200
job-new                                 in  200 200  in  200 200
job-open                                in  405 405  in  302 302
job                                     in  200 200  in  200 200
job-rows                                in  204 204  in  204 204
job-from-lever                          in  200 200  in  200 200
job-from-lever-add                      in  200 200  in  200 200
job-settings                            in  200 200  in  200 200
job-position                            in  405 405  in  200 200
job-trigger                             in  405 405  in  302 302
job-posting                             in  405 405  in  302 302
job-past                                in  200 200  in  200 200
postings                                in  200 200  in  200 200
export                                  in  200 200  in  200 200
export-plan                             in  200 200  in  200 200
export-people                           in  200 200  in  200 200
export-run                              in  200 200  in  200 200
export-run-rows                         in  200 200  in  200 200
export-run-cancel                       in  405 405  in  302 302
undo                                    in  200 200  in  200 200
undo-run                                in  200 200  in  200 200
undo-progress                           in  200 200  in  200 200
undo-again                              in  405 405  in  302 302
"""
ROWS = {row.split()[0]: row.split()[1:] for row in TABLE.strip().splitlines()}
WHO = ("nobody", "a recruiter", "a super admin")
SIGN_IN = "/accounts/login/"
OF_OTHERS = ("admin:", "api-v1:")  # below, by rules of their own


def ours() -> dict[str, str]:
    """name → route of what the table is about. Libraries leave some redirects without a name."""
    return {name: route for name, route in named() if name and not name.startswith(OF_OTHERS)}


@pytest.fixture
def people(recruiter: User, super_admin: User) -> dict[str, User | None]:
    return {"nobody": None, "a recruiter": recruiter, "a super admin": super_admin}


def asked(client: Client, method: str, url: str) -> str:
    """The answer as the table writes it."""
    answer: Any = getattr(client, method.lower())(url)
    if answer.streaming:
        list(answer)  # a file is closed once it was read
    return "in" if answer.headers.get("Location", "").startswith(SIGN_IN) else str(answer.status_code)


def test_the_table_names_every_address() -> None:
    assert set(ours()) == set(ROWS), "Add what is new to the table, and take out what is gone."


def test_who_has_no_name_leads_nowhere_by_itself() -> None:
    nameless = [route for name, route in named() if not name]
    assert [route for route in nameless if not re.match(r"accounts/social/|admin/|api/v1/<path", route)] == []


@pytest.mark.parametrize("name", sorted(ROWS))
def test_an_address_answers_each_as_the_table_says(
    company: World, people: dict[str, User | None], name: str
) -> None:
    route = ours()[name]
    known = values(company, people["a recruiter"]) if "<" in route else {}  # type: ignore[arg-type]
    url = reverse(name, kwargs=filled(name, route, known))
    found = []
    for method in ("GET", "POST"):
        for who in WHO:
            client = Client(raise_request_exception=True)
            if user := people[who]:
                client.force_login(user)
            found.append(asked(client, method, url))
    assert found == ROWS[name]


def test_only_named_pages_are_open_to_everybody() -> None:
    seen = {name for name, row in ROWS.items() if row[0] == "200"}
    assert seen == OPEN


OPEN = {
    *("account_login", "account_signup", "account_inactive", "account_email_verification_sent"),
    *("account_reset_password", "account_reset_password_done", "account_reset_password_from_key"),
    *("account_reset_password_from_key_done", "account_confirm_email", "socialaccount_login_cancelled"),
    *("healthz", "invitation"),
}
EVERY_ADMIN_PAGE = sorted(name for name, _ in named() if name.endswith(("_changelist", "_add")))


@pytest.mark.parametrize("name", ["admin:index", *EVERY_ADMIN_PAGE])
def test_the_admin_is_for_super_admins(company: World, people: dict[str, User | None], name: str) -> None:
    url, found = reverse(name), {}
    for who, user in people.items():
        client = Client()
        if user:
            client.force_login(user)
        found[who] = client.get(url).status_code
    assert found["nobody"] == 302
    assert found["a recruiter"] in (302, 403)
    may_add = not name.endswith("_add") or _may_add(name, people["a super admin"])
    assert found["a super admin"] == (200 if may_add else 403)


def _may_add(name: str, user: Any) -> bool:
    """Whether the model's admin lets anybody add rows by hand."""
    label = name.removeprefix("admin:").removesuffix("_add")
    (found,) = [
        each
        for kind, each in admin.site._registry.items()
        if kind._meta.label_lower.replace(".", "_") == label
    ]
    request: Any = RequestFactory().get("/")
    request.user = user
    return bool(found.has_add_permission(request))


# operation → method, path, and what a good token is answered without a body
API = {
    "api-v1:put_job": ("PUT", "/jobs/eng", 422),
    "api-v1:put_candidate": ("PUT", "/candidates/ingrid", 422),
    "api-v1:post_event": ("POST", "/events", 422),
    "api-v1:post_events": ("POST", "/events/batch", 422),
    "api-v1:get_prospect": ("GET", "/prospects/eng/ingrid", 404),
    "api-v1:post_exports": ("POST", "/exports", 422),
    "api-v1:list_holds": ("GET", "/holds", 200),
    "api-v1:get_queue": ("GET", "/queue", 200),
}
API_FOR_EVERYBODY = {"api-v1:openapi-json", "api-v1:api-root"}


def test_the_table_names_every_operation_of_the_api() -> None:
    operations = {name for name, _ in named() if name.startswith("api-v1:")}
    assert operations == set(API) | API_FOR_EVERYBODY


@pytest.fixture
def call(db: None) -> Caller:
    cache.clear()  # refusals are counted there
    return Caller.named("Pin")


@pytest.mark.parametrize("name", sorted(API))
def test_the_api_answers_good_tokens_only(call: Caller, company: World, admin_user: User, name: str) -> None:
    method, path, status = API[name]
    good = call.token
    assert call(method, path)[0] == status
    revoked = make_token(by=SYSTEM, name="Old")
    revoke_token(by=SYSTEM, token=revoked.row)
    for token in ("", revoked.text, good + "x"):
        call.token = token
        assert call(method, path)[0] == 401
    call.token = ""
    call.client.force_login(admin_user)  # a session is no token
    assert call(method, path)[0] == 401


def test_another_system_s_token_shows_nobody_of_ours(call: Caller, company: World) -> None:
    call.put_job()
    call.put()
    assert call("GET", "/prospects/eng/ingrid")[0] == 200
    assert Caller.named("Other")("GET", "/prospects/eng/ingrid")[0] == 404


@pytest.mark.parametrize("name", sorted(API_FOR_EVERYBODY))
def test_what_the_api_tells_everybody_is_about_nobody(client: Client, db: None, name: str) -> None:
    assert client.get(reverse(name)).status_code == (200 if name.endswith("json") else 404)
