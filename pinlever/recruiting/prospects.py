"""Candidates on jobs."""

from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from pinlever.accounts.models import User
from pinlever.audit.services import Actor, record
from pinlever.recruiting.cleaning import clean_text
from pinlever.recruiting.families import Family, family_of_root
from pinlever.recruiting.merging import lock
from pinlever.recruiting.models import Candidate, Job, Prospect

_BLANK = (None, "")


class Sourcing(TypedDict, total=False):
    """What is told about a prospect besides the person and the job."""

    sourcer: User | None
    sourcer_email: str
    sourcing_tag: str
    score: float | None
    sourced_at: datetime | None


def add_prospect(
    *, by: Actor, candidate: Candidate, job: Job, **told: Unpack[Sourcing]
) -> tuple[Prospect, bool]:
    """The person's prospect on the job, and whether it was made now. A repeat fills blanks only.

    Whoever of the merged family is on the job already is the prospect.
    """
    with transaction.atomic():
        root = lock({candidate.pk})[candidate.pk]
        return put_on_job(by=by, person=family_of_root(root), job=job, **told)


def put_on_job(
    *, by: Actor, person: Family, job: Job, is_new: bool = False, **told: Unpack[Sourcing]
) -> tuple[Prospect, bool]:
    """`add_prospect` in a transaction that has locked the root, or made it (`is_new`): nobody else can add one."""
    columns = _columns(told)
    prospect = None if is_new else _there(person, job)
    if prospect is None:
        prospect = Prospect.objects.create(candidate=person.root, job=job, **columns)
        after = {"candidate": person.root, "job": job}
        record(by=by, action="prospect.added", subject=prospect, after=after)
        return prospect, True
    if changed := _fill(prospect, columns):
        record(by=by, action="prospect.updated", subject=prospect, after=changed)
    return prospect, False


def _columns(told: Sourcing) -> dict[str, Any]:
    cleaned = {
        "sourcer_email": clean_text(told.get("sourcer_email"), 254).lower(),
        "sourcing_tag": clean_text(told.get("sourcing_tag"), 120),
    }
    return {**told, **cleaned}


def _there(person: Family, job: Job) -> Prospect | None:
    """The first of the family who is on the job."""
    rows = Prospect.objects.filter(candidate__in=person.ids, job=job).select_related("candidate", "job")
    return min(rows, key=lambda row: person.ids.index(row.candidate_id), default=None)


def _fill(prospect: Prospect, told: dict[str, Any]) -> dict[str, Any]:
    changed = {
        name: value
        for name, value in told.items()
        if value not in _BLANK and getattr(prospect, name) in _BLANK
    }
    for name, value in changed.items():
        setattr(prospect, name, value)
    if changed:
        prospect.save(update_fields=list(changed))
    return changed
