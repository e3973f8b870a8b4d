"""Lever's timeline in a real browser: the rules with their preview, and what a candidate's card tells of it."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pinlever.accounts.models import User
from pinlever.foundation.clock import db_now
from pinlever.sync.models import FollowUp
from pinlever.sync.timeline_rules import rule_of
from tests.browser.looking import judge
from tests.sync.lever_story import follow, in_lever
from tests.sync.world import World

PAGE = "/settings/ats/timeline/"
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_rule_is_saved_as_it_is_changed_and_the_preview_follows(
    page: Page, company: World, super_admin: User, tmp_path: Path
) -> None:
    in_lever(company)
    FollowUp.objects.update(state="failed", reason="Lever refused it: 400, too long.")
    page.goto(PAGE)
    expect(page.get_by_text("Sourced in Pin by Kari Holm")).to_be_visible()
    expect(page.get_by_text("I read your talk")).to_have_count(0)
    judge(page, tmp_path, "timeline")
    page.get_by_label("In secret notes").check()
    expect(page.get_by_text("I read your talk")).to_be_visible()
    expect(page.get_by_text("Secret note", exact=True)).to_have_count(2)
    expect(page.locator("#told")).to_contain_text("It counts for what happens from now on")
    expect(page.get_by_label("In secret notes")).to_be_focused()
    page.get_by_label("Outreach moves our leads").check()
    expect(page.locator("#told")).to_contain_text("Our events move leads from now on")
    judge(page, tmp_path, "timeline-secret")
    rule = rule_of(company.account.pk)
    assert rule.bodies == "secret" and rule.moves_stage
    for name in ("Message sent", "Replied"):
        page.get_by_role("checkbox", name=name, exact=False).first.uncheck()
        expect(page.locator("#told")).to_contain_text("Saved")
    page.get_by_label("Who sourced them").uncheck()
    expect(page.get_by_text("Nothing is told on the timeline")).to_be_visible()
    page.get_by_role("button", name="Try 1 again").click()
    expect(page.locator("#told")).to_contain_text("1 is tried again")


def test_a_candidates_card_tells_what_stands_on_levers_timeline(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    record = in_lever(company, sourced_at=db_now() - timedelta(days=3))
    at = db_now() - timedelta(days=1)
    company.event(
        record.prospect, "message_sent", "email", occurred_at=at, details={"subject": "A role in Oslo"}
    )
    late = company.event(record.prospect, "replied", "email", occurred_at=at + timedelta(hours=3))
    follow()
    rows = FollowUp.objects.filter(key=f"event:{late.pk}")
    rows.update(state="failed", reason="Lever refused it: 400, the note is too long.")
    page.goto(f"/candidates/{record.prospect.candidate.key}/")
    expect(page.get_by_text("2 notes written, 1 failed")).to_be_visible()
    expect(page.get_by_text("the note is too long")).to_be_visible()
    expect(page.get_by_text("on Lever’s timeline")).to_have_count(1)
    judge(page, tmp_path, "candidate-follow-ups")
    page.get_by_role("button", name="Notes: Try it again").click()
    expect(page.get_by_text("2 notes written, 1 waits")).to_be_visible()
    follow()
    page.reload()
    expect(page.get_by_text("3 notes written")).to_be_visible()
    expect(page.get_by_text("on Lever’s timeline")).to_have_count(2)
