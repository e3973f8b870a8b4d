"""The card of our looks at Lever, as a super admin sees it: what was found, reading everybody again, what stopped."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pinlever.accounts.models import User
from pinlever.connection import full_crawl
from pinlever.connection.accounts import current_connection
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverAccount, Reconciliation
from pinlever.connection.reading_ahead import AtOnce
from pinlever.foundation.clock import db_now
from tests.browser.looking import judge
from tests.sync.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(company: World, super_admin: User) -> World:
    """With its super admin signed in, and webhooks set up."""
    LeverAccount.objects.update(has_webhooks=True)
    now = db_now()
    told = {"kind": "poll", "state": "done", "began_at": now - timedelta(minutes=2), "ended_at": now}
    Reconciliation.objects.create(account=company.account, read=1312, news=4, missed=1, **told)
    return company


def read_on() -> None:
    connection = current_connection()
    assert connection is not None
    client = open_client(connection)
    while full_crawl.read_on(connection.account, client, AtOnce(client), seconds=0):
        pass


def test_everybody_is_read_again_and_the_card_follows(page: Page, company: World, tmp_path: Path) -> None:
    page.goto("/settings/ats/")
    card = page.locator("#card-looks")
    expect(card).to_contain_text("1,312 read, 4 changed; 1 change no webhook had told us")
    judge(page, tmp_path, "ats-looks")
    card.get_by_role("button", name="Read everything again now").click()
    expect(card).to_contain_text("It begins within a minute")
    expect(card).to_contain_text("Everybody is read again, begun")
    judge(page, tmp_path, "ats-looks-under-way")
    read_on()
    expect(card).to_contain_text("Everybody was read", timeout=15_000)
    expect(card.get_by_role("button", name="Read everything again now")).to_be_visible()


def test_what_stopped_is_told_with_its_cure(page: Page, company: World, tmp_path: Path) -> None:
    now = db_now()
    Reconciliation.objects.create(
        account=company.account,
        kind="full",
        state="stopped",
        began_at=now - timedelta(hours=9),
        ended_at=now - timedelta(hours=8),
        not_met=12_345,
        note="12,345 of the 100,000 candidacies we know were not in Lever's list. More likely Lever no longer shows "
        "them to us than that all are deleted, so nobody was taken for deleted. Look at what our access may see; "
        "if they are gone indeed, have each of them checked.",
    )
    page.goto("/settings/ats/")
    card = page.locator("#card-looks")
    expect(card).to_contain_text("The look at everybody stopped")
    judge(page, tmp_path, "ats-looks-stopped")
    card.get_by_role("button", name="Check each of the 12,345").click()
    expect(card).to_contain_text("12,345 candidacies are checked one by one")
    read_on()
    expect(card).to_contain_text("Everybody was read", timeout=15_000)
