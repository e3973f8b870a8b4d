"""All rows of a table checked before anything is written. Pure: what comes out follows from the file alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pinlever.imports.drafts import Draft
from pinlever.imports.headers import TEMPLATE, Column, columns_of
from pinlever.imports.reading import SourceRow, read_table
from pinlever.imports.resource import KeyProblem, PersonResource, RowRefused


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell: row as a spreadsheet shows it, column header, value, and how to cure it."""

    row: int
    column: str
    value: str
    wrong: str
    cure: str

    def to_json(self) -> dict[str, str]:
        """As it is kept with its row."""
        return {"column": self.column, "value": self.value, "wrong": self.wrong, "cure": self.cure}


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row with either a draft, problems, or a reason to skip it. `keys` are the draft's, worked out once."""

    number: int
    cells: tuple[str, ...]
    draft: Draft | None
    problems: tuple[Problem, ...]
    note: str = ""
    keys: tuple[tuple[str, str], ...] = ()


def check_rows(rows: Sequence[SourceRow], columns: Sequence[Column]) -> Iterator[CheckedRow]:
    """Each row with what is wrong. A person who is in the file twice is noted, not refused: the rows join."""
    resource, first_row = PersonResource(), dict[tuple[str, str], int]()
    for row in rows:
        if _is_example(row, columns):
            yield CheckedRow(row.number, row.cells, None, (), "The example row of the template.")
            continue
        draft, problems = check_row(resource, row, columns)
        keys = draft.keys() if draft else ()
        yield CheckedRow(
            row.number, row.cells, draft, problems, _same_person(keys, row.number, first_row), keys
        )


def check_row(
    resource: PersonResource, row: SourceRow, columns: Sequence[Column]
) -> tuple[Draft | None, tuple[Problem, ...]]:
    if problem := _shape_problem(row, columns):
        return None, (problem,)
    try:
        return resource.read_row(by_key(row.cells, columns)), ()
    except RowRefused as refused:
        headers = {column.key: column.header for column in columns if column.key}
        return None, tuple(_named(problem, row.number, headers) for problem in refused.problems)


def by_key(values: Sequence[str], columns: Sequence[Column]) -> dict[str, str]:
    """Column key → text, for the columns that are used; cells a short row lacks are empty."""
    return {
        column.key: values[column.index] if column.index < len(values) else ""
        for column in columns
        if column.key
    }


def _shape_problem(row: SourceRow, columns: Sequence[Column]) -> Problem | None:
    """More cells than headers, or a short row whose line breaks tell of rows swallowed by a quotation mark."""
    extra = next((cell for cell in row.cells[len(columns) :] if cell.strip()), None)
    if extra is not None:
        return Problem(
            row.number,
            "",
            extra.strip()[:80],
            f"The row has {len(row.cells):,} cells, the header {len(columns):,}",
            "Put quotation marks around text that holds the separator, or remove what is too much.",
        )
    broken = next((cell for cell in row.cells if "\n" in cell or "\r" in cell), None)
    if broken is not None and len(row.cells) < len(columns):
        return Problem(
            row.number,
            columns[row.cells.index(broken)].header,
            broken.strip()[:80],
            "The row ends early and holds line breaks: it may have swallowed the rows after it",
            'Look for a quotation mark (") in this row that is not closed.',
        )
    return None


def _named(problem: KeyProblem, number: int, headers: Mapping[str, str]) -> Problem:
    return Problem(number, headers.get(problem.key, ""), problem.value, problem.wrong, problem.cure)


def _same_person(keys: Sequence[tuple[str, str]], number: int, first_row: dict[tuple[str, str], int]) -> str:
    known = [(key, first_row[key]) for key in keys if key in first_row]
    for key in keys:
        first_row.setdefault(key, number)
    if not known:
        return ""
    (kind, value), earlier = known[0]
    return f"The same person as row {earlier} ({kind} {value[:120]}); the two are joined."


def _is_example(row: SourceRow, columns: Sequence[Column]) -> bool:
    """The template's example is known by its addresses: a spreadsheet may have changed its other cells."""
    return by_key(row.cells, columns).get("emails", "").strip() == example_emails()


@cache
def example_emails() -> str:
    table = read_table(TEMPLATE.read_bytes())
    return by_key(table.rows[0].cells, columns_of(table.header)[0])["emails"]
