"""`manage.py demo --once`: the main job, shown and checked, without anything configured.

The command starts itself again in an environment of its own (`--inside`): settings are read when a process starts.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pinlever.ops.demo.running import NotEmpty, run
from pinlever.ops.processes import end_group, start_group, tie_to_parent

# What an installation may have set that the demo must not use.
NOT_THE_DEMOS = (
    *(
        "DATABASE_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "FIELD_ENCRYPTION_KEYS",
        "ALLOWED_HOSTS",
        "PINLEVER_URL",
        "DEBUG",
    ),
    *("LEVER_API_URL", "LEVER_AUTH_URL", "LEVER_RATE", "LEVER_DEADLINE", "LOG_LEVEL"),
)
STOPPED = 130


class Command(BaseCommand):
    help = (
        "Shows the main job with Practice Lever and checks the outcome. Touches nothing of this installation."
    )
    requires_system_checks: list[str] = []  # the demo's own process checks its own settings

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", required=True, help="Run through, check, and end.")
        parser.add_argument(
            "--keep", action="store_true", help="Keep the demo's folder, with database and logs."
        )
        parser.add_argument(
            "--fast", action="store_true", help="Practice Lever answers at once, not after 200 ms."
        )
        parser.add_argument(
            "--here", action="store_true", help="Use DATABASE_URL and REDIS_URL (must be empty)."
        )
        parser.add_argument("--inside", metavar="FOLDER", help="Used by the command itself.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["inside"]:
            self._inside(Path(options["inside"]), fast=options["fast"])
        folder = Path(tempfile.mkdtemp(prefix="pinlever-demo-"))
        try:
            status = _run_inside(folder, fast=options["fast"], here=options["here"])
        finally:
            if options["keep"]:
                self.stdout.write(f"Kept: {folder}")
            else:
                _remove(folder)
        sys.exit(status)

    def _inside(self, folder: Path, *, fast: bool) -> None:
        tie_to_parent()
        try:
            as_expected = run(folder, fast=fast, say=self.stdout.write)
        except NotEmpty as error:
            raise CommandError(str(error)) from None
        sys.exit(0 if as_expected else 1)


def _run_inside(folder: Path, *, fast: bool, here: bool) -> int:
    """The exit status of the demo in its own process group, which ends whatever happens."""
    command = [
        sys.executable,
        sys.argv[0],
        "demo",
        "--once",
        "--inside",
        str(folder),
        *(["--fast"] if fast else []),
    ]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    process: subprocess.Popen[bytes] = start_group(command, environment=demo_environment(folder, here=here))
    try:
        return process.wait()
    except KeyboardInterrupt:
        return STOPPED
    finally:
        end_group(process, patience=5)


def _remove(folder: Path) -> None:
    """A process on its way out may still write a file into it: tried for some seconds."""
    for _ in range(50):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def demo_environment(folder: Path, *, here: bool) -> dict[str, str]:
    """This process's environment with the demo's folder, database and Practice Lever in it."""
    kept = {name: value for name, value in os.environ.items() if here or name not in NOT_THE_DEMOS}
    own = {} if here else {"DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}"}
    return {
        **kept,
        **own,
        "VAR_DIR": str(folder),
        "PRACTICE_LEVER_URL": f"http://127.0.0.1:{_free_port()}",
        "SWEEP_EVERY": "2",
        "LOG_LEVEL": "WARNING",
    }


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
