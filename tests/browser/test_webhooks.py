"""How Lever's telling stands, as a super admin sees it: the groups, new signatures, and readiness that names them."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from pinlever.accounts.models import User
from pinlever.foundation.clock import db_now
from pinlever.inbound.models import Subscription, WebhookDelivery
from tests.browser.conftest import a_worker_runs
from tests.browser.looking import judge
from tests.inbound.telling import make_webhooks, tell
from tests.sync.world import World

WEBHOOKS = "/settings/ats/webhooks/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(super_admin: User, company: World) -> World:
    """Connected, its webhooks made, with its super admin signed in; some groups are on in Lever."""
    a_worker_runs()
    address = make_webhooks()
    for number in range(3):
        tell(address, "candidateStageChange", opportunityId=f"person{number}")
    heard = Subscription.objects.filter(event__in=("candidateHired", "contactUpdated"))
    heard.update(delivered_at=db_now() - timedelta(hours=3))
    return company


def test_groups_deliveries_and_new_signatures(page: Page, company: World, tmp_path: Path) -> None:
    WebhookDelivery.objects.filter(opportunity_id="person0").update(state="failed")
    page.goto(WEBHOOKS)
    row = page.get_by_role("row", name="Candidate deleted")
    expect(row).to_contain_text("Never · is it switched on?")
    expect(page.get_by_role("row", name="Candidate stage change")).not_to_contain_text("Never")
    judge(page, tmp_path, "webhooks")
    page.get_by_role("link", name="New signatures").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("What the old ones signed counts for one more day")
    judge(page, tmp_path, "signatures")
    dialog.get_by_role("button", name="Make new signatures").click()
    expect(page.get_by_text("7 webhooks are being replaced")).to_be_visible()
    assert Subscription.objects.exclude(leaving_at=None).count() == 7


def test_readiness_leads_there(page: Page, company: World, settings: Settings, tmp_path: Path) -> None:
    page.goto("/settings/ats/")
    card = page.locator("#card-readiness")
    expect(card).to_contain_text("Lever tells of changes at once. Not heard of yet")
    judge(page, tmp_path, "connected")
    type(company.account).objects.update(environment="production")
    page.reload()
    expect(card).to_contain_text("Lever cannot reach PinLever at")
    card.get_by_role("link", name="Webhooks").click()
    expect(page.get_by_role("heading", name="Webhooks", exact=True)).to_be_visible()
    expect(page.get_by_text("it calls public https addresses alone")).to_be_visible()
    judge(page, tmp_path, "unreachable")
