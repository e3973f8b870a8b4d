"""Export to ATS: the dialog, its plan, the run."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pinlever.audit.services import SYSTEM
from pinlever.connection import rules
from pinlever.connection.models import Posting
from pinlever.practice import seed
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync import preview
from pinlever.sync.models import ExportRun, SyncRecord
from pinlever.sync.services import set_posting
from pinlever.web import export_runs, exporting
from tests.sync.world import World

HTMX = {"HX-Request": "true"}
SALES = seed.posting_id("account-executive")


def shown(client: Client, url: str = "/export/", **query: Any) -> str:
    answer = client.get(url, query, headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, *people: Prospect, **more: Any) -> Any:
    token = more.pop("token", str(uuid.uuid4()))
    return client.post("/export/", {"prospect": [one.pk for one in people], "token": token, **more})


@pytest.mark.parametrize(
    "url", ["/export/", "/export/plan/", "/export/runs/1/", "/export/runs/1/rows/", "/export/runs/1/cancel/"]
)
def test_it_requires_signing_in(client: Client, db: None, url: str) -> None:
    assert client.get(url)["Location"].startswith("/accounts/login/")
    assert client.post(url)["Location"].startswith("/accounts/login/")


def test_the_dialog_tells_the_plan_in_numbers(company: World, as_recruiter: Client) -> None:
    there, new, other = company.person("There"), company.person("New"), company.person("Other")
    company.export(there)
    company.work()
    page = shown(as_recruiter, prospect=[there.pk, new.pk, other.pk])
    assert "<strong>2</strong> will be created" in page
    assert "<strong>1</strong> in Lever already" in page
    assert "Export 2 people" in page
    assert "In Lever already." in page and "There" in page


def test_the_jobs_own_lever_job_is_preset_and_can_be_changed(company: World, as_recruiter: Client) -> None:
    somebody = company.person()
    set_posting(
        by=SYSTEM, account=company.account, job=company.job, posting_id=seed.posting_id("backend-engineer")
    )
    assert 'value="Backend Engineer — Oslo' in shown(as_recruiter, prospect=somebody.pk)
    run = send(
        as_recruiter, somebody, posting=SALES, posting_text="Account Executive — Warsaw · Revenue / Sales"
    )
    assert run.status_code == 302
    company.work()
    assert SyncRecord.objects.get().posting_id == SALES


@pytest.mark.parametrize("emptied", [{"posting": ""}, {"posting": seed.posting_id("backend-engineer")}])
def test_an_export_can_go_without_the_jobs_lever_job(
    company: World, as_recruiter: Client, emptied: dict[str, str]
) -> None:
    """Chosen in the list, or the text emptied without JavaScript. Only this export: the job keeps its Lever job."""
    somebody, next_one = company.person(), company.person()
    own = seed.posting_id("backend-engineer")
    set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=own)
    plan = shown(as_recruiter, "/export/plan/", prospect=somebody.pk, posting_text="", **emptied)
    assert "Export 1 person" in plan
    url = send(as_recruiter, somebody, posting_text="", **emptied)["Location"]
    assert "without a Lever job" in as_recruiter.get(url).content.decode()
    company.work()
    (made,) = [
        one
        for one in company.state()["opportunities"]
        if one["id"] == SyncRecord.objects.get().opportunity_id
    ]
    assert made["applications"] == []
    assert SyncRecord.objects.get().posting_id == ""
    send(as_recruiter, next_one)
    company.work()
    assert SyncRecord.objects.get(prospect=next_one).posting_id == own


def test_without_a_lever_job_a_closed_one_of_the_job_stops_nobody(
    company: World, as_recruiter: Client
) -> None:
    closed = seed.posting_id("data-analyst")
    set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=closed)
    somebody = company.person()
    assert "Nobody can go" in shown(as_recruiter, prospect=somebody.pk)
    plan = shown(as_recruiter, "/export/plan/", prospect=somebody.pk, posting="", posting_text="")
    assert "Export 1 person" in plan
    send(as_recruiter, somebody, posting="", posting_text="")
    company.work()
    assert SyncRecord.objects.get().state == "synced"


def test_an_unknown_lever_job_never_means_none(company: World, as_recruiter: Client) -> None:
    somebody = company.person()
    own = seed.posting_id("backend-engineer")
    set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=own)
    for unknown in ("none", "00000000-0000-4000-8000-000000000000"):
        send(as_recruiter, somebody, posting=unknown, posting_text="")
    company.work()
    assert SyncRecord.objects.get().posting_id == own


def test_the_plan_follows_the_chosen_lever_job(company: World, as_recruiter: Client) -> None:
    somebody = company.person()
    page = shown(as_recruiter, "/export/plan/", prospect=somebody.pk, posting=seed.posting_id("data-analyst"))
    assert "Data Analyst is closed" in page
    assert "Nobody can go" in page


def test_the_jobs_own_lever_job_may_be_gone(company: World, as_recruiter: Client) -> None:
    """Who is in Lever already is linked all the same."""
    known, new = company.person(emails=("known@people.example",)), company.person()
    company.export(company.person(emails=("known@people.example",), job=Job.objects.create(title="Other")))
    company.work()
    set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=SALES)
    Posting.objects.filter(lever_id=SALES).update(gone_at=timezone.now())
    page = shown(as_recruiter, prospect=[known.pk, new.pk])
    assert "<strong>1</strong> will be linked" in page and "no longer to be found" in page
    label = "Account Executive — Warsaw · Revenue / Sales"
    assert send(as_recruiter, known, new, posting=SALES, posting_text=label).status_code == 302


def test_everybody_who_fits_the_filters(company: World, as_recruiter: Client) -> None:
    company.event(company.person("Replied One"), "replied", "email")
    company.person("Sourced One")
    page = shown(as_recruiter, job=str(company.job.key), stage="replied", all="1")
    assert "Export 1 person" in page
    answer = as_recruiter.post("/export/", {"job": str(company.job.key), "stage": "replied", "all": "1"})
    assert answer.status_code == 302
    assert [str(record.prospect.candidate) for record in SyncRecord.objects.all()] == ["Replied One"]


def test_with_nobody_ticked_it_offers_everybody_who_fits(company: World, as_recruiter: Client) -> None:
    company.person()
    page = shown(as_recruiter, job=str(company.job.key))
    assert "Nobody is selected" in page
    assert "See the plan for all 1" in page
    assert "Nobody is selected" in shown(as_recruiter)


def test_people_of_several_jobs_go_to_each_jobs_own_lever_job(company: World, as_recruiter: Client) -> None:
    other = Job.objects.create(title="Sales")
    set_posting(by=SYSTEM, account=company.account, job=other, posting_id=SALES)
    people = company.person(), company.person(job=other)
    assert "of several jobs" in shown(as_recruiter, prospect=[one.pk for one in people])
    send(as_recruiter, *people)
    company.work()
    assert list(SyncRecord.objects.order_by("prospect").values_list("posting_id", flat=True)) == ["", SALES]


def test_sent_twice_it_is_one_export(company: World, as_recruiter: Client) -> None:
    somebody, token = company.person(), str(uuid.uuid4())
    first = send(as_recruiter, somebody, token=token)
    second = send(as_recruiter, somebody, token=token)
    assert first["Location"] == second["Location"]
    assert (ExportRun.objects.count(), SyncRecord.objects.count()) == (1, 1)
    company.work()
    assert len(company.in_lever(company.state()["opportunities"][-1]["emails"][0])) == 1


def test_the_run_page_follows_everybody(company: World, as_recruiter: Client) -> None:
    there, new = company.person("There"), company.person("New One")
    company.export(there)
    company.work()
    url = send(as_recruiter, there, new)["Location"]
    page = shown(as_recruiter, url)
    assert "Export of 1 person" in page
    assert "0 of 1" in page and "1 could not go" in page and "Cancel 1 who waits" in page
    company.work()
    part = shown(as_recruiter, f"{url}rows/", ids=f"{there.pk},{new.pk}", since="2020-01-01T00:00:00+00:00")
    assert "1 of 1" in part and "lever-logo" in part and "Done" in part
    assert "hx-trigger" not in part.split("</div>")[0], "nothing is asked any more"


def test_what_waits_is_cancelled(company: World, as_recruiter: Client) -> None:
    url = send(as_recruiter, company.person())["Location"]
    page = as_recruiter.post(f"{url}cancel/", follow=True).content.decode()
    assert "taken back" in page and "1 cancelled" in page
    page = as_recruiter.post(f"{url}cancel/", follow=True).content.decode()
    assert "nothing to cancel" in page


def test_without_an_account_it_says_so(as_recruiter: Client, db: None) -> None:
    job = Job.objects.create(title="Backend Engineer")
    page = shown(as_recruiter, job=str(job.key))
    assert "Nobody is selected" in page


def test_never_connected_nobody_can_be_exported(as_recruiter: Client, company: World) -> None:
    somebody = company.person()
    from pinlever.connection.models import LeverConnection

    LeverConnection.objects.all().delete()
    page = shown(as_recruiter, prospect=somebody.pk)
    assert "never been connected" in page and "Export 1 person" not in page
    assert send(as_recruiter, somebody).status_code == 200
    assert not ExportRun.objects.exists()


def test_switched_off_it_says_that_people_will_wait(company: World, as_recruiter: Client) -> None:
    rules.set_outgoing(by=SYSTEM, account=company.account, on=False)
    assert "switched off" in shown(as_recruiter, prospect=company.person().pk)


def test_too_many_are_refused_in_a_sentence(
    company: World, as_recruiter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST", 2)
    for _ in range(3):
        company.person()
    answer = as_recruiter.get("/export/", {"job": str(company.job.key), "all": "1"})
    assert "can be exported at once" in answer.content.decode()


def test_nonsense_is_no_error(company: World, as_recruiter: Client) -> None:
    somebody = company.person()
    for query in (
        {"prospect": ["x", "99999999999999999999"]},
        {"job": "x"},
        {"prospect": ["999999"]},
        {"token": "x"},
    ):
        assert as_recruiter.get("/export/", query).status_code == 200
        assert as_recruiter.post("/export/", query).status_code == 200
    refused = send(as_recruiter, somebody, posting="nope", posting_text="<b>Nope</b>")
    assert "No Lever job is called" in refused.content.decode()
    assert "<b>Nope" not in refused.content.decode()
    assert not ExportRun.objects.exists()


def test_names_are_escaped_in_the_plan(company: World, as_recruiter: Client) -> None:
    hostile = company.person("<img src=x>")
    company.export(hostile)
    company.work()
    assert "<img" not in shown(as_recruiter, prospect=hostile.pk)


def test_it_works_as_a_page_of_its_own(company: World, as_recruiter: Client) -> None:
    page = as_recruiter.get("/export/", {"prospect": company.person().pk}).content.decode()
    assert "<h1" in page and "Export 1 person" in page
    assert re.search(r'name="token" value="[0-9a-f-]{36}"', page)
    assert preview.MOST == 5000


def test_whoever_gets_there_while_the_answer_is_made_is_told_of_in_the_next(
    company: World, as_recruiter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise all would be over, nothing asked any more, and their row still without the logo."""
    person = company.person()
    url = send(as_recruiter, person)["Location"]
    rows = export_runs._rows

    def rows_and_then_work(*args: Any) -> Any:
        made = rows(*args)
        company.work()
        return made

    monkeypatch.setattr(export_runs, "_rows", rows_and_then_work)
    asked = {"ids": str(person.pk), "since": "2020-01-01T00:00:00+00:00"}
    part = shown(as_recruiter, f"{url}rows/", **asked)
    assert "lever-logo" not in part and "hx-trigger" in part
    part = shown(as_recruiter, f"{url}rows/", **asked)
    assert "lever-logo" in part and "Done" in part
