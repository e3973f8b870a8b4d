"""One Practice Lever: its state, clock, switches, and the events a request caused.

Everything here is used under `lock`, one request at a time; nothing waits while holding it.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from . import seed
from .deliveries import Deliveries
from .errors import ConnectionDropped
from .later import Later
from .limiter import Limiter
from .log import Entry, RequestLog
from .records import Contact, Json, Opportunity
from .rows import Rows
from .state import Store
from .switches import Switches


class World:
    def __init__(
        self,
        *,
        state_path: str | None,
        clock: Callable[[], float],
        background: bool,
        switches: dict[str, Any],
        new_id: Callable[[], str] | None = None,
    ) -> None:
        self.lock = threading.RLock()
        self.closed = False
        self.clock = clock
        self.new_id = new_id or (lambda: str(uuid4()))
        self.rows = Rows(state_path)
        self.switches = Switches()
        self.store = Store(self.rows, self._visible_at, self.canonical)
        self.log = RequestLog(self.rows)
        self.limiter = Limiter(clock)
        steady = time.monotonic if background else clock
        self.commits = Later(steady, threads=2 if background else 0)
        self.deliveries = Deliveries(self, Later(steady, threads=4 if background else 0))
        if not self.store.documents["user"]:
            self._plant()
        stored = self.store.documents["switches"].get("all", {}).get("values", {})
        self.set_switches({**stored, **switches})
        self.deliveries.resume()

    def _plant(self) -> None:
        for kind, document in seed.documents():
            self.store.put(kind, document)

    def _visible_at(self) -> float | None:
        lag = self.switches["index_lag"]
        return self.now() + lag if lag else None

    def now(self) -> float:
        return self.clock() + float(self.switches["clock_offset_seconds"])

    def now_ms(self) -> int:
        return int(self.now() * 1000)

    def canonical(self, email: str) -> str:
        """Trim and lower case; what else Lever does to tell addresses apart is not known."""
        email = email.strip().lower()
        if self.switches["strip_plus_tags"] and "@" in email:
            local, host = email.rsplit("@", 1)
            email = f"{local.split('+', 1)[0]}@{host}"
        return email

    def set_switches(self, changes: dict[str, Any]) -> None:
        before = self.switches["strip_plus_tags"]
        self.switches.change(changes)
        if self.switches["strip_plus_tags"] != before:
            self.store.index_people()
        self.store.put("switches", {"id": "all", "values": dict(self.switches)})
        self.commit()

    def reset(self) -> None:
        """Back to the seed: people, log, faults, switches, tokens, everything."""
        self.commits.forget()
        self.deliveries.forget()
        self.limiter.forget()
        self.log.forget()
        self.store.clear()
        self.switches = Switches()
        self._plant()
        self.set_switches({})

    def commit(self, entry: Entry | None = None) -> None:
        """Makes the changes lasting, the log entry with them, then lets the webhooks go."""
        if self.closed:
            raise ConnectionDropped("Practice Lever has stopped")
        if entry is not None:
            self.log.note(entry)
        queued = self.deliveries.queue_events()
        self.store.commit(self.log.take_changed())
        self.deliveries.start(queued)

    def close(self) -> None:
        with self.lock:
            self.commits.close()
            self.deliveries.close()
            self.commit()
            self.closed = True
            self.rows.close()

    # Changes every subject shares

    def touch(self, row: Opportunity, **changes: Any) -> Opportunity:
        """Stores the row with these changes and `updated_at` now."""
        return self._put(row, changes | {"updated_at": self.now_ms()})

    def interact(self, row: Opportunity, **changes: Any) -> Opportunity:
        now = self.now_ms()
        return self._put(row, changes | {"updated_at": now, "last_interaction_at": now})

    def _put(self, row: Opportunity, changes: dict[str, Any]) -> Opportunity:
        changed = replace(row, **changes)
        self.store.put_opportunity(changed)
        return changed

    def contact_changed(self, contact: Contact) -> None:
        """Stores the contact; all of the person's opportunities move with it."""
        self.store.set_contact(contact)
        for row in self.store.opportunities_of(contact.id):
            self.touch(row)
        self.deliveries.note("contactUpdated", {"contactId": contact.id})

    def announce(self, event: str, row: Opportunity, data: Json) -> None:
        ids = {"opportunityId": row.id, "candidateId": row.id, "contactId": row.contact}
        self.deliveries.note(event, {**ids, **data}, row.origin)
