"""Keeps one worker group running: starts it, watches its signs of life, ends and replaces it.

It outlives its database, its broker and its group. A group is replaced when its first process is gone, or when *it*
has shown no sign of life for too long; another group's health says nothing about this one.
"""

import logging
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django_q.brokers import get_broker
from django_q.tasks import async_task
from redis.exceptions import RedisError

from pinlever.foundation.clock import db_now, steady_clock
from pinlever.ops.group import GROUP_VARIABLE
from pinlever.ops.models import WorkerGroup
from pinlever.ops.pings import send_ping
from pinlever.ops.processes import end_group, kill_group, start_group
from pinlever.ops.schedules import make_schedules
from pinlever.ops.watch import Watch, pause_before_start

TICK = 0.2
LOOK_EVERY = 1.0
END_PATIENCE = 10.0
START_PATIENCE = (
    60.0  # until the first sign of life; a busy machine starts slowly, and a restart would not help it
)
QUEUE_FULL = 100  # more waiting tasks than this need no further wake-up
SWEEP = "pinlever.ops.tasks.sweep"
UNREACHABLE = (DatabaseError, InterfaceError, RedisError, OSError)

log = logging.getLogger(__name__)


@dataclass
class Group:
    """A running group."""

    id: uuid.UUID
    process: "subprocess.Popen[bytes]"
    started_at: float
    watch: Watch


@dataclass
class Every:
    """True once in `seconds`."""

    seconds: float
    next_at: float = 0.0

    def is_due(self, now: float) -> bool:
        if now < self.next_at:
            return False
        self.next_at = now + self.seconds
        return True


class Supervisor:
    def __init__(self, *, processes: int | None = None, clock: Callable[[], float] = steady_clock) -> None:
        self.processes = processes
        self.clock = clock
        self.group: Group | None = None
        self.start_at = 0.0
        self.short_lives = 0
        self.is_ending = False
        self.is_blind = False
        self.has_schedules = False
        self.silence_allowed = settings.WORKER_SILENCE + settings.LEVER_DEADLINE
        self.look = Every(LOOK_EVERY)
        self.ping = Every(min(5.0, settings.WORKER_SILENCE / 4))
        self.sweep = Every(settings.SWEEP_EVERY)

    def run(self) -> None:
        """Until SIGTERM or SIGINT; then the group is given some seconds to end what it does."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._asked_to_end)
        try:
            while not self.is_ending:
                self.tick()
                time.sleep(TICK)
        finally:
            self._end()

    def tick(self) -> None:
        now = self.clock()
        if self.group is None:
            if now >= self.start_at:
                self._start(now)
        elif self.group.process.poll() is not None:
            log.warning("The worker group %s is gone; another one takes its place.", self.group.id)
            self._replace(self.group, now)
        elif self.look.is_due(now):
            self._look(self.group, now)

    def _start(self, now: float) -> None:
        group = uuid.uuid4()
        environment = {**os.environ, GROUP_VARIABLE: str(group)}
        if self.processes:
            environment["WORKERS"] = str(self.processes)
        process = start_group([sys.executable, "-m", "pinlever.ops.cluster"], environment=environment)
        self.group = Group(group, process, now, Watch(since=now))
        log.info("Worker group %s started as process %s.", group, process.pid)

    def _replace(self, group: Group, now: float) -> None:
        kill_group(group.process)
        lived = now - group.started_at
        pause = pause_before_start(lived=lived, short_lives=self.short_lives)
        self.short_lives = self.short_lives + 1 if pause else 0
        self.group, self.start_at = None, now + pause
        if pause > 2:
            log.warning("It lived for %.0f seconds only; the next one starts in %.0f seconds.", lived, pause)

    def _look(self, group: Group, now: float) -> None:
        try:
            silence = group.watch.saw(now, _latest_stamp(group.id))
            self._keep_clocks(group, now)
            self._say_seeing()
        except UNREACHABLE as error:
            self._say_unreachable(error)
            if not is_write_lock(error):
                group.watch.was_blind(self.clock())
                return
            group.watch.looked_at = self.clock()  # it waited for the lock, it was not away
        allowed = self.silence_allowed if group.watch.seen else max(self.silence_allowed, START_PATIENCE)
        if silence > allowed:
            log.error(
                "Worker group %s has shown no sign of life for %.0f seconds: it hangs.", group.id, silence
            )
            self._replace(group, now)

    def _keep_clocks(self, group: Group, now: float) -> None:
        if not self.has_schedules:
            make_schedules()
            self.has_schedules = True
        wants_ping, wants_sweep = self.ping.is_due(now), self.sweep.is_due(now)
        if not (wants_ping or wants_sweep) or get_broker().queue_size() > QUEUE_FULL:
            return
        if wants_sweep:
            async_task(SWEEP)
        if wants_ping and _is_idle(group.id, self.ping.seconds):
            send_ping(group.id)

    def _say_seeing(self) -> None:
        if self.is_blind:
            log.info("Database and queue answer again.")
        self.is_blind = False

    def _say_unreachable(self, error: Exception) -> None:
        connection.close()  # a broken connection is not used again
        if not self.is_blind:
            log.warning("Database or queue cannot be reached (%s); the worker waits for them.", error)
        self.is_blind = True

    def _asked_to_end(self, number: int, frame: FrameType | None) -> None:
        self.is_ending = True

    def _end(self) -> None:
        if self.group is None:
            return
        log.info("Worker group %s is asked to end.", self.group.id)
        if not end_group(self.group.process, patience=END_PATIENCE):
            log.warning(
                "It was still busy after %.0f seconds and was ended; its work is taken up again.",
                END_PATIENCE,
            )
        _forget(self.group.id)
        self.group = None


def is_write_lock(error: Exception) -> bool:
    """Whether SQLite can be read but somebody keeps its one write lock: it may be the group, stopped in mid-write.

    Its silence counts on, then: if it is the one, ending it sets the lock free; if not, it could do nothing either.
    """
    return connection.vendor == "sqlite" and isinstance(error, OperationalError) and "locked" in str(error)


def _latest_stamp(group: uuid.UUID) -> datetime | None:
    return WorkerGroup.objects.filter(group=group).values_list("stamped_at", flat=True).first()


def _is_idle(group: uuid.UUID, seconds: float) -> bool:
    stamp = _latest_stamp(group)
    return stamp is None or db_now() - stamp >= timedelta(seconds=seconds * 0.9)


def _forget(group: uuid.UUID) -> None:
    try:
        WorkerGroup.objects.filter(group=group).delete()
    except UNREACHABLE as error:
        log.warning("The ended group's row stays for a day: %s", error)
