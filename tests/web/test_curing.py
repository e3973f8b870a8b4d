"""Curing many at once: Lever users, addresses, what failed after the sync; what became of them; incidents."""

from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pinlever.foundation.clock import db_now
from pinlever.recruiting.models import Prospect
from pinlever.sync.curable import users_of
from pinlever.sync.models import Attempt, Call, Cure, FollowUp, State, SyncRecord
from tests.sync.world import World
from tests.web.pressing import Page, press, read, says

HOSTILE = "<img src=x onerror=alert(1)>"


def stopped(company: World, number: int, cause: str, **columns: Any) -> list[SyncRecord]:
    first = Prospect.objects.count()
    people = [
        company.person(f"Person {place}", emails=(f"p{place}@people.example",))
        for place in range(first, first + number)
    ]
    records = company.export(*people)
    given = {"state": State.FAILED, "cause": cause, "reason": "No.", **columns}
    SyncRecord.objects.filter(pk__in=[record.pk for record in records]).update(**given)
    return records


def unknown_words(company: World, number: int = 2) -> list[SyncRecord]:
    said = f"422 X {HOSTILE} ada@people.example"
    return stopped(
        company, number, "rejected_422", said=said, said_key="abc", reason=f"Lever refused: {said}."
    )


def test_what_lever_said_is_shown_word_for_word_and_retried_by_group(
    company: World, as_recruiter: Client
) -> None:
    unknown_words(company)
    answer = as_recruiter.get("/activity/?show=failed")
    text = answer.content.decode()
    assert HOSTILE not in text
    page = Page(text)
    assert says(page, f"422 X {HOSTILE} ada@people.example")
    dialog = Page(press(as_recruiter, page, "Retry all 2").content.decode())
    assert says(dialog, "As things are: 2 would be created.")
    after = Page(press(as_recruiter, dialog, "Retry 2 people").content.decode())
    assert says(after, "2 people are tried again.")
    assert says(after, "0 of 2")


def test_a_list_of_one_group_holds_only_whom_lever_told_the_same(
    company: World, as_recruiter: Client
) -> None:
    unknown_words(company, 1)
    stopped(company, 1, "rejected_422", said="422 other", said_key="def", reason="Lever refused: other.")
    page = read(as_recruiter, "/activity/?show=failed&cause=rejected&said=abc")
    assert says(page, HOSTILE)
    assert not says(page, "Lever refused: other.")


def test_a_cure_tells_what_became_of_everybody(company: World, as_recruiter: Client) -> None:
    records = stopped(company, 3, "posting_gone")
    press(
        as_recruiter,
        read(as_recruiter, "/activity/everybody/?do=retry&show=failed&cause=posting_gone"),
        "Retry 3",
    )
    cure = Cure.objects.get()
    assert (cure.what, cure.by_label) == ("The Lever job is closed", "Rita Vik")
    url = reverse("cure", args=[cure.pk])
    assert 'hx-trigger="every 3s"' in as_recruiter.get(url).content.decode()
    company.work()
    SyncRecord.objects.filter(pk=records[0].pk).update(state=State.FAILED, cause="posting_gone")
    answer = as_recruiter.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "every 3s" not in answer and "<html" not in answer
    page = Page(answer)
    assert says(page, "3 of 3")
    assert says(page, "2 in Lever")
    assert says(page, "1 person stopped again: The Lever job is closed")


def test_only_super_admins_choose_users_and_others_are_told(
    company: World, as_recruiter: Client, as_super_admin: Client
) -> None:
    (record,) = stopped(company, 1, "no_lever_user")
    Prospect.objects.filter(pk=record.prospect_id).update(sourcer_email="a@pin.example", sourcer=None)
    page = read(as_recruiter, "/activity/?show=failed")
    assert says(page, "Ask a super admin to choose Lever users")
    assert as_recruiter.get("/activity/users/").status_code == 403
    dialog = Page(
        press(as_super_admin, read(as_super_admin, "/activity/?show=failed"), "Choose").content.decode()
    )
    assert says(dialog, "a@pin.example")
    again = Page(press(as_super_admin, dialog, "Save, and retry", user="").content.decode())
    assert says(again, "Choose a Lever user for somebody first")
    wrong = Page(press(as_super_admin, dialog, "Save, and retry", user="nobody").content.decode())
    assert says(wrong, "Lever has no such user")
    user = users_of(company.account)[0].lever_id
    after = press(as_super_admin, dialog, "Save, and retry", user=user)
    assert says(Page(after.content.decode()), "1 sourcer has a Lever user now.")
    company.work()
    record.refresh_from_db()
    assert (record.state, record.performed_as) == (State.SYNCED, user)


def test_addresses_are_corrected_in_place_and_nothing_typed_is_lost(
    company: World, as_recruiter: Client
) -> None:
    records = stopped(company, 3, "email_refused", said="422 p0@people.example is no good email")
    listed = read(as_recruiter, "/activity/?show=failed")
    page = Page(press(as_recruiter, listed, "Correct the addresses").content.decode())
    fields = {record.pk: f"to:{record.pk}:p{place}@people.example" for place, record in enumerate(records)}
    assert page.forms[-1].fields.keys() >= set(fields.values())
    nothing = press(as_recruiter, page, "Correct, and retry")
    assert says(Page(nothing.content.decode()), "Correct an address, or say who goes without theirs")
    typed = {fields[records[0].pk]: "right@people.example", fields[records[1].pk]: HOSTILE}
    wrong = press(as_recruiter, page, "Correct, and retry", **typed)
    assert wrong.status_code == 422
    kept = Page(wrong.content.decode())
    assert kept.forms[-1].fields[fields[records[0].pk]] == ["right@people.example"]
    assert kept.forms[-1].fields[fields[records[1].pk]] == [HOSTILE]
    assert HOSTILE not in wrong.content.decode()
    assert set(SyncRecord.objects.values_list("state", flat=True)) == {"failed"}
    typed = {fields[records[0].pk]: "right@people.example", f"out:{records[1].pk}:p1@people.example": "on"}
    after = Page(press(as_recruiter, page, "Correct, and retry", **typed).content.decode())
    assert says(after, "The addresses of 2 people were corrected. 2 people are tried again.")
    company.work()
    assert list(SyncRecord.objects.order_by("pk").values_list("state", flat=True)) == [
        "synced",
        "synced",
        "failed",
    ]
    emails = [row["emails"] for row in company.opportunities()[-2:]]
    assert sorted(emails) == [[], ["right@people.example"]]


def test_one_persons_address_is_reached_from_their_page(company: World, as_recruiter: Client) -> None:
    first, second = stopped(company, 2, "email_refused")
    page = read(as_recruiter, reverse("record", args=[second.pk]))
    form = Page(press(as_recruiter, page, "Correct the address").content.decode())
    assert [name for name in form.forms[-1].fields if name.startswith(f"to:{first.pk}:")] == []
    assert as_recruiter.get("/activity/emails/?record=x%00999999999999999999999").status_code == 200


def follow_ups(company: World, number: int) -> SyncRecord:
    (record,) = company.export(company.person("Ada Byron"))
    company.work()
    record.refresh_from_db()
    for place in range(number):
        FollowUp.objects.create(
            record=record, kind="note", state="failed", cause="rejected_400", said=f"400 {HOSTILE} Ada Byron",
            said_key="k", opportunity_id=record.opportunity_id, key=f"event:{place}", place=db_now(), due_at=db_now(),
            made_at=db_now(), done_at=db_now(), reason="Lever refused it: 400, ada@people.example.",
        )  # fmt: skip
    return record


def test_what_failed_after_the_sync_is_a_group_and_is_written_again(
    company: World, as_recruiter: Client
) -> None:
    follow_ups(company, 2)
    page = read(as_recruiter, "/activity/?show=failed")
    assert says(page, "Note on the timeline: Lever refused it")
    assert says(page, f"400 {HOSTILE} Ada Byron")
    dialog = Page(press(as_recruiter, page, "Write all 2 again").content.decode())
    assert says(dialog, "nothing stands there twice")
    after = Page(press(as_recruiter, dialog, "Write 2 again").content.decode())
    assert says(after, "2 are written again.")
    assert set(FollowUp.objects.filter(kind="note").values_list("state", flat=True)) == {"waiting"}


@pytest.mark.parametrize("of", ["records", "follow-ups", "record"])
def test_an_incident_has_versions_ids_and_calls_and_names_nobody(
    company: World, as_recruiter: Client, of: str
) -> None:
    if of == "follow-ups":
        record = follow_ups(company, 2)
        url = "/activity/incident/?kind=note&cause=rejected&said=k"
    else:
        record = unknown_words(company)[-1]
        url = "/activity/incident/?show=failed&cause=rejected&said=abc"
    attempt = Attempt.objects.create(record=record, started_at=db_now(), result="rejected_422")
    Call.objects.create(
        attempt=attempt, at=db_now(), method="POST", path="/opportunities", params={"email": "ada@people.example"},
        sent={"name": "Ada Byron"}, status=422, error="ada@people.example", seconds=0.5,
    )  # fmt: skip
    if of == "record":
        page = as_recruiter.get(reverse("record", args=[record.pk])).content.decode()
        text = page[page.index('<textarea id="incident"') : page.index("</textarea>")]
    else:
        answer = as_recruiter.get(url)
        assert answer["Content-Type"].startswith("text/plain")
        text = answer.content.decode()
        assert "2 stopped" in text
    for part in (
        "PinLever ",
        "Python ",
        "Django ",
        f"Sync record {record.pk}",
        "POST /opportunities · 422 · 0.50 s",
    ):
        assert part in text
    for personal in ("ada@", "Ada Byron", str(record.prospect.candidate), "practice-key"):
        assert personal not in text


def test_an_incident_of_nothing_is_not_found(company: World, as_recruiter: Client) -> None:
    for asked in ("", "?show=failed", "?kind=note", "?show=all&cause=rejected", "?kind=%3Cb%3E&said=x"):
        assert as_recruiter.get(f"/activity/incident/{asked}").status_code == 404


@pytest.mark.parametrize("url", ["/activity/?show=failed", "/activity/emails/", "/activity/users/"])
def test_queries_do_not_grow_with_people_or_groups(company: World, as_super_admin: Client, url: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(database) as captured:
            assert as_super_admin.get(url).status_code == 200
        return len(captured)

    def crowd(number: int) -> None:
        for cause in ("email_refused", "no_lever_user", "rejected_400"):
            for place, record in enumerate(stopped(company, number, cause)):
                key = f"k{place}" if cause == "rejected_400" else ""
                SyncRecord.objects.filter(pk=record.pk).update(said=f"400 {place}", said_key=key)

    crowd(2)
    queries()
    few = queries()
    crowd(12)
    assert queries() <= few + 1
