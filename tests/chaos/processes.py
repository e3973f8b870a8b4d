"""The processes that are killed: forked from the harness, which has Django loaded, and replaced when they die.

`Forked` workers run the engine's own work in a loop; `Real` ones are `manage.py worker`.
"""

import logging
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import count
from pathlib import Path
from random import Random
from typing import Protocol

from django.conf import settings
from django.db import DatabaseError, connections

from pinlever.connection import crawl
from pinlever.connection.accounts import current_connection
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverConnection
from pinlever.foundation import failpoints
from pinlever.imports import services as imports, working
from pinlever.lever.errors import LeverError
from pinlever.sync.sweep import sweep
from pinlever.sync.tasks import work_due
from tests.chaos.killing import Hook
from tests.chaos.settings import FOLDER
from tests.ops.installation import members

ROOT = Path(__file__).resolve().parents[2]
IDLE = 0.25
BUSY = 4  # processes that want each core
log = logging.getLogger(__name__)
Role = Callable[[], None]
CPU: defaultdict[str, float] = defaultdict(float)  # seconds, of children that have ended


def forked(role: Role, seed: str, *, may_stop: bool = False) -> int:
    """A child that plays the role, with the hook in place, and ends. It shares no connection with us."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        failpoints.install(Hook(FOLDER, seed, may_stop=may_stop))
        role()
        status = 0
    except Exception:  # the parent sees the status; the log says why
        log.exception("A forked %s failed", role)
    finally:
        os._exit(status)


def ended(pid: int, what: str, *, wait: bool = False) -> int | None:
    """The status of a child of ours that has ended, None while it lives; counts the CPU it used."""
    gone, status, used = os.wait4(pid, 0 if wait else os.WNOHANG)
    if not gone:
        return None
    CPU[what] += used.ru_utime + used.ru_stime
    return status


def tried(role: Role, seed: str) -> bool:
    """Plays the role in a child; whether it came to its end."""
    return ended(forked(role, seed), "connecting", wait=True) == 0


def until_done(role: Role, seed: str, *, most: int = 60) -> int:
    """Plays the role in children until one comes to its end; answers how many died or failed on the way."""
    for tries in range(most):
        if tried(role, f"{seed}:{tries}"):
            return tries
    raise AssertionError(f"{role} did not come to its end in {most} tries")


def work_for_ever() -> None:
    """Everything in the order in which the worker takes it. Many die after a few turns: each begins at another one."""
    turns = count(os.getpid())
    while True:
        try:
            while work_due(next(turns)):
                pass
        except DatabaseError:
            log.exception("A worker goes on after this")
            connections.close_all()
        time.sleep(IDLE)


def sweep_for_ever() -> None:
    """What the worker's clock does: sweeps, reads Lever, works imports."""
    polled_at = swept_at = 0.0
    turn = 0
    while True:
        now = time.monotonic()
        try:
            if now - swept_at >= settings.SWEEP_EVERY:
                sweep(everything=turn % 5 == 0)
                swept_at, turn = now, turn + 1
            polled_at = _read_lever(polled_at, now)
            for number in imports.due_imports():
                working.work_import(number)
        except (DatabaseError, LeverError) as error:
            log.warning("The sweeper goes on after this: %s", error)
            connections.close_all()
        time.sleep(IDLE)


def _read_lever(polled_at: float, now: float) -> float:
    connection = current_connection()
    if connection is None or connection.state != LeverConnection.State.ACTIVE:
        return polled_at
    if not crawl.is_complete(connection.account):
        client = open_client(connection)
        while not (progress := crawl.step(connection.account, client)).done and not progress.busy:
            pass
    elif now - polled_at >= settings.POLL_EVERY:
        crawl.poll(connection.account, open_client(connection))
        return now
    return polled_at


class Workers(Protocol):
    """A set of worker processes under the harness; `strength` is their number when all is well."""

    strength: int
    deaths: int

    def start(self) -> None: ...

    def tend(self) -> None:
        """Replaces what is gone."""

    def pids(self) -> list[int]:
        """Every process of theirs that is alive."""

    def stop(self) -> None:
        """Kills all of them."""


class Forked:
    """`number` workers and a sweeper, each a child of ours."""

    def __init__(self, number: int, seed: str) -> None:
        self.roles: list[Role] = [work_for_ever] * number + [sweep_for_ever]
        self.seed = seed
        self.strength = number + 1
        self.children: dict[int, Role] = {}
        self.deaths = 0

    def start(self) -> None:
        for role in self.roles:
            self.children[forked(role, self.seed, may_stop=True)] = role

    def tend(self) -> None:
        for pid in list(self.children):
            if ended(pid, self.children[pid].__name__) is not None:
                role = self.children.pop(pid)
                self.deaths += 1
                self.children[forked(role, self.seed, may_stop=True)] = role

    def pids(self) -> list[int]:
        return list(self.children)

    def stop(self) -> None:
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)
        for pid, role in self.children.items():
            ended(pid, role.__name__, wait=True)
        self.children.clear()


class Real:
    """`manage.py worker`, started again when it is gone, as an init system would."""

    def __init__(self, number: int, seed: str) -> None:
        self.number, self.seed = number, seed
        self.strength = number + 5  # the supervisor, the cluster, its guard, the pusher, the monitor
        self.process: subprocess.Popen[bytes] | None = None
        self.deaths = 0

    def start(self) -> None:
        environment = {**os.environ, "CHAOS_HOOK": "1", "CHAOS_SEED": self.seed}
        with (FOLDER / "worker.log").open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "worker", "--processes", str(self.number)],
                cwd=ROOT,
                env=environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def tend(self) -> None:
        if self.process is not None and self.process.poll() is not None:
            self.deaths += 1
            self.start()

    def pids(self) -> list[int]:
        return [] if self.process is None else members(self.process.pid)

    def stop(self) -> None:
        for pid in self.pids():
            send(pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()
            self.process = None


def send(pid: int, number: int) -> bool:
    """Whether there was such a process to send the signal to."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def slowness() -> float:
    """How much longer everything takes on a machine that others use too; a run alone, or two at once, have 1.0. Whoever
    is killed more often than they come to the end of anything shows nothing."""
    return max(1.0, os.getloadavg()[0] / (BUSY * (os.cpu_count() or 1)))


def kill_somebody(workers: Workers, chance: Random) -> bool:
    """Any process of theirs, once they are at full strength: a start that is killed again and again shows nothing."""
    alive = workers.pids()
    return len(alive) >= workers.strength and send(chance.choice(alive), signal.SIGKILL)
