"""Working off what is taken back: gates, the steps at Lever, then one transaction that ends the turn.

The twin of following.py for undo: whatever is written at Lever is committed before it is sent and looked for before it
is sent again, so that a crash or a lost answer at any moment archives nobody twice and nobody by mistake.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from pinlever.audit.services import Actor
from pinlever.connection.accounts import current_connection
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverConnection, Purpose
from pinlever.connection.spending import Spending, keep
from pinlever.foundation.clock import db_now, steady_clock
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.leases import Lease, LeaseLost, claim_first, write_held
from pinlever.lever.client import LeverClient
from pinlever.lever.errors import LeverError, OutcomeUnknown
from pinlever.sync import causes, gates, undo_words as words
from pinlever.sync.following import HELD_FOR, MOST_DEATHS, SendingOff
from pinlever.sync.models import (
    IN_LEVER_STATES,
    WORKABLE,
    FollowUp,
    Priority,
    State as RecordState,
    SyncRecord,
    UndoItem,
)
from pinlever.sync.services import NotPossible, cancel, has_unsettled
from pinlever.sync.waiting import EMPTY_WINDOWS, first_look_after

State = UndoItem.State
T = TypeVar("T")
NOT_SENT = (*WORKABLE, RecordState.HELD, RecordState.NEEDS_YOU)
SOON = 5.0
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ended:
    """How a turn at one person ends. `after`: seconds until a waiting one is due again."""

    state: str
    reason: str = ""
    cause: str = ""
    after: float = 0.0
    is_failed_try: bool = False
    is_unknown: bool = False  # the answer was lost: the next turn looks before it writes
    is_settled: bool = False  # nothing of it is under way at Lever


class LookLater(Exception):
    """An answer is missing still; `wait`: seconds until the next look."""

    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait


@dataclass
class Undoing:
    """What a worker holds while it takes one person back."""

    row: UndoItem
    lease: Lease
    connection: LeverConnection
    lever: LeverClient
    is_refused: bool = False  # the latest write was certainly not done

    @property
    def record(self) -> SyncRecord:
        return self.row.record

    @property
    def step(self) -> str:
        """The step whose answer is missing, or ""."""
        return str(self.row.payload.get("step", "")) if self.row.over_at is not None else ""

    def send(self, step: str, write: Callable[[float], T], **sent: Any) -> T:
        """Commits, then makes this one write, which is given until when (steady clock) it may begin.

        A write that was certainly not done leaves nothing to look for; after OutcomeUnknown the next turn looks.
        """
        send_before = self._commit(step, sent)
        try:
            answer = write(send_before)
        except OutcomeUnknown:
            raise
        except LeverError:
            self.is_refused = True
            raise
        failpoint("undo.after_send")
        return answer

    def _commit(self, step: str, sent: dict[str, Any]) -> float:
        """Before the archiving the record says by which reason, so that nobody takes it for somebody else's.

        Raises LeaseLost, and SendingOff when it may not be sent any more.
        """
        self.is_refused = False
        failpoint("undo.before_commit")
        steady = steady_clock()
        with transaction.atomic():
            now = db_now()
            self._check_open()
            send_before = now + timedelta(seconds=settings.LEVER_SLOT_WAIT)
            write_held(
                self.row,
                self.lease,
                locked_until=now + timedelta(seconds=settings.RECORD_LEASE),
                payload={**self.row.payload, "step": step, step: sent},
                send_before=send_before,
                over_at=send_before + timedelta(seconds=settings.LEVER_DEADLINE),
            )
            if step == "archive":
                marked = {"undone_at": now, "undone_reason_id": sent["reason"]}
                SyncRecord.objects.filter(pk=self.record.pk).update(**marked, updated_at=now)
        failpoint("undo.after_commit")
        return steady + settings.LEVER_SLOT_WAIT

    def did(self, **result: Any) -> None:
        """A step is done: nothing of it is under way any more."""
        write_held(
            self.row,
            self.lease,
            locked_until=db_now() + timedelta(seconds=settings.RECORD_LEASE),
            result={**self.row.result, **result},
            over_at=None,
            empty_windows=0,
        )
        self.is_refused = False
        failpoint("undo.after_step")

    def not_done(self) -> bool:
        """The window of looks closed without a trace of what was sent. False: it did so too often."""
        windows = self.row.empty_windows + 1
        if windows >= EMPTY_WINDOWS:
            return False
        write_held(self.row, self.lease, over_at=None, empty_windows=windows)
        return True

    def leaves(self, sentence: str) -> None:
        """Something stays as it is, in a sentence; the rest goes on."""
        left = [*self.row.result.get("left", []), sentence]
        self.did(left=list(dict.fromkeys(left)))

    def _check_open(self) -> None:
        if gates.closed_now(self.record, self.connection):
            raise SendingOff
        there = SyncRecord.objects.filter(pk=self.record.pk, state__in=IN_LEVER_STATES)
        there = there.filter(opportunity_id=self.row.opportunity_id)
        # Whoever changes the record waits for us, and we for them.
        if not list(there.select_for_update(no_key=True).values_list("pk")):
            raise SendingOff


Handler = Callable[[Undoing], Ended]
Ending = Callable[[UndoItem, Lease, Ended], None]


def undo_one(handler: Handler, ending: Ending, *, at_most: int = Priority.BULK) -> bool:
    """Takes the most urgent due person, of this priority or a higher one, through one turn. False when none is due."""
    due = UndoItem.objects.due(db_now()).filter(priority__lte=at_most)
    rows = due.select_related(
        "run", "record__account", "record__prospect__job", "record__prospect__candidate"
    )
    claimed = claim_first(rows, seconds=settings.RECORD_LEASE)
    if claimed is None:
        return False
    row, lease = claimed
    failpoint("undo.claimed")
    spending = Spending()
    try:
        done = _end_of(row, lease, handler, spending)
        failpoint("undo.before_end")
        ending(row, lease, done)
        failpoint("undo.after_end")
    except LeaseLost:
        log.info("Undo %s was taken over by another worker.", row.pk)
    else:
        keep(row.record.account_id, Purpose.OTHER, spending, has_ended=done.state != State.WAITING)
    return True


def _end_of(row: UndoItem, lease: Lease, handler: Handler, spending: Spending) -> Ended:
    try:
        before = _before_lever(row)
    except NotPossible as reason:  # somebody was quicker; the next turn sees how they stand
        return Ended(State.WAITING, str(reason), causes.CHANGED, SOON)
    connection = current_connection()
    closed = gates.closed_to_all(row.record, connection) or gates.closed_to_writing(row.record)
    if before is not None or closed or connection is None:
        return before or _waits(closed or causes.NOT_CONNECTED)
    undoing = Undoing(row, lease, connection, open_client(connection, spending=spending))
    done = _handled(undoing, handler)
    return replace(done, is_settled=True) if undoing.is_refused else done


def _handled(it: Undoing, handler: Handler) -> Ended:
    row = it.row
    try:
        return handler(it)
    except LeaseLost:
        raise
    except LookLater as later:
        return Ended(State.WAITING, words.LOOK_LATER, causes.OUTCOME_UNKNOWN, later.wait)
    except SendingOff:
        return Ended(State.WAITING, causes.CHANGED_REASON, causes.CHANGED, 1.0)
    except OutcomeUnknown as error:
        told = f"The answer was lost ({causes.said(error)}). We look in Lever before anything is repeated."
        return Ended(State.WAITING, told, causes.OUTCOME_UNKNOWN, first_look_after(), is_unknown=True)
    except LeverError as error:
        gates.note_refusal(it.connection, error)
        return _after(error, row.tries)
    except Exception as error:  # one person's bad data must not stop the others; it is told on the row
        log.exception("Undo item %s", row.pk)
        end = causes.end_for_bug(error, row.tries)
        return Ended(State.WAITING, end.reason, end.cause, end.after or 0.0, is_failed_try=end.is_failed_try)


def _before_lever(row: UndoItem) -> Ended | None:
    """What ends the turn before anything is asked of Lever. Raises NotPossible."""
    record = row.record
    if has_unsettled(record):
        return Ended(State.WAITING, words.SETTLING, causes.OUTCOME_UNKNOWN, SOON)
    if record.state in NOT_SENT:
        return _not_sent(row)
    if record.state not in IN_LEVER_STATES or not record.opportunity_id:
        return Ended(State.COULD_NOT, words.NOT_THERE, "undo_not_there")
    if record.opportunity_id != row.opportunity_id:
        return _points_elsewhere(row)
    if row.claims_unended > MOST_DEATHS:
        return Ended(State.COULD_NOT, words.WORKER_DIES.format(times=MOST_DEATHS), "undo_worker_dies")
    if _is_under_way(record):
        return Ended(State.WAITING, words.FINISHING, "undo_finishing", SOON)
    return None


def _not_sent(row: UndoItem) -> Ended:
    """Whoever waits is taken out of the queue; who was in Lever and only asked for more stands there again then."""
    cancel(by=Actor.who_began(row.run), record=row.record)
    row.record.refresh_from_db()
    if row.record.state in IN_LEVER_STATES:
        return Ended(State.WAITING, words.FINISHING, "undo_finishing")
    return Ended(State.TAKEN_BACK, words.NOT_SENT)


def _points_elsewhere(row: UndoItem) -> Ended:
    """They came to Lever, or were linked anew, after the undo was asked for: nothing has been done yet there."""
    if row.result or row.over_at is not None:
        return Ended(State.COULD_NOT, words.NOT_THERE, "undo_not_there")
    UndoItem.objects.filter(pk=row.pk, locked_by=row.locked_by).update(
        opportunity_id=row.record.opportunity_id
    )
    row.opportunity_id = row.record.opportunity_id
    return Ended(State.WAITING, words.FINISHING, "undo_finishing")


def _is_under_way(record: SyncRecord) -> bool:
    """Whether what follows for the record is being written, or may still come to Lever. None begins any more: a
    follow-up sees that its record is being taken back."""
    now = db_now()
    late = now - timedelta(seconds=settings.READ_BACK_AFTER[-1])
    theirs = FollowUp.objects.filter(record=record)
    return theirs.filter(Q(locked_until__gt=now) | Q(over_at__gt=late)).exists()


def _waits(cause: str) -> Ended:
    return Ended(State.WAITING, causes.HELD_REASONS[cause], cause, HELD_FOR)


def _after(error: LeverError, tries: int) -> Ended:
    """The table of a record's ends, read for an undo: what fails a record cannot be taken back, all else waits."""
    end = causes.end_for(error, tries)
    if end.state == RecordState.FAILED:
        return Ended(State.COULD_NOT, words.REFUSED.format(said=causes.said(error)), "undo_refused")
    return Ended(State.WAITING, end.reason, end.cause, end.after or HELD_FOR, is_failed_try=end.is_failed_try)
