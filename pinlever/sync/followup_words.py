"""What has been written to Lever about people after the sync, in words: for a candidate's card and for the settings."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from pinlever.audit.services import Actor, record as audit
from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.sync.models import FollowUp, SyncRecord
from pinlever.sync.promises import ANEW
from pinlever.sync.timeline import event_key, event_of
from pinlever.sync.waking import wake

Kind, State = FollowUp.Kind, FollowUp.State
_MOST = 500
COUNTED = 1_000
_UNITS = {
    Kind.NOTE: ("note", "notes"),
    Kind.OPENS: ("note with opens", "notes with opens"),
    Kind.STAGE: ("stage move", "stage moves"),
    Kind.DETAILS: ("profile update", "profile updates"),
    Kind.RESUME: ("résumé", "résumés"),
    Kind.FORM: ("fields form", "fields forms"),
}
_DONE = {
    Kind.NOTE: "written",
    Kind.OPENS: "brought up to date",
    Kind.STAGE: "made",
    Kind.DETAILS: "made",
    Kind.RESUME: "sent as a file",
    Kind.FORM: "written",
}
_OF_STEP = {"notes": Kind.NOTE, "stage": Kind.STAGE, "details": Kind.DETAILS}


def _told(kind: FollowUp.Kind, counts: Counter[str]) -> str:
    done = counts[State.DONE]
    parts = [f"{done:,} {_UNITS[kind][done != 1]} {_DONE[kind]}"]
    if waiting := counts[State.WAITING]:
        parts.append(f"{waiting:,} {'waits' if waiting == 1 else 'wait'}")
    if failed := counts[State.FAILED]:
        parts.append(f"{failed:,} failed")
    return ", ".join(parts)


def told_of(step: str, counts: Counter[str]) -> str:
    """ "3 notes written, 1 waits", of one step (artefacts.py)."""
    return _told(_OF_STEP[step], counts)


def noted(events: Collection[int]) -> frozenset[int]:
    """Which of these outreach events stand on Lever's timeline. One query."""
    rows = FollowUp.objects.filter(kind=Kind.NOTE, state=State.DONE, key__in=[event_key(pk) for pk in events])
    return frozenset(event_of(key) for key in rows.values_list("key", flat=True)) if events else frozenset()


@dataclass(frozen=True)
class Standing:
    """How many of an account wait and failed; counted up to COUNTED."""

    waiting: int
    failed: int

    @property
    def waiting_told(self) -> str:
        return _counted(self.waiting)

    @property
    def failed_told(self) -> str:
        return _counted(self.failed)


def standing_of(account: LeverAccount) -> Standing:
    """Two queries over small indexes."""
    return Standing(*(_of(account, state)[: COUNTED + 1].count() for state in (State.WAITING, State.FAILED)))


def try_failed_again(*, by: Actor, account: LeverAccount) -> int:
    """Every failed follow-up of the account, next; answers how many."""
    with transaction.atomic():
        count = _of(account, State.FAILED).update(**ANEW, due_at=db_now())
        if count:
            audit(by=by, action="follow_up.retry_failed", subject=account, after={"count": count})
            wake()
    return count


@transaction.atomic
def try_again_of(*, by: Actor, record: SyncRecord) -> int:
    """What waits or failed about one record, next; answers how many."""
    rows = FollowUp.objects.filter(record=record)
    now = db_now()
    count = rows.filter(state=State.FAILED).update(**ANEW, due_at=now)
    waiting = rows.filter(state=State.WAITING, due_at__gt=now).exclude(kind=Kind.OPENS)
    count += waiting.update(due_at=now)
    if count:
        audit(by=by, action="follow_up.retry", subject=record, after={"count": count})
        wake()
    return count


def _of(account: LeverAccount, state: str) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(record__account=account, state=state)


def _counted(number: int) -> str:
    return f"more than {COUNTED:,}" if number > COUNTED else f"{number:,}"
