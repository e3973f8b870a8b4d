"""A job's list of people."""

import re
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pinlever.recruiting.models import Job
from pinlever.sync.models import SyncRecord
from tests.sync.world import World

HOSTILE = "<img src=x onerror=alert(1)>\"'"


def page(client: Client, company: World, **query: str) -> str:
    answer = client.get(f"/jobs/{company.job.key}/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(client: Client, company: World, ids: list[int], since: str = "") -> tuple[int, str]:
    query = {"ids": ",".join(map(str, ids)), "since": since}
    answer = client.get(f"/jobs/{company.job.key}/rows/", query)
    return answer.status_code, answer.content.decode()


def test_it_requires_signing_in(client: Client, company: World) -> None:
    for part in ("", "rows/"):
        answer = client.get(f"/jobs/{company.job.key}/{part}")
        assert answer["Location"].startswith("/accounts/login/")


def test_an_unknown_job_is_not_found(as_recruiter: Client) -> None:
    assert as_recruiter.get("/jobs/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_it_works_without_lever(as_recruiter: Client, db: None) -> None:
    job = Job.objects.create(title="Backend Engineer")
    assert "Nobody is sourced for this job yet" in as_recruiter.get(f"/jobs/{job.key}/").content.decode()


def test_a_row_tells_who_it_is_how_far_they_are_and_why(company: World, as_recruiter: Client) -> None:
    there = company.person("Ingrid Solheim", current_title="Staff Engineer", current_company="Nordlys Energi")
    company.person("Yusuf Demir")
    company.event(there, "replied", "email")
    company.export(there)
    company.work()
    shown = page(as_recruiter, company)
    assert "Staff Engineer · Nordlys Energi" in shown
    assert SyncRecord.objects.get().lever_url in shown
    assert "1 of 2 in Lever" in shown
    assert "Replied" in shown
    assert "This job’s rule is Never" in shown.replace("&#x27;", "’") or "Not yet" in shown
    assert re.search(
        rf'value="{there.pk}" aria-label="Choose Ingrid Solheim"', shown
    )  # to be taken back, say


def test_filters_stay_in_the_address_and_say_how_many_fit(company: World, as_recruiter: Client) -> None:
    company.person("Ingrid Solheim")
    failed = company.person("Tom Okafor")
    company.export(failed)
    SyncRecord.objects.update(state="failed", reason="Lever job is closed.")
    shown = page(as_recruiter, company, state="failed")
    assert "Tom Okafor" in shown and "Ingrid" not in shown
    assert "1 person fits" in shown
    assert "Nobody fits" in page(as_recruiter, company, q="nobody of this name")
    assert "Ingrid" in page(as_recruiter, company, q="ingrid", stage="sourced", state="not_yet")
    assert "Ingrid" in page(as_recruiter, company, state="nonsense", stage="nonsense", before="x")


def test_what_people_are_called_is_escaped(company: World, as_recruiter: Client) -> None:
    company.person(HOSTILE, current_company=HOSTILE, current_title=HOSTILE)
    company.job.title = HOSTILE
    company.job.save()
    shown = page(as_recruiter, company, q="img")
    assert "<img" not in shown


def test_queries_do_not_grow_with_people(company: World, as_recruiter: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(as_recruiter, company)
        return len(seen)

    def add(number: int) -> None:
        company.export(*(company.person(f"A {each}") for each in range(number)))
        company.work()
        for each in range(number):
            company.event(company.person(f"B {each}"), "message_sent", "email")

    add(2)
    page(as_recruiter, company)
    few = queries()
    add(18)
    assert queries() <= few


def test_long_lists_come_in_pages(company: World, as_recruiter: Client) -> None:
    for number in range(51):
        company.person(f"Person {number}")
    shown = page(as_recruiter, company)
    assert "51 candidates" in shown
    assert "Export all 51 that match" in shown
    older = re.search(r'href="([^"]*before=\d+)"', shown)
    assert older
    answer = as_recruiter.get(older[1].replace("&amp;", "&"))
    assert "Person 0" in answer.content.decode()


def test_people_are_sorted_by_name_over_pages(company: World, as_recruiter: Client) -> None:
    for number in range(51):
        company.person(f"Person {number:02}")
    first = as_recruiter.get(f"/jobs/{company.job.key}/", {"sort": "name", "stage": "sourced"})
    assert [row.name for row in first.context["rows"]][:2] == ["Person 00", "Person 01"]
    assert 'aria-sort="ascending"' in first.content.decode()
    last = as_recruiter.get(first.context["page"].older_url)
    assert [row.name for row in last.context["rows"]] == ["Person 50"]
    back = as_recruiter.get(last.context["page"].newer_url)
    assert [row.name for row in back.context["rows"]] == [row.name for row in first.context["rows"]]
    down = as_recruiter.get(f"/jobs/{company.job.key}/", {"sort": "-name"})
    assert down.context["rows"][0].name == "Person 50"


def test_rows_that_did_not_change_are_not_sent_again(company: World, as_recruiter: Client) -> None:
    somebody = company.person()
    since = (timezone.now() + timedelta(seconds=1)).isoformat()
    assert rows(as_recruiter, company, [somebody.pk], since) == (204, "")


def test_a_row_that_moves_comes_again_and_brings_the_logo(company: World, as_recruiter: Client) -> None:
    somebody, other = company.person("Ingrid Solheim"), company.person("Other")
    since = timezone.now().isoformat()
    company.export(somebody)
    status, shown = rows(as_recruiter, company, [somebody.pk, other.pk], since)
    assert status == 200
    assert f'id="prospect-{somebody.pk}" hx-swap-oob="true"' in shown
    assert f"prospect-{other.pk}" not in shown
    assert "every 2s" in shown
    company.work()
    _, shown = rows(as_recruiter, company, [somebody.pk, other.pk], since)
    assert "lever-logo" in shown
    assert "1 of 2 in Lever" in shown


def test_only_this_jobs_rows_are_told(company: World, as_recruiter: Client) -> None:
    elsewhere = company.person("Elsewhere", job=Job.objects.create(title="Another"))
    company.export(elsewhere)
    assert "Elsewhere" not in rows(as_recruiter, company, [elsewhere.pk])[1]


def test_nonsense_in_the_address_does_no_harm(company: World, as_recruiter: Client) -> None:
    company.person()
    for query in ({"ids": "x,-1,,9999999999999999999999"}, {"ids": "1", "since": "2026-99-99T00:00"}, {}):
        assert as_recruiter.get(f"/jobs/{company.job.key}/rows/", query).status_code in (200, 204)
