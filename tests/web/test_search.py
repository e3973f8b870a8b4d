"""One search for everything: each way of asking leads to the person and their history; hostile text to nothing."""

import uuid
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pinlever.audit.services import SYSTEM
from pinlever.connection.models import KnownOpportunity, Posting
from pinlever.foundation.clock import db_now
from pinlever.imports.models import Import
from pinlever.inbound.models import WebhookDelivery
from pinlever.notices.endpoints import add
from pinlever.notices.models import Delivery
from pinlever.notices.services import announce
from pinlever.recruiting.models import Candidate, Job
from pinlever.sync.models import ExportRun, SyncRecord
from pinlever.web.search_reading import Typed, read
from tests.sync.world import World

LINKEDIN = "https://www.linkedin.com/in/ingrid-solheim"
ID = "0b0e1c9e-1d5a-4f6a-9a65-0c8f3d1b7a11"
SPELT = "no.linkedin.com/in/Ingrid-Solheim/?x=1"
LEVER = f"https://hire.lever.co/candidates/{ID.upper()}?x"
HOSTILE = (
    *(
        "",
        " ",
        "x",
        "%",
        "%%%%",
        "_",
        "\\",
        "'; DROP TABLE x; --",
        "(.*)+$" * 40,
        "\x00",
        "a" * 5000,
        "9" * 40,
    ),
    *("@", "@@", "linkedin.com/in/", "http://[", "//", "<script>alert(1)</script>", "\u202eabc", "😀"),
    *("999999999999999999", "+" * 200, "export 999999999999999999"),
)


def text(client: Client, asked: str, url: str = "/search/") -> str:
    answer = client.get(f"{url}?{urlencode({'q': asked})}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def ingrid(company: World) -> SyncRecord:
    """In Lever by us; Tom is not."""
    person = company.person(
        "Ingrid Solheim", emails=("ingrid@people.example",), linkedin=LINKEDIN, phones=("+47 22 12 34 56",)
    )
    (record,) = company.export(person)
    company.work()
    company.export(company.person("Tom Okafor", emails=("tom@klarna.example",)))
    record.refresh_from_db()
    return record


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("  Ingrid   Solheim ", Typed("Ingrid Solheim")),
        ("INGRID@People.example", Typed("INGRID@People.example", email="ingrid@people.example")),
        (SPELT, Typed(SPELT, linkedin="ingrid-solheim")),
        (LEVER, Typed(LEVER, id=ID)),
        ("export #12", Typed("export #12", number=12, of="export")),
        ("https://pin.example/imports/7/", Typed("https://pin.example/imports/7/", number=7, of="import")),
        ("/activity/9", Typed("/activity/9", number=9, of="record")),
        ("x\x00y", Typed("xy")),
    ],
)  # fmt: skip
def test_what_was_typed_is_read(said: str, found: Typed) -> None:
    assert read(said) == found


def test_a_phone_number_is_read_as_it_is_kept() -> None:
    assert "+4722123456" in read("0047 22 12 34 56").phones
    assert "+4722123456" in read("+47 (22) 12-34-56").phones
    assert read("2024").phones == ()


def ways(record: SyncRecord) -> list[str]:
    person = record.prospect.candidate
    return [
        "solheim", "INGRID sol", "Ingrid@PEOPLE.example ", "+47 22123456", "https://no.linkedin.com/in/Ingrid-Solheim/",
        "linkedin.com/in/ingrid-solheim?trk=x", record.lever_url, record.opportunity_id, record.contact_id,
        str(person.key), f"https://pin.example/candidates/{person.key}/", f"http://x/prospects/{record.prospect.key}/",
        f"record {record.pk}", f"/activity/{record.pk}/",
    ]  # fmt: skip


def test_every_way_of_asking_leads_to_the_person_and_their_history(
    ingrid: SyncRecord, as_recruiter: Client
) -> None:
    for asked in ways(ingrid):
        page = text(as_recruiter, asked)
        assert f"/candidates/{ingrid.prospect.candidate.key}/" in page, asked
        assert f"/activity/{ingrid.pk}/" in page, asked
        assert "Tom Okafor" not in page, asked


def test_a_merged_row_leads_to_the_person(ingrid: SyncRecord, as_recruiter: Client) -> None:
    root = ingrid.prospect.candidate
    merged = Candidate.objects.create(full_name="I. Solheim", external_id="crm-77", merged_into=root)
    for asked in (str(merged.key), "crm-77"):
        assert f"/candidates/{root.key}/" in text(as_recruiter, asked)


def test_people_who_are_in_lever_only_are_told_apart(company: World, as_recruiter: Client) -> None:
    now = db_now()
    shared: dict[str, Any] = {"account": company.account, "opened_at": now, "active_at": now, "seen_at": now}
    for number, (name, hidden) in enumerate((("Astrid Lindqvist", False), ("Astrid Secret", True))):
        KnownOpportunity.objects.create(
            lever_id=str(uuid.uuid4()), contact_id=f"c{number}", name=name, search_name=name.lower(),
            is_confidential=hidden, **shared,
        )  # fmt: skip
    page = text(as_recruiter, "astrid")
    assert "In Lever, not a candidate here" in page
    assert "Astrid Lindqvist" in page
    assert "Astrid Secret" not in page


def test_a_confidential_candidacy_leads_recruiters_to_nobody(
    ingrid: SyncRecord, as_recruiter: Client, as_super_admin: Client
) -> None:
    now, hidden = db_now(), str(uuid.uuid4())
    KnownOpportunity.objects.create(
        account=ingrid.account, lever_id=hidden, contact_id=ingrid.contact_id, is_confidential=True,
        opened_at=now, active_at=now, seen_at=now,
    )  # fmt: skip
    assert "Nothing is found" in text(as_recruiter, hidden)
    assert "Ingrid Solheim" in text(as_super_admin, hidden)


def test_deliveries_about_a_person_are_for_super_admins(
    ingrid: SyncRecord, as_recruiter: Client, as_super_admin: Client
) -> None:
    now = db_now()
    told = WebhookDelivery.objects.create(
        account=ingrid.account, event="candidateStageChange", token="t", opportunity_id=ingrid.opportunity_id,
        triggered_at=now, received_at=now, due_at=now, body={"secret": "word for word"},
    )  # fmt: skip
    add(by=SYSTEM, name="Outreach", url="https://outreach.example/", kinds=())
    announce("sync.completed", {"candidate": {"key": str(ingrid.prospect.candidate.key)}})
    ours = Delivery.objects.get()
    for asked in ("ingrid@people.example", ingrid.opportunity_id):
        page = text(as_super_admin, asked)
        assert f"/inbound/webhookdelivery/{told.pk}/change/" in page
        assert f"/settings/webhooks/deliveries/{ours.pk}/" in page
        assert "kept for 14 days" in page
        assert "word for word" not in page
        assert "Deliveries" not in text(as_recruiter, asked)


def test_jobs_files_and_exports_are_found(company: World, as_recruiter: Client) -> None:
    job = Job.objects.create(title="Designer, Oslo", external_id="req-12")
    made = Import.objects.create(
        file_name="spring fair.csv", sha256="x", job=job, by_kind="person", by_label="Rita", encoding="utf-8"
    )
    run = ExportRun.objects.create(account=company.account, by_kind="person", by_label="Rita Vik")
    posting = Posting.objects.filter(account=company.account, is_confidential=False)[0]
    for asked in ("designer", "req-12", str(job.key)):
        assert f"/jobs/{job.key}/" in text(as_recruiter, asked)
    for asked in ("spring fair", f"import {made.pk}", f"https://pin.example/imports/{made.pk}/"):
        assert f"/imports/{made.pk}/" in text(as_recruiter, asked)
    assert f"/export/runs/{run.pk}/" in text(as_recruiter, f"export {run.pk}")
    assert posting.text in text(as_recruiter, posting.lever_id)


@pytest.mark.parametrize("asked", HOSTILE)
@pytest.mark.parametrize("url", ["/search/", "/search/suggestions/"])
def test_hostile_text_finds_nothing_and_breaks_nothing(
    company: World, as_super_admin: Client, asked: str, url: str
) -> None:
    company.person("Ingrid Solheim")
    page = text(as_super_admin, asked, url)
    assert "Ingrid Solheim" not in page
    assert "<script>alert" not in page


def test_suggestions_are_people_and_jobs(ingrid: SyncRecord, as_recruiter: Client) -> None:
    page = text(as_recruiter, "solh", "/search/suggestions/")
    assert "Ingrid Solheim" in page
    assert "/search/?q=solh" in page
    assert text(as_recruiter, "s", "/search/suggestions/").strip() == ""
    assert "Backend Engineer" in text(as_recruiter, "backend", "/search/suggestions/")


def test_it_requires_signing_in(client: Client, db: None) -> None:
    assert client.get("/search/?q=x").status_code == 302
    assert client.get("/search/suggestions/?q=x", headers={"HX-Request": "true"}).status_code == 401


def test_without_an_account_people_are_found_all_the_same(as_recruiter: Client) -> None:
    Candidate.objects.create(full_name="Ola Ek", search_name="ola ek", search_text=" ola ek")
    assert "Ola Ek" in text(as_recruiter, "ola")


def test_the_queries_do_not_grow_with_what_is_found(company: World, as_super_admin: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(database) as statements:
            text(as_super_admin, "ada")
        return len(statements)

    company.export(company.person("Ada One"), company.person("Ada Two"))
    company.work(1)
    few = asked()
    company.export(*[company.person(f"Ada {number}") for number in range(12)])
    company.work(6)
    assert asked() <= few + 4
