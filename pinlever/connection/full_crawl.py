"""A look at everybody in Lever, once a night: for deletions nobody told, and for records without an `updatedAt`.

Parts of the list are read side by side, a page committed at a time; whoever comes next goes on where the last one
stopped. Whom the list did not have is asked after one by one: only Lever's 404 is a deletion, and only where Lever
hides nothing from us. Too many of them smell of a lost permission: then a person decides.
"""

import logging
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from pinlever.connection.comparing import WEBHOOK_TAKES, bring_back, compare, mark_met, take_in, unmet
from pinlever.connection.gateway import lever_time
from pinlever.connection.index import mark_deleted
from pinlever.connection.models import KnownOpportunity, LeverAccount, PeopleIndex, Reconciliation, ToldBy
from pinlever.connection.progress import confidentiality, read_deletions
from pinlever.connection.reading_ahead import Fetched, Reads
from pinlever.connection.reconciling import has_webhooks
from pinlever.connection.rows import upsert
from pinlever.foundation.clock import db_now, steady_clock
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.leases import Lease, LeaseLost, claim_first, give_back, write_held
from pinlever.lever.client import LeverClient, OpportunityFilter
from pinlever.lever.errors import Rejected
from pinlever.lever.types import Opportunity

LANES = 8  # at 10 calls a second Lever may take most of a second for each
WORTH_LANES = 2_000  # opportunities; below that one lane is quick enough
SAMPLED = 400
MANY, SHARE_GONE = 100, 0.05  # more than both of these not in the list: a permission is missing
FEW = 10
CHECKED_AT_ONCE = 20
LEAST_APART, MOST_APART = timedelta(hours=12), timedelta(hours=26)
DELETED_SINCE = timedelta(days=7)  # how far back the list of deletions is read once more
LISTED_AFTER = timedelta(hours=1)  # a list may trail behind a deletion, but not that long
Lane = dict[str, Any]
Kind, State = Reconciliation.Kind, Reconciliation.State

log = logging.getLogger(__name__)


def under_way(account: LeverAccount) -> bool:
    """Whether there is a look at everybody to go on with."""
    return Reconciliation.objects.filter(account=account, kind=Kind.FULL, ended_at=None).exists()


def begin_if_due(account: LeverAccount) -> bool:
    """Begins tonight's look if it is time; answers whether one is under way."""
    if under_way(account):
        return True
    if not _is_due(account, db_now()):
        return False
    try:
        with transaction.atomic():
            Reconciliation.objects.create(account=account, kind=Kind.FULL, began_at=db_now())
    except IntegrityError:
        pass  # another worker has just begun it
    return True


def read_on(
    account: LeverAccount,
    client: LeverClient,
    reads: Reads,
    *,
    seconds: float,
    before_call: Callable[[], None] = lambda: None,
) -> bool:
    """Goes on with the look for some seconds, at least a page; whether there is more to do now.

    `before_call` returns when somebody may be asked after; `reads` keeps its own pace.
    """
    open_ones = Reconciliation.objects.filter(account=account, kind=Kind.FULL, ended_at=None)
    claimed = claim_first(open_ones, seconds=settings.RECORD_LEASE)
    if claimed is None:
        return False
    look, lease = claimed
    until = steady_clock() + seconds
    try:
        _prepare(account, look, lease)
        if look.state == State.READING:
            _read(account, client, look, lease, reads, until)
        if look.state == State.CHECKING:
            _check(account, client, look, lease, until, before_call)
    except LeaseLost:
        return False
    finally:
        give_back(look, lease)
    return look.ended_at is None


def _is_due(account: LeverAccount, now: datetime) -> bool:
    read_at = PeopleIndex.objects.filter(account=account, complete_at__isnull=False)
    first = read_at.values_list("complete_at", flat=True).first()
    if first is None:
        return False
    looks = Reconciliation.objects.filter(account=account, kind=Kind.FULL).order_by("-began_at")
    last = looks.values_list("began_at", flat=True).first()
    since = now - (last or first)
    return since > MOST_APART or (since > LEAST_APART and now.hour == settings.FULL_CRAWL_AT)


def _prepare(account: LeverAccount, look: Reconciliation, lease: Lease) -> None:
    """The lanes, once; and a note of it if the last one who read did not come to an end."""
    changes: dict[str, Any] = {}
    if not look.lanes:
        changes |= {"lanes": lanes_of(account), "missed": 0 if has_webhooks(account) else None}
    if look.claims_unended > 1:
        changes["resumed"] = look.resumed + 1
    if changes:
        write_held(look, lease, **changes)


def lanes_of(account: LeverAccount) -> list[Lane]:
    """Parts of the list by when the opportunities were created, about equally long; together they are all of it."""
    ends = KnownOpportunity.objects.filter(account=account).order_by("pk").values_list("pk", flat=True)
    first, last = ends.first(), ends.last()
    if first is None or last is None or last - first < WORTH_LANES:
        return [_lane(None, None)]
    sample = range(first, last + 1, max(1, (last - first) // SAMPLED))
    times = KnownOpportunity.objects.filter(account=account, pk__in=list(sample))
    opened = sorted(times.values_list("opened_at", flat=True))
    cuts = sorted({opened[len(opened) * part // LANES] for part in range(1, LANES)}) if opened else []
    return [_lane(since, until) for since, until in zip([None, *cuts], [*cuts, None], strict=True)]


def _lane(since: datetime | None, until: datetime | None) -> Lane:
    """Both ends belong to it."""
    return {
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "offset": "",
        "over": False,
    }


def _filter(account: LeverAccount, lane: Lane) -> OpportunityFilter:
    since, until = lane["since"], lane["until"]
    return OpportunityFilter(
        created_from=datetime.fromisoformat(since) if since else None,
        created_to=datetime.fromisoformat(until) if until else None,
        confidentiality=confidentiality(account),
    )


def _read(
    account: LeverAccount,
    client: LeverClient,
    look: Reconciliation,
    lease: Lease,
    reads: Reads,
    until: float,
) -> None:
    """Pages of all lanes, the next of each under way while one is written."""
    filters = [_filter(account, lane) for lane in look.lanes]
    pending: dict[Future[Fetched], int] = {
        reads.start(filters[number], lane["offset"]): number
        for number, lane in enumerate(look.lanes)
        if not lane["over"]
    }
    while pending:
        for future in wait(pending, return_when=FIRST_COMPLETED).done:
            number, fetched = pending.pop(future), future.result()
            if fetched.page.next and steady_clock() < until:
                pending[reads.start(filters[number], fetched.page.next)] = number
            _write(account, look, lease, number, fetched)
    if all(lane["over"] for lane in look.lanes):
        _judge(account, client, look, lease)


def _write(account: LeverAccount, look: Reconciliation, lease: Lease, number: int, fetched: Fetched) -> None:
    compared = compare(account, fetched.page.items)
    announced_by = lever_time(account.pk, fetched.began) - WEBHOOK_TAKES
    missed = compared.unannounced(announced_by)
    lanes = [dict(lane) for lane in look.lanes]
    lanes[number] |= {"offset": fetched.page.next or "", "over": fetched.page.next is None}
    mark_met(compared.same, fetched.began)
    back = bring_back(compared.deleted, deleted_before=look.began_at - LISTED_AFTER)
    failpoint("full_crawl.before_commit")
    with transaction.atomic():
        news = upsert(account, compared.changed, db_now(), told_by=ToldBy.CRAWL, is_news=True)
        write_held(
            look,
            lease,
            lanes=lanes,
            read=look.read + compared.read,
            news=look.news + news + back,
            missed=None if look.missed is None else look.missed + min(missed, news),
            resumed=look.resumed + fetched.is_restart,
            locked_until=db_now() + timedelta(seconds=settings.RECORD_LEASE),
        )
    if compared.to_fill:  # nothing changed at Lever: it is no news
        upsert(account, compared.to_fill, db_now(), told_by=ToldBy.CRAWL)
    failpoint("full_crawl.after_commit")


def _judge(account: LeverAccount, client: LeverClient, look: Reconciliation, lease: Lease) -> None:
    """After the last page: whether those who were not in the list may be asked after. Lever's own list of deletions
    comes first: what it names is certain."""
    since = lever_time(account.pk, look.began_at) - DELETED_SINCE
    _, deleted = read_deletions(account, client, since, told_by=ToldBy.CRAWL)
    alive = KnownOpportunity.objects.filter(account=account, deleted_at=None).count()
    not_met = KnownOpportunity.objects.filter(unmet(account, look.began_at)).count()
    if not_met <= most_gone(alive):
        write_held(look, lease, state=State.CHECKING, not_met=not_met, deleted=look.deleted + deleted)
        return
    note = (
        f"{not_met:,} of the {alive:,} candidacies we know were not in Lever's list. More likely Lever no longer "
        "shows them to us than that all are deleted, so nobody was taken for deleted. Look at what our access "
        "may see; if they are gone indeed, have each of them checked."
    )
    log.error("The look at everybody in Lever stopped: %s", note)
    write_held(
        look,
        lease,
        state=State.STOPPED,
        not_met=not_met,
        deleted=look.deleted + deleted,
        note=note,
        ended_at=db_now(),
    )


def most_gone(alive: int) -> float:
    """How many of so many may be missing from the list before nobody believes it."""
    return max(FEW, min(max(MANY, alive * SHARE_GONE), alive / 2))


def _check(
    account: LeverAccount,
    client: LeverClient,
    look: Reconciliation,
    lease: Lease,
    until: float,
    before_call: Callable[[], None],
) -> None:
    """Asks after those who were not in the list, one by one."""
    while rows := _to_check(account, look):
        found: list[Opportunity] = []
        gone: list[str] = []
        for row in rows:
            before_call()
            _ask(client, row, found, gone)
        if not account.confidential_access:
            gone = []  # Lever answers the same for what it hides from us
        failpoint("full_crawl.before_check")
        now = db_now()
        news = take_in(account, found, now, told_by=ToldBy.CRAWL)
        mark_met([row.pk for row in rows if row.lever_id not in gone], now)
        deleted = mark_deleted(
            account, dict.fromkeys(gone, lever_time(account.pk, now)), told_by=ToldBy.CRAWL
        )
        write_held(
            look,
            lease,
            checked=look.checked + len(rows),
            checked_through=rows[-1].pk,
            deleted=look.deleted + deleted,
            news=look.news + news,
            missed=None if look.missed is None else look.missed + deleted,
            locked_until=now + timedelta(seconds=settings.RECORD_LEASE),
        )
        if steady_clock() >= until:
            return
    write_held(look, lease, state=State.DONE, ended_at=db_now(), lanes=[])


def _to_check(account: LeverAccount, look: Reconciliation) -> list[KnownOpportunity]:
    rows = KnownOpportunity.objects.filter(unmet(account, look.began_at), pk__gt=look.checked_through)
    return list(rows.only("id", "lever_id").order_by("pk")[:CHECKED_AT_ONCE])


def _ask(client: LeverClient, row: KnownOpportunity, found: list[Opportunity], gone: list[str]) -> None:
    try:
        found.append(client.opportunity(row.lever_id))
    except Rejected as error:  # but for a 404 it may well be there
        if error.status == 404:
            gone.append(row.lever_id)
