"""What people ask to be sent: a test, one delivery again, everything that was given up."""

from datetime import timedelta

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM
from pinlever.foundation.clock import db_now
from pinlever.notices import endpoints
from pinlever.notices.failing import given_up
from pinlever.notices.models import Delivery, Endpoint, Kind
from pinlever.notices.repeating import NotNow, send_again, send_given_up, send_test
from pinlever.notices.services import announce
from tests.lever.loopback import keeping, loopback
from tests.notices.receiver import BROKEN, HELD, OK, listening, received, send_all

pytestmark = pytest.mark.django_db
State = Delivery.State


def test_a_test_goes_before_everything_that_waits_and_ends_the_rest() -> None:
    with loopback(keeping(OK)) as server:
        endpoint = listening(server, "sync.failed").endpoint
        for _ in range(3):
            announce(Kind.SYNC_FAILED, HELD)
        Endpoint.objects.update(wait_until=db_now() + timedelta(hours=1))
        delivery = send_test(by=SYSTEM, endpoint=endpoint)
        send_all()
        requests = received(server)
    assert [one.told["type"] for one in requests] == ["test", *["sync.failed"] * 3]
    assert Delivery.objects.get(pk=delivery.pk).state == State.DELIVERED
    assert AuditEntry.objects.filter(action="endpoint.tested").count() == 1


def test_a_test_is_tried_once_and_says_how_it_went() -> None:
    with loopback(keeping(BROKEN)) as server:
        delivery = send_test(by=SYSTEM, endpoint=listening(server).endpoint)
        send_all()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status, delivery.tries) == (State.GIVEN_UP, 500, 1)


def test_one_that_was_taken_may_be_sent_again_under_the_same_key() -> None:
    with loopback(keeping(OK)) as server:
        listening(server)
        announce(Kind.HOLD_CREATED, HELD)
        send_all()
        send_again(by=SYSTEM, delivery=Delivery.objects.get())
        send_all()
        one, other = received(server)
    assert one.headers["webhook-id"] == other.headers["webhook-id"] and one.body == other.body


def test_what_was_given_up_goes_again_with_three_days_of_its_own() -> None:
    with loopback(keeping(OK)) as server:
        endpoint = listening(server).endpoint
        announce(Kind.HOLD_CREATED, {"id": 1})
        announce(Kind.HOLD_CREATED, {"id": 2})
        send_all()
        announce(Kind.HOLD_CREATED, {"id": 3})
        past = db_now() - timedelta(days=4)
        Delivery.objects.exclude(state=State.WAITING).update(
            state=State.GIVEN_UP, tries=9, give_up_at=past, tried_at=past
        )
        assert given_up(endpoint).count() == 2
        assert send_given_up(by=SYSTEM, endpoint=endpoint) == 2
        send_all()
        assert [one.told["data"]["id"] for one in received(server)] == [1, 2, 1, 2, 3]
        assert send_given_up(by=SYSTEM, endpoint=endpoint) == 0
    assert AuditEntry.objects.get(action="endpoint.sent_again").after == {"count": 2}


def test_nothing_is_promised_for_an_endpoint_that_is_off() -> None:
    with loopback(keeping(OK)) as server:
        endpoint = listening(server).endpoint
        announce(Kind.HOLD_CREATED, HELD)
        endpoints.switch(by=SYSTEM, endpoint=endpoint, on=False)
        delivery = Delivery.objects.select_related("endpoint", "announcement").get()
        for ask in (
            lambda: send_test(by=SYSTEM, endpoint=endpoint),
            lambda: send_again(by=SYSTEM, delivery=delivery),
            lambda: send_given_up(by=SYSTEM, endpoint=endpoint),
        ):
            with pytest.raises(NotNow, match="Switch it on first"):
                ask()
    assert Delivery.objects.count() == 1
