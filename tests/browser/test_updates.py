"""Profile updates in a real browser: the rules, and who set what on the candidate's page."""

from pathlib import Path

from playwright.sync_api import Page, expect

from pinlever.accounts.models import User
from pinlever.sync import new_facts
from tests.browser.looking import judge
from tests.sync.lever_story import follow, in_lever
from tests.sync.test_detail_updates import learns
from tests.sync.world import World


def test_a_rule_is_chosen_and_what_is_learned_later_goes_to_lever(
    page: Page, super_admin: User, company: World, tmp_path: Path
) -> None:
    page.goto("/settings/ats/")
    page.get_by_role("link", name="Profile updates").click()
    page.get_by_label("Email addresses").select_option("Add to lists")
    expect(page.get_by_role("status").filter(has_text="Email addresses: saved.")).to_be_visible()
    expect(page.get_by_text("Lever has both then.").first).to_be_visible()
    judge(page, tmp_path, "updates")
    record = in_lever(company, name="Ingrid Solheim", emails=("first@x.example",))
    new_facts.derive(company.account, since=None)
    learns(record)
    new_facts.derive(company.account, since=None)
    follow()
    page.goto(f"/candidates/{record.prospect.candidate.key}/")
    there = page.get_by_role("region", name="In Lever now")
    expect(there).to_contain_text("ingrid@solheim.example")
    expect(there).to_contain_text("added by PinLever")
    judge(page, tmp_path, "updates-candidate")
