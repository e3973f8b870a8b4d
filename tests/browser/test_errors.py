"""The page of things gone wrong, as somebody sees it."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.looking import judge


def test_an_error_page_looks_like_ours_and_leads_on(page: Page, live_server: Any, tmp_path: Path) -> None:
    page.goto("/no/such/page/")
    assert page.get_by_role("heading", level=1).inner_text() == "There is nothing here"
    judge(page, tmp_path, "not-found")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/login/**")
