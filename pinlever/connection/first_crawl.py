"""Reading Lever into the index for the first time: a crawl page by page, then all that changed since it began.

Until both are done nothing is created at Lever. Progress is committed with each page, so that whoever comes next
goes on where the last one stopped; times are Lever's own, by the Date header of its answers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from pinlever.connection.gateway import lever_time
from pinlever.connection.index import upsert
from pinlever.connection.models import LeverAccount, PeopleIndex
from pinlever.connection.progress import confidentiality, index_of, let_go, read_deletions
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.leases import Lease, LeaseLost, claim_first, write_held
from pinlever.lever.client import LeverClient, OpportunityFilter, Page
from pinlever.lever.errors import OffsetRefused, Unavailable
from pinlever.lever.types import Opportunity

BEFORE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """`done`: the index is complete. `busy`: another worker is at it; nothing was read."""

    done: bool
    seen: int
    busy: bool = False


def step(account: LeverAccount, client: LeverClient) -> Progress:
    """Reads one page of what is missing. Call it again until it is done."""
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
        _one_page(account, client, index, lease)
    except LeaseLost:
        return Progress(done=False, seen=index.crawl_seen, busy=True)
    finally:
        let_go(index, lease)
    return Progress(done=index.complete_at is not None, seen=index.crawl_seen)


def _one_page(account: LeverAccount, client: LeverClient, index: PeopleIndex, lease: Lease) -> None:
    began = db_now()
    page = _page(account, client, index)
    if page.next is not None and page.next == index.crawl_offset:
        raise Unavailable("the list repeats itself without an end", method="GET", path="/opportunities")
    began_at_lever = lever_time(account.pk, began)
    changes: dict[str, object] = {
        "crawl_offset": page.next or "",
        "crawl_seen": index.crawl_seen + len(page.items),
    }
    if index.crawl_finished_at is None:
        changes |= _crawled(index, page, began_at_lever)
    else:
        changes |= _passed(account, client, index, page, began_at_lever)
    failpoint("crawl.before_commit")
    with transaction.atomic():
        upsert(account, page.items, db_now())
        write_held(index, lease, **changes)
    failpoint("crawl.after_commit")


def _page(account: LeverAccount, client: LeverClient, index: PeopleIndex) -> Page[Opportunity]:
    since = index.crawl_started_at - BEFORE if index.crawl_finished_at and index.crawl_started_at else None
    wanted = OpportunityFilter(updated_from=since, confidentiality=confidentiality(account))
    try:
        return client.opportunity_page(filters=wanted, offset=index.crawl_offset or None)
    except OffsetRefused:
        # The token has grown too old: from the start again. Nothing read so far is lost.
        index.crawl_offset, index.crawl_seen = "", 0
        return client.opportunity_page(filters=wanted)


def _crawled(index: PeopleIndex, page: Page[Opportunity], began: datetime) -> dict[str, object]:
    """After a page of the crawl. Its beginning stays that of the very first page, through any restart."""
    return {
        "crawl_started_at": index.crawl_started_at or began,
        "crawl_finished_at": None if page.next else db_now(),
    }


def _passed(
    account: LeverAccount, client: LeverClient, index: PeopleIndex, page: Page[Opportunity], began: datetime
) -> dict[str, object]:
    """After a page of the changes. What changes while they are read is left to the refresh: its window begins
    where this pass began."""
    changes: dict[str, object] = {}
    if not index.crawl_offset:
        changes["read_through"] = began
    if not page.next and index.crawl_started_at:
        since = min(index.crawl_started_at, index.deleted_through or index.crawl_started_at)
        changes["deleted_through"] = read_deletions(account, client, since - BEFORE)
        changes["complete_at"] = db_now()
    return changes
