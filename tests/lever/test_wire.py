from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from pinlever.lever.wire import Attempt, NotSent, SendTimePassed, steady_clock


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    theirs.settimeout(2)
    with ours, theirs:
        yield ours, theirs


def attempt(deadline: float = 5.0, send_before: float | None = None) -> Attempt:
    return Attempt(clock=steady_clock, deadline=deadline, send_before=send_before)


def test_the_steady_clock_goes_forward() -> None:
    first = steady_clock()
    assert steady_clock() >= first


def test_the_watchdog_shuts_the_socket_it_guards(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    one = attempt(0.01)
    with one.running():
        one.guard(ours)
        assert theirs.recv(1) == b""
    assert one.expired


def test_a_socket_that_comes_after_the_time_is_shut_at_once(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    one = attempt(0.001)
    with one.running():
        ends = time.monotonic() + 20
        while not one.expired and time.monotonic() < ends:
            time.sleep(0.001)
        one.guard(ours)
        assert theirs.recv(1) == b""


def test_a_finished_attempt_leaves_nothing_behind(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    threads = threading.active_count()
    one = attempt(0.05)
    with one.running():
        one.guard(ours)
    one._watchdog.join(20)
    one._expire()
    ours.sendall(b"x")
    assert theirs.recv(1) == b"x"
    assert threading.active_count() == threads


@pytest.mark.parametrize(
    ("deadline", "send_in", "refusal"),
    [(5, -1, SendTimePassed), (-1, 9, NotSent), (-1, None, NotSent)],
)
def test_the_first_byte_may_not_leave_too_late(
    deadline: float, send_in: float | None, refusal: type[NotSent]
) -> None:
    one = attempt(deadline, None if send_in is None else steady_clock() + send_in)
    with pytest.raises(refusal):
        one.about_to_send()
    assert not one.started


def test_what_has_begun_to_be_sent_is_sent_to_its_end() -> None:
    now = [0.0]
    one = Attempt(clock=lambda: now[0], deadline=100.0, send_before=5.0)
    one.about_to_send()
    now[0] = 6.0
    one.about_to_send()
    assert one.started
