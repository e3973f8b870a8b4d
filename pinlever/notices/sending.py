"""A worker's turn at one endpoint: what is due for it is sent, in the order in which it happened.

A dead endpoint delays nobody else: a failure ends the turn and the endpoint rests. A crash between sending and writing
sends the same thing again under the same key; nothing is sent twice otherwise, and nothing is left out.
"""

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet

from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.fields import WrongKey
from pinlever.foundation.leases import LeaseLost, claim_first, free, release, write_held
from pinlever.notices.body import written
from pinlever.notices.door import DEADLINE, Door, Outcome
from pinlever.notices.models import Delivery, Endpoint
from pinlever.notices.outcomes import Held, note
from pinlever.notices.signing import headers_for
from pinlever.notices.waking import wake

LEASE = DEADLINE + 20.0
AT_ONCE = 20
TURN = 4.0  # seconds after which another endpoint's turn comes
LOCKED = (
    "Its secret cannot be read with the keys in FIELD_ENCRYPTION_KEYS. Make a new one, or put the key back."
)

log = logging.getLogger(__name__)


def send_to_one() -> bool:
    """Takes the endpoint that has waited longest through one turn. False when nothing is due, or others send."""
    now = db_now()
    if Endpoint.objects.filter(locked_until__gte=now).count() >= most_at_once():
        return False  # slow receivers must not take all workers
    claimed = claim_first(Endpoint.objects.due(now).defer("secret", "former_secret"), seconds=LEASE)
    if claimed is None:
        return False
    endpoint, lease = claimed
    if is_more_due():
        wake()
    try:
        _take_turn(Held(endpoint, lease))
    except LeaseLost:
        log.info("Endpoint %s was changed or taken over; this worker wrote nothing more.", endpoint.pk)
    return True


def is_more_due() -> bool:
    """Whether an endpoint is due that nobody sends to."""
    now = db_now()
    return Endpoint.objects.due(now).filter(free(now)).exists()


def most_at_once() -> int:
    """Endpoints that are sent to at the same time."""
    return max(1, int(settings.WORKERS) // 2)


def _take_turn(held: Held) -> None:
    door, ends = Door(), time.monotonic() + TURN
    try:
        for delivery in _due(held.endpoint):
            outcome = _send(door, held, delivery)
            failpoint("notices.sent")
            if not note(held, delivery, outcome) or time.monotonic() > ends:
                break
            _prolong(held)
    finally:
        door.close()
    release(held.endpoint, held.lease)


def _prolong(held: Held) -> None:
    """For one more sending. Whoever switches the endpoint off or changes it takes the lease away."""
    write_held(held.endpoint, held.lease, locked_until=db_now() + timedelta(seconds=LEASE))


def _due(endpoint: Endpoint) -> QuerySet[Delivery]:
    rows = Delivery.objects.due(db_now()).filter(endpoint=endpoint)
    return rows.select_related("announcement")[:AT_ONCE]


def _send(door: Door, held: Held, delivery: Delivery) -> Outcome:
    endpoint, now = held.endpoint, db_now()
    body = written(delivery.announcement)
    try:
        keys = _keys(endpoint)
    except WrongKey:
        return Outcome(error=LOCKED)
    return door.post(endpoint.url, body, headers_for(str(delivery.announcement.key), now, body, keys))


def _keys(endpoint: Endpoint) -> list[str]:
    """The secret, and the former one for as long as it counts."""
    keys = [endpoint.secret]
    if endpoint.former_until is not None and endpoint.former_until > db_now() and endpoint.former_secret:
        keys.append(endpoint.former_secret)
    return keys
