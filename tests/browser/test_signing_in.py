"""Signing in, joining, people, one's own account, and the administration, as they look and as they are used."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import BrowserContext, Page, expect

from pinlever.accounts.invitations import invite
from pinlever.accounts.models import User
from pinlever.audit.services import SYSTEM
from tests.browser.conftest import sign_in
from tests.browser.looking import judge, looks, picture
from tests.sync.world import World

PASSWORD = "a-long-password-9"
pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def boss(transactional_db: None) -> User:
    return User.objects.create_superuser("aud@company.example", PASSWORD, first_name="Aud", last_name="Berg")


def test_signing_in_by_keyboard_alone(page: Page, boss: User, tmp_path: Path) -> None:
    page.goto("/settings/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    judge(page, tmp_path, "sign-in")
    page.get_by_label("Email").focus()
    page.keyboard.type(boss.email)
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("not correct")).to_be_visible()
    judge(page, tmp_path, "sign-in-refused")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    judge(page, tmp_path, "settings")
    page.goto("/accounts/logout/")
    judge(page, tmp_path, "sign-out")


@pytest.mark.parametrize("path", ["/accounts/signup/", "/accounts/password/reset/", "/invitations/nonsense/"])
def test_pages_for_the_signed_out(page: Page, path: str, tmp_path: Path) -> None:
    page.goto(path)
    judge(page, tmp_path, path.strip("/").replace("/", "-"))


def test_an_invited_person_joins(page: Page, tmp_path: Path) -> None:
    by = SYSTEM
    sent = invite(by=by, email="nils@company.example", first_name="Nils", last_name="Dahl")
    page.goto(sent.link.replace("http://127.0.0.1:8000", ""))
    judge(page, tmp_path, "join")
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_label("The same password again").fill("short")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text("too short")).to_be_visible()
    judge(page, tmp_path, "join-refused")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    page.get_by_role("link", name="Nils Dahl").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    judge(page, tmp_path, "account")


def test_people_are_managed(
    page: Page, context: BrowserContext, live_server: Any, boss: User, tmp_path: Path
) -> None:
    sign_in(context, boss, live_server.url)
    for first, last in (("Rita", "Vik"), ("Ola-Kristoffer Maximilian", "Øvrebø-Haugland"), ("<b>Bo</b>", "")):
        User.objects.create_user(f"{len(first)}@company.example", PASSWORD, first_name=first, last_name=last)
    User.objects.create_user("gone@company.example", first_name="Gone", last_name="Girl", is_active=False)
    page.goto("/settings/people/")
    page.get_by_role("link", name="Invite somebody").click()
    judge(page, tmp_path, "invite")
    page.get_by_label("Email address").fill("nils@company.example")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_label("The invitation's link")).to_have_value(re.compile("/invitations/"))
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text(re.compile("Copied|It is selected"))).to_be_visible()
    judge(page, tmp_path, "people")
    page.get_by_role("link", name="Rita Vik", exact=True).click()
    judge(page, tmp_path, "person")
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_label("The link to another password")).to_have_value(
        re.compile("/password/reset/key/")
    )
    judge(page, tmp_path, "person-password-link")
    page.get_by_role("button", name="Deactivate Rita Vik").click()
    expect(page.get_by_text("can no longer sign in")).to_be_visible()
    judge(page, tmp_path, "person-deactivated")


def test_a_second_factor_is_set_up(page: Page, boss: User, tmp_path: Path, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(boss.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("everything else opens once you have")).to_be_visible()
    judge(page, tmp_path, "second-factor")
    page.get_by_role("link", name="Set it up").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    judge(page, tmp_path, "is-it-you")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Authenticator code")).to_be_visible()
    judge(page, tmp_path, "second-factor-set-up")
    secret = page.get_by_label("Secret").input_value()
    page.get_by_label("Authenticator code").fill(
        format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    )
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("Keep these where you keep your passwords")).to_be_visible()
    judge(page, tmp_path, "recovery-codes")
    page.goto("/accounts/2fa/")
    judge(page, tmp_path, "second-factor-on")
    page.goto("/accounts/sessions/")
    judge(page, tmp_path, "sessions")


def test_the_administration_of_a_company_at_work(
    page: Page, context: BrowserContext, live_server: Any, boss: User, company: World, tmp_path: Path
) -> None:
    sign_in(context, boss, live_server.url)
    prospect = company.person("Ingrid Solheim", linkedin="https://www.linkedin.com/in/ingrid-solheim")
    company.event(prospect, "added_to_outreach")
    [record] = company.export(prospect)
    company.work()
    for path in (
        "sync/syncrecord/",
        f"sync/syncrecord/{record.pk}/change/",
        "sync/call/",
        "audit/auditentry/",
        f"recruiting/candidate/{prospect.candidate_id}/change/",
        "connection/leverconnection/",
        "recruiting/job/import/",
        "recruiting/candidate/import/",
        "recruiting/candidate/?q=solheim",
        "recruiting/job/export/",
        "accounts/user/add/",
    ):
        page.emulate_media(color_scheme="dark" if "export" in path else "light")
        page.goto(f"/admin/{path}")
        picture(page, tmp_path, f"admin-{re.sub('[^a-z]+', '-', path)}")


def test_the_administration(
    page: Page, context: BrowserContext, live_server: Any, boss: User, tmp_path: Path
) -> None:
    sign_in(context, boss, live_server.url)
    for number in range(3):
        User.objects.create_user(f"u{number}@company.example", first_name="Rita", last_name=f"Vik {number}")
    for path in (
        "/admin/",
        "/admin/accounts/user/",
        f"/admin/accounts/user/{boss.pk}/change/",
        "/admin/recruiting/job/",
    ):
        page.goto(path)
        looks(page, tmp_path, "admin" + path.removeprefix("/admin").strip("/").replace("/", "-"))
    page.goto("/admin/accounts/user/")
    page.locator("input[name=_selected_action]").first.check()
    page.locator("select[name=action]").select_option("sign_out_everywhere")
    page.get_by_role("button", name=re.compile("Run|Go")).click()
    expect(page.get_by_text("Every session of theirs ends")).to_be_visible()
    looks(page, tmp_path, "admin-asked-first")
    page.get_by_role("link", name="Back to PinLever").first.click()
    expect(page).to_have_url(f"{live_server.url}/")
