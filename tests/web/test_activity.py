"""Sync activity: what waits, what stopped and its cure, everything; many at once."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pinlever.audit.services import SYSTEM
from pinlever.connection import accounts, rules
from pinlever.connection.models import Posting
from pinlever.foundation.clock import db_now
from pinlever.sync.models import State, SyncRecord
from tests.sync.world import World

REFUSED = "Lever refused this person: 422, bad phone."


def stopped(
    company: World, number: int, cause: str, state: str = State.FAILED, reason: str = "No."
) -> list[SyncRecord]:
    records = company.export(*[company.person(f"Person {cause} {place}") for place in range(number)])
    ids = [record.pk for record in records]
    SyncRecord.objects.filter(pk__in=ids).update(state=state, cause=cause, reason=reason)
    return records


def text(client: Client, url: str = "/activity/", **asked: object) -> str:
    answer = client.get(f"{url}?{urlencode(asked)}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    "url",
    [
        "/activity/",
        "/activity/budget/",
        "/activity/standings/",
        "/activity/everybody/",
        "/activity/1/",
        "/activity/1/retry/",
    ],
)
def test_it_requires_signing_in(client: Client, db: None, url: str) -> None:
    assert client.get(url).status_code == 302
    assert client.post("/activity/chosen/").status_code == 302


def test_with_nothing_sent_it_says_what_to_do_first(as_recruiter: Client) -> None:
    page = text(as_recruiter)
    assert "Nobody has been on the way to Lever yet" in page
    assert "Set a job&#x27;s rule" in page or "Set a job's rule" in page


def test_what_waits_is_told_with_place_budget_and_when(company: World, as_recruiter: Client) -> None:
    company.export(company.person("Ingrid Solheim"), company.person("José Núñez"))
    page = text(as_recruiter)
    assert "Ingrid Solheim" in page
    assert "In the queue, 2nd" in page
    assert "requests a second" in page
    assert "done in about 1 s" in page


def test_the_tabs_show_what_they_say(company: World, as_recruiter: Client) -> None:
    stopped(company, 1, "posting_gone")
    stopped(company, 1, "outgoing_off", State.HELD)
    company.export(company.person("Who Waits"))
    assert "The Lever job is closed" in text(as_recruiter)  # what failed comes first
    assert "Sending is switched off" in text(as_recruiter, show="held")
    assert "Who Waits" in text(as_recruiter, show="waiting")
    everything = text(as_recruiter, show="all")
    assert "Who Waits" in everything
    assert "Person posting_gone 0" in everything


def test_what_failed_is_grouped_by_cause_with_the_cure(company: World, as_recruiter: Client) -> None:
    stopped(company, 3, "posting_gone")
    stopped(company, 1, "rejected_422", reason=REFUSED)
    stopped(company, 1, "rejected_400", reason=REFUSED)
    page = text(as_recruiter, show="failed")
    assert page.index("The Lever job is closed") < page.index("Lever refused the person")
    assert "3 people" in page
    assert "2 people" in page
    assert "Choose another Lever job" in page
    assert REFUSED in page
    assert f"/jobs/{company.job.key}/settings/" in page


@pytest.mark.parametrize("cause", ["rejected", "rejected_422"])
def test_a_cause_lists_its_people(company: World, as_recruiter: Client, cause: str) -> None:
    stopped(company, 2, "rejected_422", reason=REFUSED)
    stopped(company, 1, "posting_gone")
    page = text(as_recruiter, show="failed", cause=cause)
    assert "Person rejected_422 1" in page
    assert "Person posting_gone" not in page
    assert "All causes" in page


def test_a_recruiter_is_told_whom_to_ask_and_a_super_admin_gets_the_button(
    company: World, as_recruiter: Client, as_super_admin: Client
) -> None:
    rules.set_outgoing(by=SYSTEM, account=company.account, on=False)
    stopped(company, 1, "outgoing_off", State.HELD)
    assert "Ask a super admin" in text(as_recruiter, show="held")
    assert "Switch sending on" in text(as_super_admin, show="held")


@pytest.mark.parametrize("typed", ["solheim", "ingrid@people.example", "INGRID@people.example"])
def test_search_finds_by_name_and_address(company: World, as_recruiter: Client, typed: str) -> None:
    company.export(
        company.person("Ingrid Solheim", emails=("ingrid@people.example",)), company.person("Tom Okafor")
    )
    page = text(as_recruiter, q=typed)
    assert "Ingrid Solheim" in page
    assert "Tom Okafor" not in page


def test_search_finds_by_lever_link(company: World, as_recruiter: Client) -> None:
    (record,) = company.export(company.person("Ingrid Solheim"))
    company.work()
    record.refresh_from_db()
    company.export(company.person("Tom Okafor"))
    page = text(as_recruiter, q=record.lever_url)
    assert "Ingrid Solheim" in page
    assert "Tom Okafor" not in page
    assert "Nobody fits" in text(as_recruiter, q="zzzzzz")


def test_while_everything_is_held_no_time_is_promised(company: World, as_recruiter: Client) -> None:
    company.export(company.person())
    assert "done in" in text(as_recruiter, show="waiting")
    rules.set_outgoing(by=SYSTEM, account=company.account, on=False)
    page = text(as_recruiter, show="waiting")
    assert "done in" not in page
    assert "Sending to Lever is switched off" in page


def test_strange_addresses_are_no_error(company: World, as_recruiter: Client) -> None:
    stopped(company, 1, "posting_gone")
    for asked in (
        "show=all&before=99999999999999999999",
        "q=%00",
        "cause=%00x&show=failed",
        "show=failed&cause=nothing",
        "before=x",
    ):
        assert as_recruiter.get(f"/activity/?{asked}").status_code == 200
    assert as_recruiter.get("/activity/standings/?id=x&id=99999999999999999999999").status_code == 200
    assert as_recruiter.get("/activity/99999999999999999999999/").status_code == 404
    assert (
        as_recruiter.post("/activity/chosen/", {"do": "retry", "record": ["9" * 30, "x"]}).status_code == 302
    )


def test_all_of_a_cause_are_retried_after_a_confirmation_in_numbers(
    company: World, as_recruiter: Client
) -> None:
    stopped(company, 3, "rejected_422")
    stopped(company, 1, "posting_gone")
    url = "/activity/everybody/?do=retry&show=failed&cause=rejected"
    assert "Retry 3 people" in as_recruiter.get(url).content.decode()
    answer = as_recruiter.post(url, follow=True)
    assert "3 people are tried again." in answer.content.decode()
    assert SyncRecord.objects.filter(state=State.QUEUED).count() == 3
    assert SyncRecord.objects.filter(state=State.FAILED).count() == 1
    again = as_recruiter.post(url, follow=True)  # a second press of the same button
    assert "Nobody is tried again." in again.content.decode()


def test_another_lever_job_is_chosen_for_all_of_a_cause(company: World, as_recruiter: Client) -> None:
    stopped(company, 2, "posting_gone")
    posting = Posting.objects.filter(state="published").first()
    assert posting is not None
    url = "/activity/everybody/?do=posting&show=failed&cause=posting_gone"
    assert posting.text in as_recruiter.get(url).content.decode()
    assert "Choose a Lever job first" in as_recruiter.post(url, {"posting": "nonsense"}).content.decode()
    assert SyncRecord.objects.filter(state=State.FAILED).count() == 2
    as_recruiter.post(url, {"posting": posting.lever_id})
    company.work()
    assert set(SyncRecord.objects.values_list("state", "posting_id")) == {("synced", posting.lever_id)}


def test_the_chosen_are_retried_or_cancelled_and_one_comes_back_to_the_list(
    company: World, as_recruiter: Client
) -> None:
    records = stopped(company, 3, "rejected_422")
    back = "/activity/?show=failed&cause=rejected"
    answer = as_recruiter.post("/activity/chosen/", {"do": "retry", "record": [records[0].pk], "back": back})
    assert answer["Location"] == back
    as_recruiter.post("/activity/chosen/", {"do": "cancel", "record": [records[1].pk], "back": back})
    assert list(SyncRecord.objects.order_by("pk").values_list("state", flat=True)) == [
        "queued",
        "cancelled",
        "failed",
    ]


def test_nobody_is_sent_away_from_our_pages(company: World, as_recruiter: Client) -> None:
    for back in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        answer = as_recruiter.post("/activity/chosen/", {"do": "retry", "back": back})
        assert answer["Location"] == "/activity/"


def test_choosing_nobody_says_so(company: World, as_recruiter: Client) -> None:
    answer = as_recruiter.post("/activity/chosen/", {"do": "retry"}, follow=True)
    assert "Choose somebody first" in answer.content.decode()
    assert as_recruiter.get("/activity/chosen/").status_code == 405


def test_rows_on_the_way_are_asked_for_again_and_the_logo_appears(
    company: World, as_recruiter: Client
) -> None:
    (record,) = company.export(company.person("Ingrid Solheim"))
    page = text(as_recruiter, show="all")
    assert f"/activity/standings/?id={record.pk}" in page
    company.work()
    part = as_recruiter.get(f"/activity/standings/?id={record.pk}").content.decode()
    assert "lever-logo" in part
    assert "Created in Lever" in part
    assert "hx-get" not in part  # nothing moves any more


def test_hostile_text_is_escaped(company: World, as_recruiter: Client) -> None:
    bad = "<img src=x onerror=alert(1)>"
    (record,) = company.export(company.person(bad))
    SyncRecord.objects.filter(pk=record.pk).update(
        state="failed", cause="rejected_400", reason=f"Lever said {bad}."
    )
    company.job.title = bad
    company.job.save()
    for url in (
        "/activity/?show=failed",
        "/activity/?show=all",
        f"/activity/?q={bad}",
        f"/activity/{record.pk}/",
    ):
        page = as_recruiter.get(url).content.decode()
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


def test_a_lost_connection_is_told(company: World, as_recruiter: Client) -> None:
    stopped(company, 1, "not_connected", State.HELD)
    accounts.disconnect(by=SYSTEM)
    assert "Lever is not connected" in text(as_recruiter, show="held")


@pytest.mark.parametrize("show", ["waiting", "held", "failed", "all", "failed&cause=rejected"])
def test_queries_do_not_grow_with_rows(company: World, as_recruiter: Client, show: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(database) as captured:
            assert as_recruiter.get(f"/activity/?show={show}").status_code == 200
        return len(captured)

    def crowd(number: int) -> None:
        stopped(company, number, "rejected_422")
        stopped(company, number, "outgoing_off", State.HELD)
        company.export(*[company.person() for _ in range(number)])

    crowd(4)
    queries()
    few = queries()
    crowd(40)
    assert queries() <= few + 2 and queries() < 45


def test_waiting_shows_the_first_in_their_order(company: World, as_recruiter: Client) -> None:
    records = company.export(*[company.person(f"Person {place:03}") for place in range(104)])
    SyncRecord.objects.filter(pk=records[-1].pk).update(priority=5)
    SyncRecord.objects.filter(pk=records[0].pk).update(due_at=db_now() + timedelta(hours=1))
    page = text(as_recruiter, show="waiting")
    assert page.index("Person 103") < page.index("Person 001")
    assert "Person 000" not in page
    assert "The first 50 of 104" in page
