"""What people ask to be sent: a test, one delivery again, everything that was given up.

The endpoint's row is written before those of its deliveries, as the worker does: so nobody waits in a ring.
"""

from django.db import transaction
from django.db.models import QuerySet

from pinlever.audit.services import Actor, record
from pinlever.foundation.clock import db_now
from pinlever.notices.failing import given_up
from pinlever.notices.models import TRIED_FOR, Announcement, Delivery, Endpoint, Kind
from pinlever.notices.waking import wake

SWITCHED_OFF = "This endpoint is switched off. Switch it on first."
TEST_SAYS = "This is a test from PinLever. Nothing happened to anybody."


class NotNow(ValueError):
    """It cannot be sent as things are; says why."""


def send_test(*, by: Actor, endpoint: Endpoint) -> Delivery:
    """Tried once, at once, even while the endpoint rests. Raises NotNow."""
    _must_be_on(endpoint)
    now = db_now()
    with transaction.atomic():
        made = Announcement.objects.create(
            kind=Kind.TEST, data={"says": TEST_SAYS, "asked_by": by.label[:200]}, happened_at=now
        )
        delivery = Delivery.objects.create(
            announcement=made, endpoint=endpoint, is_test=True, due_at=now, give_up_at=now + TRIED_FOR
        )
        record(by=by, action="endpoint.tested", subject=endpoint)
        _end_rest(endpoint)
    return delivery


def send_again(*, by: Actor, delivery: Delivery) -> None:
    """Whatever became of it, it is sent now, under the same key. Raises NotNow."""
    _must_be_on(delivery.endpoint)
    with transaction.atomic():
        _end_rest(delivery.endpoint)
        _make_due(Delivery.objects.filter(pk=delivery.pk))
        after = {"kind": delivery.announcement.kind, "key": delivery.announcement.key}
        record(by=by, action="endpoint.sent_again", subject=delivery.endpoint, after=after)


def send_given_up(*, by: Actor, endpoint: Endpoint, code: str = "") -> int:
    """Everything that was given up, but tests, or all of it of one cause; answers how many. Raises NotNow."""
    _must_be_on(endpoint)
    with transaction.atomic():
        _end_rest(endpoint)
        count = _make_due(given_up(endpoint, code))
        if count:
            after = {"count": count, "cause": code} if code else {"count": count}
            record(by=by, action="endpoint.sent_again", subject=endpoint, after=after)
    return count


def _must_be_on(endpoint: Endpoint) -> None:
    if not endpoint.is_on:
        raise NotNow(SWITCHED_OFF)


def _make_due(rows: QuerySet[Delivery]) -> int:
    now = db_now()
    return rows.update(state=Delivery.State.WAITING, due_at=now, give_up_at=now + TRIED_FOR, tries=0)


def _end_rest(endpoint: Endpoint) -> None:
    Endpoint.objects.filter(pk=endpoint.pk).update(wait_until=None)
    wake()
