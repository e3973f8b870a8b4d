"""The state file: one SQLite database of JSON documents, blobs and the request log.

What was committed survives the death of the process. It need not survive a power cut, so nothing is synced.
One process holds the file; a second is refused.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping

from .records import Json, Record

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    place INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, id)
);
CREATE TABLE IF NOT EXISTS blobs (id TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS requests (seq INTEGER PRIMARY KEY, body TEXT NOT NULL);
"""

# A document that changes keeps its place: a restart also remembers what came first.
_PUT_DOCUMENT = """
INSERT INTO documents (kind, id, body) VALUES (?, ?, ?)
ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body
"""


class StateFileInUse(RuntimeError):
    pass


class Rows:
    """Used under the world's lock only. `path` None keeps everything in memory."""

    def __init__(self, path: str | None) -> None:
        try:
            self._db = _open(path or ":memory:")
        except sqlite3.DatabaseError as error:
            raise StateFileInUse(f"{path} cannot be used as a state file: {error}") from error

    def documents(self) -> Iterator[tuple[str, str, Json]]:
        for kind, id, body in self._db.execute("SELECT kind, id, body FROM documents ORDER BY place"):
            yield kind, id, json.loads(body)

    def write(
        self,
        documents: Mapping[tuple[str, str], Record | Json | None],
        blobs: dict[str, bytes | None],
        requests: list[tuple[int, Json]],
    ) -> None:
        """Everything or nothing. None in place of a body or content removes it."""
        if not (documents or blobs or requests):
            return
        kept = ((*key, _text(body)) for key, body in documents.items() if body is not None)
        gone = [key for key, body in documents.items() if body is None]
        stored = [(id, content) for id, content in blobs.items() if content is not None]
        dropped = [(id,) for id, content in blobs.items() if content is None]
        log = [(seq, json.dumps(body)) for seq, body in requests]
        db = self._db
        db.execute("BEGIN")
        try:
            db.executemany(_PUT_DOCUMENT, kept)
            db.executemany("DELETE FROM documents WHERE kind = ? AND id = ?", gone)
            db.executemany("INSERT OR REPLACE INTO blobs VALUES (?, ?)", stored)
            db.executemany("DELETE FROM blobs WHERE id = ?", dropped)
            db.executemany("INSERT OR REPLACE INTO requests VALUES (?, ?)", log)
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def blob(self, id: str) -> bytes | None:
        row = self._db.execute("SELECT content FROM blobs WHERE id = ?", (id,)).fetchone()
        return None if row is None else bytes(row[0])

    def requests(self, since: int, limit: int) -> list[Json]:
        found = self._db.execute(
            "SELECT body FROM requests WHERE seq > ? ORDER BY seq LIMIT ?", (since, limit)
        )
        return [json.loads(body) for (body,) in found]

    def last_request(self) -> int:
        return int(self._db.execute("SELECT coalesce(max(seq), 0) FROM requests").fetchone()[0])

    def clear(self) -> None:
        for table in ("documents", "blobs", "requests"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608  (names from the line above)

    def close(self) -> None:
        self._db.close()


def _open(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=0.5)
    try:
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=OFF", "cache_size=-65536"):
            db.execute(f"PRAGMA {pragma}")
        db.executescript(_SCHEMA)
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db


_encode = json.JSONEncoder(separators=(",", ":")).encode


def _text(body: Record | Json) -> str:
    return _encode(body.document() if isinstance(body, Record) else body)
