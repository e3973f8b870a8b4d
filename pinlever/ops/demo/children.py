"""The demo's own processes: Practice Lever and a worker. All end with the block that started them."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from pinlever.ops.demo.control import Control
from pinlever.ops.processes import start_child

PATIENCE = 15.0


class DidNotStart(Exception):
    """A process of the demo ended or stayed silent; the message holds what it wrote."""


@contextmanager
def practice_lever(folder: Path, url: str) -> Iterator[Control]:
    """Practice Lever at `url`, once it answers."""
    command = [sys.executable, "-m", "pinlever.practice", "--port", url.rsplit(":", 1)[1]]
    command += ["--state", str(folder / "practice.sqlite3")]
    with _running(command, folder / "practice.log") as process:
        control = Control(url)
        until = time.monotonic() + PATIENCE
        while not _answers(control):
            if process.poll() is not None or time.monotonic() > until:
                raise DidNotStart(f"Practice Lever did not start. {tail(folder / 'practice.log')}")
            time.sleep(0.05)
        yield control


@contextmanager
def worker(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`manage.py worker`, its log in the folder."""
    manage = Path(__file__).resolve().parents[3] / "manage.py"
    with _running([sys.executable, str(manage), "worker"], folder / "worker.log") as process:
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


def _answers(control: Control) -> bool:
    try:
        control.get("state", counts="true")
    except (URLError, OSError):
        return False
    return True
