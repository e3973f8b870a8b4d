"""`manage.py demo`: PinLever with everything around it, filled, until Ctrl-C; with `--once` the main job, checked.

Nothing has to be configured, and nothing of this installation is touched.
"""

import signal
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pinlever.ops.demo.children import DidNotStart
from pinlever.ops.demo.outside import STOPPED, demo_environment, remove, run_inside
from pinlever.ops.demo.place import CannotStart, Place, alone, choose_ports
from pinlever.ops.demo.replaying import NotAtRest
from pinlever.ops.demo.running import NotEmpty, run
from pinlever.ops.demo.staying import Options, stay
from pinlever.ops.processes import tie_to_parent

TIME_TO_END = 25  # the worker lets running work end


class Command(BaseCommand):
    help = "Runs PinLever with Practice Lever and made-up people, until Ctrl-C. Touches nothing of this installation."
    requires_system_checks: list[str] = []  # the demo's own process checks its own settings

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, help="Of the pages (default: 8000; 0 picks a free one).")
        parser.add_argument("--practice-port", type=int, help="Of Practice Lever (default: 8765).")
        parser.add_argument("--live", action="store_true", help="People go on replying while you look.")
        parser.add_argument("--fresh", action="store_true", help="Forget the demo's data and begin again.")
        parser.add_argument("--once", action="store_true", help="Run the main job, check it, and end.")
        parser.add_argument(
            "--keep", action="store_true", help="With --once: keep the folder, with database and logs."
        )
        parser.add_argument(
            "--fast", action="store_true", help="Practice Lever answers at once, not after 200 ms."
        )
        parser.add_argument(
            "--here", action="store_true", help="With --once: use DATABASE_URL and REDIS_URL (must be empty)."
        )
        parser.add_argument("--inside", metavar="FOLDER", help="Used by the command itself.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["inside"]:
            tie_to_parent()
            inside = self._once_inside if options["once"] else self._stay_inside
            sys.exit(inside(Path(options["inside"]), options))
        sys.exit(self._once(options) if options["once"] else self._stay(options))

    def _once(self, options: dict[str, Any]) -> int:
        folder = Path(tempfile.mkdtemp(prefix="pinlever-demo-"))
        arguments = ["--once", "--inside", str(folder), *_flags(options, "fast")]
        try:
            return run_inside(arguments, demo_environment(folder, here=options["here"]))
        finally:
            if options["keep"]:
                self.stdout.write(f"Kept: {folder}")
            else:
                remove(folder)

    def _once_inside(self, folder: Path, options: dict[str, Any]) -> int:
        try:
            return 0 if run(folder, fast=options["fast"], say=self.stdout.write) else 1
        except NotEmpty as error:
            raise CommandError(str(error)) from None

    def _stay(self, options: dict[str, Any]) -> int:
        folder = settings.VAR_DIR / "demo"
        try:
            with alone(folder):
                place = self._place(folder, options)
                environment = demo_environment(folder, here=False) | place.environment()
                arguments = ["--inside", str(folder), *_flags(options, "fast", "live")]
                status = run_inside(arguments, environment, patience=TIME_TO_END)
        except CannotStart as error:
            raise CommandError(str(error)) from None
        if status == STOPPED:
            self.stdout.write("Ended. The next `make demo` goes on where this one was.")
            return 0
        return status

    def _place(self, folder: Path, options: dict[str, Any]) -> Place:
        place = Place.read(folder)
        for told in choose_ports(place, port=options["port"], practice_port=options["practice_port"]):
            self.stdout.write(told)
        if options["fresh"] or not place.is_complete:
            place.clear()
        place.save()
        return place

    def _stay_inside(self, folder: Path, options: dict[str, Any]) -> int:
        signal.signal(signal.SIGTERM, _stop)
        chosen = Options(live=options["live"], **({"latency": 0.0} if options["fast"] else {}))
        try:
            stay(Place.read(folder), chosen, self._say)
        except (DidNotStart, NotAtRest) as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            return STOPPED
        return 0

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _flags(options: dict[str, Any], *names: str) -> list[str]:
    return [f"--{name}" for name in names if options[name]]


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
