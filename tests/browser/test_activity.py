"""Sync activity and a record's story in a real browser."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pinlever.accounts.models import User
from pinlever.audit.services import SYSTEM
from pinlever.connection import rules
from pinlever.connection.models import LeverAccount, Posting
from pinlever.foundation.clock import db_now
from pinlever.recruiting.models import Job
from pinlever.sync import services
from pinlever.sync.models import SyncRecord
from tests.browser.looking import axe, judge, looks
from tests.sync.world import World

PEOPLE = (
    ("Ingrid Solheim", "Staff Engineer", "Nordlys Energi"),
    ("José Núñez", "Backend Engineer", "Correos Digital"),
    ("王小明", "SRE", "云图科技"),
    ("أمل الخطيب", "Platform Engineer", "بناء"),
    ("Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren", "Senior Engineer", "Paystack"),
    ("<b>Tom</b> Okafor", "Data Engineer", "Klarna"),
)


def crowd(company: World, job: Job | None = None) -> list[SyncRecord]:
    people = [
        company.person(
            name,
            current_title=title,
            current_company=work,
            job=job,
            emails=(f"p{number}-{job and job.pk}@people.example",),
        )
        for number, (name, title, work) in enumerate(PEOPLE)
    ]
    return company.export(*people)


def set_all(records: list[SyncRecord], **columns: Any) -> None:
    SyncRecord.objects.filter(pk__in=[record.pk for record in records]).update(**columns)


def rich(company: World) -> None:
    """Somebody in every state."""
    posting = Posting.objects.filter(state="published").order_by("pk")[0]
    services.set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=posting.lever_id)
    crowd(company)
    company.work()
    closed = crowd(company, Job.objects.create(title="Platform Engineer, Oslo"))
    reason = "The Lever job Backend Engineer is closed. Choose another Lever job."
    set_all(closed, state="failed", cause="posting_gone", reason=reason)
    refused = crowd(company, Job.objects.create(title="Designer"))[:2]
    said = "Lever refused this person: 422, phone number “+47 00” is not valid."
    set_all(refused, state="failed", cause="rejected_422", reason=said)
    held = crowd(company, Job.objects.create(title="Data Engineer"))
    set_all(held, state="held", cause="outgoing_off", reason="Sending to Lever is switched off.")
    rules.set_outgoing(by=SYSTEM, account=company.account, on=False)
    waiting = crowd(company, Job.objects.create(title="Frontend Engineer"))
    set_all(waiting[:2], priority=20)
    set_all(waiting[2:3], state="retrying", cause="unavailable", reason="Lever did not answer as it should (503).",
            due_at=db_now() + timedelta(minutes=4), tries=3)  # fmt: skip


@pytest.mark.parametrize("show", ["waiting", "held", "failed", "all", "failed&cause=posting_gone"])
def test_each_tab_is_good_to_look_at_in_both_themes_and_on_a_phone(
    page: Page, company: World, signed_in: User, tmp_path: Path, show: str
) -> None:
    rich(company)
    page.goto(f"/activity/?show={show}")
    judge(page, tmp_path, f"activity-{show.replace('&', '-')}")


def test_an_empty_activity_says_what_to_do(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    page.goto("/activity/")
    expect(page.get_by_text("Nobody has been on the way to Lever yet")).to_be_visible()
    judge(page, tmp_path, "activity-empty")


def test_all_of_a_cause_are_retried_by_keyboard_alone(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    records = crowd(company)
    set_all(records, state="failed", cause="rejected_422", reason="Lever refused this person: 422, no.")
    page.goto("/activity/")
    page.get_by_role("link", name="Retry all 6").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Nobody is created twice")
    looks(page, tmp_path, "activity-retry")
    assert axe(page) == []
    page.get_by_role("button", name="Retry 6 people").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("6 people are tried again.")).to_be_visible()


def test_the_logo_appears_without_reloading(page: Page, company: World, signed_in: User) -> None:
    crowd(company)
    page.goto("/activity/?show=all")
    expect(page.get_by_text("In the queue, 1st")).to_be_visible()
    company.work()
    expect(page.get_by_role("link", name="Open Ingrid Solheim in Lever")).to_be_visible()


def test_search_narrows_as_one_types_and_stays_in_the_address(
    page: Page, company: World, signed_in: User
) -> None:
    crowd(company)
    page.goto("/activity/?show=all")
    page.keyboard.press("/")
    page.keyboard.press("/")  # the first leads to the search for everything
    page.keyboard.type("solheim")
    expect(page.get_by_text("José Núñez")).to_have_count(0)
    expect(page.get_by_role("link", name="Ingrid Solheim")).to_be_visible()
    assert "q=solheim" in page.url


def test_the_chosen_are_cancelled(page: Page, company: World, signed_in: User) -> None:
    crowd(company)
    page.goto("/activity/?show=all")
    page.get_by_label("Choose Ingrid Solheim").check()
    page.get_by_label("Choose José Núñez").check()
    page.locator(".chosen-bar").get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("2 people are no longer on the way to Lever.")).to_be_visible()
    assert SyncRecord.objects.filter(state="cancelled").count() == 2


def story(company: World, kind: str) -> SyncRecord:
    if kind == "failed":
        args = {"status": 422, "body": {"code": "X", "message": "phone number +47 00 is not valid"}}
        company.control(
            "faults", {"match": {"method": "POST", "path": "/opportunities$"}, "kind": "status", "args": args}
        )
    if kind == "held":
        LeverAccount.objects.update(outgoing_on=False)
    if kind == "lost":
        company.control(
            "faults", {"match": {"method": "POST", "path": "/opportunities$"}, "kind": "drop_after"}
        )
    company.person("Ingrid Solheim")
    (record,) = company.export(
        company.person("Ingrid Solheim", emails=("ingrid@people.example",), sourced_via="pin")
    )
    company.work(1)
    return record


@pytest.mark.parametrize("kind", ["synced", "failed", "held", "lost"])
def test_a_record_is_good_to_look_at(
    page: Page, company: World, signed_in: User, tmp_path: Path, kind: str, settings: Any
) -> None:
    settings.READ_BACK_AFTER = (60.0,)
    record = story(company, kind)
    page.goto(f"/activity/{record.pk}/")
    expect(page.get_by_role("heading", name="Lever sync")).to_be_visible()
    judge(page, tmp_path, f"record-{kind}")


def test_unlinking_states_its_consequence(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    record = story(company, "synced")
    page.goto(f"/activity/{record.pk}/")
    page.get_by_role("link", name="Unlink").click()
    expect(page.get_by_role("dialog")).to_contain_text("Nothing changes in Lever")
    assert axe(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Unlink").click()
    expect(page.get_by_text("Ingrid Solheim is no longer linked to Lever.")).to_be_visible()
