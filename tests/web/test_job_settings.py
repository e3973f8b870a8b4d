"""Position details: saved as changed."""

import pytest
from django.test import Client

from pinlever.audit.services import SYSTEM
from pinlever.connection import accounts
from pinlever.connection.models import LeverAccount, Posting
from pinlever.practice import seed
from pinlever.recruiting.models import Job
from pinlever.sync.models import JobPosting, JobRule
from pinlever.sync.services import set_trigger
from tests.sync.world import World

HTMX = {"HX-Request": "true"}
BACKEND = seed.posting_id("backend-engineer")


def settings_of(client: Client, company: World) -> str:
    return client.get(f"/jobs/{company.job.key}/settings/").content.decode()


def post(client: Client, company: World, part: str, *, htmx: bool = True, **given: str) -> str:
    url = f"/jobs/{company.job.key}/settings/{part}/"
    answer = client.post(url, given, headers=HTMX if htmx else {}, follow=not htmx)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("part", ["", "position/", "trigger/", "posting/", "past/"])
def test_it_requires_signing_in(client: Client, company: World, part: str) -> None:
    answer = client.get(f"/jobs/{company.job.key}/settings/{part}")
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("trigger", ["never", "contact_found", "messaged", "replied", "interested"])
def test_each_trigger_is_saved(company: World, as_recruiter: Client, trigger: str) -> None:
    assert "Saved just now" in post(as_recruiter, company, "trigger", trigger=trigger)
    assert JobRule.objects.get().trigger == trigger
    assert f'value="{trigger}" checked' in settings_of(as_recruiter, company)


def test_an_unknown_trigger_is_refused(company: World, as_recruiter: Client) -> None:
    assert "Not saved" in post(as_recruiter, company, "trigger", trigger="always")
    assert not JobRule.objects.exists()


def test_without_javascript_the_page_says_saved(company: World, as_recruiter: Client) -> None:
    assert "Saved." in post(as_recruiter, company, "trigger", htmx=False, trigger="replied")


def test_title_and_place_are_saved(company: World, as_recruiter: Client) -> None:
    assert "Saved just now" in post(
        as_recruiter, company, "position", title="Staff Engineer", location="Oslo"
    )
    company.job.refresh_from_db()
    assert (company.job.title, company.job.location) == ("Staff Engineer", "Oslo")


def test_an_empty_title_is_refused_in_a_sentence(company: World, as_recruiter: Client) -> None:
    assert "Not saved" in post(as_recruiter, company, "position", title="", location="Oslo")
    shown = post(as_recruiter, company, "position", htmx=False, title=" ", location="Bergen")
    assert "Bergen" in shown
    company.job.refresh_from_db()
    assert company.job.title == "Backend Engineer"


def test_a_lever_job_is_chosen_and_taken_away(company: World, as_recruiter: Client) -> None:
    post(as_recruiter, company, "posting", posting=BACKEND)
    assert JobPosting.objects.get().posting_id == BACKEND
    assert "Backend Engineer — Oslo · Engineering / Platform" in settings_of(as_recruiter, company)
    post(as_recruiter, company, "posting", posting="", posting_text="")
    assert JobPosting.objects.get().posting_id == ""


def test_a_lever_job_is_known_by_its_name_alone(company: World, as_recruiter: Client) -> None:
    post(as_recruiter, company, "posting", posting="", posting_text="backend engineer")
    assert JobPosting.objects.get().posting_id == BACKEND


def test_a_name_overrules_what_was_chosen_before(company: World, as_recruiter: Client) -> None:
    """Without JavaScript the hidden id stays what it was."""
    post(as_recruiter, company, "posting", posting=BACKEND, posting_text="Account Executive")
    assert JobPosting.objects.get().posting_id == seed.posting_id("account-executive")


def test_a_lever_job_nobody_knows_is_refused(company: World, as_recruiter: Client) -> None:
    shown = post(as_recruiter, company, "posting", posting="", posting_text="<b>Astronaut</b>")
    assert "No Lever job is called" in shown and "<b>" not in shown
    assert not JobPosting.objects.exists()


def test_a_closed_lever_job_is_warned_about(company: World, as_recruiter: Client) -> None:
    shown = post(as_recruiter, company, "posting", posting=seed.posting_id("data-analyst"))
    assert "Data Analyst is closed in Lever" in shown
    assert "Data Analyst is closed in Lever" in settings_of(as_recruiter, company)


def test_lever_jobs_are_found_as_one_types_published_ones_first(company: World, as_recruiter: Client) -> None:
    def found(text: str) -> list[str]:
        shown = as_recruiter.get("/postings/", {"posting_text": text}).content.decode()
        names = [row.text for row in Posting.objects.all() if f"<bdi>{row.text} —" in shown]
        return sorted(names, key=lambda name: shown.index(f"<bdi>{name} —"))

    everything = found("")
    assert (
        everything.index("Backend Engineer")
        < everything.index("Account Executive")
        < everything.index("Data Analyst")
    )
    assert found("eng oslo back") == ["Backend Engineer"]
    assert "No Lever job fits" in as_recruiter.get("/postings/", {"posting_text": "zzz"}).content.decode()


def test_confidential_lever_jobs_are_shown_only_where_permitted(company: World, as_recruiter: Client) -> None:
    chief = "Chief of Staff"
    LeverAccount.objects.update(confidential_access=True)
    assert chief in as_recruiter.get("/postings/").content.decode()
    LeverAccount.objects.update(confidential_access=False)
    assert chief not in as_recruiter.get("/postings/").content.decode()
    assert "Not saved" in post(
        as_recruiter, company, "posting", posting=seed.posting_id("chief-of-staff"), posting_text=chief
    )


def test_it_tells_who_is_past_each_trigger_and_what_an_export_would_do(
    company: World, as_recruiter: Client
) -> None:
    for _ in range(2):
        company.event(company.person(), "replied", "email")
    company.event(company.person(), "message_sent", "email")
    set_trigger(by=SYSTEM, job=company.job, trigger="replied")
    past = as_recruiter.get(f"/jobs/{company.job.key}/settings/past/").content.decode()
    assert "3 people are past this already" in past
    assert "2 people are past this already" in past
    assert "2 people passed this point" in past
    assert "<strong>2</strong> will be created" in past and "as of <time" in past
    assert f"/export/?job={company.job.key}&amp;past=replied&amp;all=1" in past


def test_disconnected_it_says_so_and_stays_usable(company: World, as_recruiter: Client) -> None:
    accounts.disconnect(by=SYSTEM)
    assert "Lever is not connected" in settings_of(as_recruiter, company)
    assert "Saved just now" in post(as_recruiter, company, "trigger", trigger="messaged")
    assert "Saved just now" in post(as_recruiter, company, "posting", posting=BACKEND)


def test_never_connected_it_says_so_and_stays_usable(as_recruiter: Client, db: None) -> None:
    job = Job.objects.create(title="Backend Engineer")
    shown = as_recruiter.get(f"/jobs/{job.key}/settings/").content.decode()
    assert "There are no Lever jobs to choose from" in shown
    assert as_recruiter.get(f"/jobs/{job.key}/settings/past/").status_code == 200
    as_recruiter.post(f"/jobs/{job.key}/settings/trigger/", {"trigger": "replied"})
    assert JobRule.objects.get().trigger == "replied"
    answer = as_recruiter.post(f"/jobs/{job.key}/settings/posting/", {"posting": BACKEND}, headers=HTMX)
    assert "never been connected" in answer.content.decode()
