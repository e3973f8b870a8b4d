"""Connecting Lever as people do it: by clicking through Practice Lever's chooser, by key; what is seen; the rules."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from pinlever.accounts.models import User
from pinlever.connection import accounts, crawl, rules
from pinlever.connection.gateway import forget_open_connections, open_client
from pinlever.connection.models import LeverAccount, LeverConnection
from pinlever.practice import seed
from pinlever.recruiting.models import Job
from tests.browser.conftest import a_worker_runs, new_context, sign_in
from tests.browser.looking import judge
from tests.connection.conftest import ADMIN
from tests.contract.server import Practice, created, running
from tests.sync.world import World

ATS = "/settings/ats/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def super_admin(super_admin: User) -> User:
    """While a worker runs."""
    a_worker_runs()
    return super_admin


@pytest.fixture
def practice(live_server: Any, settings: Settings) -> Iterator[Practice]:
    with running() as server:
        settings.PRACTICE_LEVER_URL = server.url
        settings.PINLEVER_URL = live_server.url
        settings.LEVER_RATE = 1000
        forget_open_connections()
        yield server
        forget_open_connections()


@pytest.fixture
def company(super_admin: User, company: World) -> World:
    """With its super admin signed in."""
    return company


def fill(company: World) -> None:
    """What a company has after some weeks."""
    designer = Job.objects.create(title="Product Designer (m/f/d), Lisbon and anywhere in the same time zone")
    for number in range(8):
        user = User.objects.create_user(f"recruiter.number.{number}@company.example", "x", first_name="Rita")
        for _ in range(number):
            prospect = company.person(f"Person {number}", job=designer if number % 2 else company.job)
            prospect.sourcer = user
            prospect.save()
            company.export(prospect)
    user_id = seed.user_id("mei")
    rules.set_alias(
        by=ADMIN, account=company.account, email="recruiter.number.5@company.example", user_id=user_id
    )
    rules.set_allow_list(by=ADMIN, account=company.account, on=True)
    rules.allow_job(by=ADMIN, account=company.account, job=company.job)
    someone = company.person("Konstantínos Papadopoulos-Featherstonehaugh", job=designer)
    rules.allow_person(by=ADMIN, account=company.account, candidate=someone.candidate)
    rules.set_outgoing(by=ADMIN, account=company.account, on=False)
    LeverAccount.objects.update(name="Fjord Labs")


def test_the_list_of_what_can_be_connected(
    page: Page, super_admin: User, settings: Settings, tmp_path: Path
) -> None:
    settings.LEVER_CLIENT_ID, settings.LEVER_CLIENT_SECRET = "id", "secret"
    page.goto(ATS)
    expect(page.get_by_role("heading", name="ATS integration")).to_be_visible()
    judge(page, tmp_path, "ats-choose")


def test_a_connected_account_and_its_rules(page: Page, company: World, tmp_path: Path) -> None:
    fill(company)
    page.goto(ATS)
    judge(page, tmp_path, "ats-connected")
    page.get_by_role("link", name="Disconnect").click()
    expect(page.get_by_role("dialog")).to_contain_text("people on the way wait")
    judge(page, tmp_path, "ats-disconnect")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="Disconnect")).to_be_focused()


def test_a_recruiter_sees_how_it_stands(
    page: Page, company: World, context: BrowserContext, live_server: Any, tmp_path: Path
) -> None:
    fill(company)
    sign_in(
        context, User.objects.create_user("rita@company.example", "x", first_name="Rita"), live_server.url
    )
    page.goto(ATS)
    expect(page.get_by_text("Only super admins may connect, disconnect or change the rules")).to_be_visible()
    expect(page.get_by_role("button", name="Reconnect")).to_have_count(0)
    judge(page, tmp_path, "ats-recruiter")


def test_rules_are_saved_as_they_are_changed(page: Page, company: World) -> None:
    rules.set_outgoing(by=ADMIN, account=company.account, on=False)
    company.export(company.person("Nils Aas"), company.person("Ida Ek"))
    page.goto(ATS)
    page.get_by_role("button", name="Switch sending on and send 2 people").press("Enter")
    expect(page.get_by_text("Sending is on. 2 people go now.").first).to_be_visible()
    expect(page.locator("#outgoing")).to_be_focused()
    page.locator("#key-phone").check()
    expect(page.locator("#card-duplicates")).to_contain_text("Saved. It counts")
    page.locator("#action-ask").check()
    page.get_by_label("Send skills as tags").check()
    expect(page.locator("#card-skills")).to_contain_text("Skills become tags")
    page.get_by_label("Default user", exact=True).fill("mei@practice.example")
    page.keyboard.press("Tab")
    expect(page.locator("#card-people")).to_contain_text("Mei Tanaka stands in.")
    page.get_by_label("Default user", exact=True).fill("somebody else")
    page.keyboard.press("Enter")
    expect(page.locator("#card-people")).to_contain_text('Lever has no active user "somebody else"')
    expect(page.get_by_label("Default user", exact=True)).to_have_value("somebody else")
    page.get_by_label("Add a job or a person").fill("nils")
    page.get_by_role("button", name="Add Nils Aas").click()
    expect(page.locator("#card-allowing")).to_contain_text("Nils Aas is on the list")
    page.get_by_role("button", name="Switch the allow-list on").click()
    expect(page.locator("#card-allowing")).to_contain_text("Only allowed jobs and people go.")
    account = LeverAccount.objects.get()
    assert (account.outgoing_on, account.allow_list_on, account.send_skills_as_tags) == (True, True, True)
    assert (account.match_keys, account.match_action) == (["email", "linkedin", "phone"], "ask")
    assert account.default_user_id == seed.user_id("mei")
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_super_admin_connects_by_clicking_through(
    page: Page, super_admin: User, practice: Practice, tmp_path: Path
) -> None:
    practice.people({"name": "Ana Ruiz", "emails": ["ana@x.example"]})
    practice.post("opportunities", {"generate": 250})
    page.goto(ATS)
    page.get_by_role("button", name="Connect Practice Lever").click()
    expect(page.get_by_role("heading", name="practice-client wants to connect")).to_be_visible()
    judge(page, tmp_path, "practice-chooser")
    page.go_back()
    page.get_by_role("button", name="Connect Practice Lever").click()
    page.get_by_role("link", name="Tomasz Lis, team member").click()
    expect(page.get_by_role("alert").filter(has_text="you are not a Super Admin there")).to_be_visible()
    judge(page, tmp_path, "ats-refused")
    assert not LeverConnection.objects.exists()
    page.get_by_role("button", name="Connect Practice Lever").click()
    page.get_by_role("link", name="Deny").click()
    expect(page.get_by_role("alert").filter(has_text="You did not allow the access")).to_be_visible()
    page.get_by_role("button", name="Connect Practice Lever").click()
    page.get_by_role("link", name="Aud Berg, Super Admin").click()
    expect(page.get_by_text("Practice Lever is connected.")).to_be_visible()
    expect(page.get_by_role("heading", name="Reading who is in Lever")).to_be_visible()
    connection = accounts.current_connection()
    assert connection is not None and connection.kind == "oauth"
    client = open_client(connection)
    crawl.step(connection.account, client)
    expect(page.locator("#card-progress")).to_contain_text("100")
    judge(page, tmp_path, "ats-reading")
    expect(page.locator("#card-readiness")).to_contain_text("still being read")
    while not crawl.step(connection.account, client).done:
        pass
    expect(page.locator("#card-readiness")).not_to_contain_text("still being read")
    expect(page.get_by_role("heading", name="Everybody in Lever has been read")).to_be_visible()
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("Checked just now").first).to_be_visible()
    page.get_by_role("button", name="Switch sending on").click()
    expect(page.get_by_text("Sending is on.").first).to_be_visible()
    page.get_by_role("button", name="Reconnect").click()
    page.get_by_role("link", name="Aud Berg, Super Admin").click()
    expect(page.get_by_text("Practice Lever is connected.")).to_be_visible()
    page.get_by_role("link", name="Disconnect").click()
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_text("is disconnected. Nothing was lost")).to_be_visible()


def test_a_super_admin_connects_by_key_with_the_keyboard_alone(
    page: Page, super_admin: User, practice: Practice
) -> None:
    page.goto(ATS)
    page.get_by_label("The key is for").focus()
    page.keyboard.type("Practice")
    page.keyboard.press("Tab")
    page.keyboard.type("no-such-key")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="does not accept this credential")).to_be_visible()
    expect(page.get_by_label("API key", exact=True)).to_be_focused()
    expect(page.get_by_label("The key is for")).to_have_value("practice")
    page.keyboard.type(seed.API_KEY)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Practice Lever is connected.")).to_be_visible()
    assert seed.API_KEY not in page.content()


def test_without_script_the_redirect_itself_leads_to_lever(
    chromium: Any, super_admin: User, practice: Practice, live_server: Any, settings: Settings
) -> None:
    settings.CONTENT_SECURITY_POLICY = {
        "DIRECTIVES": {
            **settings.CONTENT_SECURITY_POLICY["DIRECTIVES"],
            "form-action": ["'self'", practice.url],
        }
    }
    with new_context(chromium, live_server.url, java_script_enabled=False) as context:
        sign_in(context, super_admin, live_server.url)
        page = context.new_page()
        page.goto(ATS)
        page.get_by_role("button", name="Connect Practice Lever").click()
        page.get_by_role("link", name="Aud Berg, Super Admin").click()
        expect(page.get_by_text("Practice Lever is connected.")).to_be_visible()
        page.get_by_role("button", name="Switch sending on").click()
        expect(page.get_by_text("Sending is on.").first).to_be_visible()


def test_practice_levers_own_pages(page: Page, practice: Practice, tmp_path: Path) -> None:
    client = practice.client()
    id = created(client, "Ana Ruiz", headline="Staff Engineer, Fjord Labs", tags=("python", "go"))
    client.create_note(
        id, "Sourced by Rita Vik in Pin.\nhttps://pin.example/c/1", perform_as=seed.user_id("aud")
    )
    practice.post("opportunities", {"generate": 30})
    page.goto(f"{practice.url}/candidates/{id}")
    judge(page, tmp_path, "practice-profile")
    page.get_by_label("Stage", exact=True).select_option(label="Responded")
    page.get_by_role("button", name="Change stage").click()
    expect(page.get_by_role("status")).to_contain_text("The stage was changed")
    page.get_by_label("Archive, because").select_option(label="Withdrew")
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_text("Withdrew")).to_be_visible()
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_role("status")).to_contain_text("Taken back")
    page.get_by_role("link", name="All candidates").click()
    page.get_by_label("Search").fill("ruiz")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Ana Ruiz")).to_be_visible()
    page.goto(f"{practice.url}/candidates")
    judge(page, tmp_path, "practice-people")
