"""Two workers under one conductor: real claim and push code, one thread running at a time, time that only we move.

Every failpoint is a place where the conductor may let the other worker go on, kill the worker (it stops there
and a new one takes its place), or let time pass. The same seed plays the same piece.
"""

import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connections

from pinlever.connection import pace, refresh
from pinlever.foundation import clock as clocks, failpoints
from pinlever.lever.http import Http

PATIENCE = 120.0  # real seconds a worker may need from one failpoint to the next


class Killed(BaseException):
    """The worker dies here; nothing of ours catches it."""


class Time:
    """The one clock of database, workers and Lever."""

    def __init__(self) -> None:
        self.start = time.time()
        self.passed = 0.0
        self.after_passing: Callable[[], object] = lambda: None  # what is due by then at Lever

    def now(self) -> float:
        self.passed += 0.001  # no two moments are the same
        return self.start + self.passed

    def db_now(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def pass_by(self, seconds: float) -> None:
        self.passed += seconds
        self.after_passing()


class Worker:
    """A thread that runs `work` and stands still at every failpoint until it is told to go on."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.at = "start"
        self.is_over = False
        self.error: BaseException | None = None
        self._go, self._parked = threading.Event(), threading.Event()
        self._dies = False
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()
        self._wait()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            self.park("start")
            work()
        except Killed:
            pass
        except BaseException as error:
            self.error = error
        finally:
            connections.close_all()
            self.is_over = True
            self._parked.set()

    def park(self, name: str) -> None:
        self.at = name
        self._parked.set()
        self._go.wait()
        self._go.clear()
        if self._dies:
            raise Killed

    def step(self) -> None:
        self._parked.clear()
        self._go.set()
        self._wait()

    def kill(self) -> None:
        """From here on every failpoint is the end: what it does on the way out dies too."""
        self._dies = True
        self.step()
        while not self.is_over:
            self.step()

    def _wait(self) -> None:
        if not self._parked.wait(PATIENCE):
            raise AssertionError(f"a worker came from {self.at} and reached no further failpoint")


class Conductor:
    """Plays one piece: who goes on, who dies, when time passes, all drawn from the seed."""

    def __init__(self, work: Callable[[], None], seed: int, time: Time) -> None:
        self.work, self.draw, self.time = work, random.Random(seed), time
        self.of_thread: dict[int, Worker] = {}
        self.story: list[str] = []

    def hook(self, name: str) -> None:
        worker = self.of_thread.get(threading.get_ident())
        if worker is not None:
            worker.park(name)

    def hire(self) -> Worker:
        worker = Worker(self.work)
        self.of_thread[worker._thread.ident or 0] = worker
        return worker

    def play(self, *, steps: int, deaths: int) -> None:
        """Two workers for `steps` steps; then whoever is left goes on to the end of its turn."""
        workers = [self.hire(), self.hire()]
        for _ in range(steps):
            number = self.draw.randrange(2)
            worker = workers[number]
            if worker.is_over:
                self._check(worker)
                workers[number] = worker = self.hire()
            chance = self.draw.random()
            if chance < 0.04 and deaths:
                deaths -= 1
                self.story.append(f"{number} dies at {worker.at}")
                worker.kill()
            elif chance < 0.08:
                seconds = self.draw.choice([1, 6, 31, 70, 125, 610])
                self.story.append(f"{seconds} s pass while {number} stands at {worker.at}")
                self.time.pass_by(seconds)
            else:
                self.story.append(f"{number} from {worker.at}")
                worker.step()
        for worker in workers:
            while not worker.is_over:
                worker.step()
            self._check(worker)

    def _check(self, worker: Worker) -> None:
        if worker.error is not None:
            raise AssertionError("\n".join(self.story[-40:])) from worker.error


@contextmanager
def conducted(monkeypatch: Any, time: Time) -> Iterator[None]:
    """All clocks are `time`, all sleeping is a failpoint."""
    for original, ours in ((clocks.db_now, time.db_now), (clocks.steady_clock, time.now)):
        for module in list(sys.modules.values()):
            if getattr(module, "__name__", "").startswith("pinlever"):
                for name, value in list(vars(module).items()):
                    if value is original:
                        monkeypatch.setattr(module, name, ours)
    monkeypatch.setitem(Http.__init__.__kwdefaults__, "clock", time.now)

    def sleep(seconds: float) -> None:
        time.pass_by(seconds)
        failpoints.failpoint("sleep")

    monkeypatch.setattr(pace, "sleep", sleep)
    monkeypatch.setattr(refresh, "sleep", sleep)
    monkeypatch.setattr(pace, "wait_for_slot", lambda *_: None)
    try:
        yield
    finally:
        failpoints.install(None)
