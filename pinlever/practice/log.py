"""The log of API requests, kept in the state file, by which tests judge what really happened.

An entry is written in the same transaction as the change it made: an entry with `outcome` and no `answered_at`
is a request that was carried out and whose answer nobody is known to have seen.
"""

from dataclasses import dataclass, field
from typing import Any

from .records import Json
from .rows import Rows


@dataclass(slots=True)
class Entry:
    """One request. Times are seconds since 1970 by this Lever's clock.

    `outcome` is the status of what was done, `status` the one that was told; they differ where a fault was
    asked for. `committed_at` is set once the request has been carried out, successfully or not.
    """

    received_at: float
    method: str
    path: str
    query: dict[str, list[str]]
    seq: int = 0
    answered_at: float | None = None
    committed_at: float | None = None
    status: int | None = None
    outcome: int | None = None
    credential: str = ""
    fault: str | None = None
    perform_as: str | None = None
    opportunity: str | None = None
    contact: str | None = None
    deduped: bool | None = None
    body: dict[str, Any] = field(default_factory=dict)
    resume: dict[str, Any] | None = None

    def document(self) -> Json:
        return {name: getattr(self, name) for name in self.__slots__}


class RequestLog:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.last = rows.last_request()
        self._changed: dict[int, Entry] = {}

    def note(self, entry: Entry) -> None:
        """The entry has changed and goes into the file with the next commit. The first time numbers it."""
        if not entry.seq:
            self.last += 1
            entry.seq = self.last
        self._changed[entry.seq] = entry

    def take_changed(self) -> list[tuple[int, Json]]:
        changed = [(seq, entry.document()) for seq, entry in self._changed.items()]
        self._changed.clear()
        return changed

    def forget(self) -> None:
        self._changed.clear()
        self.last = 0
