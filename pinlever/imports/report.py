"""What checking a file found, as it is shown and kept: columns with examples, problems by cure, the dry run. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pinlever.imports.forecast import Forecast
from pinlever.imports.headers import CHOICES, Column
from pinlever.imports.services import Checked

EXAMPLES = 3
LONGEST = 80  # characters of a value that are shown
GROUPS = 40
SHOWN = 8  # problems of a group


@dataclass
class ColumnReport:
    header: str
    key: str
    known: bool
    examples: list[str]

    @property
    def called(self) -> str:
        """What the column is used for, in words."""
        return called(self.key)


@dataclass
class Group:
    """Problems of one kind, with one cure."""

    wrong: str
    cure: str
    count: int = 0
    columns: list[str] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Report:
    digest: str
    rows: int
    ready: int
    problem: int
    skipped: int
    encoding: str
    delimiter: str
    notes: list[str]
    columns: list[ColumnReport]
    header_problems: list[dict[str, str]]
    groups: list[Group]
    more_groups: int
    forecast: Forecast

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Report":
        return cls(
            **{
                **kept,
                "columns": [ColumnReport(**each) for each in kept["columns"]],
                "groups": [Group(**each) for each in kept["groups"]],
                "forecast": Forecast(**kept["forecast"]),
            }
        )

    @property
    def can_start(self) -> bool:
        """Whether there is anybody to import."""
        return not self.header_problems and self.ready > 0

    @property
    def ignored(self) -> list[str]:
        """Headers of columns nothing is taken from, and that we do not know from Lever's own files either."""
        return [column.header for column in self.columns if not column.known]


def report_of(checked: Checked, foreseen: Forecast, digest: str) -> Report:
    """The report of a checked file; `digest` tells the same file and columns again."""
    groups = grouped(
        {"row": row.number, **problem.to_json()} for row in checked.rows for problem in row.problems
    )
    return Report(
        digest=digest,
        rows=len(checked.table.rows),
        ready=checked.ready,
        problem=checked.with_problems,
        skipped=sum(row.draft is None and not row.problems for row in checked.rows),
        encoding=checked.table.encoding,
        delimiter=checked.table.delimiter,
        notes=list(checked.table.notes),
        columns=[_column(column, checked) for column in checked.columns],
        header_problems=[
            {"header": each.header, "wrong": each.wrong, "cure": each.cure}
            for each in checked.header_problems
        ],
        groups=groups[:GROUPS],
        more_groups=max(0, len(groups) - GROUPS),
        forecast=foreseen,
    )


def grouped(problems: Iterable[Mapping[str, Any]]) -> list[Group]:
    """Problems {row, column, value, wrong, cure} by their cure, the most frequent first."""
    found: dict[tuple[str, str], Group] = {}
    for each in problems:
        group = found.setdefault((each["wrong"], each["cure"]), Group(each["wrong"], each["cure"]))
        group.count += 1
        if each["column"] and each["column"] not in group.columns:
            group.columns.append(each["column"])
        if len(group.shown) < SHOWN:
            group.shown.append({**each, "value": _short(each["value"])})
    return sorted(found.values(), key=lambda group: -group.count)


def called(key: str) -> str:
    """The words for a column key; `emails:2` is one more of the same."""
    field_name, _, variant = key.partition(":")
    return CHOICES.get(key) or (f"{CHOICES[field_name]} ({variant})" if field_name in CHOICES else "")


def _column(column: Column, checked: Checked) -> ColumnReport:
    examples: list[str] = []
    for row in checked.table.rows:
        cell = row.cells[column.index].strip() if column.index < len(row.cells) else ""
        if cell and (short := _short(cell)) not in examples:
            examples.append(short)
        if len(examples) == EXAMPLES:
            break
    return ColumnReport(column.header, column.key, column.known, examples)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
