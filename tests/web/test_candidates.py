"""The list of everybody: found, filtered, each person once, at the same price for ten and for a hundred."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from pinlever.audit.services import SYSTEM
from pinlever.foundation.clock import db_now
from pinlever.recruiting.cleaning import name_key
from pinlever.recruiting.models import Candidate, Job
from pinlever.recruiting.services import merge
from pinlever.sync.models import State, SyncRecord
from tests.sync.world import World

LIST = "/candidates/"
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def names(client: Client, **asked: str) -> list[str]:
    return [row.name for row in client.get(LIST, asked).context["rows"]]


def test_it_requires_signing_in(client: Client) -> None:
    assert client.get(LIST)["Location"] == "/accounts/login/?next=/candidates/"
    assert client.get("/candidates/moving/").status_code == 302


def test_nobody_yet_says_what_to_do_first(as_recruiter: Client) -> None:
    page = as_recruiter.get(LIST).content.decode()
    assert "Nobody is here yet" in page
    assert reverse("candidate-new") in page


def test_people_are_listed_newest_first_with_job_and_standing(company: World, as_recruiter: Client) -> None:
    company.person("Ada Lind", current_title="Engineer", current_company="Nordlys")
    company.person("Bo Berg")
    page = as_recruiter.get(LIST)
    assert [row.name for row in page.context["rows"]] == ["Bo Berg", "Ada Lind"]
    text = page.content.decode()
    assert "Engineer · Nordlys" in text
    assert "Backend Engineer" in text
    assert "Not yet" in text


@pytest.mark.parametrize(
    "typed",
    [
        "ingrid",
        "Solheim",
        "INGRID@solheim.example",
        "https://no.linkedin.com/in/Ingrid-Solheim/?trk=x",
        "nordlys",
    ],
)
def test_a_person_is_found_by_what_is_typed(company: World, as_recruiter: Client, typed: str) -> None:
    company.person(
        "Ingrid Solheim",
        emails=("ingrid@solheim.example",),
        linkedin="https://www.linkedin.com/in/ingrid-solheim",
        current_company="Nordlys Energi",
    )
    company.person("Bo Berg")
    assert names(as_recruiter, q=typed) == ["Ingrid Solheim"]


def test_a_person_in_lever_is_found_by_link_and_id(company: World, as_recruiter: Client) -> None:
    (record,) = company.export(company.person("Ingrid Solheim"))
    company.person("Bo Berg")
    company.work()
    record.refresh_from_db()
    assert names(as_recruiter, q=record.lever_url) == ["Ingrid Solheim"]
    assert names(as_recruiter, q=record.opportunity_id) == ["Ingrid Solheim"]
    assert record.lever_url in as_recruiter.get(LIST).content.decode()


def test_nobody_fits_is_said_with_what_was_typed(company: World, as_recruiter: Client) -> None:
    company.person("Bo Berg")
    assert "Nobody is found for “zzz”" in as_recruiter.get(LIST, {"q": "zzz"}).content.decode()


def test_job_stage_and_state_are_asked_of_the_same_prospect(company: World, as_recruiter: Client) -> None:
    other = Job.objects.create(title="Designer")
    ada = company.person("Ada Lind")
    company.person("Bo Berg", job=other)
    company.event(ada, "message_sent", "email")
    assert names(as_recruiter, job=str(company.job.key)) == ["Ada Lind"]
    assert names(as_recruiter, stage="messaged") == ["Ada Lind"]
    assert names(as_recruiter, stage="messaged", job=str(other.key)) == []
    assert names(as_recruiter, sync="not_yet") == ["Bo Berg", "Ada Lind"]
    company.export(ada)
    assert names(as_recruiter, sync="on_the_way") == ["Ada Lind"]
    company.work()
    assert names(as_recruiter, sync="any_in_lever") == ["Ada Lind"]


@pytest.mark.parametrize(
    "asked",
    [
        {"job": "no-key"},
        {"job": "00000000-0000-4000-8000-000000000000"},
        {"stage": "x"},
        {"sync": "x"},
        {"before": "x"},
        {"after": "9" * 30},
        {"q": "\x00"},
        {"q": "x" * 5000},
    ],
)
def test_nonsense_in_the_address_breaks_nothing(
    company: World, as_recruiter: Client, asked: dict[str, str]
) -> None:
    company.person("Ada Lind")
    assert as_recruiter.get(LIST, asked).status_code == 200


def test_who_was_merged_away_is_listed_once_and_counts_for_the_root(
    company: World, as_recruiter: Client
) -> None:
    other = Job.objects.create(title="Designer")
    ada, same = company.person("Ada Lind"), company.person("Ada Lind-Berg", job=other)
    merge(by=SYSTEM, gone=same.candidate, into=ada.candidate)
    assert names(as_recruiter) == ["Ada Lind"]
    assert names(as_recruiter, job=str(other.key)) == ["Ada Lind"]
    assert names(as_recruiter, q="Lind-Berg") == ["Ada Lind"]
    (row,) = as_recruiter.get(LIST).context["rows"]
    assert row.others == 1


def test_somebody_on_no_job_is_told_so(as_recruiter: Client) -> None:
    Candidate.objects.create(full_name="Ada Lind")
    page = as_recruiter.get(LIST).content.decode()
    assert "On no job yet" in page
    assert 'name="candidate"' in page


def test_hostile_text_is_shown_and_not_run(company: World, as_recruiter: Client) -> None:
    job = Job.objects.create(title=HOSTILE)
    company.person(HOSTILE, job=job, current_title=HOSTILE, current_company=HOSTILE)
    SyncRecord.objects.create(
        account=company.account,
        prospect=job.prospects.get(),
        state=State.FAILED,
        reason=HOSTILE,
        due_at=company.account.first_connected_at,
    )
    for page in (as_recruiter.get(LIST), as_recruiter.get(LIST, {"q": HOSTILE})):
        text = page.content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_it_costs_the_same_for_ten_and_for_fifty(
    company: World, as_recruiter: Client, django_assert_max_num_queries
) -> None:
    def cost() -> int:
        with django_assert_max_num_queries(60) as asked:
            as_recruiter.get(LIST, {"q": "person"})
        return len(asked.captured_queries)

    for number in range(10):
        company.person(f"Person {number}")
    company.export(*company.job.prospects.all()[:5])
    before = cost()
    for number in range(40):
        company.person(f"Person {number + 10}")
    company.export(*company.job.prospects.all()[:25])
    assert cost() <= before


def test_pages_are_by_key(company: World, as_recruiter: Client) -> None:
    Candidate.objects.bulk_create([Candidate(full_name=f"Person {number}") for number in range(60)])
    first = as_recruiter.get(LIST)
    assert len(first.context["rows"]) == 50
    second = as_recruiter.get(first.context["page"].older_url)
    assert [row.name for row in second.context["rows"]][-1] == "Person 0"
    assert len(second.context["rows"]) == 10


def everybody(client: Client, url: str) -> list[str]:
    """All names, page by page; and back again the same."""
    there, back = [], []
    answer = client.get(url)
    while True:
        there += [row.name for row in answer.context["rows"]]
        if not answer.context["page"].older_url:
            break
        answer = client.get(answer.context["page"].older_url)
    while True:
        back = [row.name for row in answer.context["rows"]] + back
        if not answer.context["page"].newer_url:
            break
        answer = client.get(answer.context["page"].newer_url)
    assert there == back
    return there


@pytest.mark.parametrize("sort", ["name", "-name"])
def test_by_name_nobody_is_missing_and_nobody_comes_twice(as_recruiter: Client, sort: str) -> None:
    """Most share a name; the pages break in the middle of them."""
    names = ["Åse Lind", "bo berg", *["Same Name"] * 120, "Zoë Ax", ""]
    Candidate.objects.bulk_create(
        [
            Candidate(full_name=name, search_name=name_key(name), headline=str(at))
            for at, name in enumerate(names)
        ]
    )
    found = everybody(as_recruiter, f"{LIST}?sort={sort}")
    assert len(found) == len(names)
    named = found if sort == "name" else found[::-1]
    assert named[1:3] == ["Åse Lind", "bo berg"]
    assert named[-1] == "Zoë Ax"


def test_pages_of_a_sorted_list_keep_order_and_filters_and_forget_vanished_rows(as_recruiter: Client) -> None:
    rows = [
        Candidate(full_name=f"P {at:03}", search_name=f"p {at:03}", search_text=f" p {at:03}")
        for at in range(60)
    ]
    Candidate.objects.bulk_create(rows)
    page = as_recruiter.get(LIST, {"sort": "name", "q": "p"})
    older = page.context["page"].older_url
    assert "sort=name" in older and "q=p" in older and "P%20" not in older
    assert "Next" in page.content.decode() and "Older" not in page.content.decode()
    Candidate.objects.get(full_name="P 049").delete()
    assert names(as_recruiter, sort="name", before=older.rpartition("before=")[2])[0] == "P 000"


def test_a_head_says_how_the_list_is_sorted_and_leads_on(company: World, as_recruiter: Client) -> None:
    company.person("Bo Berg")
    company.person("Ada Lind")
    page = as_recruiter.get(LIST, {"stage": "sourced"}).content.decode()
    assert "aria-sort" not in page
    assert 'href="/candidates/?stage=sourced&amp;sort=name"' in page
    page = as_recruiter.get(LIST, {"sort": "name"}).content.decode()
    assert 'aria-sort="ascending"' in page
    assert 'href="/candidates/?sort=-name"' in page
    assert '<option value="name" selected>' in page
    page = as_recruiter.get(LIST, {"sort": "-name"}).content.decode()
    assert 'aria-sort="descending"' in page
    assert names(as_recruiter, sort="name") == ["Ada Lind", "Bo Berg"]
    assert names(as_recruiter, sort="nonsense") == ["Ada Lind", "Bo Berg"], "newest first"
    assert names(as_recruiter, sort="-name") == ["Bo Berg", "Ada Lind"]


def test_all_that_match_are_offered_for_outreach_where_a_page_does_not_show_them(
    company: World, as_recruiter: Client
) -> None:
    company.person("Bo Berg")
    assert "that match" not in as_recruiter.get(LIST).content.decode()
    Candidate.objects.bulk_create(
        [Candidate(full_name=f"Person & {at}", search_text=f" person {at}") for at in range(60)]
    )
    page = as_recruiter.get(LIST, {"q": "person &"}).content.decode()
    assert "Add all 60 that match to outreach" in page
    assert "/outreach/add/?fitting=q%3Dperson%2B%2526" in page


def test_rows_that_move_are_told_again_without_the_page(company: World, as_recruiter: Client) -> None:
    ada = company.person("Ada Lind")
    company.export(ada)
    page = as_recruiter.get(LIST).content.decode()
    asked = f"/candidates/moving/?key={ada.candidate.key}"
    assert asked in page
    assert "Queued" in as_recruiter.get(asked).content.decode()
    company.work()
    since = (db_now() - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    moved = as_recruiter.get(f"{asked}&since={since}").content.decode()
    assert "Synced" in moved
    assert "lever-logo" in moved
    assert as_recruiter.get(asked).status_code == 204
    assert as_recruiter.get("/candidates/moving/?key=x&key=").status_code == 204
