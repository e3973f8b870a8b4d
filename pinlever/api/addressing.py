"""From a caller's own ids to rows and back. Ids count within the source of the caller's token.

A job keeps its id as "source:id"; a candidate is found by the identity key that their arrival left.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from pinlever.recruiting.keys import Key, holders_of
from pinlever.recruiting.models import Candidate, IdentityKey, Job, Prospect
from pinlever.recruiting.services import Family, families

Pair = tuple[str, str]  # a job's id and a candidate's

NO_JOB = "There is no job {job!r}. PUT /jobs/{job} first."
NO_CANDIDATE = "There is no candidate {candidate!r}. PUT /candidates/{candidate} first."
NOT_SOURCED = (
    "Candidate {candidate!r} is not sourced for job {job!r}. PUT /candidates/{candidate} with that job first."
)


@dataclass(frozen=True)
class Missing:
    """What an id leads to is not there."""

    code: str
    message: str
    field: str


def job_address(source: str, job_id: str) -> str:
    """What Job.external_id holds."""
    return f"{source}:{job_id}"


def jobs_of(source: str, ids: Iterable[str]) -> dict[str, Job]:
    """The jobs that exist, by the caller's ids."""
    wanted = {job_address(source, each): each for each in ids}
    return {wanted[job.external_id or ""]: job for job in Job.objects.filter(external_id__in=wanted)}


def families_of(source: str, ids: Iterable[str]) -> dict[str, Family]:
    """The people who exist, by the caller's ids; of a merged one everybody they are."""
    wanted = {each: Key(IdentityKey.Kind.EXTERNAL, f"{source}:{each}") for each in ids}
    held = holders_of(wanted.values())
    found = families(set(held.values()))
    return {each: found[held[key]] for each, key in wanted.items() if key in held}


def prospects_of(source: str, pairs: Iterable[Pair]) -> dict[Pair, Prospect | Missing]:
    """The prospect for each (job, candidate), or what is missing. Half a dozen queries, however many they are."""
    wanted = set(pairs)
    jobs = jobs_of(source, {job for job, _ in wanted})
    people = families_of(source, {candidate for _, candidate in wanted})
    members = {pk for person in people.values() for pk in person.ids}
    rows = Prospect.objects.filter(job__in=jobs.values(), candidate__in=members)
    there = {(row.job_id, row.candidate_id): row for row in rows.select_related("candidate", "job")}
    return {pair: _prospect(pair, jobs.get(pair[0]), people.get(pair[1]), there) for pair in wanted}


def _prospect(
    pair: Pair, job: Job | None, person: Family | None, there: dict[tuple[int, int], Prospect]
) -> Prospect | Missing:
    names = {"job": pair[0], "candidate": pair[1]}
    if job is None:
        return Missing("unknown_job", NO_JOB.format(**names), "job")
    if person is None:
        return Missing("unknown_candidate", NO_CANDIDATE.format(**names), "candidate")
    found = next((there[job.pk, pk] for pk in person.ids if (job.pk, pk) in there), None)
    return found or Missing("not_sourced", NOT_SOURCED.format(**names), "candidate")


def job_page(job: Job) -> str:
    return f"{settings.PINLEVER_URL}/jobs/{job.key}/"


def candidate_page(candidate: Candidate) -> str:
    return f"{settings.PINLEVER_URL}/candidates/{candidate.key}/"


def record_page(record_id: int) -> str:
    return f"{settings.PINLEVER_URL}/activity/{record_id}/"
