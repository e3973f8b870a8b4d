"""Sockets that keep two promises: no call outlives its deadline, and nothing is sent after its `send_before`.

Both live in an `Attempt`, which the connection of the running thread finds in a context variable. `started`
says whether a first byte may have left this machine: while it is False, Lever certainly knows nothing.
"""

from __future__ import annotations

import ipaddress
import os
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

# Servers drop idle connections after as little as 5 s (Node's default); a write on a connection that is being
# dropped has an unknown outcome, so we stop using it earlier.
IDLE_LIMIT = 3.0

Address = tuple[Any, ...]


def steady_clock() -> float:
    """Seconds that never jump and, where the system can tell, go on while the machine sleeps."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


class NotSent(Exception):
    """Raised instead of sending the first byte. Only http.py sees it."""


class SendTimePassed(NotSent):
    """`send_before` has passed."""


def _any_address(address: str) -> None:
    """Every address may be connected to."""


class Attempt:
    """One request on the wire. When the time is up a watchdog shuts its socket down, wherever it waits.

    `check_address` is given every address the host's name leads to, before any is connected to, and may raise.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        deadline: float,
        send_before: float | None,
        check_address: Callable[[str], None] = _any_address,
    ) -> None:
        self._clock = clock
        self._send_before = send_before
        self.check_address = check_address
        self._ends_at = clock() + deadline
        self._lifeline: socket.socket | None = None
        self._lock = threading.Lock()
        self._watchdog = threading.Timer(deadline, self._expire)
        self._watchdog.daemon = True
        self.started = False
        self.expired = False

    @property
    def remaining(self) -> float:
        return self._ends_at - self._clock()

    @contextmanager
    def running(self) -> Iterator[None]:
        self._watchdog.start()
        token = _current.set(self)
        try:
            yield
        finally:
            self._watchdog.cancel()
            _current.reset(token)
            self._hold(None)

    def guard(self, sock: socket.socket) -> None:
        """Let the watchdog reach this socket, through a duplicate that neither TLS nor closing takes away."""
        self._hold(socket.socket(fileno=os.dup(sock.fileno())))

    def check_send_time(self) -> None:
        if self._send_before is not None and self._clock() >= self._send_before:
            raise SendTimePassed

    def about_to_send(self) -> None:
        """Called right before each chunk goes to the socket; the first one decides."""
        if self.started:
            return
        if self.expired or self.remaining <= 0:
            raise NotSent
        self.started = True
        try:
            self.check_send_time()
        except SendTimePassed:
            self.started = False
            raise

    def _hold(self, lifeline: socket.socket | None) -> None:
        with self._lock:
            old, self._lifeline = self._lifeline, lifeline
            if lifeline is not None and self.expired:
                _shut(lifeline)
        if old is not None:
            old.close()

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            if self._lifeline is not None:
                _shut(self._lifeline)


_current: ContextVar[Attempt | None] = ContextVar("pinlever_lever_attempt", default=None)


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _addresses(host: str, port: int, seconds: float) -> list[Address]:
    """getaddrinfo, given up after `seconds`: it has no timeout of its own and cannot be interrupted."""
    with suppress(ValueError):
        ipaddress.ip_address(host)
        return list(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM))
    answers: queue.SimpleQueue[list[Address] | OSError | UnicodeError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(list(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        answer = answers.get(timeout=max(seconds, 0))
    except queue.Empty:
        raise TimeoutError(f"looking up {host} took too long") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def open_socket(host: str, port: int, attempt: Attempt) -> socket.socket:
    """A connected socket; the addresses of a host share the time that is left."""
    addresses = _addresses(host, port, attempt.remaining)
    for *_, place in addresses:
        attempt.check_address(place[0])
    failure: OSError = OSError(f"{host} has no address")
    for position, (family, kind, protocol, _, address) in enumerate(addresses):
        remaining = attempt.remaining
        if remaining <= 0:
            raise TimeoutError("connecting took too long")
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(remaining / (len(addresses) - position))
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure


class _Guarded(HTTPConnection):
    """Connects within the attempt's time, asks it before the first byte; is not reused once idle."""

    _last_sent_at = 0.0

    def _new_conn(self) -> socket.socket:
        attempt = _current.get()
        if attempt is None:
            return super()._new_conn()
        sock = open_socket(self._dns_host.strip("[]"), self.port, attempt)
        attempt.guard(sock)
        return sock

    @property
    def is_connected(self) -> bool:
        fresh = steady_clock() - self._last_sent_at < IDLE_LIMIT
        return fresh and super().is_connected

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        attempt = _current.get()
        self._last_sent_at = steady_clock()
        if attempt is not None:
            if not attempt.started:
                attempt.guard(self.sock)
            attempt.about_to_send()
        super().send(data)


class GuardedHTTP(_Guarded):
    pass


class GuardedHTTPS(_Guarded, HTTPSConnection):
    pass


class GuardedHTTPPool(HTTPConnectionPool):
    ConnectionCls = GuardedHTTP


class GuardedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = GuardedHTTPS


POOLS: dict[str, Any] = {"http": GuardedHTTPPool, "https": GuardedHTTPSPool}
