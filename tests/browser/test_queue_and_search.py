"""The queue paused, resumed and emptied, and the search for everything, in a real browser."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from pinlever.accounts.models import User
from pinlever.audit.services import Actor
from pinlever.connection.spending import Spending, keep
from pinlever.sync import pausing
from pinlever.sync.models import SyncRecord
from tests.browser.conftest import sign_in
from tests.browser.looking import axe, judge, looks
from tests.sync.world import World

LINKEDIN = "https://www.linkedin.com/in/ingrid-solheim"


@pytest.fixture
def aud(context: BrowserContext, live_server: Any, transactional_db: None) -> User:
    """A super admin."""
    user = User.objects.create_superuser("aud@company.example", "x", first_name="Aud", last_name="Berg")
    sign_in(context, user, live_server.url)
    return user


def queue_of_people(company: World, number: int) -> None:
    names = ("Ingrid Solheim", "José Núñez", "王小明", "أمل الخطيب")
    people = [company.person(names[place % len(names)], current_title="Engineer") for place in range(number)]
    company.export(*people)
    SyncRecord.objects.filter(pk__in=SyncRecord.objects.order_by("pk").values("pk")[: number // 3]).update(
        priority=20
    )
    for _ in range(20):
        spent = Spending(calls=3, waited=0.1)
        keep(company.account.pk, "create", spent, has_ended=True, followed=1)


def test_everything_is_paused_and_resumed_by_keyboard(
    page: Page, company: World, aud: User, tmp_path: Path
) -> None:
    queue_of_people(company, 7)
    page.goto("/activity/?show=waiting")
    expect(page.get_by_role("region", name="The queue")).to_contain_text("done in about")
    judge(page, tmp_path, "queue")
    page.get_by_role("link", name="Pause all sending").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Each worker ends the one request it is making")
    looks(page, tmp_path, "queue-pause")
    assert axe(page) == []
    dialog.get_by_label("Why").focus()
    page.keyboard.type("We tidy up in Lever until noon")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Sending to Lever is paused. What becomes due waits")).to_be_visible()
    queue = page.get_by_role("region", name="The queue")
    expect(queue).to_contain_text("Paused by Aud Berg")
    expect(queue).to_contain_text("We tidy up in Lever until noon")
    company.work()
    expect(queue).to_contain_text("7 people are held")  # without reloading
    judge(page, tmp_path, "queue-paused")
    page.get_by_role("link", name="Resume").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Resume, and send 7 people").press("Enter")
    expect(page.get_by_text("Sending to Lever goes on. 7 people go on now.")).to_be_visible()
    expect(queue).to_contain_text("done in about")


def test_a_recruiter_sees_whom_to_ask_and_cancels_what_waits(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    aud = User.objects.create_superuser("aud@company.example", "x", first_name="Aud", last_name="Berg")
    queue_of_people(company, 6)
    pausing.pause(by=Actor.person(aud), account=company.account, why="Lever is being moved")
    page.goto("/activity/?show=waiting")
    queue = page.get_by_role("region", name="The queue")
    expect(queue).to_contain_text("Ask Aud Berg to resume it.")
    expect(queue.get_by_role("link", name="Resume")).to_have_count(0)
    page.get_by_role("link", name="Cancel what waits").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Cancel 6 people")).to_be_visible()
    dialog.get_by_label("Who").select_option("20")
    expect(dialog.get_by_role("button", name="Cancel 2 people")).to_be_visible()
    looks(page, tmp_path, "queue-cancel")
    assert axe(page) == []
    dialog.get_by_role("button", name="Cancel 2 people").click()
    expect(page.get_by_text("2 people are no longer on the way to Lever.")).to_be_visible()
    assert SyncRecord.objects.filter(state="cancelled").count() == 2


def test_everything_is_found_from_one_box(page: Page, company: World, aud: User, tmp_path: Path) -> None:
    (record,) = company.export(
        company.person(
            "Ingrid Solheim",
            emails=("ingrid@people.example",),
            linkedin=LINKEDIN,
            phones=("+47 22 12 34 56",),
            current_title="Staff Engineer",
            current_company="Nordlys",
        )
    )
    company.work()
    company.export(company.person("Ingrid Bergman"))
    record.refresh_from_db()
    page.goto("/jobs/")
    ways = (
        "solheim",
        "INGRID@people.example",
        "no.linkedin.com/in/Ingrid-Solheim/?x=1",
        record.lever_url,
        "+47 22 12 34 56",
    )
    for asked in ways:
        page.locator("body").press("/")
        box = page.get_by_role("combobox", name="Search everything")
        expect(box).to_be_focused()
        box.fill(asked)
        box.press("Enter")
        history = page.get_by_role("region", name="Sync history")
        expect(history.get_by_role("link", name="Ingrid Solheim", exact=True)).to_be_visible()
        expect(page.get_by_text("Ingrid Bergman")).to_have_count(0)
        page.locator("h1").click()
    judge(page, tmp_path, "search")
    page.goto("/search/?q=nobody+like+that")
    expect(page.get_by_role("heading", name="Nothing is found")).to_be_visible()
    judge(page, tmp_path, "search-nothing")


def test_suggestions_are_chosen_by_arrows(page: Page, company: World, aud: User, tmp_path: Path) -> None:
    company.person("Ingrid Solheim", current_title="Staff Engineer", current_company="Nordlys")
    company.person("Ingrid Bergman")
    page.goto("/")
    page.locator("body").press("/")
    page.keyboard.type("ingrid")
    expect(page.get_by_role("option")).to_have_count(3)
    looks(page, tmp_path, "search-suggestions")
    assert axe(page) == []
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Ingrid Bergman")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Ingrid Solheim")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ingrid Solheim")
    page.locator("body").press("/")
    page.keyboard.type("ingrid")
    expect(page.get_by_role("option")).to_have_count(3)
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=ingrid$"))
    page.get_by_role("combobox", name="Search everything").focus()
    page.keyboard.press("ArrowDown")
    expect(
        page.get_by_role("region", name="Candidates").get_by_role("link", name="Ingrid Bergman")
    ).to_be_focused()
