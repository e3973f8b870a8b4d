"""manage.py import_candidates and import_template: what they say, and how they exit."""

import io
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.imports.headers import TEMPLATE
from pinlever.imports.management.commands import import_candidates
from pinlever.imports.models import Import
from pinlever.recruiting.models import Candidate, ContactPoint, Job

GOOD = b"Name,Emails\nAnn,a@example.com\nBob,b@example.com\n"
MIXED = GOOD + b"Cy,nope\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_bytes(GOOD)
    return path


def run(*arguments: object) -> tuple[int, str]:
    """The exit code and all that was said."""
    said = io.StringIO()
    try:
        call_command("import_candidates", *map(str, arguments), stdout=said, stderr=said)
    except CommandError as error:
        return error.returncode, said.getvalue() + str(error)
    except SystemExit as stop:
        return int(stop.code or 0), said.getvalue()
    return 0, said.getvalue()


def test_a_file_is_imported_and_summed_up(job: Job, file: Path) -> None:
    code, said = run(file, "--job", "engineer")
    assert code == 0
    assert "people.csv: UTF-8, comma-separated, 2 rows: 2 ready, 0 with problems" in said
    assert "2 imported, 2 new people" in said
    assert Candidate.objects.count() == 2


@pytest.mark.parametrize("named", ["pk", "external", "title"])
def test_a_job_is_named_by_id_external_id_or_title(db: None, file: Path, named: str) -> None:
    job = Job.objects.create(title="Engineer, Berlin", external_id="pin-7")
    assert (
        run(file, "--job", {"pk": job.pk, "external": "pin-7", "title": " ENGINEER, Berlin "}[named])[0] == 0
    )
    assert Import.objects.get().job == job


def test_a_job_is_made_only_when_that_was_asked(db: None, file: Path) -> None:
    code, said = run(file, "--job", "Designer")
    assert code == 1 and "--create-job" in said and not Job.objects.exists()
    assert run(file, "--job", "Designer", "--create-job")[0] == 0
    assert Job.objects.get().title == "Designer"
    assert AuditEntry.objects.filter(action="job.created").count() == 1
    assert run(file, "--job", "Designer", "--create-job")[0] == 0
    assert Job.objects.count() == 1


def test_two_jobs_of_one_title_are_told_apart_by_id(job: Job, file: Path) -> None:
    other = Job.objects.create(title="ENGINEER")
    code, said = run(file, "--job", "Engineer")
    assert code == 1 and f"{job.pk}, {other.pk}" in said


def test_a_dry_run_writes_nothing_not_even_the_job(db: None, file: Path) -> None:
    assert run(file, "--job", "New", "--create-job", "--dry-run")[0] == 0
    file.write_bytes(MIXED)
    code, said = run(file, "--job", "New", "--create-job", "--dry-run")
    assert code == 1 and "Nothing was written" in said
    assert not Job.objects.exists() and not Import.objects.exists()


def test_rows_with_problems_are_left_out_and_told(job: Job, file: Path) -> None:
    file.write_bytes(MIXED)
    code, said = run(file, "--job", "Engineer")
    assert code == 3
    assert "1 rows were left out" in said
    (line,) = [line for line in said.splitlines() if "nope" in line]
    assert line.split()[:3] == ["4", "Emails", "nope"] and "name@example.com" in line
    assert Candidate.objects.count() == 2


def test_strict_imports_nothing_when_one_row_has_a_problem(job: Job, file: Path) -> None:
    file.write_bytes(MIXED)
    code, said = run(file, "--job", "Engineer", "--strict")
    assert code == 1 and "Nothing was imported" in said
    assert not Import.objects.exists()


def test_only_the_first_problems_are_shown(job: Job, file: Path) -> None:
    file.write_bytes(b"Name,Emails\n" + b"Ann,nope\n" * 25)
    _, said = run(file, "--job", "Engineer")
    assert said.count("nope") == import_candidates.PROBLEMS_SHOWN
    assert "… and 5 more." in said


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "empty"), (b"PK\x03\x04", "Excel workbook"), (b"A,B\n1,2\n", "No column header is known")],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(
    job: Job, file: Path, content: bytes, told: str
) -> None:
    file.write_bytes(content)
    code, said = run(file, "--job", "Engineer")
    assert code == 1 and told in said and "Traceback" not in said


def test_a_missing_file_is_told(job: Job, tmp_path: Path) -> None:
    code, said = run(tmp_path / "none.csv", "--job", "Engineer")
    assert code == 1 and "cannot be read: No such file" in said


def test_who_imports_stands_in_the_audit_log_and_must_be_known(job: Job, file: Path) -> None:
    User.objects.create_user("rec@example.com")
    assert run(file, "--job", "Engineer", "--by", "nobody@example.com")[0] == 1
    assert run(file, "--job", "Engineer", "--by", "REC@example.com")[0] == 0
    assert set(AuditEntry.objects.values_list("by_label", flat=True)) == {"rec@example.com"}


def test_the_choices_reach_the_people(job: Job, file: Path) -> None:
    assert run(file, "--job", "Engineer", "--fire-triggers", "--sourced-in-pin")[0] == 0
    assert set(Candidate.objects.values_list("sourced_via", flat=True)) == {"pin"}
    assert set(ContactPoint.objects.values_list("is_quiet", flat=True)) == {False}


def test_a_repeat_is_harmless(job: Job, file: Path) -> None:
    run(file, "--job", "Engineer")
    code, said = run(file, "--job", "Engineer")
    assert code == 0 and "0 new people, 2 joined" in said
    assert Candidate.objects.count() == 2


def test_it_waits_for_a_worker_that_took_the_import(job: Job, file: Path) -> None:
    real, calls = import_candidates.work_import, []

    def taken_first(import_id: int) -> bool:
        calls.append(import_id)
        return False if len(calls) == 1 else real(import_id)

    with (
        patch.object(import_candidates, "work_import", taken_first),
        patch.object(import_candidates.time, "sleep"),
    ):
        assert run(file, "--job", "Engineer")[0] == 0
    assert len(calls) == 2


def test_the_template_is_printed_as_it_is() -> None:
    said = io.StringIO()
    call_command("import_template", stdout=said)
    assert said.getvalue() == TEMPLATE.read_text()
