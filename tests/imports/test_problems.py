"""The rows to correct, as a file that can be corrected and uploaded again."""

import csv
import io

import pytest

from pinlever.audit.services import SYSTEM
from pinlever.connection.models import LeverAccount
from pinlever.imports.models import Import
from pinlever.imports.problems import guarded, problems_csv
from pinlever.imports.reading import read_table
from pinlever.imports.services import check_file, start_import
from pinlever.imports.working import work_import
from pinlever.recruiting.models import Job
from pinlever.sync.causes import UNKNOWN_PROFILE
from pinlever.sync.models import State, SyncRecord
from tests.imports.conftest import PROFILE

FILE = (
    "Name;Emails;Phones;Notes;Profile ID\n"
    "Ann;nope;'+1 415 555 2671;=cmd|'/C calc'!A0;\n"
    "Bob;b@example.com;;;\n"
    f"Cy;c@example.com;;;{PROFILE}\n"
    "=Dee;also bad;high;@x;;too much\n"
).encode()


def worked(job: Job) -> Import:
    made = start_import(by=SYSTEM, name="people.csv", content=FILE, job=job)
    work_import(made.pk)
    return made


def rows_of(made: Import) -> list[list[str]]:
    return list(csv.reader(io.StringIO(problems_csv(made).removeprefix("\ufeff"), newline="")))


def test_only_rows_with_problems_are_in_it_with_problem_and_cure(job: Job, account: LeverAccount) -> None:
    header, ann, dee = rows_of(worked(job))
    assert header == ["Name", "Emails", "Phones", "Notes", "Profile ID", "Row", "Problem", "Cure"]
    assert ann[5:] == [
        "2",
        "Emails: nope: This is not an email address",
        "Write it as name@example.com; put commas between several.",
    ]
    assert dee[5] == "5" and dee[8] == "too much"


def test_no_cell_is_run_by_a_spreadsheet(job: Job, account: LeverAccount) -> None:
    cells = [cell for row in rows_of(worked(job)) for cell in row]
    assert "'=cmd|'/C calc'!A0" in cells and "'=Dee" in cells and "'@x" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\tx", "\rx"])
def test_what_a_spreadsheet_runs_is_guarded(cell: str) -> None:
    assert guarded(cell) == "'" + cell


def test_a_row_whose_lever_profile_is_unknown_there_is_in_it(job: Job, account: LeverAccount) -> None:
    made = worked(job)
    assert len(rows_of(made)) == 3
    SyncRecord.objects.update(state=State.FAILED, cause=UNKNOWN_PROFILE, reason="No such profile.")
    cy = rows_of(made)[-1]
    assert (cy[0], cy[5], cy[6]) == ("Cy", "4", "No such profile.")
    assert "remove it" in cy[7]


def test_the_file_can_be_uploaded_again_once_it_is_corrected(job: Job, account: LeverAccount) -> None:
    text = (
        problems_csv(worked(job)).replace("nope", "a@example.com").replace("also bad,high", "d@example.com,")
    )
    checked = check_file(name="problems.csv", content=text.encode(), job=job)
    assert [problem.wrong for problem in checked.problems] == ["The row has 9 cells, the header 8"]
    (ann, _) = checked.rows
    assert ann.draft is not None and ann.draft.phones[0].key == "+14155552671"
    assert checked.unknown_headers == ()


def test_the_file_reads_back_as_utf_8(job: Job, account: LeverAccount) -> None:
    made = worked(job)
    row = made.rows.get(number=2)
    row.values = ["Zoë 李", "nope", 'a "b"\r\nc', "", ""]
    row.save(update_fields=["values"])
    table = read_table(problems_csv(made).encode())
    assert (table.encoding, table.rows[0].cells[:3]) == ("UTF-8", ("Zoë 李", "nope", 'a "b"\r\nc'))
