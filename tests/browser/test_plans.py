"""A plan in a real browser: the numbers, who is behind each of them, and what came out otherwise."""

import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pinlever.accounts.models import User
from pinlever.audit.services import SYSTEM
from pinlever.connection.models import Posting
from pinlever.foundation.clock import db_now
from pinlever.ops.models import WorkerGroup
from pinlever.practice import seed
from pinlever.recruiting.models import Job
from pinlever.sync.services import set_posting, set_trigger
from pinlever.web import plans
from tests.browser.looking import judge, looks
from tests.sync.world import World

BACKEND = seed.posting_id("backend-engineer")
FIRST = ("Amara", "Björk", "Chiara", "Dmitri")
LAST = ("Castro", "Dahl", "Eriksen")


@pytest.fixture
def busy(company: World, signed_in: User, monkeypatch: pytest.MonkeyPatch) -> World:
    """12 people who were messaged before the rule was set, two of them in Lever by another job; one on the way."""
    monkeypatch.setattr(plans, "AT_ONCE", 6)
    now = db_now()
    WorkerGroup.objects.create(group=uuid.uuid4(), host="here", pid=1, started_at=now, stamped_at=now)
    set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=BACKEND)
    other = Job.objects.create(title="Data Analyst")
    for number in range(12):
        name = f"{FIRST[number % 4]} {LAST[number // 4]}"
        emails = (f"p{number}@people.example",)
        if number < 2:
            company.export(company.person(name, emails=emails, job=other))
            company.work()
        prospect = company.person(name, emails=emails, current_company=f"Company {number}")
        company.event(prospect, "message_sent", "email")
    set_trigger(by=SYSTEM, job=company.job, trigger="messaged")
    company.export(company.person("Ingrid Solheim"))
    return company


def test_what_a_rule_means_for_people_who_are_here_already(page: Page, busy: World, tmp_path: Path) -> None:
    page.goto(f"/jobs/{busy.job.key}/settings/")
    offer = page.locator("#past")
    expect(offer.get_by_text("12 people passed this point before")).to_be_visible()
    expect(offer.get_by_text("1 person of this job is on the way")).to_be_visible()
    offer.get_by_role("link", name="10 will be created").click()
    expect(offer.get_by_text("1–6 of 10 people")).to_be_visible()
    offer.get_by_role("link", name="Next").click()
    expect(offer.get_by_text("7–10 of 10 people")).to_be_visible()
    judge(page, tmp_path, "backfill")
    offer.get_by_role("link", name="2 will be linked").click()
    expect(offer.get_by_text("Amara Castro")).to_be_visible()
    offer.get_by_role("link", name="Export all 12").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Export 12 people")).to_be_visible()


def test_the_export_tells_who_came_out_otherwise_and_why(page: Page, busy: World, tmp_path: Path) -> None:
    page.goto(f"/jobs/{busy.job.key}/?past=messaged")
    for name in ("Björk Eriksen", "Chiara Eriksen", "Dmitri Eriksen"):
        page.get_by_label(f"Choose {name}").check()
    page.get_by_role("button", name="Export to ATS").click()
    dialog = page.get_by_role("dialog")
    tile = dialog.get_by_role("link", name="3 will be created")
    tile.focus()
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("1–3 of 3 people")).to_be_visible()
    judge(page, tmp_path, "export-people")
    dialog.get_by_role("button", name="Export 3 people").click()
    page.wait_for_url("**/export/runs/*/")
    busy.work(2)  # who was on the way, and the first of the three
    Posting.objects.filter(lever_id=BACKEND).update(state="closed")
    busy.work()
    expect(page.get_by_text("1 came out as planned")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("The Lever job was closed in between.").first).to_be_visible()
    judge(page, tmp_path, "run-otherwise")
    page.get_by_role("link", name="2 differently").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    looks(page, tmp_path, "run-only-otherwise")
