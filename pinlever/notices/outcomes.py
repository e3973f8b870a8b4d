"""What follows from how a delivery went: done, tried again later, given up, or the endpoint switched off.

Everything stands in one transaction, and only while the endpoint's lease holds.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from pinlever.audit.services import SYSTEM, record
from pinlever.foundation.backoff import delay
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import Lease, write_held
from pinlever.notices.door import Outcome
from pinlever.notices.models import Delivery, Endpoint

GONE = 410
# Seconds until the next try; the last one again until three days are over.
DELAYS = (5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600)
LONGEST_REST = (
    300.0  # of an endpoint: then the next thing is tried, for it may be this one that it cannot take
)
OUTAGE = timedelta(seconds=60)  # what failed in one is tried again as soon as it is over
GONE_WHY = "It answered 410 Gone: it wants to be told nothing more."


@dataclass(frozen=True)
class Held:
    """The endpoint a worker sends to, and its lease."""

    endpoint: Endpoint
    lease: Lease


def note(held: Held, delivery: Delivery, outcome: Outcome) -> bool:
    """Writes what came of it; whether the endpoint may be sent the next at once. Raises LeaseLost."""
    now = db_now()
    tried = {
        "tries": delivery.tries + 1,
        "tried_at": now,
        "status": outcome.status,
        "error": outcome.error,
        "seconds": outcome.seconds,
    }
    with transaction.atomic():
        if outcome.is_taken:
            _taken(held, delivery, tried, now)
        elif outcome.status == GONE:
            _gone(held, delivery, tried, now)
        else:
            _failed(held, delivery, tried, now, outcome)
    return outcome.is_taken


def _taken(held: Held, delivery: Delivery, tried: dict[str, Any], now: datetime) -> None:
    failing_since = held.endpoint.failing_since
    write_held(held.endpoint, held.lease, tried_at=now, failing_since=None, failures=0, wait_until=None)
    _write(delivery, **tried, state=Delivery.State.DELIVERED, delivered_at=now)
    if failing_since is not None and now - failing_since >= OUTAGE:
        failed = Delivery.objects.filter(endpoint=held.endpoint, state=Delivery.State.WAITING, due_at__gt=now)
        failed.update(due_at=now)


def _gone(held: Held, delivery: Delivery, tried: dict[str, Any], now: datetime) -> None:
    write_held(held.endpoint, held.lease, tried_at=now, is_on=False, off_why=GONE_WHY)
    _write(delivery, **tried, state=Delivery.State.GIVEN_UP)
    record(by=SYSTEM, action="endpoint.switched_off", subject=held.endpoint, note=GONE_WHY)


def _failed(held: Held, delivery: Delivery, tried: dict[str, Any], now: datetime, outcome: Outcome) -> None:
    due_at = now + timedelta(seconds=_wait(delivery.tries, outcome))
    is_over = delivery.is_test or due_at > delivery.give_up_at
    failures = held.endpoint.failures + 1
    rested = now + timedelta(seconds=min(_wait(failures - 1, outcome), LONGEST_REST))
    if not is_over and due_at <= now + timedelta(seconds=LONGEST_REST):
        rested = max(rested, due_at)  # so that it goes before what came after it
    write_held(
        held.endpoint,
        held.lease,
        tried_at=now,
        failing_since=held.endpoint.failing_since or now,
        failures=failures,
        wait_until=rested,
    )
    state = Delivery.State.GIVEN_UP if is_over else Delivery.State.WAITING
    _write(delivery, **tried, state=state, due_at=due_at)


def _wait(tries: int, outcome: Outcome) -> float:
    """Seconds, never all at the same moment; longer if the receiver says so."""
    whole = float(DELAYS[min(tries, len(DELAYS) - 1)])
    return max(delay(1, first=whole, longest=whole), outcome.retry_after or 0.0)


def _write(delivery: Delivery, **changes: Any) -> None:
    """Somebody may have removed it, or asked for it again, meanwhile: that stands."""
    Delivery.objects.filter(
        pk=delivery.pk, state=Delivery.State.WAITING, give_up_at=delivery.give_up_at
    ).update(**changes)
