"""What to do with a match, as super admins set it and as recruiters then meet it: near matches, a primary key."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pinlever.accounts.models import User
from pinlever.audit.services import PIN
from pinlever.connection import crawl, rules
from pinlever.connection.accounts import current_connection
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverAccount
from pinlever.sync.models import SyncRecord
from tests.browser.conftest import a_worker_runs
from tests.browser.looking import judge
from tests.sync.world import World

pytestmark = pytest.mark.django_db(transaction=True)
SLUG = "https://www.linkedin.com/in/ada-byron"


@pytest.fixture
def company(super_admin: User, company: World) -> World:
    """With its super admin signed in, and two Adas in Lever."""
    a_worker_runs()
    people = [
        {
            "name": "Ada Byron",
            "headline": "Staff Engineer, Nordlys",
            "location": "Bergen",
            "emails": ["ada@private.example"],
            "phones": [{"type": "mobile", "value": "+47 406 12 345"}],
        },
        {"name": "Ada Lovelace", "emails": ["lovelace@people.example"], "links": [SLUG]},
    ]
    company.control("opportunities", {"people": people})
    connection = current_connection()
    assert connection is not None
    crawl.poll(company.account, open_client(connection))
    return company


def test_the_rules_are_saved_as_they_are_changed_and_told_by_an_example(
    page: Page, company: World, tmp_path: Path
) -> None:
    company.export(company.person("Nils Aas"), company.person("Ida Ek"))
    page.goto("/settings/ats/")
    card = page.locator("#card-duplicates")
    expect(card).to_contain_text("Her email is Ada Byron’s in Lever, her LinkedIn profile Ada Lovelace’s.")
    page.locator("#primary-linkedin").check()
    expect(card).to_contain_text("It counts for the 2 people who wait now and for everybody after.")
    expect(card).to_contain_text("Her LinkedIn profile is Ada Byron’s in Lever, her email Ada Lovelace’s.")
    expect(page.locator("#primary-linkedin")).to_be_focused()
    page.locator("#conflict-primary").check()
    expect(page.locator("#conflict-primary")).to_be_focused()
    page.locator("#near-ignore").check()
    page.locator("#action-add").check()
    expect(page.locator("#action-add")).to_be_focused()
    judge(page, tmp_path, "match-rules")
    page.locator("#key-linkedin").uncheck()
    expect(card).to_contain_text("Email is the primary key.")
    expect(card).not_to_contain_text("Two keys, two people")
    account = LeverAccount.objects.get()
    assert (account.match_keys, account.match_action, account.primary_key) == (["email"], "add", "email")
    assert (account.on_conflict, account.near_matches) == ("primary", "ignore")
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_near_match_is_shown_side_by_side_and_a_primary_key_tells_what_it_decided(
    page: Page, company: World, tmp_path: Path
) -> None:
    rules.set_match_rules(by=PIN, account=company.account, on_conflict="primary")
    near = company.person("Ada Byron", current_company="Nordlys AS", phones=("+47 406 12 345",))
    both = company.person("Ada B. King", emails=("ada@private.example",), linkedin=SLUG)
    company.export(near, both)
    company.work()
    page.goto("/duplicates/")
    expect(
        page.get_by_text("has the same name and company or phone number, but no key in common")
    ).to_be_visible()
    expect(page.get_by_text("Staff Engineer, Nordlys").first).to_be_visible()
    judge(page, tmp_path, "near-match")
    page.goto(f"/candidates/{both.candidate.key}/")
    expect(
        page.get_by_text("LinkedIn says Ada Lovelace, but email is the primary key.").first
    ).to_be_visible()
    judge(page, tmp_path, "primary-decided")
    assert SyncRecord.objects.get(prospect=both).state == "in_lever"
