"""Webhook deliveries: queued in the transaction of the change, sent after it, tried again with growing delays.

The signature covers token and time only, never `data` (Lever's documentation); a receiver must read again.
"""

import hashlib
import hmac
import http.client
import json
import secrets
import ssl
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlsplit

from .errors import not_found
from .later import Later
from .records import Json
from .state import Store

# The events whose webhooks may be limited to some origins.
WITH_ORIGINS = ("applicationCreated", "candidateArchiveChange", "candidateHired", "candidateStageChange")
EVENTS = (
    *WITH_ORIGINS,
    "candidateDeleted",
    "interviewCreated",
    "interviewUpdated",
    "interviewDeleted",
    "contactCreated",
    "contactUpdated",
)
KEPT = 1000  # Lever shows the last thousand


def sign(signature_token: str, token: str, triggered_at: int) -> str:
    return hmac.new(signature_token.encode(), f"{token}{triggered_at}".encode(), hashlib.sha256).hexdigest()


class Sender(Protocol):
    """What deliveries need of the Practice Lever that sends them."""

    @property
    def lock(self) -> AbstractContextManager[Any]: ...

    @property
    def store(self) -> Store: ...

    @property
    def switches(self) -> dict[str, Any]: ...

    @property
    def new_id(self) -> Callable[[], str]: ...

    def now(self) -> float: ...

    def now_ms(self) -> int: ...

    def commit(self) -> None: ...


class Deliveries:
    def __init__(self, world: Sender, later: Later) -> None:
        self.world = world
        self.later = later
        self._noted: list[tuple[str, Json, str | None]] = []

    def note(self, event: str, data: Json, origin: str | None = None) -> None:
        """Something happened that webhooks may want to hear of, once it is committed."""
        self._noted.append((event, data, origin))

    def queue_events(self) -> list[str]:
        """Rows for what was noted, into the transaction at hand. Returns their ids, for start()."""
        noted, self._noted = self._noted, []
        if not self.world.switches["webhooks_on_api_writes"]:
            return []
        hooks = self.world.store.documents["webhook"].values()
        return [
            self._queue(hook, event, data)
            for event, data, origin in noted
            if self.world.switches["webhook_groups"].get(event, True)
            for hook in hooks
            if hook["event"] == event and _wants(hook, origin)
        ]

    def start(self, ids: list[str]) -> None:
        for id in ids:
            self.later.after(0, partial(self.attempt, id))

    def send_test(self, hook: Json) -> None:
        """What Lever's settings send to try a receiver: signed like any other, with nothing in it."""
        id = self._queue(hook, hook["event"], {})
        self.world.commit()
        self.start([id])

    def rerun(self, id: str) -> None:
        """Sends it once more from the beginning, whatever became of it: the same body, as Lever's own rerun does."""
        delivery = self.world.store.documents["delivery"].get(id)
        if delivery is None:
            raise not_found("deliveries", id)
        self.world.store.put("delivery", {**delivery, "state": "waiting", "attempts": []})
        self.world.commit()
        self.start([id])

    def resume(self) -> None:
        """After a restart: what was not delivered yet is tried again."""
        documents = self.world.store.documents["delivery"]
        self.start([id for id, delivery in documents.items() if delivery["state"] == "waiting"])

    def forget(self) -> None:
        self._noted.clear()
        self.later.forget()

    def close(self) -> None:
        self.later.close()

    def _queue(self, hook: Json, event: str, data: Json) -> str:
        triggered_at, token = self.world.now_ms(), secrets.token_hex(24)
        body = {
            "id": self.world.new_id(),
            "event": event,
            "triggeredAt": triggered_at,
            "token": token,
            "signature": sign(hook["configuration"]["signatureToken"], token, triggered_at),
            "data": data,
        }
        delivery = {"id": body["id"], "webhook": hook["id"], "url": hook["url"], "body": body}
        self.world.store.put("delivery", {**delivery, "state": "waiting", "attempts": []})
        self._prune()
        return str(body["id"])

    def _prune(self) -> None:
        documents = self.world.store.documents["delivery"]
        if len(documents) > KEPT:
            finished = (id for id, delivery in documents.items() if delivery["state"] != "waiting")
            if (oldest := next(finished, None)) is not None:
                self.world.store.remove("delivery", oldest)

    def attempt(self, id: str) -> None:
        """One try. The network is used without the lock."""
        with self.world.lock:
            delivery = self.world.store.documents["delivery"].get(id)
            patience = self.world.switches["webhook_timeout_seconds"]
        if delivery is None:
            return
        status, error = post(delivery["url"], delivery["body"], patience)
        with self.world.lock:
            self._settle(id, {"at": self.world.now(), "status": status, "error": error})

    def _settle(self, id: str, made: Json) -> None:
        delivery = self.world.store.documents["delivery"].get(id)
        if delivery is None:
            return
        attempts = [*delivery["attempts"], made]
        delays = self.world.switches["webhook_retry_seconds"]
        state = "waiting"
        if made["status"] is not None and 200 <= made["status"] < 300:
            state = "delivered"
        elif len(attempts) > len(delays):
            state = "given up"
        self.world.store.put("delivery", {**delivery, "attempts": attempts, "state": state})
        self.world.commit()
        if state == "waiting":
            self.later.after(delays[len(attempts) - 1], partial(self.attempt, id))


def _wants(hook: Json, origin: str | None) -> bool:
    origins = hook["configuration"].get("conditions", {}).get("origins")
    return not origins or origin is None or origin in origins


def post(url: str, body: Json, patience: float) -> tuple[int | None, str]:
    """The receiver's status, or None and what went wrong. Redirects are not followed: Lever counts them as failures."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, port, timeout=patience, context=context)
    else:
        connection = http.client.HTTPConnection(host, port, timeout=patience)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"User-Agent": "Lever-Webhooks", "Content-Type": "application/json"}
    try:
        connection.request("POST", target, json.dumps(body), headers)
        return connection.getresponse().status, ""
    except (OSError, http.client.HTTPException) as error:
        return None, str(error)
    finally:
        connection.close()
