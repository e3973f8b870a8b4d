"""Working follow-ups off: gates, then the kind's own handler, then one transaction that ends the turn.

A handler reads back before it writes and commits what it is about to send (`Following.send`) before it sends,
so that a crash or a lost answer at any moment writes nothing twice.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction

from pinlever.audit.services import SYSTEM, record as audit
from pinlever.connection.accounts import current_connection
from pinlever.connection.gateway import open_client
from pinlever.connection.models import KnownOpportunity, LeverConnection
from pinlever.connection.spending import Spending, keep
from pinlever.foundation.clock import db_now, steady_clock
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.leases import Lease, LeaseLost, claim_first, release, write_held
from pinlever.lever.client import LeverClient
from pinlever.lever.errors import LeverError, OutcomeUnknown
from pinlever.sync import causes, gates
from pinlever.sync.lever_words import said_columns
from pinlever.sync.models import IN_LEVER_STATES, FollowUp, State as RecordState, SyncRecord
from pinlever.sync.promises import ON_THE_WAY
from pinlever.sync.services import is_being_taken_back
from pinlever.sync.waiting import EMPTY_WINDOWS, first_look_after, next_look

State = FollowUp.State
T = TypeVar("T")
MOST_DEATHS = 5
HELD_FOR = 60.0  # seconds until what holds it is looked at again
SELDOM = 600.0
OVER = (RecordState.CANCELLED, RecordState.UNDONE, RecordState.REMOVED)
NOT_THERE = "The person is not in Lever any more, so there is nothing to write it to."
ELSEWHERE = "The person is linked to another profile in Lever by now."
GONE = "The profile is not in Lever any more."
ANONYMISED = "The person was anonymised in Lever; nothing is written about them."
MORE_ASKED = "More was asked for this person; it is written when that is done."
TAKING_BACK = "The person is being taken back; nothing new is written about them."
REFUSED = "Lever refused it: {said}."
LOOK_AGAIN = "The answer was lost, and Lever does not show it yet. We look again before it is written again."
NEVER_SHOWN = (
    "Lever's answer was lost several times, and Lever never showed it. Retry looks once more, then writes it."
)
WORKER_DIES = "Workers died {times} times while they worked on this. Retry tries it once more."
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Done:
    """How a follow-up's turn ends. `after`: seconds until a waiting one is due again."""

    state: str
    reason: str = ""
    cause: str = ""
    after: float = 0.0
    lever_id: str = ""
    result: dict[str, Any] = field(default_factory=dict)
    is_failed_try: bool = False
    is_unknown: bool = False  # its answer was lost: the next turn reads back first
    is_settled: bool = False  # nothing of it is under way at Lever
    said: str = ""  # Lever's own words


def profile_gone() -> Done:
    """Lever has the profile no more: nothing is left to write."""
    return Done(State.SKIPPED, GONE, "gone")


class SendingOff(Exception):
    """Between the look and the writing something was switched off, or the record changed."""


@dataclass
class Following:
    """What a worker holds while it works on one: the row, its lease, and a client."""

    row: FollowUp
    lease: Lease
    connection: LeverConnection
    lever: LeverClient
    is_refused: bool = False  # the one write was certainly not done

    @property
    def record(self) -> SyncRecord:
        return self.row.record

    @property
    def is_unsettled(self) -> bool:
        """Whether an earlier sending may have been done: then it is looked for before anything else."""
        return self.row.over_at is not None

    def commit(self, payload: dict[str, Any] | None = None) -> float:
        """Commits what is about to be sent; answers until when (steady clock) its sending may begin.

        Raises LeaseLost, and SendingOff when it may not be sent any more.
        """
        failpoint("followup.before_commit")
        steady = steady_clock()
        with transaction.atomic():
            now = db_now()
            self._check_open()
            send_before = now + timedelta(seconds=settings.LEVER_SLOT_WAIT)
            write_held(
                self.row,
                self.lease,
                locked_until=now + timedelta(seconds=settings.RECORD_LEASE),
                payload=self.row.payload if payload is None else payload,
                send_before=send_before,
                over_at=send_before + timedelta(seconds=settings.LEVER_DEADLINE),
            )
        failpoint("followup.after_commit")
        return steady + settings.LEVER_SLOT_WAIT

    def send(self, payload: dict[str, Any], write: Callable[[float], T]) -> T:
        """Commits, then makes the one write of this turn, which is given until when it may begin.

        A write that was certainly not done leaves nothing to look for; after OutcomeUnknown the next turn looks.
        """
        send_before = self.commit(payload)
        try:
            answer = write(send_before)
        except OutcomeUnknown:
            raise
        except LeverError:
            self.is_refused = True
            raise
        failpoint("followup.after_send")
        return answer

    def look_again(self, looked_at: datetime) -> Done | None:
        """After a look that found nothing: how the turn ends, or None when the time has come to write again.

        `looked_at` is from before the look. What was looked for is in the row from an earlier sending.
        """
        if self.row.over_at is None:
            return None
        wait = next_look(self.row.over_at, looked_at)
        if wait is not None:
            return Done(State.WAITING, LOOK_AGAIN, causes.OUTCOME_UNKNOWN, wait)
        if is_being_taken_back(self.record):  # nothing is written again now, so no sending has been in vain
            return Done(State.WAITING, TAKING_BACK, ON_THE_WAY, HELD_FOR)
        if self.row.empty_windows + 1 >= EMPTY_WINDOWS:
            return Done(State.FAILED, NEVER_SHOWN, causes.OUTCOME_UNKNOWN)
        write_held(self.row, self.lease, empty_windows=self.row.empty_windows + 1)
        return None

    def anonymised(self) -> Done | None:
        """How the turn ends if Lever was last seen to have anonymised the person; None if not."""
        theirs = KnownOpportunity.objects.filter(
            account_id=self.record.account_id, lever_id=self.row.opportunity_id, is_anonymized=True
        )
        return Done(State.SKIPPED, ANONYMISED, "anonymised") if theirs.exists() else None

    def _check_open(self) -> None:
        if gates.closed_now(self.record, self.connection) or is_being_taken_back(self.record):
            raise SendingOff
        there = SyncRecord.objects.filter(pk=self.record.pk, state__in=IN_LEVER_STATES)
        if not there.filter(opportunity_id=self.row.opportunity_id).exists():
            raise SendingOff


Handler = Callable[[Following], Done]


def follow_one(handlers: Mapping[str, Handler]) -> bool:
    """Takes the most urgent due follow-up through one turn. False when nothing is due."""
    spending = Spending()
    due = FollowUp.objects.due(db_now()).select_related("record__account", "record__prospect")
    claimed = claim_first(due, seconds=settings.RECORD_LEASE)
    if claimed is None:
        return False
    row, lease = claimed
    failpoint("followup.claimed")
    try:
        done = _end_of(row, lease, handlers, spending)
        _finish(row, lease, done)
    except LeaseLost:
        log.info("Follow-up %s was taken over by another worker.", row.pk)
    else:
        keep(row.record.account_id, row.kind, spending, has_ended=done.state != State.WAITING)
    return True


def _end_of(row: FollowUp, lease: Lease, handlers: Mapping[str, Handler], spending: Spending) -> Done:
    connection = current_connection()
    stopped = _stopped(row, connection)
    if stopped is not None or connection is None:
        return stopped or _waits(causes.NOT_CONNECTED)
    following = Following(row, lease, connection, open_client(connection, spending=spending))
    try:
        done = handlers[row.kind](following)
    except LeaseLost:
        raise
    except SendingOff:
        return Done(State.WAITING, causes.CHANGED_REASON, causes.CHANGED, 1.0)
    except OutcomeUnknown as error:
        told = f"The answer was lost ({causes.said(error)}). We look in Lever before it is written again."
        return Done(State.WAITING, told, causes.OUTCOME_UNKNOWN, first_look_after(), is_unknown=True)
    except LeverError as error:
        gates.note_refusal(connection, error)
        done = _after(error, row.tries)
    except Exception as error:  # one row's bad data must not stop the others; it is told on the row
        log.exception("Follow-up %s", row.pk)
        end = causes.end_for_bug(error, row.tries)
        return Done(State.WAITING, end.reason, end.cause, end.after or 0.0, is_failed_try=end.is_failed_try)
    return replace(done, is_settled=True) if following.is_refused else done


def _stopped(row: FollowUp, connection: LeverConnection | None) -> Done | None:
    """What ends the turn before anything is asked or written."""
    closed = gates.closed_to_all(row.record, connection) or gates.closed_to_writing(row.record)
    if closed:
        return _waits(closed)
    state = row.record.state
    if state in OVER or not row.record.opportunity_id:
        return Done(State.SKIPPED, NOT_THERE, "not_there")
    if row.record.opportunity_id != row.opportunity_id:
        return Done(State.SKIPPED, ELSEWHERE, "elsewhere")
    if state not in IN_LEVER_STATES:
        return Done(State.WAITING, MORE_ASKED, ON_THE_WAY, HELD_FOR)
    if row.over_at is None and is_being_taken_back(row.record):
        return Done(State.WAITING, TAKING_BACK, ON_THE_WAY, HELD_FOR)
    if row.claims_unended > MOST_DEATHS:
        return Done(State.FAILED, WORKER_DIES.format(times=MOST_DEATHS), "worker_dies")
    return None


def _waits(cause: str) -> Done:
    """What holds everybody keeps rows from being due at all; the allow-list may hold many, each by itself."""
    after = SELDOM if cause == causes.ALLOW_LIST else HELD_FOR
    return Done(State.WAITING, causes.HELD_REASONS[cause], cause, after)


def _after(error: LeverError, tries: int) -> Done:
    """The table of a record's ends, read for a follow-up: what fails a record fails it, all else waits."""
    end = causes.end_for(error, tries)
    if end.state == RecordState.FAILED:
        return Done(State.FAILED, REFUSED.format(said=causes.said(error)), end.cause, said=end.said)
    after = end.after or HELD_FOR
    return Done(State.WAITING, end.reason, end.cause, after, is_failed_try=end.is_failed_try, said=end.said)


def _finish(row: FollowUp, lease: Lease, done: Done) -> None:
    failpoint("followup.before_end")
    now = db_now()
    with transaction.atomic():
        release(row, lease, **_columns(row, done, now))
        if done.state != State.WAITING:
            after = {"kind": row.kind, "key": row.key, "state": done.state, "cause": done.cause}
            audit(by=SYSTEM, action=f"follow_up.{done.state}", subject=row, after=after, note=done.reason)
    failpoint("followup.after_end")


def _columns(row: FollowUp, done: Done, now: datetime) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "state": done.state,
        "cause": done.cause[:60],
        "reason": done.reason,
        **said_columns(done.cause, done.said, row.record.prospect.candidate.full_name),
        "due_at": now + timedelta(seconds=done.after),
        "tries": row.tries + 1 if done.is_failed_try else row.tries,
    }
    if done.state != State.WAITING:
        columns["done_at"] = now
    if done.is_settled or done.state == State.DONE:
        columns["over_at"] = None  # any other keeps it: should it go on one day, it is looked for first
    elif done.is_unknown:
        columns["over_at"] = now  # our call is over: no byte of it leaves after this
    if done.lever_id:
        columns["lever_id"] = done.lever_id
    if done.result:
        columns["result"] = done.result
    return columns
