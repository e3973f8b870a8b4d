"""The list of all people: roots of merged families, found by what is typed and by where they stand on their jobs."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from pinlever.connection.models import LeverAccount
from pinlever.recruiting.families import roots_of
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.sync import finding, whereabouts

_MOST_MERGED = 500  # rows merged away that a filter follows to their roots


@dataclass(frozen=True)
class Asked:
    """What a list is asked for; empty parts ask for nothing. `state` is a key of finding.FILTERS, `where` one of
    whereabouts.FILTERS."""

    text: str = ""
    job: Job | None = None
    stage: str = ""
    state: str = ""
    where: str = ""

    @property
    def about_jobs(self) -> bool:
        return bool(self.job or self.stage or self.state)

    def __bool__(self) -> bool:
        return bool(self.text or self.about_jobs or self.where)


def roster(account: LeverAccount | None, asked: Asked) -> QuerySet[Candidate]:
    """Everybody who fits, each person once."""
    rows = Candidate.objects.filter(merged_into=None)
    if asked.text:
        rows = rows.filter(pk__in=finding.people(account, asked.text).values("pk"))
    rows = whereabouts.of_people(account, rows, asked.where, asked.job)
    if not asked.about_jobs:
        return rows
    fitting = on_jobs(account, asked)
    merged = fitting.filter(candidate__merged_into__isnull=False).values_list("candidate", flat=True)
    roots = set(roots_of(merged[:_MOST_MERGED]).values())
    if not roots:
        return rows.filter(Exists(fitting.filter(candidate=OuterRef("pk"))))
    return rows.filter(Q(pk__in=fitting.values("candidate")) | Q(pk__in=roots))


def on_jobs(account: LeverAccount | None, asked: Asked) -> QuerySet[Prospect]:
    """The prospects that fit: job, stage and state together, of one and the same prospect."""
    rows = Prospect.objects.all()
    if asked.job is not None:
        rows = rows.filter(job=asked.job)
    if asked.stage in Prospect.Stage.values:
        rows = rows.filter(outreach_stage=asked.stage)
    return finding.standing(account, rows, asked.state)
