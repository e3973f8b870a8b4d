"""Candidates in a real browser: found as one types, looked at, written down, brought into Lever without a reload."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from pinlever.accounts.models import User
from pinlever.audit.services import SYSTEM
from pinlever.connection.models import Posting
from pinlever.foundation.clock import db_now
from pinlever.outreach.services import person_arrived
from pinlever.recruiting.facts import EmailFact, PersonFacts, PhoneFact, PositionFact
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync import services
from pinlever.sync.models import State, SyncRecord
from tests.browser.conftest import new_context, sign_in
from tests.browser.looking import judge
from tests.sync.world import World
from tests.web.known_people import somebody_in_lever

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def ingrid(company: World, sourcer: User, **more: Any) -> Prospect:
    facts = PersonFacts(
        full_name="Ingrid Solheim",
        current_title="Staff Engineer",
        current_company="Nordlys Energi",
        city="Bergen",
        state="Vestland",
        country="Norway",
        skills=("Python", "PostgreSQL", "Distributed systems"),
        tags=("priority",),
        linkedin_urls=("https://www.linkedin.com/in/ingrid-solheim",),
        emails=(
            EmailFact("ingrid@solheim.example", "ZeroBounce", datetime(2026, 11, 12, tzinfo=UTC), True),
            EmailFact("ingrid.solheim@nordlys.example", "Hunter"),
        ),
        phones=(PhoneFact("+47 900 00 001", "mobile"),),
        positions=(
            PositionFact(
                "Staff Engineer", "Nordlys Energi", "2022-03", "", "Leads the platform team.\nHires."
            ),
            PositionFact("Engineer", "Fjord Robotics", "2017", "2022"),
        ),
        sourced_at=db_now() - timedelta(days=3),
        **more,
    )
    sourced = person_arrived(by=SYSTEM, facts=facts, source="test", job=company.job, sourcer=sourcer)
    assert sourced.prospect is not None
    return sourced.prospect


def on_a_posting(company: World) -> Posting:
    posting = Posting.objects.filter(state="published", is_confidential=False)[0]
    services.set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=posting.lever_id)
    return posting


def some_people(company: World) -> None:
    """One of each colour."""
    other = Job.objects.create(title="Product Designer (Oslo, hybrid, part-time or full-time)")
    company.person("محمد عبد الله", current_title="مصمم", current_company="شركة النور", job=other)
    company.person("王小明", current_title="后端工程师", current_company="浦江科技")
    company.person(
        "Bartholomew Featherstonehaugh-Cholmondeley van der Westhuizen " * 2, current_company="X" * 90
    )
    company.person(HOSTILE, current_title=HOSTILE, job=other)
    company.event(company.person("Tom Okafor"), "message_sent", "email")
    failed = company.person("Amélie Durand")
    company.event(failed, "replied", "email")
    (record,) = company.export(failed)
    SyncRecord.objects.filter(pk=record.pk).update(
        state=State.FAILED, cause="posting_gone", reason="The Lever job is closed. Choose another Lever job."
    )


def test_the_list_is_found_filtered_and_moves_by_itself(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    page.goto("/candidates/")
    expect(page.get_by_text("Nobody is here yet")).to_be_visible()
    judge(page, tmp_path, "empty")
    some_people(company)
    synced = ingrid(company, signed_in)
    company.export(synced)
    page.goto("/candidates/")
    row = page.get_by_role("row").filter(has_text="Ingrid Solheim")
    expect(row.get_by_text("Queued")).to_be_visible()
    company.work()
    expect(row.get_by_role("link", name="Open Ingrid Solheim in Lever")).to_be_visible()
    judge(page, tmp_path, "list")
    page.keyboard.press("/")
    page.keyboard.press("/")  # the first leads to the search for everything
    page.keyboard.type("wang")
    expect(page.get_by_text("Nobody is found for")).to_be_visible()
    page.get_by_role("searchbox").fill("小明")
    expect(page.get_by_role("row").filter(has_text="王小明")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Ingrid")).to_have_count(0)
    assert "q=" in page.url
    page.get_by_role("searchbox").fill("")
    page.get_by_label("Sync", exact=True).select_option("failed")
    expect(page.get_by_role("row").filter(has_text="Amélie")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Ingrid")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("row")).to_have_count(2)


def test_people_are_added_to_outreach_from_the_list_with_a_warning(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    somebody_in_lever(company, "Ingrid S. Solheim", emails=["ingrid@solheim.example"])
    ingrid(company, signed_in)
    some_people(company)
    page.goto("/candidates/")
    page.get_by_label("Choose all on this page").check()
    expect(page.get_by_text("7 chosen")).to_be_visible()
    page.get_by_role("button", name="Add to outreach").click()
    expect(page.get_by_role("dialog")).to_contain_text("1 person is in Lever already")
    judge(page, tmp_path, "outreach")
    page.get_by_role("button", name="Add 5 people to outreach").click()
    expect(
        page.get_by_text("5 people were added to outreach. 2 had been in outreach before.")
    ).to_be_visible()


def test_all_that_match_are_added_and_the_list_is_sorted(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    for number in range(52):
        company.person(f"Person {number:02}", current_company="Nordlys")
    company.person("Somebody Else")
    page.goto("/candidates/")
    page.get_by_role("link", name="Candidate", exact=True).click()
    expect(page.get_by_role("columnheader", name="Candidate")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("searchbox").fill("nordlys")
    expect(page.get_by_role("link", name="Next")).to_have_attribute("href", re.compile("q=nordlys"))
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("row").filter(has_text="Person 51")).to_be_visible()
    page.get_by_role("link", name="Previous").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Person 00")
    page.get_by_label("Choose all on this page").check()
    judge(page, tmp_path, "sorted")
    page.get_by_role("button", name="Add all 52 that match to outreach").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("and 22 more")
    judge(page, tmp_path, "all")
    dialog.get_by_role("button", name="Add 52 people to outreach").click()
    expect(page.get_by_text("52 people were added to outreach.")).to_be_visible()
    assert "q=nordlys" in page.url
    assert Prospect.objects.filter(outreach_stage=Prospect.Stage.IN_OUTREACH).count() == 52


def test_a_candidate_is_added_and_who_is_known_is_said_while_typing(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    somebody_in_lever(company, "Ingrid S. Solheim", emails=["ingrid@solheim.example"])
    page.goto("/candidates/")
    page.get_by_role("link", name="Add a candidate").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Add the candidate").click()
    expect(dialog.get_by_text("This field is required.")).to_be_visible()
    dialog.get_by_label("Full name").fill("Ingrid Solheim")
    dialog.get_by_label("Email").press_sequentially("ingrid@solheim.example")
    expect(dialog.get_by_text("In Lever already, as Ingrid S. Solheim")).to_be_visible()
    judge(page, tmp_path, "new")
    dialog.get_by_role("button", name="Add the candidate").click()
    expect(page.get_by_role("heading", name="Ingrid Solheim", level=1)).to_be_visible()
    expect(page.get_by_text("Ingrid Solheim was added.")).to_be_visible()


def test_the_page_tells_everything_and_the_logo_comes_without_a_reload(
    page: Page, context: BrowserContext, company: World, signed_in: User, tmp_path: Path
) -> None:
    on_a_posting(company)
    prospect = ingrid(company, signed_in)
    company.event(prospect, "message_sent", "email", occurred_at=db_now() - timedelta(days=1))
    page.goto(f"/candidates/{prospect.candidate.key}/")
    page.evaluate("window.stillHere = true")
    expect(page.get_by_role("heading", name="Why isn’t Ingrid Solheim in Lever?")).to_be_visible()
    judge(page, tmp_path, "not-yet")
    page.get_by_role("link", name="Log activity").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What happened").select_option("interested")
    dialog.get_by_label("Note").fill("Happy to talk next week.")
    judge(page, tmp_path, "log")
    dialog.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("Happy to talk next week.")).to_be_visible()
    company.export(prospect)
    page.reload()
    page.evaluate("window.stillHere = true")
    expect(page.get_by_text("Queued")).to_be_visible()
    company.work()
    logo = page.get_by_role("link", name="Open Ingrid Solheim in Lever").first
    expect(logo).to_be_visible()
    assert page.evaluate("window.stillHere")
    assert logo.get_attribute("href") == SyncRecord.objects.get().lever_url
    judge(page, tmp_path, "synced")


def test_the_resume_is_shown_in_the_page(page: Page, company: World, signed_in: User, tmp_path: Path) -> None:
    prospect = ingrid(company, signed_in)
    page.goto(f"/candidates/{prospect.candidate.key}/")
    with page.expect_response(re.compile(r"resume\.pdf$")) as got:
        page.get_by_text("Show the résumé that Lever gets").click()
    assert got.value.status == 200
    expect(page.get_by_title("Résumé of Ingrid Solheim")).to_be_visible()
    page.wait_for_timeout(1500)
    judge(page, tmp_path, "resume")


def test_hostile_and_foreign_names_stay_text(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    somebody_in_lever(company, HOSTILE, emails=["x@people.example"])
    hostile = company.person(HOSTILE, emails=("x@people.example",), current_title=HOSTILE, city=HOSTILE)
    company.event(hostile, "replied", "email", details={"text": HOSTILE * 5, "subject": HOSTILE})
    arabic = company.person("محمد عبد الله", current_title="مصمم", current_company="شركة النور")
    long = company.person("Featherstonehaugh" * 15, current_company="X" * 190)
    for prospect, name in ((hostile, "hostile"), (arabic, "arabic"), (long, "long")):
        page.goto(f"/candidates/{prospect.candidate.key}/")
        judge(page, tmp_path, name)


def test_unlinking_by_keyboard_alone(page: Page, company: World, signed_in: User, tmp_path: Path) -> None:
    prospect = ingrid(company, signed_in)
    company.export(prospect)
    company.work()
    page.goto(f"/candidates/{prospect.candidate.key}/")
    page.get_by_role("link", name="Unlink").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    judge(page, tmp_path, "unlink")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="Unlink")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Unlink 1 profile").press("Enter")
    expect(page.get_by_text("is no longer linked")).to_be_visible()
    expect(page.get_by_text("Why isn’t Ingrid Solheim in Lever?")).to_be_visible()


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(
    context: BrowserContext, company: World, signed_in: User, live_server: Any
) -> None:
    page = context.new_page()  # htmx notes the refusal in the console, where other pages must have nothing
    prospect = ingrid(company, signed_in)
    page.goto(f"/candidates/{prospect.candidate.key}/")
    page.get_by_role("link", name="Log activity").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Note").fill("Happy to talk next week.")
    context.clear_cookies()
    dialog.get_by_role("button", name="Record it").click()
    expect(dialog.get_by_text("You are signed out or may not do this.")).to_be_visible()
    expect(dialog.get_by_label("Note")).to_have_value("Happy to talk next week.")
    sign_in(context, signed_in, live_server.url)
    context.new_page().goto("/candidates/")
    dialog.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("Happy to talk next week.")).to_be_visible()


def test_it_all_works_without_javascript(
    chromium: Browser, company: World, signed_in: User, live_server: Any, tmp_path: Path
) -> None:
    prospect = ingrid(company, signed_in)
    with new_context(chromium, live_server.url, java_script_enabled=False) as context:
        sign_in(context, signed_in, live_server.url)
        page = context.new_page()
        page.goto("/candidates/?q=solheim")
        page.get_by_role("link", name="Ingrid Solheim").click()
        page.get_by_role("link", name="Log activity").first.click()
        page.screenshot(path=tmp_path / "page.png", full_page=True)
        page.get_by_label("Note").fill("Called back.")
        page.get_by_role("button", name="Record it").click()
        expect(page.get_by_text("Called back.")).to_be_visible()
        company.export(prospect)
        page.reload()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("is no longer on the way to Lever")).to_be_visible()
