"""Add from Lever and the ATS filter in a real browser: searched as one types, chosen, added, linked, found again."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from pinlever.accounts.models import User
from pinlever.connection.models import KnownOpportunity, Posting
from pinlever.foundation.clock import db_now
from pinlever.recruiting.models import Prospect
from pinlever.sync.models import SyncRecord
from pinlever.sync.presences import catch_up
from tests.browser.looking import judge
from tests.sync.world import World
from tests.web.known_people import somebody_in_lever

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def crowd(company: World) -> None:
    """Some people who are in Lever, each standing there in another way."""
    for name in (
        "Ingrid S. Solheim",
        "Ingvar Lund",
        "Inga Holm",
        "محمد عبد الله",
        HOSTILE,
        "Ole " + "Nordmann" * 12,
    ):
        somebody_in_lever(company, name, emails=[f"{abs(hash(name))}@people.example"])
    somebody_in_lever(company, "Kari Vik", emails=["kari@people.example"], links=["linkedin.com/in/kari-vik"])
    posting = Posting.objects.filter(state="published", is_confidential=False)[0]
    known = KnownOpportunity.objects
    known.filter(name="Ingrid S. Solheim").update(posting_id=posting.lever_id, told_by="webhook")
    known.filter(name="Inga Holm").update(archived_at=db_now())


def test_people_are_searched_in_lever_chosen_and_added_without_a_file(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    crowd(company)
    page.goto(f"/jobs/{company.job.key}/")
    page.get_by_role("link", name="Add from Lever").first.click()
    expect(page.get_by_role("heading", name="Add from Lever")).to_be_visible()
    judge(page, tmp_path, "everybody")
    page.keyboard.press("/")
    page.keyboard.press("/")  # the first leads to the search for everything
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.get_by_role("searchbox").fill("ing")
    expect(page.get_by_role("row").filter(has_text="Kari Vik")).to_have_count(0)
    expect(page).to_have_url(re.compile("q=ing&"))
    page.get_by_role("checkbox", name="Choose Ingrid S. Solheim").check()
    page.get_by_role("checkbox", name="Choose Inga Holm").check()
    page.get_by_role("button", name="Add to the job").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Nothing is created or changed there.")
    judge(page, tmp_path, "dialog")
    dialog.get_by_role("button", name="Add 2 people to the job").click()
    expect(page.get_by_text(f"2 people were added to {company.job.title}")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Ingrid S. Solheim")
    expect(row.get_by_text("Queued")).to_be_visible()
    before = len(company.opportunities())
    company.work()
    expect(row.get_by_text("In Lever already", exact=True)).to_be_visible()
    expect(row.get_by_role("link", name="Open Ingrid S. Solheim in Lever")).to_be_visible()
    assert len(company.opportunities()) == before
    judge(page, tmp_path, "job")
    page.get_by_role("link", name="Add from Lever").click()
    page.get_by_role("searchbox").fill("no.linkedin.com/in/Kari-Vik/")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("searchbox").fill("ingrid")
    expect(page.get_by_text("On this job already")).to_be_visible()
    expect(page.get_by_role("checkbox", name="is on this job already")).to_be_disabled()
    page.get_by_role("searchbox").fill("nobody at all")
    expect(page.get_by_text("Nobody in Lever fits")).to_be_visible()
    judge(page, tmp_path, "nobody")
    assert Prospect.objects.count() == SyncRecord.objects.count() == 2


def test_lists_are_filtered_by_who_is_in_lever_and_how(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    for name in ("Ada Lind", "Bo Berg", "Cai Dahl"):
        company.person(name, emails=(f"{name[:2].lower()}@people.example",))
    somebody_in_lever(company, "Ada L", emails=["ad@people.example"])
    somebody_in_lever(company, "Bo B", emails=["bo@people.example"])
    KnownOpportunity.objects.filter(name="Bo B").update(archived_at=db_now())
    catch_up(company.account)
    for address in ("/candidates/", f"/jobs/{company.job.key}/"):
        page.goto(address)
        choice = page.get_by_label("ATS candidates")
        for value, seen in (
            ("in", ["Ada Lind", "Bo Berg"]),
            ("not", ["Cai Dahl"]),
            ("archived", ["Bo Berg"]),
            ("hired", []),
        ):
            choice.select_option(value)
            expect(page.locator("#list tbody tr")).to_have_count(len(seen))
            for name in seen:
                expect(page.get_by_role("row").filter(has_text=name)).to_be_visible()
            expect(page).to_have_url(re.compile(f"ats={value}"))
        choice.select_option("in")
        expect(page.locator("#list tbody tr")).to_have_count(2)
        page.reload()
        expect(page.locator("#list tbody tr")).to_have_count(2)
        judge(page, tmp_path, f"filtered{address.count('/')}")
