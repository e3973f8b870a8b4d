"""The run's own database: made, copied while it is in use, put back to the copy, removed."""

import sqlite3
import subprocess
import uuid
from abc import ABC, abstractmethod
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg


class Database(ABC):
    url: str

    @abstractmethod
    def copy(self) -> None:
        """Keeps what is committed now, as a backup does, while others write."""

    @abstractmethod
    def restore(self) -> None:
        """Puts the latest copy back. Nobody may be connected."""

    @abstractmethod
    def drop(self) -> None:
        """Removes the database."""


class SqliteDatabase(Database):
    def __init__(self, folder: Path) -> None:
        self.path, self.backup = folder / "pinlever.sqlite3", folder / "backup.sqlite3"
        self.url = f"sqlite:///{self.path}"

    def copy(self) -> None:
        with closing(sqlite3.connect(self.path)) as live, closing(sqlite3.connect(self.backup)) as kept:
            live.backup(kept)

    def restore(self) -> None:
        for leftover in ("", "-wal", "-shm"):
            Path(f"{self.path}{leftover}").unlink(missing_ok=True)
        self.path.write_bytes(self.backup.read_bytes())

    def drop(self) -> None:
        """Its folder goes with the run."""


class PostgresDatabase(Database):
    def __init__(self, server: str, folder: Path) -> None:
        self.base = urlsplit(server)._replace(path="").geturl()
        self.name = f"chaos_{uuid.uuid4().hex[:12]}"
        self.url = f"{self.base}/{self.name}"
        self.backup = folder / "backup.dump"
        self._create()

    def copy(self) -> None:
        _run("pg_dump", "--format=custom", f"--file={self.backup}", self.url)

    def restore(self) -> None:
        self.drop()
        self._create()
        _run("pg_restore", "--no-owner", f"--dbname={self.url}", str(self.backup))

    def drop(self) -> None:
        self._admin(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _create(self) -> None:
        """Commits do not wait for the disk: it is our processes that are killed, not the server."""
        self._admin(f'CREATE DATABASE "{self.name}"')
        self._admin(f'ALTER DATABASE "{self.name}" SET synchronous_commit = off')

    def _admin(self, statement: str) -> None:
        with psycopg.connect(f"{self.base}/postgres", autocommit=True) as admin:
            admin.execute(statement)


def make_database(server: str, folder: Path) -> Database:
    """SQLite in the folder, or a new database on the PostgreSQL server."""
    return PostgresDatabase(server, folder) if server.startswith("postgres") else SqliteDatabase(folder)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise AssertionError(f"{command[0]}: {done.stderr}")
