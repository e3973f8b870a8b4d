"""The worker's tasks: woken once for many, found by the sweep, given up, pruned."""

from datetime import timedelta
from typing import Any

import pytest

from pinlever.audit.services import SYSTEM
from pinlever.foundation.clock import db_now
from pinlever.notices import endpoints, tasks, waking
from pinlever.notices.models import Announcement, Delivery, Endpoint, Kind, Sending
from pinlever.notices.services import announce
from tests.lever.loopback import keeping, loopback
from tests.notices.receiver import BROKEN, HELD, OK, listening

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(waking, "async_task", found.append)
    return found


def test_many_announcements_wake_one_worker(
    queued: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    with loopback(keeping(OK)) as server:
        with django_capture_on_commit_callbacks(execute=True):
            listening(server)
            for number in range(5):
                announce(Kind.HOLD_CREATED, {"id": number})
        assert queued == ["pinlever.notices.tasks.send"]
        tasks.send()
        assert len(server.received) == 5
        with django_capture_on_commit_callbacks(execute=True):
            announce(Kind.HOLD_CREATED, HELD)
    assert len(queued) == 2, "the next one after the worker has begun"


def test_nobody_is_woken_when_nobody_is_told(
    queued: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        announce(Kind.HOLD_CREATED, HELD)
        tasks.sweep()
    assert queued == []


def test_the_sweep_finds_what_every_wake_up_was_lost_for(
    queued: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    with loopback(keeping(OK)) as server:
        listening(server)
        announce(Kind.HOLD_CREATED, HELD)
        Sending.objects.all().delete()
        with django_capture_on_commit_callbacks(execute=True):
            tasks.sweep()
        assert len(queued) == 1
        Sending.taken()
        Endpoint.objects.update(wait_until=db_now() + timedelta(minutes=5))
        with django_capture_on_commit_callbacks(execute=True):
            tasks.sweep()
    assert len(queued) == 1, "while the endpoint rests nothing is due"


def test_company_is_asked_for_while_others_are_due(
    queued: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    with loopback(keeping(OK)) as server:
        listening(server, name="a")
        listening(server, name="b")
        announce(Kind.HOLD_CREATED, HELD)
        with django_capture_on_commit_callbacks(execute=True):
            tasks.send()
    assert len(queued) == 1


def test_what_is_older_than_three_days_is_given_up() -> None:
    with loopback(keeping(BROKEN)) as server:
        endpoint = listening(server).endpoint
        announce(Kind.HOLD_CREATED, HELD)
        tasks.send()
        announce(Kind.HOLD_CREATED, HELD)
        announce(Kind.HOLD_CREATED, HELD)
        endpoints.switch(by=SYSTEM, endpoint=endpoint, on=False)
        first, second, _ = Delivery.objects.order_by("id")
        late = db_now() - timedelta(seconds=1)
        Delivery.objects.filter(pk__in=[first.pk, second.pk]).update(give_up_at=late)
        tasks.sweep()
    found = list(Delivery.objects.order_by("id").values_list("state", "error"))
    assert [state for state, _ in found] == ["given_up", "given_up", "waiting"]
    assert "500" in found[0][1] and found[1][1] == tasks.TOO_LATE


def test_a_former_secret_is_forgotten_after_its_day() -> None:
    with loopback(keeping(OK)) as server:
        endpoint = listening(server).endpoint
    endpoints.renew_secret(by=SYSTEM, endpoint=endpoint)
    tasks.sweep()
    assert Endpoint.objects.get().former_secret
    Endpoint.objects.update(former_until=db_now() - timedelta(seconds=1))
    tasks.sweep()
    assert (Endpoint.objects.get().former_secret, Endpoint.objects.get().former_until) == ("", None)


def test_what_was_told_a_month_ago_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "AT_ONCE", 2)
    with loopback(keeping(OK)) as server:
        listening(server)
        for number in range(7):
            announce(Kind.HOLD_CREATED, {"id": number})
    old = list(Announcement.objects.order_by("id").values_list("pk", flat=True)[:5])
    Announcement.objects.filter(pk__in=old).update(happened_at=db_now() - timedelta(days=31))
    assert tasks.forget() == 5
    assert Delivery.objects.count() == Announcement.objects.count() == 2
