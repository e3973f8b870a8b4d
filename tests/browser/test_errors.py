"""The page of things gone wrong, as somebody sees it."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.looking import THEMES, axe, looks, overflows


def test_an_error_page_looks_like_ours_and_leads_on(page: Page, live_server: Any, tmp_path: Path) -> None:
    page.goto("/no/such/page/")
    looks(page, tmp_path, "not-found")
    assert page.get_by_role("heading", level=1).inner_text() == "There is nothing here"
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        assert axe(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert not overflows(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/login/**")
