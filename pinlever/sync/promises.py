"""What follows for a record, promised as rows: made once each, woken, and tried again when a person asks."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from pinlever.audit.services import Actor, record as audit
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import FREE
from pinlever.sync.models import FollowUp, SyncRecord
from pinlever.sync.waking import wake

State = FollowUp.State
# A first try once more; what may be under way at Lever (`over_at`) is looked for before it is written.
ANEW: Mapping[str, Any] = {
    "state": State.WAITING,
    "cause": "",
    "reason": "",
    "said": "",
    "said_key": "",
    "tries": 0,
    "empty_windows": 0,
    "done_at": None,
    **FREE,
}
_AT_ONCE = 200
ON_THE_WAY = "on_the_way"  # waits until the record has come to rest


class NothingToTry(Exception):
    """It is written already, or not needed; the sentence says so."""


def promised(
    record: SyncRecord,
    kind: str,
    key: str,
    *,
    place: datetime,
    now: datetime,
    payload: Mapping[str, Any] | None = None,
    priority: int | None = None,
) -> FollowUp:
    """An unsaved follow-up about the opportunity that the record leads to now."""
    return FollowUp(
        record=record,
        kind=kind,
        opportunity_id=record.opportunity_id,
        key=key[:200],
        place=place,
        payload=dict(payload or {}),
        priority=record.priority if priority is None else priority,
        due_at=now,
        made_at=now,
    )


def promise_many(rows: Iterable[FollowUp]) -> None:
    """Stores those that are missing. Call it inside the transaction of their cause; it asks for a worker."""
    wanted = list(rows)
    if wanted:
        FollowUp.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=_AT_ONCE)
        wake()


def go_on(record: SyncRecord) -> None:
    """The record has come to rest: what waited for that is due now. In the transaction that says so."""
    waiting = FollowUp.objects.filter(record=record, state=State.WAITING, cause=ON_THE_WAY)
    if waiting.update(due_at=db_now()):
        wake()


@transaction.atomic
def try_again(*, by: Actor, row: FollowUp) -> None:
    """The next try at once; of a failed one the first of a new row of tries. What may be under way is looked for
    before it is written again. Raises NothingToTry."""
    stored = FollowUp.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if stored.state not in (State.FAILED, State.WAITING):
        raise NothingToTry(
            f"{stored.get_kind_display()}: {stored.get_state_display().lower()}. Nothing waits."
        )
    columns: dict[str, Any] = {"due_at": db_now()}
    if stored.state == State.FAILED:
        columns |= ANEW
    FollowUp.objects.filter(pk=stored.pk).update(**columns)
    audit(by=by, action="follow_up.retry", subject=stored, before={"state": stored.state})
    wake()
