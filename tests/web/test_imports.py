"""The list of imports, and one of them while it goes on and afterwards."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.audit.services import Actor
from pinlever.imports.models import Import
from pinlever.imports.tasks import run
from pinlever.imports.uploads import begin, keep_upload
from pinlever.recruiting.models import Candidate, Job
from tests.sync.world import World

FILE = b"Name,Emails\nAnn Lee,ann@example.com\nBob,nope\nCy,cy@example.com\nAnn Lee,ANN@example.com\n"


@pytest.fixture
def job(db: None) -> Job:
    return Job.objects.create(title="Backend Engineer")


def begun(user: User, job: Job, content: bytes = FILE, name: str = "people.csv") -> Import:
    upload = keep_upload(user=user, job=job, name=name, content=content)
    return begin(by=Actor.person(user), upload=upload, source="import", fires_triggers=False)


def worked(made: Import) -> Import:
    for _ in range(20):
        run(made.pk)
        made.refresh_from_db()
        if made.state == Import.State.DONE:
            break
    return made


def page(client: Client, made: Import, query: str = "") -> str:
    return client.get(reverse("import", args=[made.pk]) + query).content.decode()


@pytest.mark.parametrize("name", ["import", "import-stop", "import-problems"])
def test_it_requires_signing_in(client: Client, job: Job, recruiter: User, name: str) -> None:
    address = reverse(name, args=[begun(recruiter, job).pk])
    assert client.get(address)["Location"].startswith("/accounts/login/")
    assert client.post(address)["Location"].startswith("/accounts/login/")
    assert client.get(reverse("imports"))["Location"].startswith("/accounts/login/")


def test_an_import_nobody_knows_is_not_found(as_recruiter: Client) -> None:
    assert as_recruiter.get(reverse("import", args=[999])).status_code == 404


def test_progress_moves_and_the_result_replaces_it(as_recruiter: Client, recruiter: User, job: Job) -> None:
    made = begun(recruiter, job)
    told = page(as_recruiter, made)
    assert 'max="4" value="0"' in told and "Storing the rows" in told and 'hx-trigger="every 1s"' in told
    run(made.pk)
    assert 'max="4" value="1"' in page(as_recruiter, made)  # the row with a problem needs no work
    asks = {"HX-Request": "true"}
    part = as_recruiter.get(reverse("import", args=[made.pk]) + "?was=working", headers=asks)
    assert "1</b> of 4 rows" in part.content.decode() and "<html" not in part.content.decode()
    assert "HX-Request" in part["Vary"]
    worked(made)
    part = as_recruiter.get(reverse("import", args=[made.pk]) + "?was=working", headers=asks)
    assert part["HX-Refresh"] == "true"
    assert 'hx-trigger="every 1s' not in page(as_recruiter, made) and "New people" in page(as_recruiter, made)


def test_the_result_names_everybody_and_what_was_wrong(
    as_recruiter: Client, recruiter: User, job: Job
) -> None:
    made = worked(begun(recruiter, job))
    told = page(as_recruiter, made)
    for one in Candidate.objects.all():
        assert reverse("candidate", args=[one.key]) in told
    assert "1 row left out for problems" in told and "This is not an email address" in told
    assert "The same person as row 2" in told
    assert "Ann Lee" in page(as_recruiter, made, "?show=joined") and "Cy</a>" not in page(
        as_recruiter, made, "?show=joined"
    )
    assert page(as_recruiter, made, "?show=nonsense&before=x")


def test_the_rows_to_correct_can_be_taken_home(as_recruiter: Client, recruiter: User, job: Job) -> None:
    made = worked(begun(recruiter, job, name='we"ird\n<b>.csv'))
    file = as_recruiter.get(reverse("import-problems", args=[made.pk]))
    assert file["Content-Type"] == "text/csv; charset=utf-8" and file["X-Content-Type-Options"] == "nosniff"
    assert "\n" not in file["Content-Disposition"]
    assert "Bob,nope,3," in file.content.decode()


def test_stopping_leaves_out_the_rest_and_says_so(as_recruiter: Client, recruiter: User, job: Job) -> None:
    made = begun(recruiter, job)
    run(made.pk)
    told = as_recruiter.post(reverse("import-stop", args=[made.pk]), follow=True).content.decode()
    assert "Stopped: 3 rows were left out" in told
    worked(made)
    assert made.state == "done" and not Candidate.objects.exists()
    assert "Stopped by Rita Vik." in page(as_recruiter, made, "?show=skipped")
    assert AuditEntry.objects.get(action="import.stopped").after == {"left_out": 3}
    assert (
        "nothing left to stop"
        in as_recruiter.post(reverse("import-stop", args=[made.pk]), follow=True).content.decode()
    )


def test_who_is_in_lever_shows_it(as_recruiter: Client, recruiter: User, company: World) -> None:
    made = worked(begun(recruiter, company.job))
    company.export(Candidate.objects.get(full_name="Cy").prospects.get())
    company.work()
    assert "Open Cy in Lever" in page(as_recruiter, made)


def test_hostile_cells_are_shown_as_text(as_recruiter: Client, recruiter: User, job: Job) -> None:
    evil = b"<script>alert(1)</script>"
    made = worked(
        begun(
            recruiter,
            job,
            b"Name,Emails,%s\n%s,a@example.com,x\nx,%s,y\n" % (evil, evil, evil),
            "<script>.csv",
        )
    )
    assert "<script>alert" not in page(as_recruiter, made)
    assert "<script>.csv" not in as_recruiter.get(reverse("imports")).content.decode()


def test_the_list_shows_files_jobs_and_counts(as_recruiter: Client, recruiter: User, job: Job) -> None:
    made = worked(begun(recruiter, job))
    other = keep_upload(user=recruiter, job=job, name="later.csv", content=FILE + b"Dee,dee@example.com\n")
    told = as_recruiter.get(reverse("imports")).content.decode()
    assert reverse("import", args=[made.pk]) in told and "Rita Vik" in told and "Backend Engineer" in told
    assert f"You were looking at <b>{other.file_name}</b>" in told


def test_an_empty_list_says_where_to_begin(as_recruiter: Client, job: Job) -> None:
    told = as_recruiter.get(reverse("imports")).content.decode()
    assert "Nothing has been imported yet" in told and reverse("job-import", args=[job.key]) in told
    Job.objects.all().delete()
    assert reverse("job-new") in as_recruiter.get(reverse("imports")).content.decode()


def test_queries_do_not_grow_with_rows(
    as_recruiter: Client, recruiter: User, job: Job, django_assert_max_num_queries: Any
) -> None:
    rows = b"".join(b"P%d,p%d@example.com\n" % (number, number) for number in range(60))
    made = worked(begun(recruiter, job, b"Name,Emails\n" + rows))
    with django_assert_max_num_queries(26):
        page(as_recruiter, made)
    with django_assert_max_num_queries(14):
        as_recruiter.get(reverse("imports"))
