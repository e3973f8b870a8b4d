"""What is committed before anything is sent, so that a crash at any moment can be read back.

The snapshot is exact: a resend and a read-back use it, later edits do not touch it. An intent is made only if
the person's keys are still the ones that were claimed and looked up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.lever.types import NewOpportunity, from_ms, to_ms
from pinlever.sync import gates
from pinlever.sync.models import Intent, ResumePdf
from pinlever.sync.plan import Key
from pinlever.sync.subject import Subject, subject_of
from pinlever.sync.turn import Turn

BEHIND = timedelta(
    seconds=5
)  # Lever refuses a createdAt in the future; its clock and ours may differ a little


Effect = Callable[[], None]


class ChangedMeanwhile(Exception):
    """What was planned no longer holds: the record starts again at its claims."""


@dataclass(frozen=True)
class Ready:
    """An intent that stands committed, and until when (steady clock) its sending may begin."""

    intent: Intent
    send_before: float


def next_created_at(account_id: int) -> datetime:
    """A createdAt a little behind Lever's clock, never given out twice on the account."""
    with transaction.atomic():
        offset = LeverAccount.objects.values_list("clock_offset", flat=True).get(pk=account_id)
        wanted = to_ms(db_now() + timedelta(seconds=offset) - BEHIND)
        row = LeverAccount.objects.filter(pk=account_id)
        row.update(last_created_ms=Greatest(F("last_created_ms") + 1, Value(wanted)))
        return from_ms(row.values_list("last_created_ms", flat=True).get())


def commit(
    turn: Turn,
    subject: Subject,
    new: NewOpportunity,
    *,
    perform_as: str,
    keys: tuple[Key, ...],
    seen_before: list[str],
    resume: ResumePdf | None = None,
    resume_name: str = "",
    columns: dict[str, Any] | None = None,
) -> Ready:
    """Commits the intent. Raises ChangedMeanwhile when keys, posting or switches differ from the plan's."""
    failpoint("intent.before_commit")
    with transaction.atomic():
        send_before_at, send_before = turn.prolong(**(columns or {}))
        now_is = subject_of(turn.record).without(subject.set_aside)
        if now_is.claim_keys != subject.claim_keys or now_is.posting_id != subject.posting_id:
            raise ChangedMeanwhile("The person's keys or the job's posting changed.")
        if closed := gates.closed_now(turn.record, turn.connection):
            raise ChangedMeanwhile(closed)
        intent = Intent.objects.create(
            record=turn.record,
            account_id=turn.record.account_id,
            payload=new.to_json(),
            perform_as=perform_as,
            created_ms=to_ms(new.created_at or datetime.now(UTC)),
            resume=resume,
            resume_name=resume_name,
            keys=[list(key) for key in keys],
            seen_before=seen_before,
            send_before=send_before_at,
            over_at=send_before_at + timedelta(seconds=settings.LEVER_DEADLINE),
            made_at=db_now(),
        )
    failpoint("intent.after_commit")
    return Ready(intent, send_before)


def commit_again(turn: Turn, intent: Intent, **changes: Any) -> Ready:
    """Commits a new sending of the same intent: same payload and createdAt, a new time to send before."""
    failpoint("intent.before_recommit")
    with transaction.atomic():
        send_before_at, send_before = turn.prolong()
        over_at = send_before_at + timedelta(seconds=settings.LEVER_DEADLINE)
        update(intent, send_before=send_before_at, over_at=over_at, **changes)
    failpoint("intent.after_recommit")
    return Ready(intent, send_before)


def update(intent: Intent, **columns: Any) -> None:
    """Writes columns of an intent that is still open."""
    Intent.objects.filter(pk=intent.pk, outcome="").update(**columns)
    for name, value in columns.items():
        setattr(intent, name, value)


def close(intent: Intent, outcome: str) -> None:
    """Settles the intent. Inside the transaction that ends the turn."""
    update(intent, outcome=outcome, settled_at=db_now())
