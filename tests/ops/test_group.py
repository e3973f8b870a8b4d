"""Signs of life."""

import time
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django_q.signals import post_execute_in_worker, pre_execute

from pinlever.foundation.clock import db_now
from pinlever.ops import group as groups, pings
from pinlever.ops.group import GROUP_VARIABLE, Heartbeat, stamp
from pinlever.ops.listening import heartbeat
from pinlever.ops.models import WorkerGroup
from pinlever.ops.pings import MOST_HOPS, ping

OURS = uuid.UUID(int=1)
THEIRS = uuid.UUID(int=2)


@pytest.fixture
def _in_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(GROUP_VARIABLE, str(OURS))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What was queued again."""
    queued: list[tuple[Any, ...]] = []
    monkeypatch.setattr(pings, "async_task", lambda *task: queued.append(task))
    return queued


def stamped_at(group: uuid.UUID) -> datetime:
    return WorkerGroup.objects.get(group=group).stamped_at


@pytest.mark.django_db
def test_a_stamp_makes_the_row_and_then_moves_it() -> None:
    stamp(OURS)
    WorkerGroup.objects.update(stamped_at=db_now() - timedelta(minutes=1))
    before = stamped_at(OURS)
    stamp(OURS)
    assert stamped_at(OURS) > before
    assert WorkerGroup.objects.get().started_at > before


@pytest.mark.django_db
@pytest.mark.usefixtures("_in_group")
def test_a_task_stamps_at_its_start_and_at_its_end() -> None:
    beat = Heartbeat(every=60)
    beat.begin()
    WorkerGroup.objects.update(stamped_at=db_now() - timedelta(minutes=1))
    before = stamped_at(OURS)
    beat.end()
    assert stamped_at(OURS) > before


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_in_group")
def test_a_long_task_stamps_while_it_runs_and_no_longer() -> None:
    beat = Heartbeat(every=0.02)
    beat.begin()
    before = stamped_at(OURS)
    until = time.monotonic() + 60
    while stamped_at(OURS) == before and time.monotonic() < until:
        time.sleep(0.01)
    assert stamped_at(OURS) > before
    beat.end()
    time.sleep(0.1)
    after = stamped_at(OURS)
    time.sleep(0.1)
    assert stamped_at(OURS) == after


@pytest.mark.django_db
def test_outside_a_group_nothing_is_stamped() -> None:
    beat = Heartbeat()
    beat.begin()
    beat.end()
    assert not WorkerGroup.objects.exists()


@pytest.mark.usefixtures("_in_group")
def test_a_stamp_that_fails_does_not_fail_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(group: uuid.UUID) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(groups, "stamp", fail)
    beat = Heartbeat()
    beat.begin()
    beat.end()


def test_every_task_of_the_queue_is_listened_to() -> None:
    for signal, method in ((pre_execute, heartbeat.begin), (post_execute_in_worker, heartbeat.end)):
        receivers = [reference() for _, reference, *_ in signal.receivers]
        assert method in receivers


@pytest.mark.django_db
@pytest.mark.usefixtures("_in_group")
@pytest.mark.parametrize(
    ("group", "age", "hops", "stamped_ago", "is_sent_again"),
    [
        pytest.param(THEIRS, 0, 0, None, True, id="another group's, who has not stamped yet"),
        pytest.param(THEIRS, 0, 0, 60, True, id="another group's, who stamped long ago"),
        pytest.param(THEIRS, 0, 0, 1, False, id="another group's, who is seen to be alive"),
        pytest.param(THEIRS, 60, 0, None, False, id="another group's, but too old to mean anything"),
        pytest.param(THEIRS, 0, MOST_HOPS, None, False, id="another group's, sent around often enough"),
        pytest.param(OURS, 0, 0, None, False, id="our own"),
    ],
)
def test_a_ping_for_another_group_is_sent_again_while_that_has_a_meaning(
    sent: list[tuple[Any, ...]],
    group: uuid.UUID,
    age: float,
    hops: int,
    stamped_ago: float | None,
    is_sent_again: bool,
) -> None:
    if stamped_ago is not None:
        stamp(group)
        WorkerGroup.objects.update(stamped_at=db_now() - timedelta(seconds=stamped_ago))
    sent_at = db_now().timestamp() - age
    ping(str(group), sent_at, hops)
    assert sent == ([("pinlever.ops.pings.ping", str(group), sent_at, hops + 1)] if is_sent_again else [])
