"""Who is behind each number of a plan, how old it is, and what came out otherwise."""

import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pinlever.audit.services import SYSTEM
from pinlever.connection import accounts, crawl, rules
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverAccount, Posting
from pinlever.practice import seed
from pinlever.recruiting.models import Job
from pinlever.sync.models import ExportItem, SyncRecord
from pinlever.sync.services import set_posting, set_trigger
from pinlever.web import plans
from tests.sync.world import World

HTMX = {"HX-Request": "true"}
BACKEND, CLOSED = seed.posting_id("backend-engineer"), seed.posting_id("data-analyst")


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def links(page: str) -> list[str]:
    return [one.replace("&amp;", "&") for one in re.findall(r'hx-get="(/export/people/[^"]*)"', page)]


def known_and_new(company: World) -> list[int]:
    """One whom Lever knows by another job, and two it does not."""
    company.export(
        company.person("Kari Holm", emails=("k@x.example",), job=Job.objects.create(title="Other"))
    )
    company.work()
    known = company.person("Kari Holm", emails=("k@x.example",))
    return [known.pk, company.person("Ada Lind").pk, company.person("Bo Berg").pk]


def test_it_requires_signing_in(client: Client, db: None) -> None:
    assert client.get("/export/people/")["Location"].startswith("/accounts/login/")


def test_each_number_leads_to_its_people(company: World, as_recruiter: Client) -> None:
    ids = known_and_new(company)
    dialog = as_recruiter.get("/export/", {"prospect": ids}, headers=HTMX).content.decode()
    created, linked = links(dialog)
    assert "Planned from our copy of Lever, as of" in dialog
    shown = text(as_recruiter.get(created, headers=HTMX))
    assert "1–2 of 2 people will be created As of" in shown
    assert "Ada Lind" in shown and "Bo Berg" in shown and "Kari" not in shown
    assert "Kari Holm" in text(as_recruiter.get(linked))  # a page of its own without JavaScript


def test_the_list_tells_why(company: World, as_recruiter: Client) -> None:
    set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=CLOSED)
    somebody = company.person("Ada Lind")
    shown = text(as_recruiter.get("/export/people/", {"prospect": somebody.pk, "kind": "blocked"}))
    assert "Ada Lind · Backend Engineer The Lever job Data Analyst is closed" in shown
    elsewhere = {"prospect": somebody.pk, "kind": "create", "posting": BACKEND}
    assert "Ada Lind" in text(as_recruiter.get("/export/people/", elsewhere))


def test_a_long_list_has_pages(company: World, as_recruiter: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "AT_ONCE", 2)
    for number in range(5):
        company.person(f"Person {number}")
    address, seen = f"/export/people/?job={company.job.key}&all=1&kind=create", []
    while address:
        page = as_recruiter.get(address, headers=HTMX)
        seen += re.findall(r"Person \d", text(page))
        further = re.findall(r'hx-get="([^"]*)"[^>]*rel="next"', page.content.decode())
        address = further[0].replace("&amp;", "&") if further else ""
    assert seen == [f"Person {number}" for number in range(5)]


@pytest.mark.parametrize("query", [{}, {"kind": "x"}, {"from": "zz"}, {"job": "x", "waiting": "1"}])
def test_nonsense_shows_nobody(company: World, as_recruiter: Client, query: dict[str, str]) -> None:
    assert "Nobody is among them" in text(as_recruiter.get("/export/people/", query, headers=HTMX))


def test_a_plan_that_changed_meanwhile_is_shown_again_before_anybody_goes(
    company: World, as_recruiter: Client
) -> None:
    ids = known_and_new(company)[1:]
    form = {"prospect": ids, "token": str(uuid.uuid4()), "seen": "2 create"}
    company.export(*company.job.prospects.filter(pk=ids[0]))
    company.work()
    again = as_recruiter.post("/export/", form, headers=HTMX)
    assert "The plan has changed since you looked at it" in text(again)
    assert not ExportItem.objects.exists()
    assert 'value="1 create, 1 in Lever already"' in again.content.decode()
    form["seen"] = "1 create, 1 in Lever already"
    assert as_recruiter.post("/export/", form).status_code == 302


def test_the_export_page_tells_who_came_out_otherwise(company: World, as_recruiter: Client) -> None:
    set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=BACKEND)
    ids = known_and_new(company)
    run = as_recruiter.post("/export/", {"prospect": ids, "token": str(uuid.uuid4())})["Location"]
    company.work(2)
    assert "The plan: 2 create, 1 link" in text(as_recruiter.get(run))
    Posting.objects.filter(lever_id=BACKEND).update(state="closed")
    company.work()
    page = text(as_recruiter.get(run))
    assert "2 came out as planned, 1 differently" in page
    only = text(as_recruiter.get(f"{run}?show=differently"))
    assert "The plan said: create. The Lever job was closed in between." in only
    assert "Bo Berg" in only and "Kari Holm" not in only
    record = SyncRecord.objects.get(state="failed")
    said = "The plan said: create. The Lever job was closed in between."
    assert said in text(as_recruiter.get(reverse("record", args=[record.pk])))
    assert said in text(as_recruiter.get(f"/candidates/{record.prospect.candidate.key}/"))


def test_another_lever_job_tells_what_becomes_of_those_on_the_way(
    company: World, as_recruiter: Client
) -> None:
    company.export(company.person("Ada Lind"), company.person("Bo Berg"))
    address = f"/jobs/{company.job.key}/settings/past/"
    assert "2 people of this job are on the way" in text(as_recruiter.get(address))
    set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=CLOSED)
    page = as_recruiter.get(address).content.decode()
    (blocked,) = links(page)
    shown = text(as_recruiter.get(blocked, headers=HTMX))
    assert "Ada Lind" in shown and "Data Analyst is closed" in shown


def test_the_backfill_offer_is_the_exports_plan(company: World, as_recruiter: Client) -> None:
    set_trigger(by=SYSTEM, job=company.job, trigger="replied")
    assert LeverAccount.objects.exists()
    for name in ("Ada Lind", "Bo Berg"):
        company.event(company.person(name), "message_sent", "email")
    set_trigger(by=SYSTEM, job=company.job, trigger="messaged")
    page = as_recruiter.get(f"/jobs/{company.job.key}/settings/past/").content.decode()
    (created,) = links(page)
    assert "Ada Lind" in text(as_recruiter.get(created, headers=HTMX))
    (export,) = [one.replace("&amp;", "&") for one in re.findall(r'hx-get="(/export/\?[^"]*)"', page)]
    assert "Export 2 people" in text(as_recruiter.get(export, headers=HTMX))


def test_an_import_shows_the_plan_for_those_it_would_send(company: World, as_recruiter: Client) -> None:
    """With the keys of the file: Ada's new email is known in Lever already."""
    set_trigger(by=SYSTEM, job=company.job, trigger="contact_found")
    for name, slug in (("Ada Byron", "ada"), ("Bo Berg", "bo")):
        somebody = company.person(name, emails=(), linkedin=f"https://linkedin.com/in/{slug}")
        company.event(somebody, "added_to_outreach")
    file = (
        "Name,Emails,LinkedIn URL\n"
        "Ada Byron,ada@x.example,https://linkedin.com/in/ada\n"
        "Bo Berg,bo@x.example,https://linkedin.com/in/bo\n"
    )
    rules.set_match_rules(by=SYSTEM, account=company.account, near="ignore")
    company.control("opportunities", {"people": [{"name": "A. B.", "emails": ["ada@x.example"]}]})
    connection = accounts.current_connection()
    assert connection is not None
    crawl.poll(company.account, open_client(connection))
    upload = {"file": SimpleUploadedFile("people.csv", file.encode())}
    page = as_recruiter.post(reverse("job-import", args=[company.job.key]), upload, follow=True)
    assert "2 people would go to Lever now" in text(page)
    assert "1 will be created" in text(page) and "1 will be linked" in text(page)
    found = re.findall(r'hx-get="(/jobs/[^"]*/import/people/[^"]*)"', page.content.decode())
    created, linked = (text(as_recruiter.get(one.replace("&amp;", "&"), headers=HTMX)) for one in found)
    assert "Bo Berg" in created and "Ada Byron" in linked and "As of" in linked


def test_without_a_file_there_is_nobody_to_list(company: World, as_recruiter: Client) -> None:
    address = reverse("job-import-people", args=[company.job.key])
    assert "The file is not here any more" in text(as_recruiter.get(address, headers=HTMX))
    assert as_recruiter.get(address).status_code == 200
