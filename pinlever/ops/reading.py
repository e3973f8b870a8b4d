"""Reading everybody in Lever as the worker does it: for some seconds at a time, holding back while people wait."""

from functools import partial

from django.db import reset_queries

from pinlever.connection import crawl, full_crawl
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverAccount, LeverConnection
from pinlever.connection.reading_ahead import Readers, Share
from pinlever.foundation.clock import db_now
from pinlever.inbound.working import is_more_due
from pinlever.sync.models import FollowUp, SyncRecord
from pinlever.sync.queue import rate_now

LONGEST = 8.0  # seconds; a worker that is asked to end is given ten
LONGEST_WHILE_PEOPLE_WAIT = 2.0  # then the others have the worker first


def is_to_do(account: LeverAccount) -> bool:
    """Whether everybody is to be read, for the first time or because the night's look is due."""
    return not crawl.is_complete(account) or full_crawl.begin_if_due(account)


def read_on(connection: LeverConnection) -> bool:
    """Reads on for some seconds; whether there is more to do. The first reading, for which everybody waits, takes
    all of the budget."""
    reset_queries()  # with DEBUG on Django keeps what was sent to the database
    account, client = connection.account, open_client(connection)
    opening = partial(open_client, connection)
    if not crawl.is_complete(account):
        with Readers(opening, size=1) as readers:
            progress = crawl.read_on(account, client, readers, seconds=LONGEST)
        return not progress.busy and (not progress.done or full_crawl.under_way(account))
    share = Share(partial(people_wait, account), lambda: rate_now(db_now())[0])
    seconds = LONGEST_WHILE_PEOPLE_WAIT if people_wait(account) else LONGEST
    with Readers(opening, size=full_crawl.LANES, share=share) as readers:
        return full_crawl.read_on(account, client, readers, seconds=seconds, before_call=share.wait)


def people_wait(account: LeverAccount) -> bool:
    """Whether anything is due that needs Lever and that somebody waits for."""
    now = db_now()
    if is_more_due(account):
        return True
    if not account.outgoing_on:
        return False
    following = FollowUp.objects.filter(
        record__account=account, state=FollowUp.State.WAITING, due_at__lte=now
    )
    return SyncRecord.objects.due(now).filter(account=account).exists() or following.exists()
