"""The product from its first minute, as a super admin and a recruiter live it, against a Practice Lever of its own.

Only time is ours: what the worker would do is done between two looks at the page.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django import Settings

from pinlever.accounts.models import User
from pinlever.connection import accounts, crawl
from pinlever.connection.gateway import forget_open_connections, open_client
from pinlever.foundation.clock import db_now
from pinlever.imports.models import Import
from pinlever.imports.tasks import run
from pinlever.ops.models import WorkerGroup
from pinlever.sync.work import work_one
from tests.browser.conftest import new_context
from tests.browser.looking import Watched
from tests.contract.server import Practice, running

PASSWORD = "a-long-secret-word-9"
PEOPLE = """Full name,Email,LinkedIn URL,Current title,Company
Ingrid Solheim,ingrid@nordlys.example,,Staff Engineer,Nordlys Energi
Tom Okafor,tom@paystack.example,,Senior Engineer,Paystack
Sara Lindqvist,sara@klarna.example,,Data Engineer,Klarna
Ada Lovelace,ada@engines.example,https://www.linkedin.com/in/ada-lovelace/,Analyst,Engines
"""
TWO_IN_LEVER = (
    {"name": "Ada L.", "emails": ["ada@engines.example"]},
    {"name": "Countess of Lovelace", "links": ["https://www.linkedin.com/in/ada-lovelace"]},
)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def practice(live_server: Any, settings: Settings) -> Iterator[Practice]:
    with running() as server:
        settings.PRACTICE_LEVER_URL, settings.PINLEVER_URL = server.url, live_server.url
        settings.LEVER_RATE = 1000
        forget_open_connections()
        now = db_now()
        WorkerGroup.objects.create(group=uuid.uuid4(), host="here", pid=1, started_at=now, stamped_at=now)
        yield server
        forget_open_connections()


@pytest.fixture
def recruiters_page(chromium: Browser, live_server: Any) -> Iterator[Page]:
    with new_context(chromium, live_server.url) as context:
        page = context.new_page()
        watched = Watched(page)
        yield page
        assert watched.complaints == []


def sign_in_by_the_form(page: Page, email: str) -> None:
    page.goto("/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(menu(page, "Home")).to_be_visible()


def menu(page: Page, name: str) -> Locator:
    return page.get_by_role("complementary", name="Menu").get_by_role("link", name=name)


def work() -> None:
    """What a worker does until nothing is due."""
    while work_one():
        pass


def read_lever() -> None:
    connection = accounts.current_connection()
    assert connection is not None
    client = open_client(connection)
    while not crawl.step(connection.account, client).done:
        pass


def test_from_the_first_minute_to_the_last_doubt(
    page: Page, recruiters_page: Page, practice: Practice
) -> None:
    User.objects.create_superuser("aud@company.example", PASSWORD, first_name="Aud", last_name="Berg")
    User.objects.create_user("rita@company.example", PASSWORD, first_name="Rita", last_name="Vik")
    practice.people(*TWO_IN_LEVER)
    connect(page)
    recruiter = recruiters_page
    sign_in_by_the_form(recruiter, "rita@company.example")
    make_the_job(recruiter)
    bring_people_in(recruiter)
    somebody_replies(recruiter, practice)
    export_the_rest(recruiter, practice)
    cure_what_failed(recruiter)
    decide(recruiter)


def connect(page: Page) -> None:
    """As the wrong person first; then by a Super Admin of Lever."""
    sign_in_by_the_form(page, "aud@company.example")
    menu(page, "Settings").click()
    page.get_by_role("link", name="ATS integration").first.click()
    page.get_by_role("button", name="Connect Practice Lever").click()
    page.get_by_role("link", name="Tomasz Lis, team member").click()
    expect(page.get_by_role("alert").filter(has_text="not a Super Admin")).to_be_visible()
    page.get_by_role("button", name="Connect Practice Lever").click()
    page.get_by_role("link", name="Aud Berg, Super Admin").click()
    expect(page.get_by_role("heading", name="Reading who is in Lever")).to_be_visible()
    read_lever()
    expect(page.get_by_role("heading", name="Everybody in Lever has been read")).to_be_visible(timeout=20_000)
    page.get_by_label("Default user", exact=True).fill("aud@practice.example")
    page.keyboard.press("Tab")
    expect(page.locator("#card-people")).to_contain_text("stands in")
    page.get_by_role("button", name="Switch sending on").click()
    expect(page.get_by_text("Sending is on.").first).to_be_visible()


def make_the_job(page: Page) -> None:
    menu(page, "Jobs").click()
    page.get_by_role("link", name="New job").first.click()
    page.get_by_role("dialog").get_by_label("Title").fill("Backend Engineer, Oslo")
    page.get_by_role("button", name="Make the job").click()
    page.wait_for_url("**/settings/")
    page.get_by_text("They reply to an email", exact=True).click()
    expect(page.locator("#ats-saved")).to_contain_text("Saved just now")
    field = page.get_by_role("combobox", name="Lever job")
    field.fill("backend")
    page.get_by_role("option", name="Backend Engineer").first.click()
    expect(page.locator("#ats-saved")).to_contain_text("Saved just now")


def bring_people_in(page: Page) -> None:
    page.get_by_role("link", name="Import", exact=True).click()
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode()}
    page.get_by_label("Drop a CSV file here").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Import 4 rows").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    made = Import.objects.get()
    while made.state != Import.State.DONE:
        run(made.pk)
        made.refresh_from_db()
    page.get_by_role("link", name="Ingrid Solheim").click()
    expect(page.get_by_role("heading", name="Why isn’t Ingrid Solheim in Lever?")).to_be_visible()


def somebody_replies(page: Page, practice: Practice) -> None:
    """The event arrives, the logo appears without reloading, and leads to the profile in Practice Lever."""
    page.evaluate("window.stillHere = true")
    page.get_by_role("link", name="Log activity").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What happened").select_option("replied")
    dialog.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("Queued").first).to_be_visible()
    page.evaluate("window.stillHere = true")
    work()
    logo = page.get_by_role("link", name="Open Ingrid Solheim in Lever").first
    expect(logo).to_be_visible(timeout=20_000)
    assert page.evaluate("window.stillHere"), "the page was not loaded anew"
    with page.context.expect_page() as opened:
        logo.click()
    assert opened.value.url.startswith(practice.url)
    expect(opened.value.get_by_role("heading", name="Ingrid Solheim")).to_be_visible()
    opened.value.close()


def export_the_rest(page: Page, practice: Practice) -> None:
    """Lever refuses one of them."""
    practice.fault("status", {"method": "POST", "path": "/opportunities$", "count": 1}, status=400)
    menu(page, "Jobs").click()
    page.get_by_role("link", name="Backend Engineer, Oslo").click()
    for name in ("Tom Okafor", "Sara Lindqvist", "Ada Lovelace"):
        page.get_by_label(f"Choose {name}").check()
    page.get_by_role("button", name="Export to ATS").click()
    page.get_by_role("dialog").get_by_role("button", name="Export").click()
    page.wait_for_url("**/export/runs/*/")
    work()
    expect(page.locator("tbody .lever-logo")).to_have_count(1, timeout=20_000)


def cure_what_failed(page: Page) -> None:
    menu(page, "Sync activity").click()
    page.get_by_role("link", name="Failed").first.click()
    expect(page.get_by_text("Lever refused")).not_to_have_count(0)
    page.get_by_role("link", name="Retry").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Retry").click()
    expect(page.get_by_text("tried again").first).to_be_visible()
    work()
    menu(page, "Sync activity").click()
    page.get_by_role("link", name="Failed").first.click()
    expect(page.get_by_text("Nothing has failed").first).to_be_visible()


def decide(page: Page) -> None:
    menu(page, "Duplicates").click()
    expect(page.get_by_text("Countess of Lovelace").first).to_be_visible()
    page.get_by_role("button", name="Same person as Ada L.").click()
    expect(page.get_by_text("is being linked")).to_be_visible()
    work()
    menu(page, "Candidates").click()
    expect(page.locator("tbody .lever-logo")).to_have_count(4)
