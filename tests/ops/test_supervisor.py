"""The supervisor's decisions, with a group that is only pretended. Real processes: test_worker.py."""

import signal
from typing import Any

import pytest
from django.db import OperationalError, connection

from pinlever.foundation.clock import db_now
from pinlever.ops import supervisor as module
from pinlever.ops.group import GROUP_VARIABLE, stamp
from pinlever.ops.models import WorkerGroup
from pinlever.ops.schedules import RECURRING
from pinlever.ops.supervisor import QUEUE_FULL, SWEEP, Every, Supervisor

pytestmark = pytest.mark.django_db


class Pretended:
    """A process that was never started."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.pid = 4711
        self.is_gone = False
        self.was_killed = False

    def poll(self) -> int | None:
        return 0 if self.is_gone else None


class Stage:
    """Time, processes and queue of a supervisor under test."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.started: list[Pretended] = []
        self.queued: list[str] = []
        self.waiting_tasks = 0
        self.database_error: Exception | None = None
        self.error_after = 0.0
        self.supervisor = Supervisor(processes=3, clock=lambda: self.now)

    def start_group(self, command: Any, *, environment: dict[str, str]) -> Pretended:
        self.started.append(Pretended(environment))
        return self.started[-1]

    def kill_group(self, process: Pretended) -> None:
        process.was_killed = True

    def pass_time(self, seconds: float) -> None:
        """Ticks once a second."""
        for _ in range(round(seconds)):
            self.now += 1.0
            self.supervisor.tick()

    def get_broker(self) -> "Stage":
        if self.database_error:
            self.now += self.error_after
            raise self.database_error
        return self

    def queue_size(self) -> int:
        return self.waiting_tasks


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Stage:
    settings.WORKER_SILENCE, settings.LEVER_DEADLINE, settings.SWEEP_EVERY = 20, 20, 15
    made = Stage()
    monkeypatch.setattr(module, "start_group", made.start_group)
    monkeypatch.setattr(module, "kill_group", made.kill_group)
    monkeypatch.setattr(module, "async_task", made.queued.append)
    monkeypatch.setattr(module, "send_ping", lambda group: made.queued.append("ping"))
    monkeypatch.setattr(module, "get_broker", made.get_broker)
    return made


def stamps(stage: Stage) -> None:
    assert stage.supervisor.group
    stamp(stage.supervisor.group.id)


def test_a_group_gets_an_id_of_its_own_and_as_many_processes_as_asked_for(stage: Stage) -> None:
    stage.pass_time(1)
    assert stage.started[0].environment["WORKERS"] == "3"
    assert stage.supervisor.group
    assert stage.started[0].environment[GROUP_VARIABLE] == str(stage.supervisor.group.id)


def test_a_group_that_stamps_is_left_alone(stage: Stage) -> None:
    stage.pass_time(1)
    for _ in range(10):
        stamps(stage)
        stage.pass_time(30)
    assert len(stage.started) == 1


def test_only_after_silence_and_a_call_s_deadline_a_group_is_replaced(stage: Stage) -> None:
    stage.pass_time(2)
    stamps(stage)
    stage.pass_time(40)
    assert not stage.started[0].was_killed
    stage.pass_time(2)
    assert stage.started[0].was_killed


def test_a_group_that_never_shows_itself_is_given_longer(stage: Stage) -> None:
    stage.pass_time(60)
    assert not stage.started[0].was_killed
    stage.pass_time(4)
    assert stage.started[0].was_killed


def test_another_group_s_stamps_do_not_save_one_that_hangs(stage: Stage) -> None:
    stage.pass_time(2)
    for _ in range(65):
        WorkerGroup.objects.update_or_create(
            group="00000000-0000-0000-0000-000000000009",
            defaults={"host": "h", "pid": 1, "started_at": db_now(), "stamped_at": db_now()},
        )
        stage.pass_time(1)
    assert stage.started[0].was_killed


@pytest.mark.django_db(transaction=True)  # the supervisor closes its connection
def test_while_nothing_can_be_seen_no_group_is_taken_for_dead(stage: Stage) -> None:
    stage.pass_time(2)
    stage.database_error = OperationalError("away")
    stage.pass_time(300)
    assert len(stage.started) == 1
    stage.database_error = None
    stage.pass_time(30)
    assert len(stage.started) == 1, "it has the whole time again to show itself"


@pytest.mark.django_db(transaction=True)  # the supervisor closes its connection
def test_a_group_that_may_have_stopped_with_the_write_lock_is_replaced(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "is_write_lock", lambda error: True)
    stage.pass_time(2)
    stamps(stage)
    stage.database_error, stage.error_after = OperationalError("database is locked"), 20.0
    stage.pass_time(1)
    assert not stage.started[0].was_killed
    stage.pass_time(7)
    assert stage.started[0].was_killed


def test_a_group_that_is_gone_is_replaced_at_once_and_ever_more_slowly_if_it_dies_young(stage: Stage) -> None:
    stage.pass_time(1)
    stage.started[-1].is_gone = True
    stage.pass_time(2)
    assert len(stage.started) == 2
    for _ in range(5):
        stage.started[-1].is_gone = True
        stage.pass_time(40)
    before = len(stage.started)
    stage.started[-1].is_gone = True
    stage.pass_time(10)
    assert len(stage.started) == before
    stage.pass_time(30)
    assert len(stage.started) == before + 1


def test_the_sweep_is_queued_by_the_supervisor_itself(stage: Stage) -> None:
    stage.pass_time(62)
    assert stage.queued.count(SWEEP) == 5


def test_only_an_idle_group_is_pinged(stage: Stage) -> None:
    for _ in range(20):
        stage.pass_time(1)
        stamps(stage)
    assert stage.queued.count("ping") == 0
    WorkerGroup.objects.all().delete()
    stage.pass_time(20)
    assert stage.queued.count("ping") == 4


def test_a_queue_that_nobody_empties_is_not_filled(stage: Stage) -> None:
    stage.waiting_tasks = QUEUE_FULL + 1
    stage.pass_time(30)
    assert stage.queued == []


def test_the_schedules_are_made_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    monkeypatch.setattr(module, "make_schedules", lambda: made.append(len(RECURRING)))
    stage.pass_time(5)
    assert made == [len(RECURRING)]


def test_a_signal_ends_the_loop(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[float] = []
    monkeypatch.setattr(module, "end_group", lambda process, patience: ended.append(patience) or True)
    monkeypatch.setattr(module.time, "sleep", lambda _: stage.supervisor._asked_to_end(signal.SIGTERM, None))
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        stage.supervisor.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert ended == [module.END_PATIENCE]
    assert stage.supervisor.group is None


def test_every_is_due_at_once_and_then_after_its_seconds() -> None:
    every = Every(5)
    assert [now for now in range(100, 112) if every.is_due(now)] == [100, 105, 110]


def test_only_sqlite_has_one_lock_for_all_who_write() -> None:
    held = OperationalError("database is locked")
    assert module.is_write_lock(held) == (connection.vendor == "sqlite")
    assert not module.is_write_lock(OperationalError("server closed the connection"))
