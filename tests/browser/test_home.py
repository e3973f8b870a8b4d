"""The shell of every page."""

from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

from pinlever.accounts.models import User
from tests.browser.conftest import sign_in
from tests.browser.looking import axe, looks, overflows


def test_home_is_accessible_in_both_themes(
    page: Page, context: BrowserContext, live_server: Any, transactional_db: None, tmp_path: Path
) -> None:
    sign_in(context, User.objects.create_user("rita@company.example", "x", first_name="Rita"), live_server.url)
    page.goto("/")
    looks(page, tmp_path, "home")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        assert axe(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert not overflows(page)
