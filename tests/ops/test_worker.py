"""The worker with real processes, killed and stopped in every way we know."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ops.installation import Installation, installation, members, wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def _steady(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, int]]:
    with installation(tmp_path_factory.mktemp("steady"), WORKER_SILENCE="4") as made:
        yield made, start_worker(made)[1]


@pytest.fixture
def steady(_steady: tuple[Installation, int]) -> Iterator[Installation]:
    """With a worker that no test may harm: whatever happens, its first group lives on."""
    made, pid = _steady
    yield made
    assert made.group_pids() == [pid]
    assert made.started[0].poll() is None


def start_worker(own: Installation) -> tuple["subprocess.Popen[bytes]", int]:
    """The supervisor and the first process of its group, once that has stamped."""
    worker = own.start("worker", "--processes", "2")
    [pid] = wait_for("a first stamp", own.group_pids)
    return worker, pid


def whole_group(leader: int) -> list[int]:
    """All six processes; the first stamp may come before the last of them is forked."""
    return wait_for("the whole group", lambda: len(found := members(leader)) == 6 and found)


def new_group(own: Installation, old: int) -> int:
    try:
        return wait_for("another group's stamp", lambda: [pid for pid in own.group_pids() if pid != old])[0]
    except AssertionError as error:
        raise AssertionError(f"{error}\n{own.log()}") from None


def stamp_of(own: Installation, pid: int) -> list[tuple[object, ...]]:
    return own.query(f"SELECT stamped_at FROM ops_workergroup WHERE pid = {pid}")


def kill_workers_until_it_hangs(own: Installation, leader: int) -> None:
    """A worker that was busy when killed did not hold the lock: then its successors are killed in turn."""
    first, guard, _, _, monitor, pusher = whole_group(leader)
    for _ in range(10):
        for pid in set(members(leader)) - {first, guard, monitor, pusher}:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.7)  # the guard looks twice a second
        before = stamp_of(own, leader)
        time.sleep(1.2)  # idle groups are pinged twice a second here
        if stamp_of(own, leader) == before:
            return
    raise AssertionError("django-q2 no longer hangs: the supervisor can be simpler")


def stamps_again(own: Installation) -> None:
    first = own.query("SELECT stamped_at FROM ops_workergroup")
    wait_for("a later stamp", lambda: own.query("SELECT stamped_at FROM ops_workergroup") != first)


def test_a_group_stamps_again_and_again_while_idle(steady: Installation) -> None:
    stamps_again(steady)
    stamps_again(steady)


def test_a_broker_that_is_emptied_loses_only_wake_ups(steady: Installation) -> None:
    steady.query("DELETE FROM django_q_ormq")
    stamps_again(steady)


def test_a_database_that_is_away_ends_nobody(steady: Installation) -> None:
    """The supervisor lives through it, and a group nobody could see is not taken for dead."""
    steady.query("ALTER TABLE ops_workergroup RENAME TO away")
    wait_for("the supervisor's notice", lambda: "cannot be reached" in steady.log())
    steady.query("ALTER TABLE away RENAME TO ops_workergroup")
    wait_for("its recovery", lambda: "answer again" in steady.log())
    stamps_again(steady)


def test_sigterm_ends_the_supervisor_and_everything_it_started(own: Installation) -> None:
    worker, pid = start_worker(own)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    wait_for("the end of the first group", lambda: members(pid) == [])
    assert own.group_pids() == []


def test_a_group_whose_first_process_is_killed_is_replaced_and_leaves_no_orphans(own: Installation) -> None:
    _, pid = start_worker(own)
    os.kill(pid, signal.SIGKILL)
    new_group(own, pid)
    wait_for("the end of the first group", lambda: members(pid) == [])


def test_a_group_that_hangs_is_replaced_whole(own: Installation) -> None:
    _, pid = start_worker(own)
    for process in whole_group(pid)[1:]:
        os.kill(process, signal.SIGSTOP)
    new_group(own, pid)
    wait_for("the end of the first group", lambda: members(pid) == [])
    assert "no sign of life" in own.log()


def test_idle_workers_killed_with_the_lock_of_their_queue_do_not_stop_the_work(own: Installation) -> None:
    """One of django-q2's idle workers holds that lock; killed, it takes it along and its successors wait for ever."""
    _, pid = start_worker(own)
    kill_workers_until_it_hangs(own, pid)
    new_group(own, pid)
    wait_for("the end of the first group", lambda: members(pid) == [])


def test_a_supervisor_that_is_killed_leaves_nobody_behind(own: Installation) -> None:
    worker, pid = start_worker(own)
    worker.kill()
    worker.wait()
    wait_for("the end of the group", lambda: members(pid) == [])


def test_two_workers_live_side_by_side(own: Installation) -> None:
    _, first = start_worker(own)
    own.start("worker", "--processes", "1", log="second")
    second = new_group(own, first)
    os.kill(second, signal.SIGKILL)
    wait_for("the second one's successor", lambda: len(own.group_pids()) >= 3)
    assert members(first), "the first group is none of the second supervisor's business"
    names = [row[0] for row in own.query("SELECT name FROM django_q_schedule ORDER BY name")]
    assert names == ["pinlever: catalogue", "pinlever: everybody", "pinlever: forget", "pinlever: sweep"]


def test_a_database_without_our_tables_is_refused_with_the_cure(own: Installation) -> None:
    own.query("DELETE FROM django_migrations WHERE app = 'ops'")
    worker = own.start("worker")
    assert worker.wait(60) == 1
    assert "manage.py migrate" in own.log()
