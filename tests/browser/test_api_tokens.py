"""Tokens for Pin's systems, made and revoked in the admin."""

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from pinlever.accounts.models import User
from tests.api.calling import Caller
from tests.browser.conftest import sign_in
from tests.browser.looking import looks


def test_a_token_is_made_shown_once_and_revoked(
    page: Page, context: BrowserContext, live_server: object, tmp_path: Path
) -> None:
    sign_in(context, User.objects.create_superuser("aud@company.example", "secret-word-9"), live_server.url)  # type: ignore[attr-defined]
    page.goto("/admin/api/apitoken/add/")
    page.get_by_label("Name").fill("Pin production")
    page.get_by_label("Source").fill("pin")
    page.get_by_role("button", name="Save", exact=True).click()
    token = page.get_by_text(re.compile("it is not shown again: pl_"))
    expect(token).to_be_visible()
    text = re.findall(r"pl_[\w-]{43}", token.inner_text())[0]
    looks(page, tmp_path, "made")
    assert Caller(text)("GET", "/prospects/eng/ingrid")[0] == 404

    page.goto("/admin/api/apitoken/")
    expect(page.get_by_text("Pin production").first).to_be_visible()
    expect(page.get_by_text(text)).to_have_count(0)
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option("revoke")
    looks(page, tmp_path, "list")
    page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).first.click()
    expect(page.get_by_text("1 revoked")).to_be_visible()
    assert Caller(text)("GET", "/prospects/eng/ingrid")[0] == 401
