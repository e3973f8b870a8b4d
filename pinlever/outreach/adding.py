"""Adding people to outreach, one or many: whoever is in outreach on the job already stays as they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from pinlever.audit.services import Actor
from pinlever.outreach.events import record_event
from pinlever.outreach.models import OutreachEvent
from pinlever.outreach.sourcing import SOURCE
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.recruiting.services import add_prospect


@dataclass(frozen=True)
class AddedToOutreach:
    """Who was added now, and who had been in outreach on their job before."""

    added: tuple[Prospect, ...]
    there_already: tuple[Prospect, ...]


def add_to_outreach(*, by: Actor, prospects: Iterable[Prospect], token: str) -> AddedToOutreach:
    """Records that outreach to these people begins. A repeat, with the same token or another, adds nobody twice.

    Each in a transaction of their own: what is done stays done should the next one fail.
    """
    added: list[Prospect] = []
    there_already: list[Prospect] = []
    for prospect in prospects:
        (added if _add(by, prospect, token) else there_already).append(prospect)
    return AddedToOutreach(tuple(added), tuple(there_already))


def put_on_job_for_outreach(*, by: Actor, candidates: Iterable[Candidate], job: Job) -> list[Prospect]:
    """The people's prospects on the job, made where missing."""
    return [add_prospect(by=by, candidate=candidate, job=job)[0] for candidate in candidates]


@transaction.atomic
def _add(by: Actor, prospect: Prospect, token: str) -> bool:
    row = Prospect.objects.select_for_update(no_key=True, of=("self",)).get(pk=prospect.pk)
    if row.outreach_stage != Prospect.Stage.SOURCED:
        return False
    now = timezone.now()
    kind = OutreachEvent.Kind.ADDED_TO_OUTREACH
    return record_event(
        by=by, prospect=row, kind=kind, occurred_at=now, source=SOURCE, external_id=f"added:{token}"
    ).created
