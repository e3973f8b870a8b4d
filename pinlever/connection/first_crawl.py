"""Reading Lever into the index for the first time: a crawl page by page, then all that changed since it began.

Until both are done nothing is created at Lever. Progress is committed with each page, so that whoever comes next
goes on where the last one stopped; times are Lever's own, by the Date header of its answers.
"""

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from pinlever.connection.comparing import clear_untold, take_in
from pinlever.connection.gateway import lever_time
from pinlever.connection.models import LeverAccount, PeopleIndex, ToldBy
from pinlever.connection.progress import confidentiality, index_of, read_deletions
from pinlever.connection.reading_ahead import AtOnce, Fetched, Reads
from pinlever.foundation.clock import db_now, steady_clock
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.leases import Lease, LeaseLost, claim_first, give_back, write_held
from pinlever.lever.client import LeverClient, OpportunityFilter

BEFORE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """`done`: the index is complete. `busy`: another worker is at it; nothing was read."""

    done: bool
    seen: int
    busy: bool = False


def step(account: LeverAccount, client: LeverClient) -> Progress:
    """Reads one page of what is missing. Call it again until it is done."""
    return read_on(account, client, AtOnce(client), seconds=0)


def read_on(account: LeverAccount, client: LeverClient, reads: Reads, *, seconds: float) -> Progress:
    """Reads what is missing for some seconds, at least a page. Each next page is on its way while one is written."""
    claimed = claim_first(
        PeopleIndex.objects.filter(account=account, complete_at=None),
        seconds=settings.RECORD_LEASE,
    )
    if claimed is None:
        index = index_of(account)
        return Progress(
            done=index.complete_at is not None, seen=index.crawl_seen, busy=index.complete_at is None
        )
    index, lease = claimed
    try:
        _pages(account, client, index, lease, reads, until=steady_clock() + seconds)
    except LeaseLost:
        return Progress(done=False, seen=index.crawl_seen, busy=True)
    finally:
        give_back(index, lease)
    return Progress(done=index.complete_at is not None, seen=index.crawl_seen)


def _pages(
    account: LeverAccount, client: LeverClient, index: PeopleIndex, lease: Lease, reads: Reads, until: float
) -> None:
    ahead: Future[Fetched] | None = None
    while True:
        fetched = (ahead or reads.start(_filter(account, index), index.crawl_offset)).result()
        goes_on = steady_clock() < until
        next_offset = fetched.page.next
        ahead = reads.start(_filter(account, index), next_offset) if goes_on and next_offset else None
        _write(account, client, index, lease, fetched)
        if not goes_on or index.complete_at is not None:
            return


def _filter(account: LeverAccount, index: PeopleIndex) -> OpportunityFilter:
    since = index.crawl_started_at - BEFORE if index.crawl_finished_at and index.crawl_started_at else None
    return OpportunityFilter(updated_from=since, confidentiality=confidentiality(account))


def _write(
    account: LeverAccount, client: LeverClient, index: PeopleIndex, lease: Lease, fetched: Fetched
) -> None:
    page, began_at_lever = fetched.page, lever_time(account.pk, fetched.began)
    if fetched.is_restart:
        index.crawl_offset, index.crawl_seen = "", 0
    told_by = ToldBy.CRAWL if index.crawl_finished_at is None else ToldBy.POLL
    changes: dict[str, object] = {
        "crawl_offset": page.next or "",
        "crawl_seen": index.crawl_seen + len(page.items),
        "locked_until": db_now() + timedelta(seconds=settings.RECORD_LEASE),
    }
    if index.crawl_finished_at is None:
        changes |= _crawled(index, fetched, began_at_lever)
    else:
        changes |= _passed(account, client, index, fetched, began_at_lever)
    failpoint("crawl.before_commit")
    with transaction.atomic():
        take_in(account, page.items, db_now(), told_by=told_by)
        write_held(index, lease, **changes)
    failpoint("crawl.after_commit")
    if index.complete_at is not None and index.refreshed_at is None:
        clear_untold(account, db_now())  # what changed during the very first reading is nobody's miss


def _crawled(index: PeopleIndex, fetched: Fetched, began: datetime) -> dict[str, object]:
    """After a page of the crawl. Its beginning stays that of the very first page, through any restart."""
    return {
        "crawl_started_at": index.crawl_started_at or began,
        "crawl_finished_at": None if fetched.page.next else db_now(),
    }


def _passed(
    account: LeverAccount, client: LeverClient, index: PeopleIndex, fetched: Fetched, began: datetime
) -> dict[str, object]:
    """After a page of the changes. What changes while they are read is left to the refresh: its window begins
    where this pass began."""
    changes: dict[str, object] = {}
    if not index.crawl_offset:
        changes["read_through"] = began
    if not fetched.page.next and index.crawl_started_at:
        since = min(index.crawl_started_at, index.deleted_through or index.crawl_started_at)
        changes["deleted_through"], _ = read_deletions(account, client, since - BEFORE)
        changes["complete_at"] = db_now()
    return changes
