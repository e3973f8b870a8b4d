"""The demo seen from outside: an environment of its own, and one process group that ends whatever happens.

The command starts itself again in there: settings are read when a process starts.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from pinlever.ops.demo.place import free_port
from pinlever.ops.processes import end_group, start_group

# What an installation may have set that the demo must not use.
NOT_THE_DEMOS = (
    *("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "ALLOWED_HOSTS", "PINLEVER_URL"),
    *("DEBUG", "LEVER_API_URL", "LEVER_AUTH_URL", "LEVER_RATE", "LEVER_DEADLINE", "LOG_LEVEL", "LOG_FORMAT"),
    *("TRUST_PROXY", "EMAIL_URL", "HSTS_SECONDS", "STATIC_ROOT"),
)
STOPPED = 130


def demo_environment(folder: Path, *, here: bool) -> dict[str, str]:
    """This process's environment with the demo's folder, database and Practice Lever in it."""
    kept = {name: value for name, value in os.environ.items() if here or name not in NOT_THE_DEMOS}
    own = {} if here else {"DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}"}
    return {
        **kept,
        **own,
        "VAR_DIR": str(folder),
        "PRACTICE_LEVER_URL": f"http://127.0.0.1:{free_port()}",
        "SWEEP_EVERY": "2",
        "LOG_LEVEL": "WARNING",
    }


def run_inside(arguments: Sequence[str], environment: Mapping[str, str], *, patience: float = 5) -> int:
    """The exit status of `manage.py demo` with these arguments; STOPPED if it was interrupted."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _stop)
    process: subprocess.Popen[bytes] = start_group(
        [sys.executable, sys.argv[0], "demo", *arguments], environment=environment
    )
    try:
        return process.wait()
    except KeyboardInterrupt:
        return STOPPED
    finally:
        _end_at_once_if_asked_again(process)
        end_group(process, patience=patience)


def remove(folder: Path) -> None:
    """A process on its way out may still write a file into it: tried for some seconds."""
    for _ in range(50):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end_at_once_if_asked_again(process: "subprocess.Popen[bytes]") -> None:
    def kill(number: int, frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, kill)
