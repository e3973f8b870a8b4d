"""Undo and redo in a real browser: an export taken back, its three lists, and somebody brought back."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from pinlever.accounts.models import User
from pinlever.audit.services import SYSTEM, Actor
from pinlever.connection import rules
from pinlever.connection.models import Posting
from pinlever.sync import services
from pinlever.sync.models import ExportRun, SyncRecord, UndoItem
from pinlever.sync.preview import plan_for
from pinlever.sync.runs import start_export
from tests.browser.looking import judge
from tests.sync.lever_story import follow
from tests.sync.test_undo import MISTAKE, moved, noted, work_undo
from tests.sync.world import World

NAMES = ("Ingrid Solheim", "José Núñez", "王小明", "أمل الخطيب", "Zoë Brontë", "<b>Tom</b> Okafor")


def exported(company: World, by: User) -> ExportRun:
    """Six people in Lever; somebody at Lever has touched two of them."""
    rules.set_undo_reason(by=SYSTEM, account=company.account, reason_id=MISTAKE)
    posting = Posting.objects.filter(state="published").order_by("pk")[0]
    services.set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=posting.lever_id)
    people = [company.person(name) for name in NAMES]
    plan = plan_for(company.account, [one.pk for one in people])
    run = start_export(
        by=Actor.person(by), account=company.account, plan=plan, token=_token(), job=company.job
    )
    company.work()
    follow()
    records = list(SyncRecord.objects.order_by("pk"))
    moved(company, records[1])
    noted(company, records[2])
    return run


def _token() -> Any:
    from uuid import uuid4

    return uuid4()


def test_an_export_is_undone_and_somebody_brought_back(
    company: World, page: Page, signed_in: User, tmp_path: Path
) -> None:
    run = exported(company, signed_in)
    page.goto(f"/export/runs/{run.pk}/")
    page.get_by_role("link", name="Undo this export").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("6 will be archived in Lever")).to_be_visible()
    expect(dialog.get_by_text("Lever lets nobody delete people")).to_be_visible()
    judge(page, tmp_path, "dialog")
    dialog.get_by_role("button", name="Take back 6 people").click()
    expect(page.get_by_role("heading", name="Undo of 6 people")).to_be_visible()
    expect(page.get_by_text("0 of 6")).to_be_visible()
    judge(page, tmp_path, "waiting")
    work_undo()
    expect(page.get_by_text("6 of 6")).to_be_visible()
    expect(page.get_by_role("link", name="Ingrid Solheim")).to_be_visible()
    UndoItem.objects.filter(record__prospect__candidate__full_name="Zoë Brontë").update(
        state="could_not", cause="undo_refused", reason="Lever refused it: 422, the opportunity is locked."
    )
    page.get_by_role("link", name="2 left alone").click()
    expect(page.get_by_text("moved them to Responded")).to_be_visible()
    expect(page.get_by_text("wrote a note on")).to_be_visible()
    judge(page, tmp_path, "left-alone")
    page.get_by_role("link", name="1 could not").click()
    expect(page.get_by_role("button", name="Try 1 again")).to_be_visible()
    judge(page, tmp_path, "could-not")
    _bring_back(company, page, tmp_path)


def _bring_back(company: World, page: Page, folder: Path) -> None:
    record = SyncRecord.objects.get(prospect__candidate__full_name="Ingrid Solheim")
    page.goto(f"/candidates/{record.prospect.candidate.key}/")
    expect(page.get_by_text("Taken back by Rita Vik")).to_be_visible()
    judge(page, folder, "taken-back")
    page.locator("#export-button").get_by_role("link", name="Export to ATS").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("1 will be brought back")).to_be_visible()
    judge(page, folder, "bring-back")
    dialog.get_by_role("button", name="Export 1 person").click()
    expect(page.get_by_role("heading", name="Export of 1 person")).to_be_visible()
    company.work()
    follow()
    page.goto(f"/candidates/{record.prospect.candidate.key}/")
    expect(page.get_by_text("Brought back")).to_be_visible()
    page.get_by_role("link", name="Undo", exact=True).click()
    expect(page.get_by_role("button", name="Take back 1 person")).to_be_visible()
    assert len(company.opportunities()) == len(NAMES)


def test_people_in_lever_are_chosen_on_their_jobs_page_and_taken_back(
    company: World, page: Page, signed_in: User, tmp_path: Path
) -> None:
    exported(company, signed_in)
    page.goto(f"/jobs/{company.job.key}/")
    page.get_by_role("checkbox", name="Choose Ingrid Solheim").check()
    page.get_by_role("checkbox", name="Choose José Núñez").check()
    page.get_by_role("button", name="Undo").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("2 will be archived in Lever")).to_be_visible()
    dialog.get_by_role("button", name="Take back 2 people").click()
    expect(page.get_by_role("heading", name="Undo of 2 people")).to_be_visible()
    work_undo()
    expect(page.get_by_text("2 of 2")).to_be_visible()
    page.goto(f"/jobs/{company.job.key}/")
    expect(page.get_by_text("Taken back by Rita Vik")).to_be_visible()
    judge(page, tmp_path, "job")


def test_the_archive_reason_is_chosen_in_the_settings(
    company: World, page: Page, super_admin: User, tmp_path: Path
) -> None:
    page.goto("/settings/ats/")
    card = page.locator("#card-undo")
    expect(card.get_by_text("nobody can be taken back")).to_be_visible()
    card.get_by_label("Archive reason for what is taken back").select_option("Withdrew")
    expect(page.locator("#card-undo").get_by_text("Saved")).to_be_visible()
    page.locator("#card-undo").scroll_into_view_if_needed()
    judge(page, tmp_path, "settings")
