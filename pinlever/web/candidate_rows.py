"""People as rows of a list: who they are, their jobs, and their standing told once. Constant queries for a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pinlever.recruiting.families import Family, families
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.sync.explain import NOT_YET, Explanation, explanations
from pinlever.sync.models import State
from pinlever.sync.presences import who_is_there

# What somebody has to do first, then what moves, then what rests.
_TELLING = (
    State.NEEDS_YOU,
    State.FAILED,
    State.HELD,
    State.RETRYING,
    State.QUEUED,
    State.SYNCED,
    State.IN_LEVER,
    NOT_YET,
    State.REMOVED,
    State.UNDONE,
    State.CANCELLED,
)


@dataclass(frozen=True)
class OnJob:
    """The person's prospect on one job, and how it stands."""

    prospect: Prospect
    explanation: Explanation


@dataclass(frozen=True)
class Row:
    """`jobs` starts with the one that tells most. `is_there`: in Lever, whether linked here or not."""

    candidate: Candidate
    name: str
    work: str
    jobs: tuple[OnJob, ...]
    is_there: bool = False

    @property
    def main(self) -> OnJob | None:
        return self.jobs[0] if self.jobs else None

    @property
    def others(self) -> int:
        return max(0, len(self.jobs) - 1)

    @property
    def is_unlinked(self) -> bool:
        """In Lever by a key, and linked to nobody there."""
        return self.is_there and not any(each.explanation.is_in_lever for each in self.jobs)

    @property
    def logos(self) -> list[str]:
        """The person's profiles in Lever, each once."""
        return list(
            dict.fromkeys(each.explanation.lever_url for each in self.jobs if each.explanation.lever_url)
        )

    @property
    def since(self) -> datetime | None:
        return self.main.explanation.since if self.main else None


def rows_of(people: Sequence[Candidate], job: Job | None = None) -> list[Row]:
    """The rows of these roots, in their order; with `job`, that job tells."""
    found = families(person.pk for person in people)
    jobs, there = on_jobs(found.values(), job), who_is_there(found)
    return [_row(found[person.pk], jobs[person.pk], person.pk in there) for person in people]


def on_jobs(people: Iterable[Family], job: Job | None = None) -> dict[int, tuple[OnJob, ...]]:
    """By the root's id, everything each person is on, the most telling first."""
    listed = {each.root.pk: each for each in people}
    root_of = {member: root for root, each in listed.items() for member in each.ids}
    prospects = list(
        Prospect.objects.filter(candidate__in=root_of)
        .select_related("candidate", "job", "sourcer")
        .order_by("pk")
    )
    explained = explanations(prospects)
    found: dict[int, list[OnJob]] = {root: [] for root in listed}
    for prospect in prospects:
        found[root_of[prospect.candidate_id]].append(OnJob(prospect, explained[prospect.pk]))
    return {root: tuple(sorted(rows, key=lambda row: _place(row, job))) for root, rows in found.items()}


def _place(row: OnJob, job: Job | None) -> tuple[bool, int]:
    return job is not None and row.prospect.job_id != job.pk, _TELLING.index(row.explanation.state)


def _row(person: Family, jobs: tuple[OnJob, ...], is_there: bool) -> Row:
    return Row(person.root, name_of(person), work_of(person), jobs, is_there)


def name_of(person: Family) -> str:
    """The root's name, else the first a merged row has."""
    return next((member.full_name for member in person.members if member.full_name), str(person.root))


def work_of(person: Family) -> str:
    """ "Staff Engineer · Nordlys Energi", else the headline."""
    parts = [first(person, "current_title"), first(person, "current_company")]
    return " · ".join(part for part in parts if part) or first(person, "headline")


def first(person: Family, name: str) -> str:
    """The first value anybody of the family has in this column."""
    return next((value for member in person.members if (value := getattr(member, name))), "")
