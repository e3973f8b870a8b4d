"""One worker's turn at a record: what it holds while it works, and how a turn ends.

A turn ends in one transaction: the record's columns, the claims, the attempt's story and the audit row stand
together, and only if the lease still holds.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from pinlever.audit.services import SYSTEM, record as audit
from pinlever.connection.models import LeverAccount, LeverConnection
from pinlever.connection.spending import Spending
from pinlever.foundation.clock import db_now, steady_clock
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.leases import Lease, release, write_held
from pinlever.lever.client import LeverClient
from pinlever.sync import announcing, claims
from pinlever.sync.lever_words import said_columns
from pinlever.sync.models import IN_LEVER_STATES, WORKABLE, State, SyncRecord
from pinlever.sync.plan import Facts
from pinlever.sync.story import Story


def _nothing() -> None:
    """No further effect."""


@dataclass
class Turn:
    """What a worker holds: the record and its lease, the connection it may use, and the attempt's story."""

    record: SyncRecord
    lease: Lease
    story: Story
    connection: LeverConnection | None = None
    client: LeverClient | None = None
    spending: Spending = field(default_factory=Spending)
    facts: Facts | None = None  # what this turn decided on
    told_live: frozenset[tuple[str, str]] = frozenset()  # (contact, email) only the live look-up told

    @property
    def account(self) -> LeverAccount:
        return self.record.account

    @property
    def lever(self) -> LeverClient:
        """The client; only asked for once the gates have found a connection."""
        if self.client is None:
            raise RuntimeError("A turn without a connection calls nobody.")
        return self.client

    def prolong(self, **columns: Any) -> tuple[datetime, float]:
        """Renews the lease and writes columns; answers until when a write may begin, by both clocks.

        Raises LeaseLost when another worker has the record.
        """
        steady, now = steady_clock(), db_now()
        until = now + timedelta(seconds=settings.RECORD_LEASE)
        write_held(self.record, self.lease, locked_until=until, **columns)
        self.lease = Lease(self.lease.token, until, steady + settings.RECORD_LEASE)
        return now + timedelta(seconds=settings.LEVER_SLOT_WAIT), steady + settings.LEVER_SLOT_WAIT


@dataclass(frozen=True)
class End:
    """How a turn ends. `after`: seconds until the record is due again (None leaves its due time alone)."""

    state: str
    cause: str
    reason: str
    after: float | None = None
    is_failed_try: bool = False
    columns: dict[str, Any] = field(default_factory=dict)
    effects: Callable[[], None] = _nothing
    note: dict[str, Any] = field(default_factory=dict)  # what the audit row says besides the state
    said: str = ""  # Lever's own words


class EndsHere(Exception):
    """A check found that the turn ends; it carries how."""

    def __init__(self, end: End) -> None:
        super().__init__(end.reason)
        self.end = end


def finish(turn: Turn, end: End) -> None:
    """Writes the end. Raises LeaseLost, with nothing written, when the lease is another worker's."""
    record, before = turn.record, turn.record.state
    failpoint("turn.before_commit")
    with transaction.atomic():
        columns = {
            **end.columns,
            "state": end.state,
            "cause": end.cause,
            "reason": end.reason,
            **said_columns(end.cause, end.said, record.prospect.candidate.full_name),
            "updated_at": db_now(),
        }
        columns["tries"] = record.tries + 1 if end.is_failed_try else _tries_after(record, end)
        if end.after is not None:
            columns["due_at"] = db_now() + timedelta(seconds=end.after)
        release(record, turn.lease, **columns)
        end.effects()
        if end.state not in WORKABLE:
            claims.release(record)
        turn.story.ends(end.cause or end.state, end.reason)
        if end.state != before or end.state not in WORKABLE:
            _audit(record, before, end)
        _announce(record, end)
    failpoint("turn.after_commit")


def _tries_after(record: SyncRecord, end: End) -> int:
    """Waiting and being busy use up nothing; a result starts the count again."""
    return record.tries if end.state in WORKABLE else 0


def _announce(record: SyncRecord, end: End) -> None:
    if end.state == State.FAILED:
        announcing.tell_failed(record)
    elif end.state in IN_LEVER_STATES and "synced_at" in end.columns:
        announcing.tell_completed(record)


def _audit(record: SyncRecord, before: str, end: End) -> None:
    audit(
        by=SYSTEM,
        action=f"sync.{State(end.state).value}",
        subject=record,
        before={"state": before},
        after={"state": end.state, "cause": end.cause, **end.note},
        note=end.reason,
    )
