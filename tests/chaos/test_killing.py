"""The hook that counts failpoints and dies at them."""

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.chaos import killing, places
from tests.chaos.killing import Hook, Orders

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    killing.prepare(tmp_path)
    return tmp_path


def passing(folder: Path, *names: str) -> int:
    """The signal that ended a process which passed these failpoints."""
    pid = os.fork()
    if not pid:
        hook = Hook(folder, "1")
        for name in names:
            hook(name)
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def test_every_hit_is_counted_and_survives_the_process(folder: Path) -> None:
    Orders(hungry=["b"], hungry_chance=1.0).give(folder)
    assert passing(folder, "a", "a", "b", "c") == signal.SIGKILL
    assert passing(folder, "a") == 0
    assert killing.hits(folder) == {"a": 3, "b": 1}


def test_a_hungry_name_is_used_for_one_kill(folder: Path) -> None:
    Orders(hungry=["call.before GET /opportunities/:id"], hungry_chance=1.0).give(folder)
    name = "call.before GET /opportunities/:id"
    assert [passing(folder, name), passing(folder, name)] == [signal.SIGKILL, 0]
    assert killing.kills(folder) == {name: 1}


def test_kills_by_chance_have_an_end(folder: Path) -> None:
    Orders(chance=1.0, most=2).give(folder)
    assert [passing(folder, "a") for _ in range(3)] == [signal.SIGKILL, signal.SIGKILL, 0]


def test_without_orders_nobody_dies(folder: Path) -> None:
    assert passing(folder, *(["a"] * 100)) == 0


def test_a_process_stops_itself_once_at_each_name(folder: Path) -> None:
    Orders(stops=["a"], stop_chance=1.0).give(folder)
    pid = os.fork()
    if not pid:
        hook = Hook(folder, "1")
        hook("a")
        hook("a")
        os._exit(0)
    assert os.WIFSTOPPED(os.waitpid(pid, os.WUNTRACED)[1])
    assert (folder / "stops" / str(pid)).read_text() == "a"
    os.kill(pid, signal.SIGCONT)
    assert os.waitpid(pid, 0)[1] == 0
    assert killing.stops(folder) == {"a": 1}


def test_failpoints_are_found_in_the_source() -> None:
    found = places.expected(undo=True)
    assert {"push.before_send", "intent.after_commit", "call.before POST /opportunities"} <= found
    assert found >= set(places.STOPS)
