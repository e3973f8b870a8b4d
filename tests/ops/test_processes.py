"""Processes that end together, whichever of them is killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pinlever.ops.processes import end_group, kill_group, start_child, start_group
from tests.ops.installation import members, wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

TIED = "from pinlever.ops.processes import tie_to_parent; tie_to_parent(); "
FORKS_AND_WAITS = "import os, time; os.fork(); time.sleep(60)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.fixture
def started() -> Iterator[list["subprocess.Popen[bytes]"]]:
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        kill_group(process)


def both_run(pid: int) -> bool:
    return len(members(pid)) == 2


def test_a_group_that_obeys_ends_by_itself(started: list["subprocess.Popen[bytes]"]) -> None:
    process = start_group(python(FORKS_AND_WAITS), environment=os.environ)
    started.append(process)
    wait_for("both processes", lambda: both_run(process.pid))
    assert end_group(process, patience=10)
    wait_for("the end of both", lambda: not members(process.pid))


def test_a_group_that_does_not_listen_is_ended_by_force(started: list["subprocess.Popen[bytes]"]) -> None:
    process = start_group(python(DEAF + FORKS_AND_WAITS), environment=os.environ)
    started.append(process)
    wait_for("both processes", lambda: both_run(process.pid))
    assert not end_group(process, patience=0.2)
    wait_for("the end of both", lambda: not members(process.pid))


def test_a_tied_process_takes_what_it_forked_along(started: list["subprocess.Popen[bytes]"]) -> None:
    process = start_group(python(TIED + FORKS_AND_WAITS), environment=os.environ)
    started.append(process)
    wait_for("both processes", lambda: both_run(process.pid))
    fork = members(process.pid)[1]
    os.kill(process.pid, signal.SIGKILL)
    wait_for("the fork's end", lambda: not members(fork))


def test_a_tied_process_whose_parent_is_gone_already_does_not_begin(
    started: list["subprocess.Popen[bytes]"],
) -> None:
    process = subprocess.Popen(
        python(TIED + FORKS_AND_WAITS), env={**os.environ, "PINLEVER_PARENT": "1"}, start_new_session=True
    )
    started.append(process)
    assert process.wait(60) == 1


def test_a_child_ends_with_the_process_that_started_it(
    started: list["subprocess.Popen[bytes]"], tmp_path: Path
) -> None:
    code = (
        "import sys, time; from pinlever.ops.processes import start_child; "
        f"start_child([sys.executable, '-c', {'import time; time.sleep(60)'!r}], output=sys.stdout.buffer); "
        "time.sleep(60)"
    )
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(python(code), stdout=log, start_new_session=True)
    started.append(process)
    wait_for("both processes", lambda: both_run(process.pid))
    child = members(process.pid)[1]
    os.kill(process.pid, signal.SIGKILL)
    wait_for("the child's end", lambda: not members(child))


def test_a_child_s_output_goes_where_it_is_told(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        start_child(python("print('here')"), output=log).wait(60)
    assert (tmp_path / "log").read_text() == "here\n"
