"""A worker's turn: signed, in order, once; a dead endpoint delays nobody else; a crash repeats, and loses nothing."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinlever.audit.services import SYSTEM
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.notices import endpoints
from pinlever.notices.models import Announcement, Delivery, Endpoint, Kind
from pinlever.notices.sending import most_at_once, send_to_one
from pinlever.notices.services import announce, announce_all
from tests.lever.loopback import answering, keeping, loopback
from tests.notices.receiver import (
    HELD,
    OK,
    listening,
    make_due,
    numbers,
    received,
    send_all,
)

pytestmark = pytest.mark.django_db
State = Delivery.State


def the(pk: int) -> Delivery:
    return Delivery.objects.get(pk=pk)


def test_a_hold_arrives_signed_with_what_happened_and_when() -> None:
    with loopback(answering(OK)) as server:
        secret = listening(server).secret
        announce(Kind.HOLD_CREATED, HELD)
        assert send_all() == 1
        (request,) = received(server)
    row = Delivery.objects.select_related("announcement").get()
    assert request.verifies(secret) and not request.verifies("whsec_" + "A" * 43 + "=")
    assert request.headers["webhook-id"] == str(row.announcement.key)
    assert abs(int(request.headers["webhook-timestamp"]) - db_now().timestamp()) < 60
    assert set(request.told) == {"type", "timestamp", "data"}
    assert (request.told["type"], request.told["data"]) == ("hold.created", HELD)
    assert request.told["timestamp"].endswith("Z")
    assert (row.state, row.status, row.tries, row.error) == (State.DELIVERED, 200, 1, "")
    assert row.delivered_at is not None and row.seconds is not None


def test_each_is_told_what_it_asked_for() -> None:
    with loopback(keeping(OK)) as all_of_it, loopback(keeping(OK)) as holds:
        listening(all_of_it)
        listening(holds, "hold.created", "hold.released")
        announce(Kind.HOLD_CREATED, HELD)
        announce(Kind.SYNC_FAILED, {"cause": "rejected"})
        send_all()
        assert {one.told["type"] for one in received(all_of_it)} == {"hold.created", "sync.failed"}
        assert [one.told["type"] for one in received(holds)] == ["hold.created"]


def test_nobody_who_is_off_is_told_and_what_waits_goes_once_it_is_on() -> None:
    with loopback(keeping(OK)) as server:
        endpoint = listening(server).endpoint
        announce(Kind.HOLD_CREATED, HELD)
        endpoints.switch(by=SYSTEM, endpoint=endpoint, on=False)
        announce(Kind.HOLD_RELEASED, HELD)
        assert send_all() == 0 and Delivery.objects.count() == 1
        endpoints.switch(by=SYSTEM, endpoint=endpoint, on=True)
        assert send_all() == 1
        assert [one.told["type"] for one in received(server)] == ["hold.created"]


def test_without_anybody_to_tell_it_costs_one_query() -> None:
    with CaptureQueriesContext(connection) as queries:
        announce_all(Kind.SYNC_COMPLETED, lambda: pytest.fail("nobody wants to know"))
    assert len(queries) == 1


def test_many_are_announced_in_as_many_queries_as_one() -> None:
    with loopback(keeping(OK)) as server:
        listening(server)
        counts = []
        for many in (1, 70):
            with CaptureQueriesContext(connection) as queries:
                announce_all(Kind.HOLD_CREATED, lambda: [{"id": number} for number in range(many)])  # noqa: B023
            counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_an_endpoint_is_told_stays_in_order() -> None:
    with loopback(keeping(OK)) as server:
        listening(server)
        for number in range(45):
            announce(Kind.HOLD_CREATED, {"id": number})
        assert send_all() == 3, "twenty a turn, so that others have theirs"
        assert numbers(received(server)) == list(range(45))


class Killed(BaseException):
    """The process died."""


def test_a_crash_after_sending_sends_the_same_again_and_loses_nothing() -> None:
    def die(name: str) -> None:
        raise Killed

    with loopback(keeping(OK)) as server:
        listening(server)
        announce(Kind.HOLD_CREATED, {"id": 1})
        announce(Kind.HOLD_CREATED, {"id": 2})
        failpoints.install(die)
        try:
            with pytest.raises(Killed):
                send_to_one()
        finally:
            failpoints.install(None)
        assert send_all() == 0, "its lease holds as long as the dead worker might live"
        Endpoint.objects.update(locked_until=db_now() - timedelta(seconds=1))
        send_all()
        requests = received(server)
    assert numbers(requests) == [1, 1, 2]
    assert requests[0].headers["webhook-id"] == requests[1].headers["webhook-id"]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


@pytest.mark.parametrize("what", ["switched off", "removed", "changed"])
def test_a_worker_stops_at_once_when_the_endpoint_is_taken_away(what: str) -> None:
    def meanwhile(name: str) -> None:
        endpoint = Endpoint.objects.get()
        if what == "removed":
            endpoints.remove(by=SYSTEM, endpoint=endpoint)
        elif what == "changed":
            endpoints.change(by=SYSTEM, endpoint=endpoint, name="B", url="https://other.example/", kinds=())
        else:
            endpoints.switch(by=SYSTEM, endpoint=endpoint, on=False)

    with loopback(keeping(OK)) as server:
        listening(server)
        for number in range(5):
            announce(Kind.HOLD_CREATED, {"id": number})
        failpoints.install(meanwhile)
        try:
            assert send_to_one()
        finally:
            failpoints.install(None)
        assert len(server.received) == 1
    assert not Delivery.objects.exclude(state=State.WAITING).exists()


def test_two_workers_never_send_to_the_same_endpoint() -> None:
    inside: list[bool] = []
    with loopback(keeping(OK)) as server:
        listening(server)
        announce(Kind.HOLD_CREATED, {"id": 1})
        failpoints.install(lambda name: inside.append(send_to_one()))
        try:
            assert send_to_one()
        finally:
            failpoints.install(None)
        assert inside == [False] and len(server.received) == 1


def test_slow_receivers_leave_half_of_the_workers_to_others(settings: Any) -> None:
    settings.WORKERS = 4
    with loopback(keeping(OK)) as server:
        for name in "abc":
            listening(server, name=name)
        announce(Kind.HOLD_CREATED, HELD)
        busy = Endpoint.objects.filter(name__in="ab")
        busy.update(locked_by="others", locked_until=db_now() + timedelta(seconds=20))
        assert most_at_once() == 2 and not send_to_one()
        busy.filter(name="a").update(locked_by="", locked_until=None)
        assert send_to_one()


def test_both_secrets_sign_for_a_day_and_then_only_the_new_one() -> None:
    with loopback(keeping(OK)) as server:
        made = listening(server)
        renewed = endpoints.renew_secret(by=SYSTEM, endpoint=made.endpoint)
        announce(Kind.HOLD_CREATED, HELD)
        send_all()
        Endpoint.objects.update(former_until=db_now() - timedelta(seconds=1))
        announce(Kind.HOLD_CREATED, HELD)
        send_all()
        during, after = received(server)
    assert during.verifies(made.secret) and during.verifies(renewed.secret)
    assert not after.verifies(made.secret) and after.verifies(renewed.secret)


def test_a_secret_that_no_key_opens_is_told_and_stops_nothing_else() -> None:
    with loopback(keeping(OK)) as server:
        broken = listening(server, name="Broken").endpoint
        listening(server, name="Fine")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE notices_endpoint SET secret = 'gAAAA' WHERE id = %s", [broken.pk])
        announce(Kind.HOLD_CREATED, HELD)
        send_all()
        assert len(server.received) == 1
        assert "Make a new one" in broken.deliveries.get().error
        secret = endpoints.renew_secret(by=SYSTEM, endpoint=broken).secret
        make_due()
        send_all()
        assert received(server)[1].verifies(secret)


def test_what_is_removed_while_it_is_sent_is_not_written() -> None:
    with loopback(keeping(OK)) as server:
        listening(server)
        announce(Kind.HOLD_CREATED, HELD)
        failpoints.install(lambda name: Announcement.objects.all().delete())
        try:
            assert send_to_one()
        finally:
            failpoints.install(None)
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_workers_send_everything_once_and_in_order() -> None:
    with loopback(keeping(OK)) as one, loopback(keeping(OK)) as other:
        listening(one, name="One")
        listening(other, name="Other")
        announce_all(Kind.HOLD_CREATED, lambda: [{"id": number} for number in range(60)])

        def work() -> None:
            try:
                for _ in range(30):
                    send_to_one()
            finally:
                connection.close()

        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        assert numbers(received(one)) == numbers(received(other)) == list(range(60))
    assert not Delivery.objects.exclude(state=State.DELIVERED).exists()
