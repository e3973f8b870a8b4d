"""A receiver of webhooks on this machine, and how one verifies what it is sent, as Standard Webhooks says."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from pinlever.audit.services import SYSTEM
from pinlever.notices import endpoints
from pinlever.notices.models import Delivery, Endpoint
from pinlever.notices.sending import send_to_one
from tests.lever.loopback import Loopback, http_answer

OK = http_answer(b"{}")
NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"
BROKEN = http_answer(b'{"error": "no database"}', "500 Internal Server Error")
HELD = {"id": 1, "kind": "pause"}


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        return json.loads(self.body)

    def verifies(self, secret: str) -> bool:
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        given = self.headers["webhook-signature"].split(" ")
        return any(hmac.compare_digest(expected, one) for one in given)


def received(server: Loopback) -> list[Received]:
    return [_parsed(raw) for raw in server.received]


def numbers(requests: list[Received]) -> list[int]:
    """What tells the announcements of a test apart."""
    return [one.told["data"]["id"] for one in requests]


def _parsed(raw: bytes) -> Received:
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = [line.partition(": ") for line in head.decode().split("\r\n")[1:]]
    return Received({name.lower(): value for name, _, value in lines}, body)


def listening(server: Loopback, *kinds: str, name: str = "Outreach") -> endpoints.Made:
    return endpoints.add(by=SYSTEM, name=name, url=f"{server.url}/hook", kinds=kinds)


def send_all(most: int = 50) -> int:
    """What a worker does until nothing is due."""
    turns = 0
    while turns < most and send_to_one():
        turns += 1
    return turns


def make_due() -> None:
    """Time passes: nobody rests any more, and every retry is due."""
    Endpoint.objects.update(wait_until=None)
    for delivery in Delivery.objects.filter(state=Delivery.State.WAITING):
        Delivery.objects.filter(pk=delivery.pk).update(due_at=delivery.announcement.happened_at)
