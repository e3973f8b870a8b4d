"""Keeping the index up to date: the poll every few minutes, and the refresh right before somebody is created.

Both read what changed since a little before the last reading began, to the end, by Lever's own timestamps. One
process reads, the others profit. Two that read at once do no harm: the index takes nothing older than it has.
"""

import time
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from pinlever.connection.comparing import take_in
from pinlever.connection.gateway import lever_time
from pinlever.connection.models import LeverAccount, PeopleIndex, ToldBy
from pinlever.connection.progress import catch_up, confidentiality, index_of, read_deletions
from pinlever.connection.reconciling import Tally, broke_off, polled
from pinlever.foundation.batches import batched
from pinlever.foundation.clock import db_now, steady_clock
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.leases import Lease, LeaseLost, claim_first, give_back, write_held
from pinlever.lever.client import LeverClient
from pinlever.lever.errors import LeverError

INDEX_LAG = timedelta(seconds=5)  # how much later than by id Lever may show a change in lists; not documented
OVERLAP = timedelta(seconds=30) + INDEX_LAG
POLL_OVERLAP = timedelta(minutes=2) + INDEX_LAG
LONG_GAP = timedelta(hours=1)
BATCH = 100
LEASE = 10.0  # short: a reader that dies holds up the others; one that is overtaken does no harm
LOOK_AGAIN = 0.05

sleep = time.sleep


def poll(account: LeverAccount, client: LeverClient) -> bool:
    """Heals what webhooks and refreshes missed, deletions included. False: not now, another one reads or the
    index is not complete (after a long gap it no longer is)."""
    index = index_of(account)
    if index.complete_at is None or not _is_near(account, index):
        return False
    claimed = claim_first(_complete(index), seconds=LEASE)
    if claimed is None:
        return False
    index, lease = claimed
    began, tally = db_now(), Tally()
    try:
        _read_changes(account, client, index, lease, POLL_OVERLAP, ToldBy.POLL, tally)
        if index.deleted_through:
            known, tally.deleted = read_deletions(account, client, index.deleted_through - POLL_OVERLAP)
            _forward(index, deleted_through=known)
    except LeverError as error:
        broke_off(account, began, tally, error)
        raise
    finally:
        give_back(index, lease)
    polled(account, began, tally)
    return True


def ensure_fresh(
    account: LeverAccount,
    client: LeverClient,
    *,
    max_age: float | None = None,
    since: datetime | None = None,
    wait: float = 30.0,
) -> bool:
    """Whether the index holds all changes up to `max_age` seconds ago, or up to `since`; reads them if need be.

    Waits up to `wait` seconds while another process reads. False: the index is not complete, or it could not
    be had in time. Raises what the reading raises, unless what is known is young enough anyway. From half of
    `max_age` on one caller reads ahead of time, while the others go on.
    """
    oldest = settings.INDEX_FRESH_FOR if max_age is None else max_age
    give_up_at = steady_clock() + wait
    while True:
        index = index_of(account)
        if index.complete_at is None or not _is_near(account, index):
            return False
        if _reaches(index, since, oldest / 2):
            return True
        if claimed := _claim(index):
            try:
                _refresh(account, client, *claimed)
            except LeverError:
                if not _reaches(index, since, oldest):
                    raise
                return True
        elif _reaches(index, since, oldest):
            return True
        elif steady_clock() >= give_up_at:
            return False
        else:
            sleep(LOOK_AGAIN)


def _reaches(index: PeopleIndex, since: datetime | None, oldest: float) -> bool:
    """Whether the last finished refresh began late enough."""
    if index.refreshed_at is None:
        return False
    return index.refreshed_at >= (since or db_now() - timedelta(seconds=oldest))


def _claim(index: PeopleIndex) -> tuple[PeopleIndex, Lease] | None:
    """The right to read, unless somebody else has it or has just finished."""
    if index.locked_until is not None and index.locked_until >= db_now():
        return None  # found out by reading: a try to claim would hold up every writer on SQLite
    return claim_first(_complete(index).filter(refreshed_at=index.refreshed_at), seconds=LEASE)


def _refresh(account: LeverAccount, client: LeverClient, index: PeopleIndex, lease: Lease) -> None:
    try:
        _read_changes(account, client, index, lease, OVERLAP, ToldBy.SYNC, Tally())
    finally:
        give_back(index, lease)


def _read_changes(
    account: LeverAccount,
    client: LeverClient,
    index: PeopleIndex,
    lease: Lease,
    overlap: timedelta,
    told_by: str,
    tally: Tally,
) -> None:
    """Reads to the end. Finished is finished, whoever holds the lease by then."""
    if index.read_through is None:
        return
    began = db_now()
    changed = client.opportunities(
        updated_from=index.read_through - overlap, confidentiality=confidentiality(account)
    )
    for batch in batched(changed, BATCH):
        tally.news += take_in(account, batch, db_now(), told_by=told_by)
        tally.read += len(batch)
        _prolong(index, lease)
    failpoint("refresh.before_commit")
    _forward(index, read_through=lever_time(account.pk, began))
    _forward(index, refreshed_at=began)
    failpoint("refresh.after_commit")


def _prolong(index: PeopleIndex, lease: Lease) -> None:
    # Once overtaken, somebody else reads too: harmless, and we are further.
    with suppress(LeaseLost):
        write_held(index, lease, locked_until=db_now() + timedelta(seconds=LEASE))


def _forward(index: PeopleIndex, **times: datetime) -> None:
    """Moves times of the index forward, never back."""
    for name, moment in times.items():
        behind = Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__lt": moment})
        PeopleIndex.objects.filter(behind, pk=index.pk).update(**{name: moment})


def _complete(index: PeopleIndex) -> QuerySet[PeopleIndex]:
    return PeopleIndex.objects.filter(pk=index.pk, complete_at__isnull=False)


def _is_near(account: LeverAccount, index: PeopleIndex) -> bool:
    """Whether what is missing can be read in one go; else it is left to the crawl's steps."""
    lever_now = db_now() + timedelta(seconds=account.clock_offset)
    if index.read_through is not None and lever_now - index.read_through < LONG_GAP:
        return True
    catch_up(index)
    return False
