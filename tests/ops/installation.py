"""An installation of its own for tests with real processes: own folder, own database, ended with everything in it."""

import atexit
import functools
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import redis

from pinlever.ops.processes import kill_group

ROOT = Path(__file__).resolve().parents[2]


class Installation:
    """Runs `manage.py` in an environment of its own and reads the database from outside."""

    def __init__(self, folder: Path, database_url: str, **environment: str) -> None:
        self.folder = folder
        self.database_url = database_url
        self.environment = {
            **os.environ,
            "VAR_DIR": str(folder),
            "DATABASE_URL": database_url,
            "WORKER_SILENCE": "2",
            "LEVER_DEADLINE": "0.5",
            "SWEEP_EVERY": "300",
            "REDIS_URL": own_redis(),
            **environment,
        }
        self.started: list[subprocess.Popen[bytes]] = []

    def manage(self, *command: str) -> str:
        """The output of a command that succeeds."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def start(self, *command: str, log: str = "log") -> "subprocess.Popen[bytes]":
        """Starts a command that goes on, in a group of its own."""
        with open(self.folder / log, "ab") as file:
            process = subprocess.Popen(
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                env=self.environment,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def log(self, name: str = "log") -> str:
        return (self.folder / name).read_text()

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        if self.database_url.startswith("sqlite"):
            path = self.database_url.removeprefix("sqlite:///")
            with closing(sqlite3.connect(path, timeout=20)) as connection, connection:
                return connection.execute(statement).fetchall()
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            answer = connection.execute(statement)  # type: ignore[call-overload]
            return answer.fetchall() if answer.description else []

    def group_pids(self) -> list[int]:
        """The first process of each worker group that is alive."""
        return [row[0] for row in self.query("SELECT pid FROM ops_workergroup ORDER BY started_at")]

    def end(self) -> None:
        for process in self.started:
            for pid in members(process.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, 9)
            kill_group(process)


@contextmanager
def installation(folder: Path, **environment: str) -> Iterator[Installation]:
    """A migrated installation, on SQLite or, where DATABASE_URL names a PostgreSQL, in a new database there."""
    made = Installation(folder, _copy_of_migrated(folder), **environment)
    try:
        yield made
    finally:
        made.end()
        _drop(made.database_url)


def _copy_of_migrated(folder: Path) -> str:
    """The address of a new database; migrating takes seconds, so it is done once for each test process."""
    template = _migrated()
    if template.startswith("sqlite"):
        shutil.copy(template.removeprefix("sqlite:///"), folder / "pinlever.sqlite3")
        return f"sqlite:///{folder / 'pinlever.sqlite3'}"
    return _new_database(template.rsplit("/", 1)[1])


@functools.cache
def _migrated() -> str:
    folder = Path(tempfile.mkdtemp(prefix="pinlever-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = f"sqlite:///{folder / 'template.sqlite3'}"
    if _server():
        url = _new_database("template1")
        atexit.register(_drop, url)
    Installation(folder, url).manage("migrate", "-v0")
    return url


def _server() -> str:
    """The PostgreSQL server that DATABASE_URL names, or ""."""
    url = os.environ.get("DATABASE_URL", "")
    return urlsplit(url)._replace(path="").geturl() if url.startswith("postgres") else ""


def _new_database(template: str) -> str:
    name = f"pinlever_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{_server()}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return f"{_server()}/{name}"


def _drop(url: str) -> None:
    if url.startswith("postgres"):
        with psycopg.connect(f"{_server()}/postgres", autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{url.rsplit("/", 1)[1]}" WITH (FORCE)')


def own_redis() -> str:
    """An empty Redis database for this test process, where REDIS_URL names a server; else "" for the ORM broker."""
    server = os.environ.get("REDIS_URL", "")
    if not server:
        return ""
    number = 8 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 6
    url = urlsplit(server)._replace(path=f"/{number}").geturl()
    redis.Redis.from_url(url).flushdb()
    return url


def members(leader: int) -> list[int]:
    """Processes whose session or group is the leader's, or that descend from it, zombies left out."""
    rows = [_stat(Path(entry)) for entry in Path("/proc").glob("[0-9]*")]
    alive = [row for row in rows if row and row[1] != "Z"]
    found = {leader}
    while grown := {pid for pid, _, parent, group in alive if parent in found or group in found} - found:
        found |= grown
    return sorted(pid for pid, *_ in alive if pid in found)


def _stat(folder: Path) -> tuple[int, str, int, int] | None:
    try:
        after_name = (folder / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return int(folder.name), after_name[0], int(after_name[1]), int(after_name[2])


def wait_for(what: str, condition: Callable[[], Any], seconds: float = 120) -> Any:
    """What `condition` answers once that is true."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(sqlite3.OperationalError):
            if answer := condition():
                return answer
        time.sleep(0.05)
    raise AssertionError(f"Not within {seconds} seconds: {what}")
