"""Holding outreach in a real browser: seen, made by hand, released with a reason, by mouse or keyboard."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pinlever.accounts.models import User
from pinlever.audit.services import PIN
from pinlever.outreach.events import record_event
from pinlever.outreach.models import Hold
from pinlever.recruiting.models import Prospect
from tests.browser.looking import judge
from tests.sync.world import World


@pytest.fixture
def ingrid(company: World, signed_in: User) -> Prospect:
    return company.person("Ingrid Solheim", city="Oslo", current_title="Platform Engineer")


def test_a_reply_pauses_and_somebody_lets_it_go_on(page: Page, ingrid: Prospect, tmp_path: Path) -> None:
    for kind in ("replied", "unsubscribed"):
        told = {"channel": "email", "source": "pin", "external_id": kind, "occurred_at": ingrid.created_at}
        record_event(by=PIN, prospect=ingrid, kind=kind, **told)
    page.goto(f"/candidates/{ingrid.candidate.key}/")
    held = page.get_by_role("region", name="Outreach is stopped")
    expect(held).to_contain_text("They do not want to be written to any more")
    judge(page, tmp_path, "holds")
    for left in ("1 other hold stays", "Nothing else holds outreach"):
        page.get_by_role("link", name="Release this hold").first.click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text(left)
        dialog.get_by_role("button", name="Release 1 hold").click()
        expect(dialog).to_contain_text("Say why outreach to them may go on.")
        judge(page, tmp_path, f"holds-release-{left[:1]}")
        dialog.get_by_label("Why may outreach go on?").fill("They asked for a call")
        dialog.get_by_role("button", name="Release 1 hold").click()
        expect(dialog).to_have_count(0)
    expect(page.get_by_role("region", name="Outreach may go on")).to_contain_text("Released earlier (2)")
    assert not Hold.objects.filter(released_at=None).exists()


def test_somebody_holds_by_hand_with_the_keyboard(page: Page, ingrid: Prospect, tmp_path: Path) -> None:
    page.goto(f"/candidates/{ingrid.candidate.key}/")
    page.get_by_role("link", name="Hold outreach").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Hold outreach to Ingrid Solheim")
    dialog.get_by_label("Why").fill("They are on parental leave until May")
    judge(page, tmp_path, "hold-by-hand")
    dialog.get_by_label("Why").press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Outreach is paused")).to_contain_text("on parental leave")
    expect(page.locator("body")).to_contain_text("Outreach to Ingrid Solheim is paused, on all their jobs.")
