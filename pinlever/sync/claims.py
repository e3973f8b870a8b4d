"""Claims on a person's keys: the place where two records of one person meet before anything is created.

All or nothing: a record either holds every key that no settled claim covers, or none that is open. An open
claim of another record is waited for; a settled one points at a Lever contact and is a match.
"""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import models, transaction
from django.db.models import Q

from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.leases import LeaseLost
from pinlever.sync import near
from pinlever.sync.models import Claim, SyncRecord, Waiting
from pinlever.sync.plan import Key

TRIES = 20  # each one lost means that another record has just finished
LONGEST_WAIT = timedelta(minutes=10)  # looked at again then, should even the sweep be silent


@dataclass(frozen=True)
class Claimed:
    """Every key is this record's, or settled: `settled` tells the contacts and the keys that point at them."""

    settled: dict[str, frozenset[Key]] = field(default_factory=dict)


@dataclass(frozen=True)
class MustWait:
    """Another record is about to create somebody with one of these keys, or (`is_near`) of the same name."""

    holder_id: int
    is_near: bool = False


def take(record: SyncRecord, keys: Iterable[Key]) -> Claimed | MustWait:
    """Claims `keys` for the record. When it must wait, none of its claims stays open.

    Raises LeaseLost, with nothing claimed, when the record is no longer the caller's: nobody would ever release
    what a worker claimed that had stood still past its lease.
    """
    wanted = sorted(set(keys))
    failpoint("claims.before_commit")
    for _ in range(TRIES):
        with suppress(_GivenBack), transaction.atomic():
            found = _take_once(record, wanted)
            break
    else:
        raise RuntimeError("Claims were given back again and again while they were being taken.")
    failpoint("claims.after_commit")
    return found


class _GivenBack(Exception):
    """A claim in our way was given back between our INSERT and our look: neither ours nor anybody's."""


def _take_once(record: SyncRecord, wanted: list[Key]) -> Claimed | MustWait:
    """The record's own row is locked first, here and wherever claims are given back: nobody waits in a ring."""
    own = SyncRecord.objects.filter(pk=record.pk, locked_by=record.locked_by)
    if not list(own.select_for_update(no_key=True).values_list("pk", flat=True)):
        raise LeaseLost(f"{record._meta.label} {record.pk}")
    _insert(record, wanted)
    rows = list(Claim.objects.filter(_any_of(record, wanted)))
    blocking = [row for row in rows if row.record_id != record.pk and not row.contact_id]
    if blocking:
        _open_claims_of(record).delete()
        _wait_for(record, blocking[0].record_id)
        return MustWait(blocking[0].record_id, is_near=all(row.kind == near.CLAIM for row in blocking))
    if len(rows) < len(wanted):
        raise _GivenBack
    settled: dict[str, set[Key]] = defaultdict(set)
    for row in rows:
        if row.contact_id and row.kind != near.CLAIM:  # who is near to somebody is not them
            settled[row.contact_id].add((row.kind, row.value))
    return Claimed({contact: frozenset(found) for contact, found in settled.items()})


def settle(record: SyncRecord, contact_id: str, keys: Iterable[Key] = ()) -> None:
    """Points the open claims, and `keys` that nobody holds, at the contact. In the caller's transaction."""
    _insert(record, sorted(set(keys)))
    _open_claims_of(record).update(contact_id=contact_id)
    wake_waiting(record)


def release(record: SyncRecord) -> None:
    """Gives the open claims back, unless an intent is unsettled: those must stay. In the caller's transaction."""
    if not record.intents.filter(outcome="").exists():
        _open_claims_of(record).delete()
        wake_waiting(record)


@transaction.atomic
def give_back(record: SyncRecord, keys: Iterable[Key]) -> None:
    """Gives these open claims back: they turned out to be somebody else's."""
    own = SyncRecord.objects.filter(pk=record.pk, locked_by=record.locked_by)
    if not list(own.select_for_update(no_key=True).values_list("pk", flat=True)):
        raise LeaseLost(f"{record._meta.label} {record.pk}")
    _open_claims_of(record).filter(_any_of(record, sorted(keys))).delete()


def wake_waiting(holder: SyncRecord) -> None:
    """Makes due whoever waits for this record's claims. Who is just being written is left to the sweep."""
    waiting = Waiting.objects.filter(holder=holder).values("record")
    rows = SyncRecord.objects.filter(pk__in=waiting).select_for_update(skip_locked=True, no_key=True)
    ids = list(rows.values_list("pk", flat=True))
    if ids:
        SyncRecord.objects.filter(pk__in=ids).update(due_at=db_now())
        Waiting.objects.filter(holder=holder, record__in=ids).delete()


def wake_overdue() -> int:
    """The sweep's part: makes due whoever waits for a record that holds no open claim any more."""
    idle = Waiting.objects.exclude(holder__claims__contact_id="").values_list("record_id", flat=True)
    due = SyncRecord.objects.filter(pk__in=list(idle)).update(due_at=db_now())
    Waiting.objects.filter(record_id__in=list(idle)).delete()
    return due


def forget_contact(account_id: int, contact_id: str) -> None:
    """Releases what was settled on a contact that Lever no longer has."""
    Claim.objects.filter(account_id=account_id, contact_id=contact_id).delete()


def forget_rows(account_id: int, contact_id: str, keys: Iterable[Iterable[str]]) -> None:
    """Releases those of `keys` that are rows of the person and were settled on a contact who is somebody else."""
    rows = [value for kind, value in keys if kind == "candidate"]
    theirs = Claim.objects.filter(account_id=account_id, kind="candidate", value__in=rows)
    theirs.filter(contact_id=contact_id).delete()


def move_contact(account_id: int, gone: str, survivor: str) -> None:
    """Two contacts were merged in Lever: claims follow the survivor."""
    Claim.objects.filter(account_id=account_id, contact_id=gone).update(contact_id=survivor)


def _insert(record: SyncRecord, keys: Iterable[Key]) -> None:
    """Keys in the order of all other writers, so that two who want the same wait for each other in one order."""
    rows = [
        Claim(account_id=record.account_id, kind=kind, value=value, record=record) for kind, value in keys
    ]
    Claim.objects.bulk_create(rows, ignore_conflicts=True)


def _open_claims_of(record: SyncRecord) -> "models.QuerySet[Claim]":
    return Claim.objects.filter(record=record, contact_id="")


def _wait_for(record: SyncRecord, holder_id: int) -> None:
    """The due time goes with the row: the holder's wake-up may come before the worker has given the record back."""
    Waiting.objects.update_or_create(record=record, defaults={"holder_id": holder_id})
    SyncRecord.objects.filter(pk=record.pk).update(due_at=db_now() + LONGEST_WAIT)


def _any_of(record: SyncRecord, keys: list[Key]) -> Q:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, value in keys:
        by_kind[kind].append(value)
    which = Q(pk__in=[])
    for kind, values in by_kind.items():
        which |= Q(kind=kind, value__in=values)
    return which & Q(account_id=record.account_id)
