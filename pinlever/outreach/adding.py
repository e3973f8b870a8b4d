"""Adding people to outreach, one or many: whoever is in outreach on the job already stays as they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from pinlever.audit.services import Actor
from pinlever.foundation.batches import batched
from pinlever.outreach.events import Happening, InvalidEvent, Recorded, record_events
from pinlever.outreach.models import OutreachEvent
from pinlever.outreach.sourcing import SOURCE
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.recruiting.services import add_prospect

TOGETHER = 100  # people a transaction


@dataclass(frozen=True)
class AddedToOutreach:
    """Who was added now, and who had been in outreach on their job before."""

    added: tuple[Prospect, ...]
    there_already: tuple[Prospect, ...]


def add_to_outreach(*, by: Actor, prospects: Iterable[Prospect], token: str) -> AddedToOutreach:
    """Records that outreach to these people begins. A repeat, with the same token or another, adds nobody twice.

    Some in each transaction: what is done stays done should the next one fail.
    """
    wanted = list({one.pk: one for one in prospects}.values())
    added: set[int] = set()
    for some in batched(wanted, TOGETHER):
        added |= _add(by, some, token)
    return AddedToOutreach(
        tuple(one for one in wanted if one.pk in added), tuple(one for one in wanted if one.pk not in added)
    )


def put_on_job_for_outreach(*, by: Actor, candidates: Iterable[Candidate], job: Job) -> list[Prospect]:
    """The people's prospects on the job, made where missing."""
    return [add_prospect(by=by, candidate=candidate, job=job)[0] for candidate in candidates]


@transaction.atomic
def _add(by: Actor, prospects: Sequence[Prospect], token: str) -> set[int]:
    """The ids of those who were added now."""
    rows = Prospect.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    fresh = rows.filter(pk__in=[one.pk for one in prospects], outreach_stage=Prospect.Stage.SOURCED)
    now, kind = timezone.now(), OutreachEvent.Kind.ADDED_TO_OUTREACH
    told = [Happening(row, kind, now, SOURCE, f"added:{token}") for row in fresh]
    added = set()
    for result in record_events(by=by, told=told):
        if isinstance(result, InvalidEvent):
            raise result
        if isinstance(result, Recorded) and result.created:
            added.add(result.event.prospect_id)
    return added
