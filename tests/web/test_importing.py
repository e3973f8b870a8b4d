"""A job's import page: choosing, looking, beginning; and what goes wrong on the way."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pinlever.accounts.models import User
from pinlever.audit.services import SYSTEM
from pinlever.imports import tasks, uploads
from pinlever.imports.models import Import, Upload
from pinlever.imports.reading import MAX_BYTES
from pinlever.recruiting.models import Candidate, Job
from pinlever.sync.services import set_trigger
from tests.sync.world import World

FILE = b"Name,Emails,Colour\nAnn Lee,ann@example.com,red\nBob,nope,blue\nCy,cy@example.com,\n"
HOSTILE = b'Name,Emails,<script>alert(1)</script>\n<img src=x onerror=alert(2)>,<b>@x,"=1+1"\nAnn,ann@example.com,x\n'


@pytest.fixture
def job(db: None) -> Job:
    return Job.objects.create(title="Backend Engineer")


def url(job: Job, name: str = "job-import") -> str:
    return reverse(name, args=[job.key])


def choose(client: Client, job: Job, content: bytes = FILE, name: str = "people.csv") -> Any:
    return client.post(url(job), {"file": SimpleUploadedFile(name, content)}, follow=True)


def begin(client: Client, job: Job, **more: Any) -> Any:
    report = Upload.objects.get(job=job).report
    given = {
        "upload": str(Upload.objects.get(job=job).key),
        "column": [column["key"] for column in report["columns"]],
        "source": "import",
        "fires_shown": str(report["forecast"]["fires"]),
        **more,
    }
    return client.post(url(job, "job-import-start"), given, follow=True)


def work(made: Import) -> None:
    for _ in range(20):
        tasks.run(made.pk)
        made.refresh_from_db()
        if made.state == Import.State.DONE:
            return


@pytest.mark.parametrize(
    "name",
    ["job-import", "job-import-check", "job-import-start", "job-import-discard", "job-import-problems"],
)
def test_it_requires_signing_in(client: Client, job: Job, name: str) -> None:
    assert client.get(url(job, name))["Location"].startswith("/accounts/login/")
    assert client.post(url(job, name))["Location"].startswith("/accounts/login/")


def test_a_job_nobody_knows_is_not_found(as_recruiter: Client) -> None:
    assert as_recruiter.get("/jobs/5b8e1d1e-6a0f-4a55-9d38-0f3b6a1c2e01/import/").status_code == 404


def test_it_says_how_a_file_should_look_and_offers_the_template(as_recruiter: Client, job: Job) -> None:
    page = as_recruiter.get(url(job)).content.decode()
    assert "With country code" in page and "year, month, day" in page and "55,000 rows" in page
    template = as_recruiter.get(reverse("import-template"))
    assert b"".join(template).startswith(b"Name,First name")


def test_a_file_is_shown_as_it_was_understood_and_nothing_is_written(as_recruiter: Client, job: Job) -> None:
    page = choose(as_recruiter, job).content.decode()
    assert "people.csv" in page and "3 rows" in page
    assert '<option value="emails" selected>Emails</option>' in page
    assert "Not understood, kept with the rows and not used: Colour" in page
    assert "This is not an email address" in page and "nope" in page
    assert "Import 2 rows" in page
    assert not Import.objects.exists() and not Candidate.objects.exists()


def test_one_can_leave_and_come_back(as_recruiter: Client, job: Job) -> None:
    choose(as_recruiter, job)
    assert b"people.csv" in as_recruiter.get(url(job)).content


def test_a_colleague_sees_their_own_file_only(as_recruiter: Client, as_super_admin: Client, job: Job) -> None:
    choose(as_recruiter, job)
    assert b"people.csv" not in as_super_admin.get(url(job)).content


def test_a_column_can_be_used_as_something_else(as_recruiter: Client, job: Job) -> None:
    choose(as_recruiter, job)
    given = {"upload": str(Upload.objects.get().key), "column": ["name", "emails", "skills"], "source": "pin"}
    part = as_recruiter.post(url(job, "job-import-check"), given, headers={"HX-Request": "true"})
    assert (
        '<option value="skills" selected>' in part.content.decode() and "<html" not in part.content.decode()
    )
    upload = Upload.objects.get()
    assert (upload.mapping, upload.source) == (["name", "emails", "skills"], "pin")
    work_of = begin(as_recruiter, job, source="pin")
    assert work_of.status_code == 200
    made = Import.objects.get()
    work(made)
    assert Candidate.objects.get(full_name="Ann Lee").skills == ["red"]
    assert made.source == "pin"


def test_two_columns_for_the_same_thing_can_be_told_apart_on_the_page(as_recruiter: Client, job: Job) -> None:
    page = choose(as_recruiter, job, b"Name,Full name,Email\nAnn,Ann Lee,ann@example.com\n").content.decode()
    assert "two columns for the same thing" in page and "Nobody can be imported yet" in page
    given = {"upload": str(Upload.objects.get().key), "column": ["", "name", "emails"]}
    page = as_recruiter.post(url(job, "job-import-check"), given, follow=True).content.decode()
    assert "two columns for the same thing" not in page and "Import 1 row" in page


def test_a_file_whose_headers_nobody_knows_can_be_mapped(as_recruiter: Client, job: Job) -> None:
    page = choose(as_recruiter, job, "имя,почта\nAnn,ann@example.com\n".encode()).content.decode()
    assert "No column header is known" in page
    given = {"upload": str(Upload.objects.get().key), "column": ["name", "emails"]}
    page = as_recruiter.post(url(job, "job-import-check"), given, follow=True).content.decode()
    assert "Import 1 row" in page


def test_beginning_leads_to_the_import_and_the_worker_does_it(
    as_recruiter: Client, job: Job, recruiter: User
) -> None:
    choose(as_recruiter, job)
    answer = begin(as_recruiter, job)
    made = Import.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("import", args=[made.pk])
    assert (made.state, made.by_label) == ("storing", "Rita Vik")
    work(made)
    assert {one.full_name for one in Candidate.objects.all()} == {"Ann Lee", "Cy"}
    assert bytes(Upload.objects.get().content) == b""
    assert "people.csv" not in as_recruiter.get(url(job)).content.decode().partition("before</h2>")[0]


def test_a_double_click_and_the_back_button_begin_one_import(as_recruiter: Client, job: Job) -> None:
    choose(as_recruiter, job)
    first = begin(as_recruiter, job)
    again = begin(as_recruiter, job)
    assert first.redirect_chain == again.redirect_chain
    work(Import.objects.get())
    assert begin(as_recruiter, job).redirect_chain == first.redirect_chain
    assert Import.objects.count() == 1


def test_a_page_that_showed_another_file_begins_nothing(as_recruiter: Client, job: Job) -> None:
    choose(as_recruiter, job)
    old = str(Upload.objects.get().key)
    choose(as_recruiter, job, FILE + b"Dee,dee@example.com,\n", "other.csv")
    page = begin(as_recruiter, job, upload=old).content.decode()
    assert "has been replaced or forgotten since" in page and "other.csv" in page
    assert not Import.objects.exists()


def test_columns_changed_without_looking_are_shown_first(as_recruiter: Client, job: Job) -> None:
    choose(as_recruiter, job)
    page = begin(as_recruiter, job, column=["name", "", ""]).content.decode()
    assert "look at them again" in page and "Import 3 rows" in page
    assert not Import.objects.exists()


def test_an_expired_session_loses_nothing(as_recruiter: Client, job: Job, recruiter: User) -> None:
    choose(as_recruiter, job)
    as_recruiter.logout()
    assert as_recruiter.post(url(job, "job-import-start"))["Location"].startswith("/accounts/login/")
    as_recruiter.force_login(recruiter)
    assert b"people.csv" in as_recruiter.get(url(job)).content


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty"),
        (b"Name,Emails\n", "a header but no rows"),
        (b"PK\x03\x04rest", "an Excel workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\x1f\x8b\x08", "a compressed file"),
        (b'Name\n"Ann', "never closed"),
        (b",,,\n,,,\n", "separators only"),
        (b"Name\n" + b"Ann\n" * 55_001, "more than 55,000 rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_the_former_one_stays(
    as_recruiter: Client, job: Job, content: bytes, told: str
) -> None:
    choose(as_recruiter, job)
    answer = choose(as_recruiter, job, content, "<i>bad</i>.csv")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page and "was not taken" in page and "<i>bad" not in page
    assert "people.csv" in page and Upload.objects.get().file_name == "people.csv"


def test_junk_is_told_row_by_row_and_harms_nobody(as_recruiter: Client, job: Job) -> None:
    junk = bytes(range(256)) * 40
    assert choose(as_recruiter, job, junk, "junk.csv").status_code in (200, 422)
    assert not Import.objects.exists()


def test_no_file_at_all_is_a_sentence(as_recruiter: Client, job: Job) -> None:
    answer = as_recruiter.post(url(job))
    assert answer.status_code == 422 and b"Choose a file first." in answer.content


def test_windows_letters_are_read_and_told_as_a_guess(as_recruiter: Client, job: Job) -> None:
    page = choose(
        as_recruiter, job, "Name;Emails\nJosé Núñez;jose@example.com\n".encode("cp1252")
    ).content.decode()
    assert "José Núñez" in page and "was read as Windows-1252" in page


def test_what_is_hostile_is_shown_as_text_and_guarded_in_files(as_recruiter: Client, job: Job) -> None:
    page = choose(as_recruiter, job, HOSTILE, "<svg onload=x>.csv").content.decode()
    assert "<script>alert" not in page and "<img src=x" not in page and "<svg onload" not in page
    file = as_recruiter.get(url(job, "job-import-problems"))
    assert file["Content-Type"].startswith("text/csv") and "attachment" in file["Content-Disposition"]
    assert "'=1+1" in file.content.decode() and "This is not an email address" in file.content.decode()


def test_an_unknown_kind_of_column_or_too_few_of_them_harm_nothing(as_recruiter: Client, job: Job) -> None:
    choose(as_recruiter, job)
    key = str(Upload.objects.get().key)
    page = as_recruiter.post(
        url(job, "job-import-check"), {"upload": key, "column": ["name", "x:y", ""]}, follow=True
    )
    assert b"There is no such kind of column" in page.content
    assert as_recruiter.post(url(job, "job-import-check"), {"upload": key}, follow=True).status_code == 200


def test_too_large_a_file_is_refused_by_its_announced_size_before_it_is_read(
    as_recruiter: Client, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pinlever.web.sizes.AROUND", 10 - MAX_BYTES)
    answer = as_recruiter.post(url(job), {"file": SimpleUploadedFile("big.csv", b"x" * 500)})
    assert answer.status_code == 413
    assert b"50 MB are read at most" in answer.content
    assert not Upload.objects.exists()


def test_a_long_file_is_checked_in_the_background_and_the_page_waits(
    as_recruiter: Client, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Upload, "ROWS_AT_ONCE", 2)
    page = choose(as_recruiter, job).content.decode()
    assert "Checking 3 rows" in page and "Import 2 rows" not in page
    asks = {"HX-Request": "true"}
    assert as_recruiter.get(url(job), headers=asks).status_code == 204
    key = str(Upload.objects.get().key)
    page = as_recruiter.post(url(job, "job-import-start"), {"upload": key}, follow=True).content.decode()
    assert "still being checked" in page and not Import.objects.exists()
    tasks.check(Upload.objects.get().pk)
    assert as_recruiter.get(url(job), headers=asks)["HX-Refresh"] == "true"
    assert "Import 2 rows" in as_recruiter.get(url(job)).content.decode()
    given = {"upload": key, "column": ["name", "emails", "tags"]}
    part = as_recruiter.post(url(job, "job-import-check"), given, headers=asks).content.decode()
    assert "Checking 3 rows" in part and 'hx-trigger="every 1s"' in part
    tasks.check(Upload.objects.get().pk)
    begin(as_recruiter, job)
    work(Import.objects.get())
    assert Candidate.objects.get(full_name="Ann Lee").tags == ["red"]


def test_a_file_workers_stop_on_is_told(
    as_recruiter: Client, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Upload, "ROWS_AT_ONCE", 2)
    choose(as_recruiter, job)
    Upload.objects.update(claims_unended=5)
    assert "could not be checked" in as_recruiter.get(url(job)).content.decode()


def test_putting_aside_forgets_the_file(as_recruiter: Client, job: Job) -> None:
    choose(as_recruiter, job)
    page = as_recruiter.post(url(job, "job-import-discard"), follow=True).content.decode()
    assert "was put aside" in page and not Upload.objects.exists()


def test_the_same_file_again_says_so(as_recruiter: Client, job: Job) -> None:
    choose(as_recruiter, job)
    begin(as_recruiter, job)
    work(Import.objects.get())
    assert "This very file was imported here" in choose(as_recruiter, job).content.decode()
    begin(as_recruiter, job)
    for made in Import.objects.all():
        work(made)
    assert Candidate.objects.count() == 2


def test_the_trigger_fires_only_after_its_plan_was_seen(as_recruiter: Client, company: World) -> None:
    set_trigger(by=SYSTEM, job=company.job, trigger="contact_found")
    waiting = company.person("Ann Lee", emails=(), linkedin="https://www.linkedin.com/in/annlee")
    company.event(waiting, "added_to_outreach")
    content = b"Name,Emails,LinkedIn URL\nAnn Lee,ann@example.com,https://www.linkedin.com/in/annlee\nCy,cy@example.com,\n"
    page = choose(as_recruiter, company.job, content).content.decode()
    assert "1 person</b> would go to Lever now" in page
    page = begin(as_recruiter, company.job, fires="yes", fires_shown="7").content.decode()
    assert "who would go to Lever has changed" in page and not Import.objects.exists()
    begin(as_recruiter, company.job, fires="yes")
    work(Import.objects.get())
    assert waiting.sync_records.count() == 1
    assert Candidate.objects.get(full_name="Cy").prospects.get().sync_records.count() == 0


def test_without_the_tick_nobody_goes(as_recruiter: Client, company: World) -> None:
    set_trigger(by=SYSTEM, job=company.job, trigger="contact_found")
    waiting = company.person("Ann Lee", emails=(), linkedin="https://www.linkedin.com/in/annlee")
    company.event(waiting, "added_to_outreach")
    choose(
        as_recruiter,
        company.job,
        b"Emails,LinkedIn URL\nann@example.com,https://www.linkedin.com/in/annlee\n",
    )
    begin(as_recruiter, company.job)
    work(Import.objects.get())
    assert waiting.sync_records.count() == 0


def test_queries_do_not_grow_with_rows(
    as_recruiter: Client, job: Job, django_assert_max_num_queries: Any, recruiter: User
) -> None:
    rows = b"".join(b"P%d,p%d@example.com,\n" % (number, number) for number in range(1000))
    uploads.keep_upload(user=recruiter, job=job, name="many.csv", content=b"Name,Emails,Colour\n" + rows)
    with django_assert_max_num_queries(16):
        as_recruiter.get(url(job))
