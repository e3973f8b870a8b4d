"""The demo's story, read from the files beside this module, and what is expected to come of it."""

import csv
import io
import json
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
JOB_COLUMN = "Job"

Json = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One thing that happens: an outreach event, or an export by hand (`export` holds the wish)."""

    wave: int
    person: str
    job: str
    kind: str = ""
    channel: str = ""
    export: str = ""


@dataclass(frozen=True)
class Expected:
    """What becomes of one person on one job: created, linked, added, asked, not yet."""

    person: str
    job: str
    outcome: str
    to: str = ""
    question: str = ""
    holds: Json = field(default_factory=dict)

    @property
    def label(self) -> str:
        return f"{self.person} / {self.job}"


@cache
def scenario() -> Json:
    """Who uses Pin, which jobs there are, and who is in Lever beforehand."""
    read: Json = json.loads(_text("scenario.json"))
    return read


def steps() -> list[Step]:
    """In the order in which they happen; a wave begins when the one before has come to rest."""
    return [Step(**row) for row in json.loads(_text("events.json"))]


def expected() -> list[Expected]:
    return [Expected(**row) for row in json.loads(_text("expected.json"))]


def files_by_job() -> dict[str, bytes]:
    """The bundled file as one for each job, as Pin would export them."""
    rows = csv.DictReader(io.StringIO(_text("people.csv")))
    by_job: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        by_job[row.pop(JOB_COLUMN)].append(row)
    return {job: _file(people) for job, people in by_job.items()}


def _file(people: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(people[0]))
    writer.writeheader()
    writer.writerows(people)
    return text.getvalue().encode()


def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
