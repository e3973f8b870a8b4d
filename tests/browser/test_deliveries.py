"""Deliveries that failed, in a real browser: seen by cause on Sync activity, replayed and sent again by keyboard."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pinlever.accounts.models import User
from pinlever.audit.services import SYSTEM
from pinlever.inbound.models import WebhookDelivery
from pinlever.notices import endpoints
from pinlever.notices.models import Delivery, Kind
from pinlever.notices.services import announce
from tests.browser.looking import axe, judge, looks
from tests.inbound.telling import make_webhooks, tell
from tests.sync.world import World

SAID = "403 Forbidden: <b>This key may not read</b> confidential jobs"
REFUSED = f"Lever refuses to show it: {SAID}. It was tried 8 times."


@pytest.fixture
def broken(company: World) -> None:
    address = make_webhooks()
    company.export(company.person())
    for _ in range(3):
        row = tell(address, opportunityId="5b8e1d1e")
        WebhookDelivery.objects.filter(pk=row.pk).update(state="failed", told=REFUSED)
    for name, status, error in (
        ("Pin’s outreach", 500, '500: {"error": "no database", "request": "9f0c"}'),
        (
            "أمل Data warehouse",
            302,
            "302, a redirect; those are not followed. Enter the address it leads to.",
        ),
        ("Old CRM", 410, "410."),
    ):
        made = endpoints.add(by=SYSTEM, name=name, url="https://out.example/", kinds=()).endpoint
        announce(Kind.SYNC_FAILED, {"id": 1})
        announce(Kind.SYNC_FAILED, {"id": 2})
        Delivery.objects.filter(endpoint=made).update(
            state="given_up", status=status, error=f"It answered {error}", tries=9
        )
        if status == 410:
            endpoints.switch(by=SYSTEM, endpoint=made, on=False)


def test_a_super_admin_cures_all_of_a_group_by_keyboard(
    page: Page, broken: None, super_admin: User, tmp_path: Path
) -> None:
    page.goto("/activity/?show=failed")
    expect(page.get_by_role("heading", name="Deliveries that failed")).to_be_visible()
    judge(page, tmp_path, "deliveries-failed")
    page.get_by_role("link", name="Replay all 3").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Replay 3 deliveries?")
    looks(page, tmp_path, "deliveries-replay")
    assert axe(page) == []
    dialog.get_by_role("button", name="Replay 3").press("Enter")
    expect(page.get_by_text("3 deliveries are worked off again.")).to_be_visible()
    assert not WebhookDelivery.objects.filter(state="failed").exists()

    Delivery.objects.exclude(state="given_up").delete()
    page.get_by_role("link", name=re.compile("^Send all 2 again.*To Pin’s outreach")).click()
    expect(dialog).to_contain_text("The receiver refused it.")
    looks(page, tmp_path, "deliveries-send")
    assert axe(page) == []
    dialog.get_by_role("button", name="Send 2 again").click()
    expect(page.get_by_text("2 deliveries are sent to Pin’s outreach again.")).to_be_visible()
    assert Delivery.objects.filter(endpoint__name="Pin’s outreach", state="waiting").count() == 2


def test_a_recruiter_is_told_whom_to_ask(page: Page, broken: None, signed_in: User, tmp_path: Path) -> None:
    page.goto("/activity/?show=failed")
    expect(page.get_by_text("Ask a super admin")).to_have_count(4)
    expect(page.get_by_role("link", name=re.compile("^(Send|Replay) "))).to_have_count(0)
    judge(page, tmp_path, "deliveries-recruiter")
