"""Added to outreach, and in Lever or held: warned, left out or not as one says, in a real browser."""

from pathlib import Path

from playwright.sync_api import Page, expect

from pinlever.accounts.models import User
from pinlever.recruiting.models import Prospect
from tests.browser.looking import judge
from tests.sync.world import World
from tests.web.test_outreach_warning import added, everybody


def test_whoever_is_in_lever_or_held_is_shown_and_left_out_as_one_says(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    everybody(company)
    page.goto("/candidates/")
    page.get_by_label("Choose all on this page").check()
    page.get_by_role("button", name="Add to outreach").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("4 people are in Lever already.")
    expect(dialog).to_contain_text("They asked for peace.")
    expect(dialog.get_by_role("checkbox", name="Leave Hired out")).to_be_checked()
    expect(dialog.get_by_role("checkbox", name="Leave Active out")).not_to_be_checked()
    expect(dialog.get_by_role("checkbox", name="Leave Stopped out")).to_have_count(0)
    button = dialog.get_by_role("button", name="to outreach")
    expect(button).to_have_text("Add 3 people to outreach")
    judge(page, tmp_path, "warned")
    dialog.get_by_role("checkbox", name="Leave Hired out").uncheck()
    dialog.get_by_role("checkbox", name="Leave Active out").check()
    dialog.get_by_role("checkbox", name="Leave Archived out").check()
    expect(button).to_have_text("Add 2 people to outreach")
    button.click()
    expect(page.get_by_text("2 people were added to outreach. 5 people were left out")).to_be_visible()
    assert added() == {"Hired", "Nobody"}


def test_one_person_whom_outreach_is_stopped_for_cannot_be_added(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    stopped = everybody(company)["Stopped"]
    page.goto(f"/candidates/{stopped.candidate.key}/")
    page.get_by_role("link", name="Add to outreach").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Outreach to them is held.")
    expect(dialog.get_by_role("button", name="to outreach")).to_have_count(0)
    judge(page, tmp_path, "stopped")
    assert Prospect.objects.filter(outreach_stage="in_outreach").count() == 0
