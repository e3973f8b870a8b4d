"""Working off what the index marked as changed: who stands differently at Lever now, and what follows from it.

What follows is written in the transaction that takes the mark away, and that only if nothing came meanwhile: after a
crash, or with two workers at it, it is done exactly once. What fails stays marked and is tried with the next sweep.
"""

import logging
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from pinlever.connection.models import KnownKey, KnownOpportunity, LeverAccount
from pinlever.connection.standing import standing_of
from pinlever.foundation.clock import db_now, steady_clock
from pinlever.foundation.failpoints import failpoint
from pinlever.inbound import responded, shared_contacts, telling
from pinlever.inbound.applying import apply_to
from pinlever.inbound.change import Change
from pinlever.inbound.persons import behind
from pinlever.sync import removals, turning_up

BATCH: Final = 100
WORK_FOR: Final = 20.0  # seconds; the next sweep goes on

log = logging.getLogger(__name__)


class _Overtaken(Exception):
    """It changed again, or somebody else has worked it off."""


def work_changes(account: LeverAccount, *, lever_ids: Collection[str] | None = None) -> int:
    """Works off what is marked as unheard, of these opportunities or of all; answers how many.

    Each is tried once, the oldest first, and nothing that is marked after the call began.
    """
    ends = steady_clock() + WORK_FOR
    done = 0
    for batch in _unheard(account, lever_ids):
        concerned = _concerned(account, batch)
        done += _clear([row for row in batch if row.pk not in concerned])
        for row in batch:
            if row.pk in concerned:
                done += _work(account, row, concerned[row.pk])
        if steady_clock() > ends:
            break
    return done


def _unheard(account: LeverAccount, lever_ids: Collection[str] | None) -> Iterator[list[KnownOpportunity]]:
    rows = KnownOpportunity.objects.filter(account=account, unheard_at__lte=db_now()).defer("payload")
    if lever_ids is not None:
        rows = rows.filter(lever_id__in=list(lever_ids))
    ordered = rows.order_by("unheard_at", "pk")
    batch = list(ordered[:BATCH])
    while batch:
        at, pk = batch[-1].unheard_at, batch[-1].pk
        yield batch
        batch = list(_after(ordered, at, pk)[:BATCH]) if at and len(batch) == BATCH else []


def _after(rows: QuerySet[KnownOpportunity], at: datetime, pk: int) -> QuerySet[KnownOpportunity]:
    return rows.filter(Q(unheard_at__gt=at) | Q(unheard_at=at, pk__gt=pk))


def _concerned(account: LeverAccount, batch: list[KnownOpportunity]) -> dict[int, frozenset[int]]:
    """The rows that are about people of ours, by their ids, or that bear our link; the others change nothing here."""
    found = {pk: frozenset(roots) for pk, roots in behind(account, batch).items()}
    ids = [row.pk for row in batch]
    marked = KnownKey.objects.filter(opportunity__in=ids, kind=KnownKey.Kind.MARKER)
    for pk in marked.values_list("opportunity_id", flat=True):
        found.setdefault(pk, frozenset())
    return found


@transaction.atomic
def _clear(rows: list[KnownOpportunity]) -> int:
    """In the order in which the index writes, so that nobody waits in a ring."""
    return sum(_take_mark(row) for row in sorted(rows, key=lambda row: row.lever_id))


def _take_mark(row: KnownOpportunity) -> int:
    as_read = KnownOpportunity.objects.filter(pk=row.pk, unheard_at=row.unheard_at)
    return as_read.update(unheard_at=None, heard=standing_of(row))


def _work(account: LeverAccount, listed: KnownOpportunity, roots: frozenset[int]) -> int:
    try:
        _follow_identity(account, listed)
        with transaction.atomic():
            row = KnownOpportunity.objects.get(pk=listed.pk)
            if row.unheard_at is None:
                return 0
            _follow(Change(account, row, row.heard, roots))
            failpoint("changes.before_heard")
            if not _take_mark(row):
                raise _Overtaken
    except _Overtaken:
        return 0
    except Exception:  # one row's bad data must not stop the others; it stays marked
        log.exception("What changed about opportunity %s could not be worked off.", listed.lever_id)
        return 0
    return 1


def _follow_identity(account: LeverAccount, row: KnownOpportunity) -> None:
    """Each in transactions of its own; doing it again changes nothing. The sweep's own look is wider."""
    only = [row.lever_id]
    if row.heard.get("contact") != row.contact_id:
        removals.note_merged(account, since=None, only=only)
    if row.deleted_at is not None or row.is_anonymized:
        removals.note_removed(account, since=None, only=only)
    if not row.heard:
        turning_up.note_turned_up(account, since=None, only=only)
    shared_contacts.flag(account, [row.contact_id])


def _follow(change: Change) -> None:
    people = {one.prospect.candidate_id for one in change.records} | change.roots
    apply_to(change.account, people)
    responded.note(change)
    telling.tell(change)
