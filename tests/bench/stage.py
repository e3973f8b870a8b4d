"""The stage of a bench: a folder, a database and a Practice Lever of its own, all gone when the bench ends.

`play` reads the command line, sets the environment before Django's settings are read, runs the bench, and prints
its figures as one line of JSON. Exit status 1: a figure misses what is promised; standard error says which.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import redis

from tests.chaos.database import make_database

BURST = 10  # calls that idle time saves up
LEVERS_ANSWER = 0.2  # seconds
# What an installation may have set that would change the figures.
NOT_THE_BENCHES = (
    *("PINLEVER_URL", "LEVER_API_URL", "LEVER_AUTH_URL", "LEVER_DEADLINE", "LEVER_SLOT_WAIT", "LEASE_MARGIN"),
    *("INDEX_FRESH_FOR", "POLL_EVERY", "SWEEP_EVERY", "WORKER_SILENCE", "READ_BACK_AFTER", "QUEUE_LOG_LEVEL"),
)


@dataclass
class Figures:
    """What a bench found, and in sentences what misses a promise."""

    found: dict[str, Any] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def promise(self, kept: bool, sentence: str) -> None:
        if not kept:
            self.missed.append(sentence)


@dataclass(frozen=True)
class Stage:
    folder: Path
    practice_url: str
    options: argparse.Namespace
    web_port: int = 0  # of the pages, where a bench serves them


Bench = Callable[[Stage], Figures]


def play(name: str, bench: Bench, about: str | None, **options: int) -> int:
    """The exit status. `options` are whole numbers the command line may change, with their defaults."""
    chosen = _read(name, about, options)
    signal.signal(signal.SIGTERM, _end)
    load = os.getloadavg()[0]
    web_port = _free_port()
    with _folder() as folder, _environment(folder, chosen, web_port) as practice_url:
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        figures = bench(Stage(folder, practice_url, chosen, web_port))
        machine = _machine(connection.vendor, chosen, load)
        connection.close()
    print(json.dumps({"bench": name, **figures.found, "missed": figures.missed, **machine}), flush=True)
    for sentence in figures.missed:
        print(sentence, file=sys.stderr)
    return 1 if figures.missed else 0


def _read(name: str, about: str | None, options: dict[str, int]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m tests.bench.{name}", description=about)
    parser.add_argument("--database-url", default="", help="a PostgreSQL server; without it, SQLite")
    parser.add_argument("--redis-url", default="", help="an empty Redis database for the queue")
    parser.add_argument(
        "--rate", type=int, default=10, help="calls a second that Lever takes; 10 is Lever's own"
    )
    for option, default in options.items():
        parser.add_argument(f"--{option}", type=int, default=default)
    return parser.parse_args()


def _end(number: int, frame: object) -> None:
    sys.exit(128 + number)  # as an exception, so that everything is put away


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="pinlever-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _environment(folder: Path, chosen: argparse.Namespace, web_port: int) -> Iterator[str]:
    """The environment of this process and its children; answers Practice Lever's address."""
    database = make_database(chosen.database_url, folder)
    practice_url = f"http://127.0.0.1:{_free_port()}"
    for name in NOT_THE_BENCHES:
        os.environ.pop(name, None)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings",
        VAR_DIR=str(folder),
        DATABASE_URL=database.url,
        REDIS_URL=chosen.redis_url,
        PINLEVER_URL=f"http://127.0.0.1:{web_port}",
        PRACTICE_LEVER_URL=practice_url,
        LEVER_RATE=str(chosen.rate),
        WORKERS="4",
        LOG_LEVEL="WARNING",
    )
    try:
        with _empty_redis(chosen.redis_url):
            yield practice_url
    finally:
        database.drop()


@contextmanager
def _empty_redis(url: str) -> Iterator[None]:
    """Only a database that was empty is emptied afterwards."""
    if not url:
        yield
        return
    server = redis.Redis.from_url(url)
    if server.dbsize():
        sys.exit(f"There is something in {url}. Name an empty database, such as .../15.")
    try:
        yield
    finally:
        server.flushdb()
        server.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _machine(database: str, chosen: argparse.Namespace, load: float) -> dict[str, Any]:
    """What the figures were measured on; the loads tell how busy it was before and at the end."""
    return {
        "database": database,
        "broker": "redis" if chosen.redis_url else "orm",
        "calls_a_second_allowed": chosen.rate,
        "machine": {
            "cores": os.cpu_count(),
            "cpu": _cpu(),
            "python": platform.python_version(),
            "load_before": round(load, 1),
            "load_after": round(os.getloadavg()[0], 1),
        },
        "date": datetime.now(UTC).date().isoformat(),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
