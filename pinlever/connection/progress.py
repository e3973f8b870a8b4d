"""How far the index of people has come, and the small moves that crawl, poll and refresh share."""

from datetime import datetime

from pinlever.connection.gateway import lever_time
from pinlever.connection.index import mark_deleted
from pinlever.connection.models import LeverAccount, PeopleIndex, ToldBy
from pinlever.foundation.clock import db_now
from pinlever.lever.client import LeverClient
from pinlever.lever.filters import Confidentiality


def index_of(account: LeverAccount) -> PeopleIndex:
    """The state of the account's index as it is now."""
    return PeopleIndex.objects.get(account=account)


def is_complete(account: LeverAccount) -> bool:
    """Whether the index knows everybody, so that people may be created."""
    return PeopleIndex.objects.filter(account=account, complete_at__isnull=False).exists()


def confidentiality(account: LeverAccount) -> Confidentiality | None:
    """What lists are asked for: everything, where Lever allows it."""
    return "all" if account.confidential_access else None


def restart(account: LeverAccount) -> None:
    """Reads everything again; what is known stays until then."""
    PeopleIndex.objects.filter(account=account).update(
        crawl_started_at=None, crawl_offset="", crawl_seen=0, crawl_finished_at=None, complete_at=None
    )


def catch_up(index: PeopleIndex) -> None:
    """After a long gap: the changes since then are read page by page before anything more is created."""
    PeopleIndex.objects.filter(pk=index.pk, complete_at=index.complete_at).update(
        crawl_started_at=index.read_through, crawl_offset="", complete_at=None
    )


def read_deletions(
    account: LeverAccount, client: LeverClient, since: datetime, *, told_by: str = ToldBy.POLL
) -> tuple[datetime, int]:
    """Notes what was deleted at Lever since then; answers until when, by Lever's clock, that is known, and how many
    were news."""
    began = db_now()
    deleted = {gone.id: gone.deleted_at for gone in client.deleted_opportunities(since)}
    known_until = lever_time(account.pk, began)
    when = {lever_id: at or known_until for lever_id, at in deleted.items()}
    news = mark_deleted(account, when, told_by=told_by)
    return known_until, news
