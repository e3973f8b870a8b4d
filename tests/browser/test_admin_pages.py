"""The administration's pages: axe finds nothing in light and dark, nothing is wider than a phone, keys suffice."""

from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, Response, expect

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.connection.models import AllowedJob
from pinlever.recruiting.models import Candidate, Job
from pinlever.sync.models import SyncRecord
from tests.browser.conftest import sign_in
from tests.browser.looking import PHONE, axe, judge as judge_worn, picture
from tests.sync.world import World
from tests.web.test_admin import live

DRESS = "theme => document.documentElement.className = theme"  # all that unfold's own switch does
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(company: World, context: BrowserContext, live_server: Any) -> World:
    """At work, with its super admin signed in."""
    user = User.objects.create_superuser("aud@company.example", "x", first_name="Aud", last_name="Berg")
    sign_in(context, user, live_server.url)
    for number in range(3):
        live(company, number, user)
    return company


def address(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def judge(page: Page, folder: Path | None = None, name: str = "") -> None:
    """As it stands, once its fields are drawn."""
    expect(page.locator(".select2-selection:not([aria-labelledby^=id_])")).to_have_count(0)
    judge_worn(page, folder, name, wear=lambda page, theme: page.evaluate(DRESS, theme))


def judged(page: Page, path: str) -> None:
    answer = page.goto(path)
    assert answer and answer.status == 200
    judge(page)


def test_lists(page: Page, company: World, tmp_path: Path) -> None:
    missing: list[str] = []

    def noted(answer: Response) -> None:
        if answer.status == 404:
            missing.append(answer.url)

    page.on("response", noted)
    judged(page, reverse("admin:index"))
    for model in (Job, User):
        judged(page, address(model, "changelist"))
    judged(page, address(SyncRecord, "changelist") + "?state__exact=synced&q=person")
    assert missing == []
    picture(page, tmp_path, "records")


def test_rows_and_forms(page: Page, company: World, tmp_path: Path) -> None:
    for model in (SyncRecord, Candidate, AuditEntry):
        judged(page, address(model, "change", model._default_manager.first().pk))  # type: ignore[union-attr]
    judged(page, address(User, "change", User.objects.get(email="aud@company.example").pk))
    judged(page, address(AllowedJob, "add"))
    page.goto(address(Job, "add"))
    page.get_by_role("button", name="Save", exact=True).click()  # refused by the browser: a title is wanted
    page.locator("form").first.evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("This field is required")).to_be_visible()
    judge(page, tmp_path, "refused")


def test_what_is_asked_first(page: Page, company: World, tmp_path: Path) -> None:
    allowed = AllowedJob.objects.first()
    assert allowed is not None
    judged(page, address(AllowedJob, "delete", allowed.pk))
    page.goto(address(SyncRecord, "changelist"))
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option("unlink")
    judge(page, tmp_path, "chosen")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("button", name="Unlink them")).to_be_visible()
    judge(page, tmp_path, "asked")
    page.get_by_role("button", name="Unlink them").click()
    expect(page.get_by_text("1 unlinked")).to_be_visible()
    judge(page)


def test_files(page: Page, company: World, tmp_path: Path) -> None:
    judged(page, address(Candidate, "import"))
    judged(page, address(Candidate, "export"))
    file = tmp_path / "jobs.csv"
    for text in ("external_id,title\nj-1,Engineer\nj-2,Designer\n", "external_id,title\n,Engineer\n"):
        file.write_text(text)
        page.goto(address(Job, "import"))
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Submit").click()
        expect(page.get_by_text("Engineer").first).to_be_visible()
        judge(page, tmp_path, f"file-{len(text)}")


def test_the_keyboard_opens_what_a_mouse_opens(page: Page, company: World, tmp_path: Path) -> None:
    page.goto(address(SyncRecord, "changelist"))
    page.get_by_role("button", name="Filters").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#changelist-filter")).to_be_visible()
    judge(page, tmp_path, "filters")
    page.keyboard.press("Escape")
    expect(page.locator("#changelist-filter")).to_be_hidden()
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Menu").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Outreach events")).to_be_visible()
    picture(page, tmp_path, "menu")
    assert axe(page) == []


def test_nobody_gets_there_before_signing_in(page: Page, live_server: Any, transactional_db: None) -> None:
    page.goto(reverse("admin:index"))
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    judge_worn(page)


def test_the_theme_is_the_systems(page: Page, company: World) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(reverse("admin:index"))
    expect(page.locator("html")).to_have_class("dark")
