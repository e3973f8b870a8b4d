"""Duplicates in a real browser: seen side by side, decided by mouse or keyboard."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pinlever.accounts.models import User
from pinlever.audit.services import PIN
from pinlever.connection import rules
from pinlever.connection.models import Posting
from pinlever.recruiting.models import Candidate
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


def test_the_desk_is_worked_by_keyboard_alone_and_every_decision_is_taken_back(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    record = doubt(company)
    unsettled(company)
    twice_in_pin(company)
    page.goto("/duplicates/")
    expect(page.get_by_role("heading", name="Keys point at")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Deciding by keyboard")).to_be_visible()
    judge(page, tmp_path, "duplicates-keys")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.get_by_text("waits at the end of the list")).to_be_visible()
    expect(page.get_by_role("heading", name="Unknown whether")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("Skipped by Rita Vik. It comes up again tomorrow")).to_be_visible()
    judge(page, tmp_path, "duplicates-skipped")
    page.keyboard.press("3")  # none of them
    expect(page.get_by_text("Ada Lovelace is being created in Lever.")).to_be_visible()
    company.work()
    record.refresh_from_db()
    assert record.state == State.SYNCED
    page.goto("/duplicates/?kind=identity")
    page.get_by_role("button", name="Same person as Grace Hopper").click()
    expect(page.get_by_text("are one person now")).to_be_visible()
    page.keyboard.press("d")
    expect(page.get_by_role("cell", name="Created apart").first).to_be_visible()
    judge(page, tmp_path, "duplicates-decided")
    page.get_by_role("link", name="Take apart again").click()
    expect(page.get_by_role("dialog")).to_contain_text("is a person of their own again")
    judge(page, tmp_path, "duplicates-apart")
    page.get_by_role("button", name="Make them 2 people").click()
    expect(page.get_by_text("is asked again")).to_be_visible()
    page.goto("/duplicates/decided/")
    page.get_by_role("link", name="Take back").click()
    expect(page.get_by_role("dialog")).to_contain_text("stays in Lever until the export is undone")
    judge(page, tmp_path, "duplicates-reverse")
    page.get_by_role("button", name="Take 1 decision back").click()
    expect(page.get_by_text("Taken back. Ada Lovelace is asked about again.")).to_be_visible()
    expect(page.get_by_role("button", name="Same person as A. King")).to_be_visible()


def test_two_candidates_are_made_one_and_taken_apart(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    one = company.person(
        "Ada Lovelace", emails=("ada@people.example",), current_title="Analyst", phones=("+44 20 7946 0000",)
    )
    other = company.person("A. King", emails=("king@people.example",), current_company="Engines")
    company.export(one, other)
    company.work()
    page.goto(f"/candidates/{one.candidate.key}/")
    page.get_by_role("link", name="Same person as").click()
    page.get_by_label("Who else in Pin is it?").fill("king")
    expect(page.get_by_role("link", name="A. King")).to_be_visible()
    judge(page, tmp_path, "same-person-search")
    page.get_by_role("link", name="A. King").click()
    expect(page.get_by_text("linked to 2 different people in Lever")).to_be_visible()
    judge(page, tmp_path, "same-person-preview")
    page.get_by_role("button", name="Make 2 candidates 1").click()
    expect(page.get_by_text("are one person now")).to_be_visible()
    page.get_by_role("link", name="take apart").click()
    page.get_by_role("button", name="Make them 2 people").click()
    expect(page.get_by_text("A. King is a person of their own again.")).to_be_visible()
    assert Candidate.objects.exclude(merged_into=None).count() == 0


def test_nothing_to_decide(page: Page, company: World, signed_in: User, tmp_path: Path) -> None:
    page.goto("/duplicates/")
    expect(page.get_by_text("Nothing to decide")).to_be_visible()
    judge(page, tmp_path, "duplicates-none")
