"""Jobs in a real browser: the list, a job's people, its settings, an export from the tick to the logo."""

import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pinlever.accounts.models import User
from pinlever.audit.services import SYSTEM
from pinlever.foundation.clock import db_now
from pinlever.ops.models import WorkerGroup
from pinlever.practice import seed
from pinlever.recruiting.models import Job
from pinlever.sync.models import JobPosting, JobRule, SyncRecord
from pinlever.sync.services import set_posting, set_trigger
from tests.browser.looking import axe, judge, looks
from tests.sync.world import World

PEOPLE = (
    ("Ingrid Solheim", "Staff Engineer", "Nordlys Energi", ("replied", "interested")),
    ("José Núñez", "Backend Engineer", "Correos Digital", ("replied",)),
    ("王小明", "SRE", "云图科技", ("message_sent",)),
    ("Amélie Durand", "Platform Engineer", "Doctolib", ("message_sent",)),
    ("Tom Okafor", "Senior Engineer", "Paystack", ("added_to_outreach",)),
    ("Sara Lindqvist", "Data Engineer", "Klarna", ("added_to_outreach",)),
    ("Yusuf Demir", "Backend Engineer", "Trendyol", ()),
)


@pytest.fixture
def rich(company: World, signed_in: User) -> World:
    """A job with people in every state, and Rita signed in."""
    now = db_now()
    WorkerGroup.objects.create(group=uuid.uuid4(), host="here", pid=1, started_at=now, stamped_at=now)
    company.job.location, company.job.owner = "Oslo", signed_in
    company.job.save()
    set_posting(
        by=SYSTEM, account=company.account, job=company.job, posting_id=seed.posting_id("backend-engineer")
    )
    for name, title, employer, events in reversed(PEOPLE):
        prospect = company.person(name, current_title=title, current_company=employer)
        for kind in events:
            company.event(prospect, kind, "email")
    set_trigger(by=SYSTEM, job=company.job, trigger="replied")
    people = {str(one.candidate): one for one in company.job.prospects.select_related("candidate", "job")}
    company.export(people["Ingrid Solheim"], people["José Núñez"])
    company.work()
    company.export(people["Tom Okafor"], people["Amélie Durand"])
    SyncRecord.objects.filter(prospect=people["Tom Okafor"]).update(
        state="failed", cause="posting_gone", reason="The Lever job Backend Engineer is closed."
    )
    SyncRecord.objects.filter(prospect=people["Amélie Durand"]).update(
        state="needs_you",
        cause="ask_doubt",
        reason="Email says A, LinkedIn says B. Which of them is this person?",
    )
    company.people = people  # type: ignore[attr-defined]
    return company


def test_jobs_are_found_as_one_types(page: Page, rich: World, tmp_path: Path) -> None:
    for title, place in (
        ("Data Analyst", "Tokyo"),
        ("Product Designer", "Lisbon"),
        ("Account Executive", ""),
    ):
        Job.objects.create(title=title, location=place)
    page.goto("/jobs/")
    page.get_by_role("link", name="Job", exact=True).click()
    expect(page.locator("tbody tr").first).to_contain_text("Account Executive")
    judge(page, tmp_path, "jobs")
    page.keyboard.press("/")
    page.keyboard.press("/")  # the first leads to the search for everything
    page.keyboard.type("tokyo")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.wait_for_url("**q=tokyo**")
    page.get_by_role("link", name="New job").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    looks(page, tmp_path, "job-new")
    assert axe(page) == []
    dialog.get_by_label("Title").fill("Site Reliability Engineer")
    dialog.get_by_role("button", name="Make the job").click()
    page.wait_for_url("**/settings/")
    assert Job.objects.filter(title="Site Reliability Engineer").exists()


def test_a_jobs_people(page: Page, rich: World, tmp_path: Path) -> None:
    page.goto(f"/jobs/{rich.job.key}/")
    page.get_by_role("link", name="Candidate", exact=True).click()
    expect(page.get_by_role("columnheader", name="Candidate")).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("tbody tr").first).to_contain_text("Amélie Durand")
    judge(page, tmp_path, "job")
    page.get_by_label("Order").select_option("Name, Z to A")
    expect(page.locator("tbody tr").first).to_contain_text("王小明")
    page.wait_for_url("**sort=-name**")
    page.get_by_label("Search the candidates").fill("nordlys")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_label("Search the candidates").fill("nobody at all")
    expect(page.get_by_text("Nobody fits")).to_be_visible()
    looks(page, tmp_path, "job-nobody")


def test_the_logo_appears_without_reloading(page: Page, rich: World) -> None:
    page.goto(f"/jobs/{rich.job.key}/")
    row = page.locator(f"#prospect-{rich.people['Sara Lindqvist'].pk}")  # type: ignore[attr-defined]
    expect(row.locator(".lever-logo")).to_have_count(0)
    rich.event(rich.people["Sara Lindqvist"], "replied", "email")  # type: ignore[attr-defined]
    rich.work()
    expect(row.locator(".lever-logo")).to_be_visible(timeout=15_000)
    expect(page.locator("#standing")).to_contain_text("3 of 7 in Lever")
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1


def test_a_tick_survives_news_about_the_person(page: Page, rich: World) -> None:
    page.goto(f"/jobs/{rich.job.key}/")
    page.get_by_label("Choose Yusuf Demir").check()
    rich.event(rich.people["Yusuf Demir"], "message_sent", "linkedin")  # type: ignore[attr-defined]
    row = page.locator(f"#prospect-{rich.people['Yusuf Demir'].pk}")  # type: ignore[attr-defined]
    expect(row).to_contain_text("Messaged", timeout=15_000)
    expect(page.get_by_label("Choose Yusuf Demir")).to_be_checked()
    expect(page.get_by_text("1 selected")).to_be_visible()


def test_from_the_tick_to_the_logo(page: Page, rich: World, tmp_path: Path) -> None:
    page.goto(f"/jobs/{rich.job.key}/")
    page.get_by_label("Choose Sara Lindqvist").check()
    page.get_by_label("Choose Yusuf Demir").check()
    expect(page.get_by_text("2 selected")).to_be_visible()
    page.get_by_role("button", name="Export to ATS").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Export 2 people")).to_be_visible()
    judge(page, tmp_path, "export")
    field = dialog.get_by_role("combobox", name="Lever job")
    field.fill("data")
    dialog.get_by_role("option", name="Data Analyst").click()
    expect(dialog.get_by_text("Nobody can go")).to_be_visible()
    looks(page, tmp_path, "export-closed")
    field.fill("account")
    dialog.get_by_role("option", name="Account Executive").click()
    dialog.get_by_role("button", name="Export 2 people").click()
    page.wait_for_url("**/export/runs/*/")
    expect(page.get_by_text("0 of 2")).to_be_visible()
    judge(page, tmp_path, "run-before")
    rich.work()
    expect(page.get_by_text("2 of 2")).to_be_visible()
    expect(page.locator("tbody .lever-logo")).to_have_count(2)
    expect(page.locator("#progress").get_by_text("Done")).to_be_visible()
    judge(page, tmp_path, "run-after")
    page.get_by_role("link", name="Back to the job").click()
    expect(page.locator("#standing")).to_contain_text("4 of 7 in Lever")


def test_an_export_without_the_jobs_lever_job(page: Page, rich: World, tmp_path: Path) -> None:
    page.goto(f"/jobs/{rich.job.key}/")
    page.get_by_label("Choose Yusuf Demir").check()
    page.get_by_role("button", name="Export to ATS").click()
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_role("combobox", name="Lever job")
    field.click()
    dialog.get_by_role("option", name="No Lever job").click()
    expect(field).to_have_value("")
    looks(page, tmp_path, "export-none")
    dialog.get_by_role("button", name="Export 1 person").click()
    page.wait_for_url("**/export/runs/*/")
    expect(page.get_by_text("without a Lever job")).to_be_visible()
    rich.work()
    expect(page.locator("tbody .lever-logo")).to_be_visible()
    yusuf = rich.people["Yusuf Demir"]  # type: ignore[attr-defined]
    assert SyncRecord.objects.get(prospect=yusuf).posting_id == ""
    judge(page, tmp_path, "run-none")


def test_with_nobody_ticked_everybody_is_offered(page: Page, rich: World, tmp_path: Path) -> None:
    page.goto(f"/jobs/{rich.job.key}/")
    page.get_by_role("button", name="Export to ATS").click()
    page.get_by_role("link", name="See the plan for all 7").click()
    expect(page.get_by_role("button", name="Export 4 people")).to_be_visible()
    judge(page, tmp_path, "export-all")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_export_by_keyboard_alone(page: Page, rich: World) -> None:
    page.goto(f"/jobs/{rich.job.key}/")
    opener = page.get_by_role("button", name="Export to ATS")
    opener.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="See the plan for all 7").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Export 4 people")).to_be_visible()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.get_by_label("Choose Yusuf Demir").focus()
    page.keyboard.press("Space")
    opener.focus()
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="Lever job").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Product Designer")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="Export 1 person").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/export/runs/*/")
    row = page.get_by_role("link", name="Yusuf Demir", exact=True)
    row.focus()
    rich.work()
    expect(page.locator("tbody .lever-logo")).to_be_visible()
    expect(page.get_by_role("link", name="Yusuf Demir", exact=True)).to_be_focused()


def test_settings_are_saved_as_changed_by_keyboard_alone(page: Page, rich: World, tmp_path: Path) -> None:
    page.goto(f"/jobs/{rich.job.key}/settings/")
    judge(page, tmp_path, "settings")
    page.get_by_label("They reply to an email", exact=True).focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#ats-saved")).to_contain_text("Saved just now")
    assert JobRule.objects.get().trigger == "messaged"
    expect(page.get_by_text("passed this point")).to_be_visible()
    field = page.get_by_role("combobox", name="Lever job")
    field.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Account Executive")).to_be_visible()
    looks(page, tmp_path, "settings-list")
    assert axe(page) == []
    page.keyboard.type("analyst")
    expect(page.locator("#posting-options [role=option]")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Data Analyst is closed in Lever")).to_be_visible()
    assert JobPosting.objects.get().posting_id == seed.posting_id("data-analyst")
    judge(page, tmp_path, "settings-closed")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert field.input_value().startswith("Data Analyst"), "Escape brings back what was chosen"
    page.get_by_label("Title").fill("Staff Engineer")
    page.keyboard.press("Tab")
    expect(page.locator("#position-saved")).to_contain_text("Saved just now")
    page.get_by_label("Title").fill("")
    page.keyboard.press("Tab")
    expect(page.locator("#position-saved")).to_contain_text("Not saved")
    rich.job.refresh_from_db()
    assert rich.job.title == "Staff Engineer"
