"""What happens in Lever holds outreach here: the rules page, and the way of one person from a stage to a release."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pinlever.accounts.models import User
from pinlever.audit.services import SYSTEM
from pinlever.connection.models import KnownOpportunity, Posting, Stage
from pinlever.foundation.clock import db_now
from pinlever.inbound.changes import work_changes
from pinlever.inbound.drifting import note_drift
from pinlever.inbound.passing import work_pass
from pinlever.inbound.status_rules import set_rule
from pinlever.outreach.models import Hold
from pinlever.practice import seed
from pinlever.sync import presences
from pinlever.sync.services import set_posting
from tests.browser.looking import judge
from tests.inbound.lever_side import heard, moved, synced
from tests.sync.world import World

STATUS = "/settings/ats/status/"
pytestmark = pytest.mark.django_db(transaction=True)


def fill(company: World) -> None:
    """Somebody in an interview, a rule of our own, and things that changed in Lever."""
    record = synced(company, company.person("Ingrid Solheim"))
    company.event(record.prospect, "message_sent", "email")
    moved(company, record.opportunity_id, "on-site")
    presences.work_out(company.account, [record.prospect.candidate_id])
    screen = seed.stage_id("recruiter-screen")
    set_rule(by=SYSTEM, account=company.account, of="stage", lever_id=screen, effect="stop")
    Stage.objects.filter(lever_id=screen).update(
        former_text="Recruiter screen", text="Coffee with a recruiter", renamed_at=db_now()
    )
    posting = seed.posting_id("backend-engineer")
    set_posting(by=SYSTEM, job=company.job, account=company.account, posting_id=posting)
    Posting.objects.filter(lever_id=posting).update(state="closed")
    note_drift(company.account)


def test_the_rules_and_what_changed_in_lever(
    page: Page, company: World, super_admin: User, tmp_path: Path
) -> None:
    fill(company)
    page.goto(STATUS)
    expect(page.get_by_text("1 person in outreach is there now")).to_be_visible()
    judge(page, tmp_path, "status")
    row = page.get_by_label("Offer", exact=True)
    row.focus()
    row.select_option("stop")
    expect(page.locator("#status-rules")).to_contain_text("Offer: stops outreach.")
    expect(page.get_by_role("status").first).to_contain_text("Offer: stops outreach.")
    expect(page.get_by_label("Offer", exact=True)).to_be_focused()
    page.get_by_role("button", name="Back to default for Offer").click()
    expect(page.locator("#status-rules")).to_contain_text("Offer: pauses outreach.")
    page.get_by_role("button", name="The Lever job Backend Engineer is closed").click()
    expect(page.locator("#status-rules").get_by_text("Put aside. It comes back")).to_be_visible()
    expect(page.get_by_role("heading", name="The Lever job Backend Engineer is closed")).to_have_count(0)


def test_a_recruiter_sees_them(page: Page, company: World, signed_in: User, tmp_path: Path) -> None:
    fill(company)
    page.goto(STATUS)
    expect(page.get_by_text("Only super admins may change them")).to_be_visible()
    judge(page, tmp_path, "status-recruiter")
    page.goto("/")
    expect(page.get_by_role("heading", name="2 things changed in Lever")).to_be_visible()
    judge(page, tmp_path, "status-home")


def test_a_stage_in_lever_holds_the_person_until_somebody_releases_them(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    record = synced(company, company.person("Ingrid Solheim"))
    address = f"/candidates/{record.prospect.candidate.key}/"
    page.goto(address)
    expect(page.get_by_role("heading", name="Outreach is paused")).to_have_count(0)
    moved(company, record.opportunity_id, "on-site")
    work_changes(company.account)
    page.goto(address)
    expect(page.get_by_role("heading", name="Outreach is paused")).to_be_visible()
    expect(page.get_by_text("In the stage “On-site interview” in Lever.")).to_be_visible()
    judge(page, tmp_path, "status-held")
    page.get_by_role("link", name="Release this hold").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("The interview was called off")
    dialog.get_by_role("button", name="Release").click()
    expect(page.get_by_role("heading", name="Outreach is paused")).to_have_count(0)
    hold = Hold.objects.get()
    assert (hold.release_reason, hold.released_by) == ("The interview was called off", str(signed_in))
    heard(company, record.opportunity_id)
    KnownOpportunity.objects.update(unheard_at=db_now())
    work_changes(company.account)
    work_pass(company.account)
    assert not Hold.objects.filter(released_at=None).exists()


def test_two_who_share_a_profile_in_lever_are_asked_about(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    one = synced(company, company.person("Ada Lind", emails=("ada@people.example",)))
    other = synced(company, company.person("Ada L", emails=("al@people.example",)))
    company.control("merge", {"from": other.contact_id, "to": one.contact_id})
    heard(company, other.opportunity_id)
    work_changes(company.account)
    page.goto("/duplicates/")
    expect(page.get_by_role("heading", name="Shares a profile in Lever with somebody")).to_be_visible()
    expect(page.get_by_text("Both are linked to the same profile in Lever, Ada Lind")).to_be_visible()
    judge(page, tmp_path, "status-shared")
    page.get_by_role("button", name="Not the same").click()
    expect(page.get_by_text("Nothing to decide")).to_be_visible()
