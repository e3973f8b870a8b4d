"""What the worker's own tasks queue and leave alone."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_q.models import Task

from pinlever.connection.models import LeverConnection
from pinlever.foundation.clock import db_now
from pinlever.lever.errors import Unavailable
from pinlever.ops import tasks
from pinlever.ops.models import Chore, WorkerGroup, take_turn

pytestmark = pytest.mark.django_db


class Stage:
    """Everything below the tasks, replaced: what they called and queued."""

    def __init__(self) -> None:
        self.queued: list[tuple[Any, ...]] = []
        self.called: list[str] = []
        self.is_complete = False
        self.is_night = False
        self.is_more = True
        self.error: Exception | None = None
        self.connection: Any = SimpleNamespace(state=LeverConnection.State.ACTIVE, account="account")

    def call(self, name: str, answer: Any = None) -> Any:
        def called(*args: Any) -> Any:
            self.called.append(name)
            if self.error is not None:
                raise self.error
            return answer() if callable(answer) else answer

        called.__name__ = name
        return called


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = Stage()
    monkeypatch.setattr(tasks, "async_task", lambda *task: made.queued.append(task))
    monkeypatch.setattr(tasks, "current_connection", lambda: made.connection)
    monkeypatch.setattr(tasks, "open_client", lambda connection: "client")
    monkeypatch.setattr(tasks.reading, "is_to_do", lambda account: not made.is_complete or made.is_night)
    monkeypatch.setattr(tasks.people, "is_complete", lambda account: made.is_complete)
    monkeypatch.setattr(tasks.reading, "read_on", made.call("read_on", lambda: made.is_more))
    monkeypatch.setattr(tasks, "read_changes", made.call("read_changes"))
    monkeypatch.setattr(tasks, "refresh_catalogue", made.call("refresh_catalogue"))
    monkeypatch.setattr(tasks.sync_sweep, "sweep", lambda **how: made.called.append("sync.sweep"))
    monkeypatch.setattr(tasks, "wake", lambda: made.called.append("sync.wake"))
    monkeypatch.setattr(tasks.imports, "queue_due", lambda: made.called.append("imports.queue_due"))
    yield made


def test_the_sweep_looks_for_every_kind_of_work(stage: Stage) -> None:
    tasks.sweep()
    assert stage.called == ["sync.sweep", "imports.queue_due", "sync.wake"]
    assert [task[0] for task in stage.queued] == ["pinlever.ops.tasks.crawl"]


def test_one_kind_of_work_that_cannot_be_found_does_not_hide_the_others(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(tasks.sync_sweep, "sweep", fail)
    with pytest.raises(ValueError, match="a bug"):
        tasks.sweep()
    assert stage.called == ["imports.queue_due", "sync.wake"]


def test_a_crawl_under_way_is_not_started_twice(stage: Stage) -> None:
    tasks.sweep()
    tasks.sweep()
    assert len(stage.queued) == 1


def test_a_crawl_that_broke_off_is_started_again(stage: Stage) -> None:
    tasks.sweep()
    Chore.objects.update(taken_at=db_now() - timedelta(seconds=tasks.LONGEST_PAGE + 1))
    tasks.sweep()
    assert len(stage.queued) == 2


def test_a_complete_index_is_polled_in_its_turn(stage: Stage) -> None:
    stage.is_complete = True
    tasks.sweep()
    tasks.sweep()
    assert stage.queued == [("pinlever.ops.tasks.poll",)]


def test_at_night_everybody_is_read_and_what_changed_is_looked_at_all_the_same(stage: Stage) -> None:
    stage.is_complete = stage.is_night = True
    tasks.sweep()
    assert [task[0] for task in stage.queued] == ["pinlever.ops.tasks.crawl", "pinlever.ops.tasks.poll"]


def test_a_crawl_reads_for_a_while_and_queues_itself_again(stage: Stage) -> None:
    turn = str(take_turn("crawl", every=60))
    tasks.crawl(turn)
    assert stage.called == ["read_on"]
    assert stage.queued == [("pinlever.ops.tasks.crawl", turn)]


def test_a_crawl_that_is_done_or_in_other_hands_queues_nothing(stage: Stage) -> None:
    stage.is_more = False
    tasks.crawl(str(take_turn("crawl", every=60)))
    assert stage.queued == []


def test_of_two_chains_of_pages_the_older_one_ends(stage: Stage) -> None:
    take_turn("crawl", every=60)
    tasks.crawl(str(uuid.uuid4()))
    assert stage.called == stage.queued == []


@pytest.mark.parametrize("task", [tasks.poll, tasks.read_catalogue])
def test_lever_being_away_is_no_failure_of_the_task(stage: Stage, task: Any) -> None:
    stage.error = Unavailable("away", method="GET", path="/opportunities")
    task()
    assert len(stage.called) == 1


def test_lever_being_away_ends_the_crawl_until_the_sweep_starts_it_again(stage: Stage) -> None:
    stage.error = Unavailable("away", method="GET", path="/opportunities")
    tasks.crawl(str(take_turn("crawl", every=60)))
    assert stage.queued == []


@pytest.mark.parametrize("state", [None, "broken", "ended", "ending"])
def test_without_a_usable_connection_lever_is_left_alone(stage: Stage, state: str | None) -> None:
    stage.connection = SimpleNamespace(state=state, account="account") if state else None
    tasks.poll()
    tasks.read_catalogue()
    tasks.crawl(str(take_turn("crawl", every=60)))
    tasks.sweep()
    assert stage.called == ["sync.sweep", "imports.queue_due", "sync.wake"]
    assert stage.queued == []


def test_old_failures_groups_long_gone_and_sessions_that_ran_out_are_forgotten() -> None:
    now = timezone.now()
    for days in (1, 40):
        at = now - timedelta(days=days)
        Task.objects.create(id=f"{days}", name=f"{days}", func="f", started=at, stopped=at, success=False)
        WorkerGroup.objects.create(
            group=uuid.uuid4(), host="h", pid=1, started_at=at, stamped_at=at + timedelta(hours=12)
        )
    past = now - timedelta(minutes=1)
    Session.objects.bulk_create(
        [
            Session(session_key=key, expire_date=at)
            for key, at in (("over", past), ("lives", now + timedelta(1)))
        ]
    )
    tasks.forget()
    assert [session.session_key for session in Session.objects.all()] == ["lives"]
    assert [task.name for task in Task.objects.all()] == ["1"]
    assert WorkerGroup.objects.count() == 1
