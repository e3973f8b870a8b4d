"""The list of jobs, new jobs, closing."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM
from pinlever.practice import seed
from pinlever.recruiting.models import Job
from pinlever.sync.services import set_posting, set_trigger
from tests.sync.world import World

HOSTILE = "<script>alert(1)</script>\"'&"


def page(client: Client, **query: str) -> str:
    answer = client.get("/jobs/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_requires_signing_in(client: Client, db: None) -> None:
    for url in ("/jobs/", "/jobs/new/"):
        assert client.get(url)["Location"].startswith("/accounts/login/")


def test_without_jobs_it_says_what_to_do_first(as_recruiter: Client) -> None:
    assert "No job yet" in page(as_recruiter)


def test_a_row_tells_rule_lever_job_and_how_many_are_in_lever(company: World, as_recruiter: Client) -> None:
    set_trigger(by=SYSTEM, job=company.job, trigger="replied")
    set_posting(
        by=SYSTEM, account=company.account, job=company.job, posting_id=seed.posting_id("backend-engineer")
    )
    company.export(company.person())
    company.person()
    company.work()
    shown = page(as_recruiter)
    assert "Syncs when they reply" in shown
    assert "Lever job “<bdi>Backend Engineer</bdi>”" in shown
    assert "1 of 2" in shown


def test_jobs_are_searched_and_filtered(as_recruiter: Client) -> None:
    Job.objects.create(title="Data Analyst", location="Tokyo")
    Job.objects.create(title="Designer", location="Oslo", is_open=False)
    assert "Data Analyst" in page(as_recruiter, q="tokyo data")
    assert "No job fits" in page(as_recruiter, q="oslo")
    assert "Designer" in page(as_recruiter, q="oslo", status="closed")
    assert "Designer" in page(as_recruiter, status="any")
    assert "Data Analyst" in page(as_recruiter, status="nonsense")


def test_jobs_are_sorted_by_title_whatever_its_case(as_recruiter: Client) -> None:
    for title in ("designer", "Analyst", "Engineer"):
        Job.objects.create(title=title)

    def titles(sort: str) -> list[str]:
        return [row.job.title for row in as_recruiter.get("/jobs/", {"sort": sort}).context["rows"]]

    assert titles("title") == ["Analyst", "designer", "Engineer"]
    assert titles("-title") == ["Engineer", "designer", "Analyst"]
    assert titles("") == titles("nonsense") == ["Engineer", "Analyst", "designer"]
    assert 'aria-sort="ascending"' in page(as_recruiter, sort="title", status="open")


def test_titles_are_escaped(as_recruiter: Client) -> None:
    Job.objects.create(title=HOSTILE, location=HOSTILE)
    assert "<script>alert" not in page(as_recruiter, q="script")


def test_queries_do_not_grow_with_jobs(company: World, as_recruiter: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(as_recruiter)
        return len(seen)

    page(as_recruiter)
    few = queries()
    for number in range(30):
        company.person(job=Job.objects.create(title=f"Job {number}"))
    assert queries() == few


def test_a_new_job_leads_to_its_settings(as_recruiter: Client, recruiter: User) -> None:
    answer = as_recruiter.post(
        "/jobs/new/", {"title": " Backend  Engineer ", "location": "Oslo", "owner": recruiter.pk}
    )
    job = Job.objects.get()
    assert answer["Location"] == f"/jobs/{job.key}/settings/"
    assert (job.title, job.location, job.owner) == ("Backend Engineer", "Oslo", recruiter)
    assert AuditEntry.objects.filter(action="job.added", by_id=str(recruiter.pk)).exists()


def test_a_job_without_a_title_is_refused_and_nothing_is_lost(as_recruiter: Client) -> None:
    answer = as_recruiter.post("/jobs/new/", {"title": "  ", "location": "Oslo"})
    assert answer.status_code == 200
    assert "Oslo" in answer.content.decode()
    assert not Job.objects.exists()


def test_the_dialog_is_a_part_of_a_page_for_htmx(as_recruiter: Client) -> None:
    shown = as_recruiter.get("/jobs/new/", headers={"HX-Request": "true"}).content.decode()
    assert shown.lstrip().startswith("<dialog")


def test_a_job_is_closed_and_opened_again(as_recruiter: Client) -> None:
    job = Job.objects.create(title="Backend Engineer")
    as_recruiter.post(f"/jobs/{job.key}/open/")
    job.refresh_from_db()
    assert not job.is_open
    as_recruiter.post(f"/jobs/{job.key}/open/", {"open": "1"})
    job.refresh_from_db()
    assert job.is_open
    assert as_recruiter.get(f"/jobs/{job.key}/open/").status_code == 405
