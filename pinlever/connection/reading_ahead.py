"""Fetching pages of the list of opportunities beside the process that writes them, paced while people wait.

A page is asked for while the one before it is written, and parts of the list side by side: else how long Lever takes,
not its limit, would set the pace. Nothing is kept here: what was fetched and not written is fetched again.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from queue import SimpleQueue
from types import TracebackType
from typing import Protocol, Self

from django.conf import settings
from django.db import connections

from pinlever.foundation.clock import db_now
from pinlever.lever.client import LeverClient, OpportunityFilter, Page
from pinlever.lever.errors import OffsetRefused, Unavailable
from pinlever.lever.types import Opportunity

LOOK_EVERY = 1.0  # seconds for which it counts whether people wait

sleep = time.sleep
Open = Callable[[], LeverClient]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page, when it was asked for (database's clock), and whether Lever refused the token: then it is the first."""

    page: Page[Opportunity]
    began: datetime
    is_restart: bool = False


class Reads(Protocol):
    """Whoever fetches pages."""

    def start(self, filters: OpportunityFilter, offset: str) -> "Future[Fetched]": ...


class AtOnce:
    """Fetches a page when it is asked for, in the caller's thread."""

    def __init__(self, client: LeverClient) -> None:
        self._client = client

    def start(self, filters: OpportunityFilter, offset: str) -> "Future[Fetched]":
        return _settled(partial(fetch, self._client, filters, offset), Future())


class Share:
    """Holds back the next page so that no more than a share of the rate is used while people wait.

    `rate`: calls a second that may be made now. Shared by the threads of one reader.
    """

    def __init__(self, people_wait: Callable[[], bool], rate: Callable[[], float]) -> None:
        self._people_wait, self._rate = people_wait, rate
        self._lock = threading.Lock()
        self._looked_at = self._next_at = float("-inf")
        self._interval = 0.0

    def wait(self) -> None:
        """Returns when a page may be asked for."""
        with self._lock:
            now = time.monotonic()
            if now - self._looked_at >= LOOK_EVERY:
                self._looked_at = now
                self._interval = 1.0 / (settings.CRAWL_SHARE * self._rate()) if self._people_wait() else 0.0
            goes_at = max(now, self._next_at)
            self._next_at = goes_at + self._interval
        if goes_at > now:
            sleep(goes_at - now)


class Readers:
    """Threads that fetch pages, each with a client and a database connection of its own. Close it when done."""

    def __init__(self, open_client: Open, *, size: int, share: Share | None = None) -> None:
        self._open, self._share = open_client, share
        self._jobs: SimpleQueue[tuple[OpportunityFilter, str, Future[Fetched]] | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(size)]
        for thread in self._threads:
            thread.start()

    def start(self, filters: OpportunityFilter, offset: str) -> "Future[Fetched]":
        future: Future[Fetched] = Future()
        self._jobs.put((filters, offset, future))
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while not self._jobs.empty():
            self._jobs.get()  # asked for and not begun: not needed any more
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        mine: list[LeverClient] = []
        try:
            while (job := self._jobs.get()) is not None:
                _settled(partial(self._paced, mine, *job[:2]), job[2])
        finally:
            for client in mine:
                client.http.close()
            connections.close_all()

    def _paced(self, mine: list[LeverClient], filters: OpportunityFilter, offset: str) -> Fetched:
        if not mine:
            mine.append(self._open())
        if self._share is not None:
            self._share.wait()
        return fetch(mine[0], filters, offset)


def fetch(client: LeverClient, filters: OpportunityFilter, offset: str) -> Fetched:
    """One page; the first one if Lever no longer takes the token. Nothing read so far is lost by that."""
    began = db_now()
    try:
        page = client.opportunity_page(filters=filters, offset=offset or None)
    except OffsetRefused:
        if not offset:
            raise
        return Fetched(client.opportunity_page(filters=filters), began, is_restart=True)
    if page.next is not None and page.next == offset:
        raise Unavailable("the list repeats itself without an end", method="GET", path="/opportunities")
    return Fetched(page, began)


def _settled(work: Callable[[], Fetched], future: "Future[Fetched]") -> "Future[Fetched]":
    try:
        future.set_result(work())
    except BaseException as error:  # it is whoever takes the page who hears of it
        future.set_exception(error)
    return future
