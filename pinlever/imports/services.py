"""A file into candidates: check it, start its import, work it batch by batch.

Starting stores every row, good or not, before anybody is added. Rows with problems are left out and stay
downloadable (problems.py); the others do not wait for them.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import Any

from django.db import IntegrityError, transaction

from pinlever.audit.services import Actor, record
from pinlever.foundation.batches import batched
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.leases import free
from pinlever.imports.checking import CheckedRow, Problem, by_key, check_rows
from pinlever.imports.decoding import FileRefused
from pinlever.imports.headers import Column, HeaderProblem, columns_as, columns_of
from pinlever.imports.models import Import, ImportRow
from pinlever.imports.reading import Table, read_table
from pinlever.recruiting.identity import clean_text
from pinlever.recruiting.models import Job

ROWS_A_COMMIT = 2000  # measured: larger commits keep other writers of SQLite waiting for more than a second
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file holds, and what would become of it. `header_problems` stop the import as a whole."""

    file_name: str
    job: Job
    table: Table
    columns: tuple[Column, ...]
    header_problems: tuple[HeaderProblem, ...]
    rows: tuple[CheckedRow, ...]

    @property
    def ready(self) -> int:
        return sum(row.draft is not None for row in self.rows)

    @property
    def with_problems(self) -> int:
        return sum(bool(row.problems) for row in self.rows)

    @property
    def joined(self) -> int:
        """Rows of people who stand further up in the file too."""
        return sum(row.draft is not None and bool(row.note) for row in self.rows)

    @property
    def problems(self) -> tuple[Problem, ...]:
        row = self.table.header_row
        of_header = (Problem(row, each.header, "", each.wrong, each.cure) for each in self.header_problems)
        return (*of_header, *(problem for each in self.rows for problem in each.problems))

    @property
    def unknown_headers(self) -> tuple[str, ...]:
        """Columns we have no use for; their cells are kept with the rows."""
        return tuple(column.header for column in self.columns if not column.known)

    @property
    def examples(self) -> tuple[dict[str, str], ...]:
        """The first good rows: header → cell, for the columns that are used."""
        headers = {column.key: column.header for column in self.columns}
        good = (by_key(row.cells, self.columns) for row in self.rows if row.draft is not None)
        return tuple(
            {headers[key]: cell for key, cell in row.items() if cell} for row in islice(good, EXAMPLES)
        )


def check_file(*, name: str, content: bytes, job: Job, mapping: Sequence[str] | None = None) -> Checked:
    """Reads and checks the whole file; writes nothing. FileRefused when it cannot be read at all.

    `mapping`: the key of each column where somebody chose them ("" for not used); else they are guessed.
    """
    table = read_table(content)
    columns, header_problems = (
        columns_of(table.header) if mapping is None else columns_as(table.header, mapping)
    )
    return Checked(
        plain_name(name),
        job,
        table,
        columns,
        header_problems,
        () if header_problems else tuple(check_rows(table.rows, columns)),
    )


def start_import(
    *,
    by: Actor,
    name: str,
    content: bytes,
    job: Job,
    fires_triggers: bool = False,
    source: str = Import.Source.IMPORT,
    mapping: Sequence[str] | None = None,
) -> Import:
    """Stores all rows of the file; the import is then worked in batches.

    The same file, job and choices again: an unfinished import is gone on with, whatever it had stored; a
    finished one is repeated, which is harmless. FileRefused when the file or its header cannot be used.
    """
    checked = check_file(name=name, content=content, job=job, mapping=mapping)
    if checked.header_problems:
        raise FileRefused(" ".join(f"{each.wrong}. {each.cure}" for each in checked.header_problems))
    wanted = {"job": job, "fires_triggers": fires_triggers, "source": Import.Source(source)}
    facts = {
        "file_name": checked.file_name,
        "encoding": checked.table.encoding,
        "delimiter": checked.table.delimiter,
        "mapping": [{"header": column.header, "key": column.key} for column in checked.columns],
        "notes": list(checked.table.notes),
    }
    made = import_of(by, {"sha256": digest_of(content, mapping), **wanted}, facts)
    store_rows(by, made, checked)
    return made


def plain_name(name: str) -> str:
    """The file's own name, without the folders some browsers tell."""
    return clean_text(PurePath(name.replace("\\", "/")).name, 200) or "file.csv"


def digest_of(content: bytes, mapping: Sequence[str] | None) -> str:
    """Of the file's bytes, and of the columns where somebody chose them: other columns are another import."""
    chosen = b"" if mapping is None else json.dumps(list(mapping)).encode()
    return hashlib.sha256(content + chosen).hexdigest()


def import_of(by: Actor, wanted: dict[str, Any], facts: dict[str, Any]) -> Import:
    """The unfinished import of this file, job and choices, made if there is none."""
    unfinished = Import.objects.exclude(state=Import.State.DONE).filter(**wanted)
    if found := unfinished.first():
        return found
    try:
        with transaction.atomic():
            return Import.objects.create(**wanted, **facts, **by.columns())
    except IntegrityError:
        return unfinished.get()  # a double click: the other one made it a moment ago


def store_rows(by: Actor, made: Import, checked: Checked) -> None:
    """Stores what is not stored yet, and lets workers begin."""
    if made.state == Import.State.STORING:
        _store_rows(made, checked.rows)
        _open(by, made, checked)


def _store_rows(made: Import, rows: tuple[CheckedRow, ...]) -> None:
    """Adds the rows that are not stored yet, in commits small enough not to keep others waiting."""
    for some in batched(rows, ROWS_A_COMMIT):
        with transaction.atomic():
            ImportRow.objects.bulk_create(
                [_row_of(made, row) for row in some],
                ignore_conflicts=True,
                batch_size=500,
            )
        failpoint("imports.stored_rows")


def _row_of(made: Import, row: CheckedRow) -> ImportRow:
    state = ImportRow.State.READY if row.draft else ImportRow.State.SKIPPED
    return ImportRow(
        of_import=made,
        number=row.number,
        values=list(row.cells),
        problems=[problem.to_json() for problem in row.problems],
        state=ImportRow.State.PROBLEM if row.problems else state,
        lever_profile=row.draft.lever_profile if row.draft else "",
        note=row.note[:300],
    )


@transaction.atomic
def _open(by: Actor, made: Import, checked: Checked) -> None:
    """All rows are there: workers may begin."""
    totals = {"rows": len(checked.rows), "ready": checked.ready, "problem": checked.with_problems}
    storing = Import.objects.filter(pk=made.pk, state=Import.State.STORING)
    if storing.update(state=Import.State.WORKING, totals=totals):
        record(
            by=by,
            action="import.started",
            subject=made,
            after={
                "file": made.file_name,
                "sha256": made.sha256,
                "job": made.job,
                "source": made.source,
                **totals,
            },
            note="May fire the job's trigger." if made.fires_triggers else "",
        )
    made.refresh_from_db()


def due_imports() -> list[int]:
    """Ids of imports that still have rows to work and that no worker holds."""
    working = Import.objects.filter(free(db_now()), state=Import.State.WORKING)
    return list(working.order_by("pk").values_list("pk", flat=True))
