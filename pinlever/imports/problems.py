"""The rows of an import that somebody has to correct, as a CSV file to correct and upload again.

Includes rows whose Lever profile turned out to be unknown in the connected account.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pinlever.imports.models import Import, ImportRow
from pinlever.imports.services import Checked
from pinlever.sync.causes import UNKNOWN_PROFILE
from pinlever.sync.models import SyncRecord

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
_UNKNOWN_CURE = "Correct the Lever profile, or remove it to import the person without a link."


@dataclass(frozen=True, slots=True)
class RowToCorrect:
    number: int
    values: tuple[str, ...]
    problem: str
    cure: str


def rows_to_correct(of: Import) -> Iterator[RowToCorrect]:
    """Rows with problems by number, then rows whose Lever profile is unknown there."""
    for row in of.rows.filter(state=ImportRow.State.PROBLEM).order_by("number").iterator(chunk_size=500):
        yield RowToCorrect(
            row.number, tuple(row.values), _told(row.problems), _joined(p["cure"] for p in row.problems)
        )
    linked = of.rows.filter(state=ImportRow.State.DONE).exclude(lever_profile="").order_by("number")
    unknown = SyncRecord.objects.filter(prospect__import_rows__in=linked, cause=UNKNOWN_PROFILE)
    reasons = {
        (prospect, profile): reason
        for prospect, profile, reason in unknown.values_list("prospect", "wish_opportunity_id", "reason")
    }
    for row in linked.iterator(chunk_size=500) if reasons else ():
        if reason := reasons.get((row.prospect_id or 0, row.lever_profile)):
            yield RowToCorrect(row.number, tuple(row.values), reason, _UNKNOWN_CURE)


def problems_csv(of: Import) -> str:
    """The rows as they were, with the columns Row, Problem and Cure; no cell is run by a spreadsheet.

    Begins with UTF-8's mark, without which Excel reads another encoding. Uploading it again is understood.
    """
    return written([each["header"] for each in of.mapping], rows_to_correct(of))


def checked_csv(checked: Checked) -> str:
    """The same for a file that was only checked."""
    rows = (
        RowToCorrect(
            row.number,
            row.cells,
            _told(problem.to_json() for problem in row.problems),
            _joined(problem.cure for problem in row.problems),
        )
        for row in checked.rows
        if row.problems
    )
    return written([column.header for column in checked.columns], rows)


def written(headers: Sequence[str], rows: Iterable[RowToCorrect]) -> str:
    """The file's text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(guarded, [*headers, "Row", "Problem", "Cure"]))
    for row in rows:
        cells = [*row.values, *[""] * (len(headers) - len(row.values))]
        # Cells beyond the header keep their text; they stand after what we add.
        own, beyond = cells[: len(headers)], cells[len(headers) :]
        writer.writerow(map(guarded, [*own, str(row.number), row.problem, row.cure, *beyond]))
    return "\ufeff" + text.getvalue()


def guarded(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would run; reading takes it off again."""
    return f"'{cell}" if cell.startswith(_RUN_BY_SPREADSHEETS) else cell


def _told(problems: Iterable[dict[str, str]]) -> str:
    return _joined(": ".join(filter(None, (p["column"], p["value"], p["wrong"]))) for p in problems)


def _joined(sentences: Iterable[str]) -> str:
    return " · ".join(dict.fromkeys(sentences))
