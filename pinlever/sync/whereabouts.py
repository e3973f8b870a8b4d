"""The "ATS candidates" filter: who is in Lever, who is not, and how they stand there. No row of people is read.

By presences (presences.py), which follow the index within a sweep. What is confidential counts as being there only.
"""

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from pinlever.connection.models import LeverAccount
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.sync.models import JobPosting, Presence

IN_LEVER, NOT_IN_LEVER, OTHER_JOB, HIRED, ARCHIVED = "in", "not", "other_job", "hired", "archived"
FILTERS: dict[str, str] = {
    IN_LEVER: "In Lever",
    NOT_IN_LEVER: "Not in Lever",
    OTHER_JOB: "On another Lever job",
    HIRED: "Hired",
    ARCHIVED: "Archived, not hired",
}
POSTINGS = ("posting_id", "second_posting_id")
_STANDING: dict[str, Q] = {
    HIRED: Q(is_hired=True),
    ARCHIVED: Q(is_archived=True),
    OTHER_JOB: Q(is_active=True),
}


def of_people(
    account: LeverAccount | None, rows: QuerySet[Candidate], where: str, job: Job | None = None
) -> QuerySet[Candidate]:
    """Those of the roots; an unknown `where` filters nothing. "Another job" is none of theirs in Pin, or not `job`."""
    if where not in FILTERS:
        return rows
    there = _there(account, where).filter(candidate=OuterRef("pk"))
    if where == OTHER_JOB:
        there = there.filter(_not_on(account, job) if job else _on_none_of_theirs())
    return rows.filter(~Exists(there) if where == NOT_IN_LEVER else Exists(there))


def of_prospects(
    account: LeverAccount | None, rows: QuerySet[Prospect], where: str, job: Job
) -> QuerySet[Prospect]:
    """Those of the prospects of `job`."""
    if where not in FILTERS:
        return rows
    there = _there(account, where).filter(candidate=OuterRef("candidate"))
    if where == OTHER_JOB:
        there = there.filter(_not_on(account, job))
    return rows.filter(~Exists(there) if where == NOT_IN_LEVER else Exists(there))


def _there(account: LeverAccount | None, where: str) -> QuerySet[Presence]:
    return Presence.objects.filter(_STANDING.get(where, Q()), account=account)


def _not_on(account: LeverAccount | None, job: Job) -> Q:
    """Active for a Lever job that is not this job's."""
    own = JobPosting.objects.filter(account=account, job=job).values_list("posting_id", flat=True).first()
    mine = {"", own or ""}
    return ~Q(posting_id__in=mine) | ~Q(second_posting_id__in=mine)


def _on_none_of_theirs() -> Q:
    """Active for a Lever job that is none of the person's jobs'."""
    return reduce(or_, (~Q(**{name: ""}) & _is_not_theirs(name) for name in POSTINGS))


def _is_not_theirs(name: str) -> Q:
    """Asked for the root and for who was merged into it one by one: each is a look-up by index."""
    person = OuterRef("candidate")
    own = JobPosting.objects.filter(
        account=OuterRef(OuterRef("account")), posting_id=OuterRef(OuterRef(name)), job=OuterRef("job")
    )
    theirs = Prospect.objects.filter(Exists(own))
    return ~Q(Exists(theirs.filter(candidate=person))) & ~Q(
        Exists(theirs.filter(candidate__merged_into=person))
    )
