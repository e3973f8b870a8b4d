"""The demo's own processes: Practice Lever, a worker, a web server. All end with the block that started them."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pinlever.ops.demo.control import Control, answers
from pinlever.ops.processes import start_child

PATIENCE = 15.0
START_PATIENCE = 60.0  # a busy machine starts slowly
MANAGE = Path(__file__).resolve().parents[3] / "manage.py"


class DidNotStart(Exception):
    """A process of the demo ended or stayed silent; the message holds what it wrote."""


@contextmanager
def practice_lever(folder: Path, url: str) -> Iterator[Control]:
    """Practice Lever at `url`, once it answers."""
    command = [sys.executable, "-m", "pinlever.practice", "--port", url.rsplit(":", 1)[1]]
    command += ["--state", str(folder / "practice.sqlite3")]
    with _running(command, folder / "practice.log") as process:
        control = Control(url)
        _wait_for("Practice Lever", process, folder / "practice.log", control.answers)
        yield control


@contextmanager
def worker(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`manage.py worker`, its log in the folder."""
    with _running([sys.executable, str(MANAGE), "worker"], folder / "worker.log") as process:
        yield process


@contextmanager
def web(folder: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The pages at this port of this machine, once they answer."""
    command = [sys.executable, str(MANAGE), "runserver", f"127.0.0.1:{port}", "--noreload"]
    with _running(command, folder / "web.log") as process:
        url = f"http://127.0.0.1:{port}/healthz"
        _wait_for("The web server", process, folder / "web.log", lambda: answers(url))
        yield process


def tail(log: Path, lines: int = 20) -> str:
    """The end of a log."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


@contextmanager
def _running(command: list[str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("ab") as file:
        process = start_child(command, output=file)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(
    name: str, process: "subprocess.Popen[bytes]", log: Path, has_started: Callable[[], bool]
) -> None:
    until = time.monotonic() + START_PATIENCE
    while not has_started():
        if process.poll() is not None or time.monotonic() > until:
            raise DidNotStart(f"{name} did not start. {tail(log)}")
        time.sleep(0.05)
