"""Whom a request means: the people who are ticked, or everybody of a job who fits the list's filters."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404

from pinlever.connection.models import LeverAccount
from pinlever.foundation.row_ids import row_ids
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync import finding, whereabouts
from pinlever.sync.models import Trigger

LONGEST = 200


@dataclass(frozen=True)
class Asked:
    """The filters of a job's list, as they stand in its address. `past`: past this trigger and not sent yet."""

    text: str = ""
    state: str = ""
    stage: str = ""
    past: str = ""
    where: str = ""

    @classmethod
    def by(cls, query: QueryDict) -> "Asked":
        """What makes no sense is left out."""
        state, stage, past, where = (query.get(name, "") for name in ("state", "stage", "past", "ats"))
        return cls(
            query.get("q", "").strip()[:LONGEST],
            state if state in finding.FILTERS else "",
            stage if stage in Prospect.Stage.values else "",
            past if past in Trigger.values else "",
            where if where in whereabouts.FILTERS else "",
        )

    def __bool__(self) -> bool:
        return bool(self.text or self.state or self.stage or self.past or self.where)

    def people(self, account: LeverAccount | None, job: Job) -> QuerySet[Prospect]:
        """Everybody of the job who fits."""
        rows = finding.search(account, Prospect.objects.filter(job=job), self.text)
        if self.stage:
            rows = rows.filter(outreach_stage=self.stage)
        if self.past:
            rows = finding.past(account, rows, self.past)
        rows = whereabouts.of_prospects(account, rows, self.where, job)
        return finding.standing(account, rows, self.state)

    def query(self) -> str:
        """The same filters for another address."""
        named = {
            "q": self.text,
            "state": self.state,
            "stage": self.stage,
            "past": self.past,
            "ats": self.where,
        }
        return urlencode({name: value for name, value in named.items() if value})


@dataclass(frozen=True)
class Chosen:
    """Prospect ids. `job` when all are of one job; `fields` say the same again in a form."""

    ids: tuple[int, ...]
    job: Job | None
    fields: tuple[tuple[str, str], ...]
    matching: int = 0  # how many fit the filters when nobody is ticked


def chosen(account: LeverAccount | None, query: QueryDict, most: int) -> Chosen:
    """Reads at most one more than `most`. Without ticked people `all` has to say that everybody is meant."""
    job = job_of(query.get("job", ""))
    ticked = row_ids(query.getlist("prospect"))
    if ticked:
        found = dict(Prospect.objects.filter(pk__in=ticked[: most + 1]).values_list("pk", "job_id"))
        jobs = set(found.values())
        own = job if job and jobs == {job.pk} else Job.objects.get(pk=jobs.pop()) if len(jobs) == 1 else None
        return Chosen(tuple(found), own, tuple(("prospect", str(one)) for one in found))
    if job is None:
        return Chosen((), None, ())
    asked = Asked.by(query)
    people = asked.people(account, job)
    fields = tuple(
        (name, query.get(name, ""))
        for name in ("job", "q", "state", "stage", "past", "ats")
        if query.get(name)
    )
    if query.get("all"):
        ids = tuple(people.order_by("-pk").values_list("pk", flat=True)[: most + 1])
        return Chosen(ids, job, (*fields, ("all", "1")))
    return Chosen((), job, fields, matching=people.count())


def job_of(key: str) -> Job | None:
    """The job with this key; None for nonsense."""
    try:
        return get_object_or_404(Job, key=key) if key else None
    except (ValidationError, ValueError):
        return None
