"""Everybody who fits the list of candidates: what its address asks for, and whom that means when all are chosen."""

import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from pinlever.connection.models import LeverAccount
from pinlever.foundation.batches import batched
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.sync import whereabouts
from pinlever.sync.finding import FILTERS
from pinlever.sync.roster import Asked, roster
from pinlever.web.candidate_rows import rows_of

LONGEST_SEARCH = 300
AT_ONCE = 500  # rows looked at together


@dataclass(frozen=True)
class Fitting:
    """Each person as their row of the list stands for them: by the job that tells most, or on none yet."""

    prospects: tuple[Prospect, ...]
    people: tuple[Candidate, ...]

    def __len__(self) -> int:
        return len(self.prospects) + len(self.people)


def asked_by(query: QueryDict) -> Asked:
    """The filters of the list; what makes no sense is left out."""
    given = {name: query.get(name, "").replace("\x00", "").strip() for name in ("q", "stage", "sync", "ats")}
    return Asked(
        text=given["q"][:LONGEST_SEARCH],
        job=job_of(query),
        stage=given["stage"] if given["stage"] in Prospect.Stage.values else "",
        state=given["sync"] if given["sync"] in FILTERS else "",
        where=given["ats"] if given["ats"] in whereabouts.FILTERS else "",
    )


def query_of(asked: Asked) -> str:
    """The same filters for another address."""
    job = str(asked.job.key) if asked.job else ""
    named = {"q": asked.text, "job": job, "stage": asked.stage, "sync": asked.state, "ats": asked.where}
    return urlencode({name: value for name, value in named.items() if value})


def job_of(query: QueryDict) -> Job | None:
    """The job that the list is filtered by."""
    key = key_of(query.get("job", ""))
    return Job.objects.filter(key=key).first() if key else None


def key_of(text: str) -> uuid.UUID | None:
    """None for what is no key."""
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None


def fitting(account: LeverAccount | None, asked: Asked, most: int) -> Fitting:
    """Reads at most one more than `most`."""
    prospects: list[Prospect] = []
    people: list[Candidate] = []
    for some in batched(roster(account, asked).order_by("-pk")[: most + 1], AT_ONCE):
        for row in rows_of(some, asked.job):
            if row.main:
                prospects.append(row.main.prospect)
            else:
                people.append(row.candidate)
    return Fitting(tuple(prospects), tuple(people))
