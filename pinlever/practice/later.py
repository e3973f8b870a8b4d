"""Work that happens later: late commits and webhook deliveries.

With threads it runs by itself; with none, whoever holds the clock calls run_due(), so that a test or a
scheduler decides when later is.
"""

import heapq
import itertools
import threading
from collections.abc import Callable
from contextlib import suppress

from .errors import ConnectionDropped

Work = Callable[[], None]


class Later:
    def __init__(self, clock: Callable[[], float], threads: int) -> None:
        self.clock = clock
        self.threads = threads
        self._started = 0
        self._closed = False
        self._numbers = itertools.count()
        self._waiting: list[tuple[float, int, Work]] = []
        self._changed = threading.Condition()

    def after(self, seconds: float, work: Work) -> None:
        with self._changed:
            heapq.heappush(self._waiting, (self.clock() + seconds, next(self._numbers), work))
            if self._started < self.threads and not self._closed:
                self._started += 1
                threading.Thread(target=self._serve, name="practice-later", daemon=True).start()
            self._changed.notify()

    def run_due(self) -> int:
        """Runs what is due by the clock, in order; says how many there were."""
        ran = 0
        while True:
            with self._changed:
                if not self._waiting or self._waiting[0][0] > self.clock():
                    return ran
                work = heapq.heappop(self._waiting)[2]
            work()
            ran += 1

    def forget(self) -> None:
        with self._changed:
            self._waiting.clear()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()

    def _serve(self) -> None:
        while (work := self._next()) is not None:
            with suppress(ConnectionDropped):  # the world was closed meanwhile
                work()

    def _next(self) -> Work | None:
        with self._changed:
            while not self._closed:
                wait = self._waiting[0][0] - self.clock() if self._waiting else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._waiting)[2]
                self._changed.wait(wait)
            return None
