"""Bulk cures in a real browser: Lever users for twelve people, another Lever job, addresses, incidents."""

from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from pinlever.accounts.models import User
from pinlever.connection.models import LeverAccount, Posting
from pinlever.foundation.clock import db_now
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync.curable import users_of
from pinlever.sync.models import FollowUp, State, SyncRecord
from tests.browser.conftest import sign_in
from tests.browser.looking import axe, judge, looks
from tests.sync.world import World

# fmt: off
NAMES = ("Ingrid Solheim", "José Núñez", "王小明", "أمل الخطيب", "<b>Tom</b> Okafor", "Ada Byron", "Bob Stone",
         "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren", "Eve Lund", "Kari Holm", "Ola Ek", "Ann Ray")
# fmt: on


def crowd(company: World, tag: str, cause: str, number: int = 12, **columns: Any) -> list[SyncRecord]:
    job = Job.objects.create(title=f"{tag.title()} Engineer")
    people = [
        company.person(name, emails=(f"{tag}{place}@people.example",), job=job)
        for place, name in enumerate(NAMES[:number])
    ]
    records = company.export(*people)
    given = {"state": State.FAILED, "cause": cause, "reason": "It could not go.", **columns}
    SyncRecord.objects.filter(pk__in=[one.pk for one in records]).update(**given)
    return records


def super_admin(context: BrowserContext, base_url: str) -> User:
    aud = User.objects.create_superuser("aud@company.example", "x", first_name="Aud", last_name="Berg")
    sign_in(context, aud, base_url)
    return aud


def test_lever_users_are_chosen_for_twelve_people_at_once(
    page: Page, context: BrowserContext, live_server: Any, company: World, tmp_path: Path
) -> None:
    super_admin(context, live_server.url)
    LeverAccount.objects.update(default_user_id="")
    records = crowd(company, "data", "no_lever_user")
    emails = ["maria.vik@pin.example"] * 7 + ["sam.rivera@pin.example"] * 4 + [""]
    for record, email in zip(records, emails, strict=True):
        Prospect.objects.filter(pk=record.prospect_id).update(sourcer=None, sourcer_email=email)
    page.goto("/activity/?show=failed")
    judge(page, tmp_path, "cure-groups")
    page.get_by_role("link", name="Choose Lever users").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Lever users for 12 people")
    looks(page, tmp_path, "cure-users")
    assert axe(page) == []
    first, second = users_of(company.account)[:2]
    dialog.get_by_label("maria.vik@pin.example").select_option(first.lever_id)
    dialog.get_by_label("sam.rivera@pin.example").select_option(second.lever_id)
    dialog.get_by_label("Default user").select_option(first.lever_id)
    dialog.get_by_role("button", name="Save, and retry 12 people").click()
    expect(page.get_by_text("12 people are tried again.")).to_be_visible()
    expect(page.get_by_text("0 of 12")).to_be_visible()
    looks(page, tmp_path, "cure-under-way")
    company.work()
    expect(page.get_by_text("12 of 12")).to_be_visible()
    expect(page.get_by_text("12 in Lever")).to_be_visible()
    judge(page, tmp_path, "cure-done")
    acting = list(SyncRecord.objects.order_by("pk").values_list("performed_as", flat=True))
    assert acting == [first.lever_id] * 7 + [second.lever_id] * 4 + [first.lever_id]


def test_another_lever_job_and_right_addresses_let_people_go(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    posting = Posting.objects.filter(state="published", is_confidential=False).order_by("pk")[0]
    crowd(
        company,
        "closed",
        "posting_gone",
        3,
        reason="The Lever job Designer is closed. Choose another Lever job.",
    )
    page.goto("/activity/?show=failed")
    page.get_by_role("link", name="Choose another Lever job").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Another Lever job for 3 people")
    looks(page, tmp_path, "cure-posting")
    dialog.get_by_label("Lever job").select_option(posting.lever_id)
    dialog.get_by_role("button", name="Send 3 people to this Lever job").click()
    expect(page.get_by_text(f"The Lever job “{posting.text}” was chosen for them.")).to_be_visible()
    company.work()
    expect(page.get_by_text("3 of 3")).to_be_visible()

    said = "422 Unprocessable mail1@people.example is no email address"
    crowd(company, "mail", "email_refused", 3, said=said, reason=f"Lever refused this person: {said}.")
    page.goto("/activity/?show=failed")
    page.get_by_role("link", name="Correct the addresses").click()
    field = page.get_by_label("Address of Ingrid Solheim")
    field.fill("ingrid@right")
    page.get_by_role("button", name="Correct, and retry").click()
    expect(page.get_by_text("Some addresses are not right yet.")).to_be_visible()
    judge(page, tmp_path, "cure-emails")
    page.get_by_label("Address of Ingrid Solheim").fill("ingrid@right.example")
    page.get_by_label("Send without it: José Núñez").check()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The addresses of 2 people were corrected.")).to_be_visible()
    company.work()
    expect(page.get_by_text("2 of 2")).to_be_visible()
    assert SyncRecord.objects.filter(state="failed").count() == 1


def test_unknown_words_are_told_apart_and_an_incident_is_copied_by_keyboard(
    page: Page, context: BrowserContext, company: World, signed_in: User, tmp_path: Path
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    for key, said in (("a", "422 Unprocessable <b>Headline</b> of Ada Byron is odd"), ("b", "400 Nope")):
        crowd(
            company,
            key,
            "rejected_422",
            3,
            said=said,
            said_key=key,
            reason=f"Lever refused this person: {said}.",
        )
    (record,) = company.export(company.person("Mia Dahl"))
    company.work()
    record.refresh_from_db()
    FollowUp.objects.create(
        record=record, kind="note", state="failed", cause="rejected_400", said="400 Note is too long", said_key="n",
        opportunity_id=record.opportunity_id, key="event:1", place=db_now(), due_at=db_now(), made_at=db_now(),
        done_at=db_now(), reason="Lever refused it: 400, Note is too long.",
    )  # fmt: skip
    page.goto("/activity/?show=failed")
    expect(
        page.get_by_text("422 Unprocessable <b>Headline</b> of Ada Byron is odd", exact=True)
    ).to_be_visible()
    judge(page, tmp_path, "cure-words")
    page.get_by_role("link", name="Copy incident").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "3 stopped" in copied and "PinLever" in copied
    assert "@people.example" not in copied
    page.get_by_role("link", name="Write it again").click()
    page.get_by_role("dialog").get_by_role("button", name="Write 1 again").click()
    expect(page.get_by_text("1 is written again.")).to_be_visible()
    looks(page, tmp_path, "cure-follow")
    page.goto(f"/activity/{record.pk}/")
    page.get_by_role("button", name="Copy", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert f"Sync record {record.pk}" in page.evaluate("navigator.clipboard.readText()")
