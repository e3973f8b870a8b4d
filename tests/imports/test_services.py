"""Checking a file and storing its rows, before anybody is added."""

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM
from pinlever.foundation import failpoints
from pinlever.imports import services
from pinlever.imports.decoding import FileRefused
from pinlever.imports.headers import TEMPLATE
from pinlever.imports.models import Import, ImportRow
from pinlever.imports.services import check_file, due_imports, start_import
from pinlever.recruiting.models import Candidate, Job
from tests.imports.conftest import PROFILE

FILE = f"Name,Emails,Lever profile,Colour\nAnn,a@example.com,,red\nBob,nope,,\nCy,A@example.com,{PROFILE},\n".encode()


def test_checking_writes_nothing_and_tells_all(job: Job) -> None:
    checked = check_file(name="C:\\fakepath\\people.csv", content=FILE, job=job)
    assert checked.file_name == "people.csv"
    assert (checked.ready, checked.with_problems, checked.joined) == (2, 1, 1)
    assert [(each.row, each.column, each.value) for each in checked.problems] == [(3, "Emails", "nope")]
    assert checked.unknown_headers == ("Colour",)
    assert checked.examples[0] == {"Name": "Ann", "Emails": "a@example.com"}
    assert not Import.objects.exists() and not Candidate.objects.exists()


def test_a_header_problem_is_told_once_and_stops_the_import(job: Job) -> None:
    content = b"\nName,Full name\nAnn,Ann\n"
    (problem,) = check_file(name="people.csv", content=content, job=job).problems
    assert (problem.row, problem.column) == (2, "Full name")
    with pytest.raises(FileRefused, match="two columns for the same thing"):
        start_import(by=SYSTEM, name="people.csv", content=content, job=job)
    assert not Import.objects.exists()


def test_every_row_is_stored_as_it_was_with_its_problems(job: Job) -> None:
    made = start_import(by=SYSTEM, name="people.csv", content=FILE, job=job)
    assert (made.state, made.encoding, made.delimiter) == ("working", "UTF-8", ",")
    assert made.totals == {"rows": 3, "ready": 2, "problem": 1}
    ann, bob, cy = made.rows.all()
    assert (ann.number, ann.values, ann.state) == (2, ["Ann", "a@example.com", "", "red"], "ready")
    assert (bob.state, bob.problems[0]["column"], bob.problems[0]["value"]) == ("problem", "Emails", "nope")
    assert (cy.lever_profile, cy.note[:23]) == (PROFILE, "The same person as row ")
    assert not Candidate.objects.exists()
    assert AuditEntry.objects.get(action="import.started").after["rows"] == 3


def test_a_double_click_starts_one_import(job: Job) -> None:
    first, second = (start_import(by=SYSTEM, name="people.csv", content=FILE, job=job) for _ in range(2))
    assert first == second
    assert ImportRow.objects.count() == 3
    assert AuditEntry.objects.filter(action="import.started").count() == 1


def test_another_job_or_choice_is_another_import(job: Job) -> None:
    other = Job.objects.create(title="Designer")
    made = [
        start_import(by=SYSTEM, name="people.csv", content=FILE, job=job),
        start_import(by=SYSTEM, name="people.csv", content=FILE, job=other),
        start_import(by=SYSTEM, name="people.csv", content=FILE, job=job, fires_triggers=True),
        start_import(by=SYSTEM, name="people.csv", content=FILE, job=job, source="pin"),
        start_import(by=SYSTEM, name="people.csv", content=FILE + b"Dee,,,\n", job=job),
    ]
    assert len({each.pk for each in made}) == 5


def test_a_crash_while_rows_are_stored_is_gone_on_with(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "ROWS_A_COMMIT", 2)

    def crash(name: str) -> None:
        raise RuntimeError(name)

    failpoints.install(crash)
    with pytest.raises(RuntimeError, match="stored_rows"):
        start_import(by=SYSTEM, name="people.csv", content=FILE, job=job)
    assert Import.objects.get().state == "storing"
    assert ImportRow.objects.count() == 2
    assert due_imports() == []

    failpoints.install(None)
    made = start_import(by=SYSTEM, name="people.csv", content=FILE, job=job)
    assert (made.state, Import.objects.count()) == ("working", 1)
    assert [row.number for row in made.rows.all()] == [2, 3, 4]
    assert due_imports() == [made.pk]


def test_the_template_imports_nobody(job: Job) -> None:
    made = start_import(by=SYSTEM, name="t.csv", content=TEMPLATE.read_bytes(), job=job)
    assert [row.state for row in made.rows.all()] == ["skipped"]


def test_commits_stay_small(job: Job, django_assert_max_num_queries: object) -> None:
    content = b"Name\n" + b"".join(b"Person %d\n" % number for number in range(4100))
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        made = start_import(by=SYSTEM, name="many.csv", content=content, job=job)
    assert made.rows.count() == 4100
