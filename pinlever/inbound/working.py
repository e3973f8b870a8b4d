"""Working off what Lever told: the opportunity is fetched, the index takes it, and what follows from it follows.

One fetch answers every delivery about the same opportunity that had arrived before it began. Order means nothing:
what counts is how things stand now. Whatever goes wrong, a delivery stays until it is worked off or somebody looks.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from pinlever.connection.accounts import current_connection
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverAccount, LeverConnection
from pinlever.foundation.backoff import delay
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.leases import Lease, LeaseLost, claim_first, free, release
from pinlever.inbound import fetching
from pinlever.inbound.models import WebhookDelivery
from pinlever.lever.client import LeverClient
from pinlever.lever.errors import Busy, ConfigurationError, LeverError, ReconnectNeeded, Unavailable

State = WebhookDelivery.State
MOST_DEATHS = 5  # workers that died over one delivery
# Seconds until the next try after this many; then it has failed, a good day after it came.
TRY_AGAIN = (30.0, 120.0, 600.0, 3600.0, 4 * 3600.0, 8 * 3600.0, 12 * 3600.0)
HELD_FOR = 60.0
REFUSED = "Lever refuses to show it: {}."
WRONG_HERE = "PinLever itself failed here ({}). The log tells more."
AWAY = "Lever could not be asked: {}. It is asked again by itself."
DIED = "The worker ended unexpectedly over this, several times. Replay it once the cause is found."
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class End:
    """How a turn ends. `after`: seconds until a waiting one is due again; `counts`: it was a failed try."""

    state: str
    told: str
    after: float = 0.0
    counts: bool = False


def work_one() -> bool:
    """Works off the delivery that waits longest, with all that its fetch answers. False: nothing is due, or Lever is
    not connected; then they wait."""
    connection = usable_connection()
    if connection is None or not is_more_due(connection.account):
        return False  # found out by reading: a try to claim would hold up every writer on SQLite
    due = WebhookDelivery.objects.due(connection.account, db_now())
    claimed = claim_first(due, seconds=settings.RECORD_LEASE)
    if claimed is None:
        return False
    row, lease = claimed
    failpoint("delivery.claimed")
    began = db_now()
    end = _end_of(row, connection)
    try:
        _finish(row, lease, end, began)
    except LeaseLost:
        log.info("Delivery %s was taken over by another worker.", row.pk)
    return True


def usable_connection() -> LeverConnection | None:
    """The connection Lever can be asked by now."""
    connection = current_connection()
    return connection if connection and connection.state == LeverConnection.State.ACTIVE else None


def is_more_due(account: LeverAccount) -> bool:
    """Whether a delivery is due that nobody works on."""
    now = db_now()
    return WebhookDelivery.objects.due(account, now).filter(free(now)).exists()


def same_subject(row: WebhookDelivery) -> QuerySet[WebhookDelivery]:
    """The waiting deliveries that a fetch for this one answers too."""
    rows = WebhookDelivery.objects.filter(account=row.account_id, state=State.WAITING)
    if row.opportunity_id:
        return rows.filter(opportunity_id=row.opportunity_id)
    return rows.filter(opportunity_id="", contact_id=row.contact_id)


def _end_of(row: WebhookDelivery, connection: LeverConnection) -> End:
    if row.claims_unended > MOST_DEATHS:
        return End(State.FAILED, DIED)
    try:
        return End(State.DONE, _worked_off(row, connection))
    except LeverError as error:
        return _after(error, row.tries + 1)
    except Exception as error:  # one row's bad data must not stop the others; it is told on the row
        log.exception("Delivery %s", row.pk)
        return _tried_in_vain(WRONG_HERE.format(type(error).__name__), row.tries + 1)


def _worked_off(row: WebhookDelivery, connection: LeverConnection) -> str:
    client: LeverClient = open_client(connection)
    if row.opportunity_id:
        return fetching.opportunity(connection.account, client, row)
    return fetching.contact(connection.account, client, row)


def _after(error: LeverError, tries: int) -> End:
    said = " ".join((error.said or error.what or str(error)).split())[:300].rstrip(".")
    if isinstance(error, ReconnectNeeded | ConfigurationError):
        return End(State.WAITING, AWAY.format(said), HELD_FOR)
    if isinstance(error, Busy):
        return End(State.WAITING, AWAY.format(said), max(1.0, error.retry_after or 0.0))
    if isinstance(error, Unavailable):
        return End(State.WAITING, AWAY.format(said), delay(tries, longest=900), counts=True)
    return _tried_in_vain(REFUSED.format(said), tries)


def _tried_in_vain(told: str, tries: int) -> End:
    if tries > len(TRY_AGAIN):
        return End(State.FAILED, f"{told} It was tried {tries} times.", counts=True)
    return End(State.WAITING, f"{told} It is tried again.", TRY_AGAIN[tries - 1], counts=True)


def _finish(row: WebhookDelivery, lease: Lease, end: End, began: datetime) -> None:
    failpoint("delivery.before_end")
    now = db_now()
    done_at = None if end.state == State.WAITING else now
    with transaction.atomic():
        release(
            row,
            lease,
            state=end.state,
            told=end.told,
            tries=row.tries + end.counts,
            due_at=now + timedelta(seconds=end.after),
            done_at=done_at,
        )
        if end.state == State.DONE:
            told = f"{end.told} One look answered several deliveries."
            others = same_subject(row).filter(free(now), received_at__lte=began)
            others.update(state=State.DONE, told=told, done_at=now)
