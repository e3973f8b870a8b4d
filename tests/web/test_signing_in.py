"""Signing in and what belongs to it: by invitation only, with limits every process counts in, and second factors."""

import os
import re
import subprocess
import sys
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from pinlever.accounts.models import SharedCache, User
from pinlever.accounts.services import deactivate
from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM
from pinlever.foundation.fields import fernet

PASSWORD = "secret-word-9"


@pytest.fixture(autouse=True)
def in_the_database(settings: Any) -> None:
    """As it is without Redis; and what one test counts is not there in the next."""
    table = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}
    settings.CACHES = {**settings.CACHES, "default": table}


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def code_for(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def set_up_second_factor(client: Client) -> str:
    """Through the pages; answers the app's secret."""
    page = client.get(reverse("mfa_activate_totp"), follow=True)
    assert "Is it you?" in page.content.decode(), "whoever finds an open browser cannot change this"
    page = client.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    secret: str = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert answer.status_code == 302, answer.context["form"].errors
    return secret


def test_people_sign_in_by_address_in_any_case(client: Client, recruiter: User) -> None:
    answer = sign_in(client, "RITA@company.example", next="/settings/")
    assert (answer.status_code, answer["Location"]) == (302, "/settings/")
    assert client.get("/settings/").context["request"].user == recruiter


def test_a_wrong_password_says_so_and_keeps_the_address(client: Client, recruiter: User) -> None:
    page = sign_in(client, recruiter.email, "wrong")
    assert page.status_code == 200
    assert "not correct" in page.content.decode() and recruiter.email in page.content.decode()


def test_an_address_elsewhere_is_not_gone_on_to(client: Client, recruiter: User) -> None:
    assert sign_in(client, recruiter.email, next="https://evil.example/")["Location"] == "/"


@pytest.mark.parametrize("path", ["/accounts/signup/", "/accounts/3rdparty/signup/"])
def test_nobody_signs_up(client: Client, db: None, path: str) -> None:
    form = {"email": "new@x.example", "password1": "a-long-password-9", "password2": "a-long-password-9"}
    for answer in (client.get(path, follow=True), client.post(path, form, follow=True)):
        assert answer.status_code == 200 and 'name="password1"' not in answer.content.decode()
    assert "Ask a super admin" in client.get("/accounts/signup/").content.decode()
    assert not User.objects.exists()


def test_limits_count_in_a_place_all_processes_share(client: Client, recruiter: User) -> None:
    for _ in range(5):
        assert "not correct" in sign_in(client, recruiter.email, "wrong").content.decode()
    kept = dict(SharedCache.objects.values_list("cache_key", "value"))
    assert any("login_failed" in key for key in kept), "the tries are rows: whoever asks next reads them"
    del caches["default"]  # as in a process just begun: nothing in memory
    page = sign_in(Client(), recruiter.email)
    assert "oo many" in page.content.decode() and dict(SharedCache.objects.values_list("cache_key", "value"))


@pytest.mark.parametrize("url", ["", "redis://127.0.0.1:6379/0"])
def test_the_settings_choose_a_cache_all_processes_share(url: str) -> None:
    told = "from config import settings; print(settings.CACHES['default']['BACKEND'])"
    ran = subprocess.run(
        [sys.executable, "-c", told], env={**os.environ, "REDIS_URL": url}, capture_output=True, text=True
    )
    assert ran.stdout.strip().endswith("RedisCache" if url else "DatabaseCache"), ran.stderr


def test_too_many_tries_get_a_page_of_ours(client: Client, recruiter: User) -> None:
    for _ in range(35):
        page = sign_in(client, "nobody@x.example", "wrong")
        if page.status_code == 429:
            break
    assert page.status_code == 429 and "wait a little" in page.content.decode()


def test_deactivation_ends_sessions_at_once_and_for_good(as_recruiter: Client, recruiter: User) -> None:
    assert as_recruiter.get("/settings/").status_code == 200
    deactivate(by=SYSTEM, user=recruiter)
    assert as_recruiter.get("/settings/").status_code == 302
    User.objects.update(is_active=True)
    assert as_recruiter.get("/settings/").status_code == 302, "the old session is dead for ever"


def test_who_is_deactivated_reads_why_they_cannot_sign_in(client: Client, recruiter: User) -> None:
    deactivate(by=SYSTEM, user=recruiter)
    page = client.post("/accounts/login/", {"login": recruiter.email, "password": PASSWORD}, follow=True)
    assert "switched off" in page.content.decode() or "not correct" in page.content.decode()
    assert client.get("/settings/").status_code == 302


def test_a_second_factor_is_set_up_asked_for_and_stored_encrypted(client: Client, recruiter: User) -> None:
    sign_in(client, recruiter.email)
    secret = set_up_second_factor(client)
    stored = Authenticator.objects.get(user=recruiter, type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored and fernet().decrypt(stored.encode()).decode() == secret
    codes = re.findall(r"<li>(\d{8})</li>", client.get(reverse("mfa_view_recovery_codes")).content.decode())
    assert len(codes) == 10

    other = Client()
    assert sign_in(other, recruiter.email)["Location"].startswith(reverse("mfa_authenticate"))
    assert other.get("/settings/").status_code == 302, "the password alone lets nobody in"
    assert "Incorrect code" in other.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
    assert other.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 302
    assert other.get("/settings/").status_code == 200


def test_a_recovery_code_works_once(client: Client, recruiter: User) -> None:
    sign_in(client, recruiter.email)
    set_up_second_factor(client)
    code = re.findall(r"<li>(\d{8})</li>", client.get(reverse("mfa_view_recovery_codes")).content.decode())[0]
    for expected in (302, 200):
        other = Client()
        sign_in(other, recruiter.email)
        assert other.post(reverse("mfa_authenticate"), {"code": code}).status_code == expected


class TestWhereSuperAdminsNeedASecondFactor:
    @pytest.fixture(autouse=True)
    def required(self, settings: Any) -> None:
        settings.SECOND_FACTOR_REQUIRED = True

    def test_they_reach_nothing_else_before_it_is_set_up(self, client: Client, super_admin: User) -> None:
        sign_in(client, super_admin.email)
        for path in ("/", "/settings/people/", "/admin/", "/admin/accounts/user/"):
            assert client.get(path)["Location"] == reverse("mfa_index")
        assert client.get("/", headers={"HX-Request": "true"})["HX-Redirect"] == reverse("mfa_index")
        page = client.get(reverse("mfa_index")).content.decode()
        assert page.count("Super admins sign in with a second factor") == 1
        set_up_second_factor(client)
        assert client.get("/settings/people/").status_code == 200

    def test_they_may_sign_out(self, client: Client, super_admin: User) -> None:
        sign_in(client, super_admin.email)
        assert client.post("/accounts/logout/").status_code == 302
        assert client.get("/settings/")["Location"].startswith("/accounts/login/")

    def test_recruiters_need_none(self, as_recruiter: Client) -> None:
        assert as_recruiter.get("/settings/").status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        *(
            "account_logout",
            "account_change_password",
            "account_reauthenticate",
            "mfa_index",
            "usersessions_list",
        ),
        *("socialaccount_connections", "account", "settings"),
    ],
)
def test_every_page_about_oneself_opens_in_our_look(client: Client, recruiter: User, name: str) -> None:
    sign_in(client, recruiter.email)
    page = client.get(reverse(name))
    assert page.status_code == 200, page
    assert "tabler.min.css" in page.content.decode() and page.content.decode().count("<h1") == 1


@pytest.mark.parametrize(
    "name",
    [
        *("account_login", "account_signup", "account_reset_password", "account_reset_password_done"),
        *("account_inactive", "account_reset_password_from_key_done", "socialaccount_login_cancelled"),
        "socialaccount_login_error",
    ],
)
def test_every_page_for_the_signed_out_opens_in_our_look(client: Client, db: None, name: str) -> None:
    page = client.get(reverse(name))
    assert page.status_code in (200, 401), page
    assert "tabler.min.css" in page.content.decode() and page.content.decode().count("<h1") == 1


def test_another_password_comes_by_mail_and_signs_out_everywhere_else(
    client: Client, recruiter: User, as_recruiter: Client, mailoutbox: list[Any]
) -> None:
    client.post(reverse("account_reset_password"), {"email": recruiter.email})
    link = re.search(r"/accounts/password/reset/key/\S+", mailoutbox[0].body)
    assert link
    page = client.get(link.group(), follow=True)
    form = {"password1": "another-long-one-7", "password2": "another-long-one-7"}
    assert client.post(page.redirect_chain[-1][0], {**form, "password2": "no"}).status_code == 200
    assert client.post(page.redirect_chain[-1][0], form).status_code == 302
    assert as_recruiter.get("/settings/").status_code == 302
    assert "used up" in client.get(link.group(), follow=True).content.decode()
    assert sign_in(Client(), recruiter.email, "another-long-one-7").status_code == 302
    assert AuditEntry.objects.get().action == "user.password_changed"


def test_mail_leads_to_our_own_address_whatever_name_was_asked_for(
    client: Client, recruiter: User, mailoutbox: list[Any], settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client.post(
        reverse("account_reset_password"), {"email": recruiter.email}, headers={"Host": "evil.example"}
    )
    assert f"{settings.PINLEVER_URL}/accounts/password/reset/key/" in mailoutbox[0].body
    assert "evil" not in mailoutbox[0].body + mailoutbox[0].subject


def test_what_changes_about_signing_in_is_in_the_audit_log(
    client: Client, recruiter: User, django_capture_on_commit_callbacks: Any
) -> None:
    sign_in(client, recruiter.email)
    with django_capture_on_commit_callbacks(execute=True):
        set_up_second_factor(client)
        client.post(reverse("mfa_generate_recovery_codes"))
    form = {"oldpassword": PASSWORD, "password1": "another-long-one-7", "password2": "another-long-one-7"}
    assert client.post(reverse("account_change_password"), form).status_code == 302
    client.post(reverse("mfa_deactivate_totp"))
    actions = set(AuditEntry.objects.filter(by_label="Rita Vik").values_list("action", flat=True))
    assert actions >= {
        "user.second_factor_added",
        "user.recovery_codes_renewed",
        "user.password_changed",
        "user.second_factor_removed",
    }


def test_the_admin_s_own_page_for_passwords_leads_to_ours(as_super_admin: Client) -> None:
    assert as_super_admin.get("/admin/password_change/")["Location"] == reverse("account_change_password")


def test_addresses_stored_with_capitals_sign_in_and_get_another_password(
    client: Client, recruiter: User, mailoutbox: list[Any]
) -> None:
    User.objects.update(email="Rita@Company.example")
    client.post(reverse("account_reset_password"), {"email": "rita@company.example"})
    assert mailoutbox[0].to == ["rita@company.example"] or mailoutbox[0].to == ["Rita@Company.example"]
    assert sign_in(client, "rita@company.example").status_code == 302
    assert client.get("/settings/").status_code == 200


def test_asking_for_another_password_tells_nobody_who_has_an_account(
    client: Client, db: None, mailoutbox: list[Any]
) -> None:
    answer = client.post(reverse("account_reset_password"), {"email": "nobody@x.example"}, follow=True)
    assert "If that address has an account" in answer.content.decode() and mailoutbox == []


def test_one_cannot_change_ones_own_address(as_recruiter: Client, recruiter: User) -> None:
    form = {"email": "other@x.example", "action_add": ""}
    assert as_recruiter.post("/accounts/email/", form)["Location"] == reverse("account")
    recruiter.refresh_from_db()
    assert recruiter.email == "rita@company.example"
