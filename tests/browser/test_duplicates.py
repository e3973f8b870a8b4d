"""Duplicates in a real browser: seen side by side, decided by mouse or keyboard."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pinlever.accounts.models import User
from pinlever.audit.services import PIN
from pinlever.connection import rules
from pinlever.connection.models import Posting
from pinlever.sync import services
from pinlever.sync.models import Question, State, SyncRecord
from tests.browser.looking import judge
from tests.sync.world import World

LINKEDIN = "https://www.linkedin.com/in/ada-lovelace/"


def doubt(company: World) -> SyncRecord:
    """Email and LinkedIn point at two different people in Lever."""
    postings = list(Posting.objects.filter(state="published").order_by("pk")[:2])
    services.set_posting(by=PIN, account=company.account, job=company.job, posting_id=postings[0].lever_id)
    people = [
        {
            "name": "Ada Lovelace",
            "emails": ["ada@people.example"],
            "headline": "Analyst, Engines",
            "posting": postings[0].lever_id,
        },
        {
            "name": "A. King",
            "links": ["http://no.linkedin.com/in/Ada-Lovelace"],
            "headline": "Countess",
            "location": "London",
        },
    ]
    company.control("opportunities", {"people": people})
    (record,) = company.export(
        company.person(
            "Ada Lovelace",
            emails=("Ada@People.example", "ada@engines.example"),
            linkedin=LINKEDIN,
            phones=("+44 20 7946 0000",),
            current_title="Analyst",
            current_company="Engines",
            city="London",
        )
    )
    company.work()
    record.refresh_from_db()
    assert record.cause == "ask_doubt", record.reason
    return record


def match(company: World) -> None:
    rules.set_match_rules(by=PIN, account=company.account, action="ask")
    company.control(
        "opportunities", {"people": [{"name": "<b>José</b> Núñez", "emails": ["jose@people.example"]}]}
    )
    company.export(company.person("<b>José</b> Núñez", emails=("jose@people.example",)))
    company.work()


def unsettled(company: World) -> None:
    (record,) = company.export(company.person("王小明"))
    text = "It stays unknown whether Lever saved this person: we looked many times and found nothing."
    SyncRecord.objects.filter(pk=record.pk).update(state="needs_you", cause="ask_unsettled", reason=text)
    Question.objects.create(record=record, kind="unsettled", text=f"{text} Send again, link, or give up?")


def twice_in_pin(company: World) -> None:
    company.person(
        "Grace Hopper", emails=("grace@people.example",), current_title="Admiral", current_company="Navy"
    )
    company.person("G. B. Hopper", emails=(), linkedin="https://linkedin.com/in/grace-hopper")
    company.person(
        "Grace Brewster", emails=("grace@people.example",), linkedin="https://linkedin.com/in/grace-hopper"
    )


@pytest.mark.parametrize("kind", ["doubt", "match", "unsettled", "identity"])
def test_each_question_is_good_to_look_at(
    page: Page, company: World, signed_in: User, tmp_path: Path, kind: str
) -> None:
    doubt(company)
    match(company)
    unsettled(company)
    twice_in_pin(company)
    page.goto(f"/duplicates/?kind={kind}")
    expect(page.get_by_text("of 4")).to_be_visible()
    judge(page, tmp_path, f"duplicates-{kind}")


def test_nothing_to_decide_and_what_was_decided(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    page.goto("/duplicates/")
    expect(page.get_by_text("Nothing to decide")).to_be_visible()
    judge(page, tmp_path, "duplicates-none")
    doubt(company)
    twice_in_pin(company)
    page.goto("/duplicates/")
    page.get_by_role("button", name="Link to A. King").click()
    expect(page.get_by_text("Ada Lovelace is being linked to the person you chose.")).to_be_visible()
    page.get_by_role("button", name="Same person").first.click()
    expect(page.get_by_text("are one person now")).to_be_visible()
    company.work()
    assert SyncRecord.objects.get().state == State.IN_LEVER
    page.get_by_role("link", name="Decided").click()
    expect(page.get_by_text("Linked to A. King")).to_be_visible()
    judge(page, tmp_path, "duplicates-decided")
    page.get_by_role("button", name="Take apart again").click()
    expect(page.get_by_text("the question is open again")).to_be_visible()


def test_it_is_decided_by_keyboard_and_the_next_follows(page: Page, company: World, signed_in: User) -> None:
    doubt(company)
    unsettled(company)
    page.goto("/duplicates/")
    for _ in range(60):
        page.keyboard.press("Tab")
        if "None of them" in str(page.evaluate("document.activeElement.textContent")):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ada Lovelace is being created in Lever.")).to_be_visible()
    expect(page.get_by_role("button", name="Not in Lever: send again")).to_be_visible()


def test_skipping_leads_to_the_next_and_changes_nothing(page: Page, company: World, signed_in: User) -> None:
    doubt(company)
    unsettled(company)
    page.goto("/duplicates/")
    page.get_by_role("link", name="Skip to 王小明").click()
    expect(page.get_by_text("2 of 2")).to_be_visible()
    assert Question.objects.filter(answered_at=None).count() == 2
