"""The demo as people start it, and what it leaves behind: nothing."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from pinlever.ops.demo.outside import demo_environment
from pinlever.ops.demo.scenario import expected, files_by_job, scenario, steps
from tests.ops.installation import ROOT, members, wait_for

DEMO = [sys.executable, "manage.py", "demo", "--once", "--fast"]


def environment(folder: Path) -> dict[str, str]:
    """Folders of its own, so that what is left behind is seen."""
    return {**os.environ, "TMPDIR": str(folder), "VAR_DIR": str(folder / "var")}


def left_behind(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("pinlever-demo-*")]


def test_the_demo_s_files_agree_with_each_other() -> None:
    jobs = {job["title"] for job in scenario()["jobs"]}
    assert set(files_by_job()) == jobs
    assert {job["trigger"] for job in scenario()["jobs"]} == {
        "never",
        "contact_found",
        "messaged",
        "replied",
        "interested",
    }
    people = [(row.person, row.job) for row in expected()]
    assert len(set(people)) == len(people)
    assert {(step.person, step.job) for step in steps()} <= set(people)
    assert set(Counter(row.outcome for row in expected())) == {
        "created",
        "linked",
        "added",
        "asked",
        "not yet",
    }


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "SECRET_KEY", "LEVER_API_URL"])
def test_the_demo_uses_nothing_of_the_installation(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv(name, "of the installation")
    assert demo_environment(tmp_path, here=False).get(name) != "of the installation"


def test_here_it_uses_the_database_that_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://127.0.0.1/mine")
    assert demo_environment(tmp_path, here=True)["DATABASE_URL"] == "postgres://127.0.0.1/mine"


def test_the_demo_ends_well_and_leaves_nothing_behind(tmp_path: Path) -> None:
    done = subprocess.run(
        DEMO, cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nobody is there twice" in done.stdout
    assert left_behind(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=lambda number: number.name)
def test_a_demo_that_is_stopped_ends_every_process_it_started(tmp_path: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        DEMO, cwd=ROOT, env=environment(tmp_path), stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        # itself, its inside, Practice Lever, the worker, and the worker's group
        wait_for("all its processes", lambda: len(members(process.pid)) >= 8)
        started = members(process.pid)
        process.send_signal(number)
        process.wait(60)
        wait_for("their end", lambda: not [pid for pid in started if members(pid)])
        if number != signal.SIGKILL:
            assert left_behind(tmp_path) == []
    finally:
        for pid in members(process.pid):
            os.kill(pid, signal.SIGKILL)
