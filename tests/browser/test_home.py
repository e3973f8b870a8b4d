"""Home in a browser: empty, in the middle of things, and for a super admin who has everything to do yet."""

from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from pinlever.accounts.models import User
from pinlever.audit.services import SYSTEM
from pinlever.connection import rules
from pinlever.sync.models import State, SyncRecord
from pinlever.sync.services import set_trigger
from tests.browser.conftest import sign_in
from tests.browser.looking import judge
from tests.sync.world import World


def test_first_steps_of_a_super_admin_and_of_a_recruiter(
    page: Page, context: BrowserContext, live_server: Any, super_admin: User, tmp_path: Path
) -> None:
    page.goto("/")
    expect(page.get_by_role("link", name="Connect Lever")).to_be_visible()
    judge(page, tmp_path, "home-super-admin")
    rita = User.objects.create_user("rita@company.example", "x", first_name="Rita")
    sign_in(context, rita, live_server.url)
    page.goto("/")
    expect(page.get_by_text("Aud Berg (aud@company.example)").first).to_be_visible()
    judge(page, tmp_path, "home-recruiter")


def test_what_needs_somebody(page: Page, company: World, signed_in: User, tmp_path: Path) -> None:
    fill(company)
    page.goto("/")
    expect(page.get_by_role("heading", name="2 people failed")).to_be_visible()
    judge(page, tmp_path, "home-needs")


def fill(company: World) -> None:
    """A company in the middle of its day."""
    set_trigger(by=SYSTEM, job=company.job, trigger="replied")
    for name in ("Ingrid Solheim", "José Núñez", "王小明"):
        company.event(company.person(name), "replied", "email")
    company.work()
    for name, state, cause, reason in (
        ("Tom Okafor", State.FAILED, "posting_gone", "The Lever job “Backend Engineer” is closed."),
        ("Sara Lindqvist", State.FAILED, "posting_gone", "The Lever job “Backend Engineer” is closed."),
        ("Yusuf Demir", State.FAILED, "rejected_422", "Lever refused this person: 422, email is invalid."),
        ("Amélie Durand", State.NEEDS_YOU, "", "Email says Amélie Durand; LinkedIn says A. Durand."),
    ):
        (made,) = company.export(company.person(name))
        SyncRecord.objects.filter(pk=made.pk).update(state=state, cause=cause, reason=reason)
        if state == State.NEEDS_YOU:
            made.questions.create(kind="doubt", text=reason)
    rules.set_outgoing(by=SYSTEM, account=company.account, on=False)
    company.export(company.person("Kim Held"))
    company.work()
