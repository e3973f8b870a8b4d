"""What follows from how a delivery went: tried again later and in order, given up, or the endpoint switched off."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.foundation.clock import db_now
from pinlever.notices import outcomes
from pinlever.notices.models import Delivery, Endpoint, Kind
from pinlever.notices.services import announce
from tests.lever.loopback import Loopback, http_answer, keeping, loopback
from tests.notices.receiver import BROKEN, HELD, OK, listening, make_due, numbers, received, send_all

pytestmark = pytest.mark.django_db
State = Delivery.State


def failing_times(times: int, answer: bytes = BROKEN) -> Callable[[Loopback, Any], None]:
    """Answers the first requests badly, wherever they come from, and the others well."""
    seen = iter(range(1_000))

    def behave(server: Loopback, wire: Any) -> None:
        while server.read_request(wire):
            wire.sendall(answer if next(seen) < times else OK)

    return behave


def test_a_failure_is_tried_again_under_the_same_key_before_what_came_after_it() -> None:
    with loopback(failing_times(2)) as server:
        listening(server)
        announce(Kind.HOLD_CREATED, {"id": 1})
        announce(Kind.HOLD_RELEASED, {"id": 2})
        assert send_all() == 1, "the endpoint rests after a failure"
        make_due()
        send_all()
        make_due()
        send_all()
        requests = received(server)
    assert numbers(requests) == [1, 1, 1, 2]
    assert len({one.headers["webhook-id"] for one in requests[:3]}) == 1
    assert len({one.body for one in requests[:3]}) == 1
    assert list(Delivery.objects.order_by("id").values_list("state", "tries")) == [
        ("delivered", 3),
        ("delivered", 1),
    ]


def test_a_failed_delivery_waits_longer_each_time_and_is_given_up_after_three_days() -> None:
    waits = []
    with loopback(keeping(BROKEN)) as server:
        listening(server)
        announce(Kind.HOLD_CREATED, HELD)
        for _ in range(9):
            send_all()
            row = Delivery.objects.get()
            waits.append((row.due_at - row.tried_at).total_seconds() if row.tried_at else 0)
            make_due()
        assert Delivery.objects.get().state == State.WAITING
        Delivery.objects.update(give_up_at=db_now() + timedelta(hours=1))
        send_all()
    row = Delivery.objects.get()
    assert (row.state, row.tries, row.status) == (State.GIVEN_UP, 10, 500)
    assert 'It answered 500: {"error": "no database"}' in row.error
    expected = [*outcomes.DELAYS, outcomes.DELAYS[-1]]
    assert all(most / 2 <= wait <= most + 1 for wait, most in zip(waits, expected, strict=True))
    assert sum(outcomes.DELAYS) > 2 * 86_400


def test_a_dead_endpoint_delays_nobody_else() -> None:
    with loopback(keeping(BROKEN)) as dead, loopback(keeping(OK)) as alive:
        listening(dead, name="Dead")
        listening(alive, name="Alive")
        for number in range(30):
            announce(Kind.HOLD_CREATED, {"id": number})
        send_all()
        assert (len(dead.received), len(alive.received)) == (1, 30)
    failing = Endpoint.objects.get(name="Dead")
    assert failing.failing_since is not None and failing.failures == 1
    assert failing.wait_until is not None and failing.wait_until > db_now()
    assert Endpoint.objects.get(name="Alive").failing_since is None


def test_what_one_receiver_cannot_take_does_not_stop_what_comes_after() -> None:
    """After three failures the same thing is due in half an hour; the others go after a rest."""
    with loopback(failing_times(3)) as server:
        listening(server)
        announce(Kind.HOLD_CREATED, {"id": 1})
        announce(Kind.HOLD_CREATED, {"id": 2})
        for _ in range(2):
            send_all()
            make_due()
        send_all()
        Endpoint.objects.update(wait_until=None)
        send_all()
        assert numbers(received(server)) == [1, 1, 1, 2]
    assert list(Delivery.objects.order_by("id").values_list("state", flat=True)) == ["waiting", "delivered"]


def test_a_rest_lasts_five_minutes_at_most_however_long_it_fails() -> None:
    with loopback(keeping(BROKEN)) as server:
        listening(server)
        announce(Kind.HOLD_CREATED, HELD)
        Endpoint.objects.update(failures=50)
        Delivery.objects.update(tries=6)
        send_all()
    wait_until = Endpoint.objects.get().wait_until
    assert wait_until is not None and wait_until - db_now() <= timedelta(minutes=5)


def test_when_an_outage_is_over_what_failed_in_it_goes_at_once_and_in_order() -> None:
    with loopback(failing_times(1)) as server:
        listening(server)
        for number in range(3):
            announce(Kind.HOLD_CREATED, {"id": number})
        send_all()
        first = Delivery.objects.order_by("id").first()
        assert first is not None
        Delivery.objects.filter(pk=first.pk).update(due_at=db_now() + timedelta(hours=5), tries=4)
        Endpoint.objects.update(wait_until=None, failing_since=db_now() - timedelta(hours=7))
        send_all()
        assert numbers(received(server)) == [0, 1, 2, 0]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}
    assert Endpoint.objects.get().failing_since is None


def test_a_receiver_that_asks_for_time_is_given_it() -> None:
    busy = http_answer(b"", "503 Service Unavailable", b"Retry-After: 1200\r\n")
    with loopback(keeping(busy)) as server:
        listening(server)
        announce(Kind.HOLD_CREATED, HELD)
        send_all()
    assert Delivery.objects.get().due_at - db_now() > timedelta(seconds=1100)


def test_410_switches_the_endpoint_off_and_says_so() -> None:
    with loopback(keeping(http_answer(b"", "410 Gone"))) as server:
        listening(server)
        announce(Kind.HOLD_CREATED, HELD)
        announce(Kind.HOLD_RELEASED, HELD)
        assert send_all() == 1
        assert len(server.received) == 1
    endpoint = Endpoint.objects.get()
    assert not endpoint.is_on and "410 Gone" in endpoint.off_why
    assert list(Delivery.objects.order_by("id").values_list("state", flat=True)) == ["given_up", "waiting"]
    entry = AuditEntry.objects.get(action="endpoint.switched_off")
    assert entry.by_label == "PinLever" and "410" in entry.note
