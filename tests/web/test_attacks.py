"""What hostile, hasty and stale requests find: sentences and old data, never a fault, and nothing of others."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from pinlever.accounts.models import User
from pinlever.connection.models import KnownOpportunity, Posting
from pinlever.imports import uploads
from pinlever.imports.models import Upload
from pinlever.recruiting.models import Candidate, IdentityQuestion
from pinlever.sync.models import Question, State, SyncRecord
from pinlever.web.access import _page_of
from tests.sync.world import World

HOSTILE = {
    "nul": "a\x00b",
    "endless digits": "9" * 5000,
    "too large": str(2**63),
    "end of time": "9999-12-31T23:59:59-14:00",
    "beginning of time": "0001-01-01T00:00:00+14:00",
    "no ascii digits": "\u0661\u0662",
    "long": "x" * 30_000,
}
SAID = (
    *(
        "q",
        "state",
        "show",
        "cause",
        "stage",
        "past",
        "job",
        "prospect",
        "candidate",
        "ids",
        "since",
        "id",
        "key",
    ),
    *(
        "posting",
        "posting_text",
        "token",
        "before",
        "after",
        "at",
        "record",
        "kind",
        "look",
        "same_as",
        "contact",
    ),
    *(
        "opportunity",
        "profile",
        "title",
        "location",
        "owner",
        "full_name",
        "email",
        "phone",
        "linkedin",
        "begun_at",
    ),
    *("occurred_at", "note", "value", "source", "upload", "column", "user", "keys", "action", "was", "text"),
)
NOW = datetime(2026, 5, 4, tzinfo=UTC)
LISTS = (
    "home",
    "activity",
    "candidates",
    "jobs",
    "duplicates",
    "duplicates-decided",
    "imports",
    "ats",
    "export",
)
PARTS = (
    "activity-standings",
    "candidates-moving",
    "candidate-known",
    "postings",
    "export-plan",
    "add-to-outreach",
)


@pytest.fixture
def aimed(company: World) -> Iterator[dict[str, Any]]:
    """Addresses of things that are there."""
    prospect = company.person("Ingrid Solheim")
    (record,) = company.export(prospect)
    job, person = {"key": company.job.key}, {"key": prospect.candidate.key}
    yield {
        "job": job,
        "job-rows": job,
        "job-settings": job,
        "candidate": person,
        "candidate-sync": person,
        "log-activity": person,
        "contact-new": person,
        "record": {"pk": record.pk},
    }


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_no_address_fails_at_what_its_query_holds(
    as_super_admin: Client, aimed: dict[str, Any], company: World, value: str
) -> None:
    somebody = str(SyncRecord.objects.get().prospect_id)
    for name in (*LISTS, *PARTS, *aimed):
        url = reverse(name, kwargs=aimed.get(name))
        everything = dict.fromkeys(SAID, value)
        for query in (
            everything,
            {**everything, "job": str(company.job.key), "ids": somebody, "id": somebody},
        ):
            with transaction.atomic():
                assert as_super_admin.get(url, query).status_code in (200, 204, 302, 400), name


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_no_form_fails_at_what_is_sent(
    as_super_admin: Client, aimed: dict[str, Any], company: World, value: str
) -> None:
    record = SyncRecord.objects.get()
    forms: dict[str, dict[str, Any]] = {
        reverse("activity-chosen"): {"do": "retry"},
        reverse("activity-everybody") + "?do=posting&show=failed": {},
        reverse("record-act", args=[record.pk, "retry"]): {},
        reverse("job-posting", args=[company.job.key]): {},
        reverse("job-trigger", args=[company.job.key]): {},
        reverse("job-position", args=[company.job.key]): {},
        reverse("log-activity", args=[record.prospect.candidate.key]): {
            "kind": "replied",
            "channel": "email",
            "prospect": record.prospect_id,
        },
        reverse("contact-new", args=[record.prospect.candidate.key]): {"kind": "email"},
        reverse("candidate-new"): {"job": ""},
        reverse("add-to-outreach"): {"prospect": record.prospect_id},
        reverse("export"): {"prospect": record.prospect_id},
        reverse("ats-allow"): {},
        reverse("ats-default-user"): {},
        reverse("ats-alias"): {},
        reverse("ats-duplicates"): {},
    }
    for url, meant in forms.items():
        with transaction.atomic():
            answer = as_super_admin.post(url, {**dict.fromkeys(SAID, value), "back": value, **meant})
        assert answer.status_code in (200, 302, 400, 404), url


@pytest.mark.parametrize(
    "back", ["home", "admin:index", "//elsewhere.example/", "https://elsewhere.example/", "\\\\x", ""]
)
def test_a_form_leads_back_to_addresses_of_ours_only(as_recruiter: Client, company: World, back: str) -> None:
    answer = as_recruiter.post(reverse("activity-chosen"), {"do": "retry", "back": back})
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("activity"))


def test_a_referer_that_is_no_address_leads_nowhere() -> None:
    request = RequestFactory().post("/jobs/new/", headers={"Referer": "http://[broken"})
    assert _page_of(request) == "/jobs/new/"


def unsettled(company: World) -> Question:
    (record,) = company.export(company.person("Ada"))
    SyncRecord.objects.filter(pk=record.pk).update(state=State.NEEDS_YOU)
    return Question.objects.create(
        record=record, kind=Question.Kind.UNSETTLED, text="Where is Ada?", options=[]
    )


@pytest.mark.parametrize("contact", ["", "of-somebody-elsewhere"])
def test_nobody_is_linked_to_a_profile_that_nobody_knows(
    as_recruiter: Client, company: World, contact: str
) -> None:
    question = unsettled(company)
    as_recruiter.post(reverse("duplicates-decide", args=[question.pk]), {"do": "link", "contact": contact})
    question.refresh_from_db()
    assert question.answered_at is None
    assert question.record.state == State.NEEDS_YOU


def test_nobody_is_linked_to_an_opportunity_of_somebody_else(as_recruiter: Client, company: World) -> None:
    question = unsettled(company)
    (one, two) = [
        KnownOpportunity.objects.create(
            account=company.account,
            lever_id=name,
            contact_id=f"of-{name}",
            opened_at=NOW,
            active_at=NOW,
            seen_at=NOW,
        )
        for name in ("one", "two")
    ]
    url = reverse("duplicates-decide", args=[question.pk])
    as_recruiter.post(url, {"do": "link", "contact": one.contact_id, "opportunity": two.lever_id})
    question.refresh_from_db()
    assert question.answered_at is None


def test_a_person_who_is_gone_is_no_answer_that_they_are_somebody_else(
    as_recruiter: Client, company: World
) -> None:
    one, other = Candidate.objects.create(full_name="Ola"), Candidate.objects.create(full_name="Ola")
    evidence = [{"kind": "email", "value": "ola@people.example", "candidate": other.pk}]
    question = IdentityQuestion.objects.create(candidate=one, evidence=evidence)
    page = as_recruiter.post(
        reverse("duplicates-decide-person", args=[question.pk]), {"same_as": str(2**40)}, follow=True
    )
    question.refresh_from_db()
    assert question.answered_at is None
    assert "no longer there" in page.content.decode()


def test_duplicates_tell_of_a_confidential_candidacy_only_that_it_is_there(
    as_recruiter: Client, company: World
) -> None:
    posting = Posting.objects.filter(state="published").order_by("pk")[0]
    Posting.objects.filter(pk=posting.pk).update(text="Chief of Secrets")
    posting.refresh_from_db()
    people = [
        {
            "name": "By Email",
            "emails": ["ada@people.example", "secret@people.example"],
            "posting": posting.lever_id,
        },
        {"name": "By LinkedIn", "links": ["https://www.linkedin.com/in/ada-lind"]},
    ]
    company.control("opportunities", {"people": people})
    company.export(
        company.person("Ada", emails=("ada@people.example",), linkedin="https://www.linkedin.com/in/ada-lind")
    )
    company.work()
    known = KnownOpportunity.objects.get(name="By Email")
    open_page = as_recruiter.get(reverse("duplicates")).content.decode()
    assert posting.text in open_page and "secret@people.example" in open_page and known.url in open_page
    KnownOpportunity.objects.filter(pk=known.pk).update(is_confidential=True)
    page = as_recruiter.get(reverse("duplicates")).content.decode()
    assert "A confidential Lever job" in page and "ada@people.example" in page
    assert posting.text not in page
    assert "secret@people.example" not in page
    assert known.url not in page


def test_a_linked_confidential_candidacy_tells_no_job_and_no_stage(
    as_recruiter: Client, company: World
) -> None:
    posting = Posting.objects.filter(state="published").order_by("pk")[0]
    Posting.objects.filter(pk=posting.pk).update(text="Chief of Secrets")
    posting.refresh_from_db()
    company.control(
        "opportunities",
        {"people": [{"name": "Ada", "emails": ["ada@people.example"], "posting": posting.lever_id}]},
    )
    prospect = company.person("Ada", emails=("ada@people.example",))
    (record,) = company.export(prospect)
    company.work()
    record.refresh_from_db()
    assert record.state == State.IN_LEVER
    pages = [reverse("candidate", args=[prospect.candidate.key]), reverse("record", args=[record.pk])]
    assert all(posting.text in as_recruiter.get(url).content.decode() for url in pages)
    KnownOpportunity.objects.filter(lever_id=record.opportunity_id).update(is_confidential=True)
    for url in pages:
        page = as_recruiter.get(url).content.decode()
        assert "confidential candidacy" in page
        assert posting.text not in page


def test_a_file_replaced_while_it_is_checked_leaves_the_later_one(company: World, recruiter: User) -> None:
    first = uploads.keep_upload(
        user=recruiter, job=company.job, name="1.csv", content=b"Name,Emails\nAnn,ann@example.com\n"
    )
    second = uploads.keep_upload(
        user=recruiter, job=company.job, name="2.csv", content=b"Name,Emails\nBo,bo@example.com\n"
    )
    with pytest.raises(uploads.UploadGone):
        uploads.check_upload(first, mapping=None, source="import")
    assert [upload.pk for upload in Upload.objects.filter(user=recruiter)] == [second.pk]


@pytest.mark.parametrize(
    "name", ['a"b\r\nX-Evil: 1.csv', "=cmd|' /C calc'!A0.csv", "../../etc/passwd", "\u202egnp.csv"]
)
def test_a_file_s_name_and_cells_do_nothing_where_they_are_downloaded(
    as_recruiter: Client, company: World, name: str
) -> None:
    url = reverse("job-import", args=[company.job.key])
    content = b'Name,Emails\n=HYPERLINK("http://x"),not an address\n'
    as_recruiter.post(url, {"file": SimpleUploadedFile(name, content)})
    answer = as_recruiter.get(reverse("job-import-problems", args=[company.job.key]))
    assert answer.status_code == 200
    assert "X-Evil" not in answer.headers and "\n" not in answer.headers["Content-Disposition"]
    assert ".." not in answer.headers["Content-Disposition"]
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert not any(cell.lstrip('"').startswith("=") for row in rows for cell in row.split(","))
