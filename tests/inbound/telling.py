"""Lever's side of a webhook, for tests: bodies as Lever makes them, sent to our address."""

import json
import secrets
import time
from typing import Any

from django.test import Client
from django.urls import reverse

from pinlever.connection.accounts import current_connection
from pinlever.connection.gateway import open_client
from pinlever.inbound import subscriptions
from pinlever.inbound.addresses import address_of
from pinlever.inbound.models import Address, Subscription, WebhookDelivery
from pinlever.inbound.signing import signature_of
from tests.sync.world import World

Json = dict[str, Any]


def make_webhooks() -> Address:
    """What the worker does after connecting: all our webhooks are at Practice Lever."""
    connection = current_connection()
    assert connection is not None
    assert subscriptions.keep(connection, open_client(connection))
    return address_of(connection.account)


def token_for(event: str = "candidateStageChange") -> str:
    row = Subscription.objects.live().filter(event=event, leaving_at=None).latest("pk")
    return row.signature_token


def body_of(event: str = "candidateStageChange", *, key: str | None = None, **more: Any) -> Json:
    """A delivery signed by `key` (else by the event's own token); `more` replaces what stands in it before signing."""
    body: Json = {
        "id": "2b0d6d2c-6c1e-4b0a-9d1a-0b1f6a2f5c77",
        "event": event,
        "triggeredAt": int(time.time() * 1000),
        "token": secrets.token_hex(24),
        "data": {},
        **more,
    }
    signed_by = token_for() if key is None else key
    return {"signature": signature_of(signed_by, body["token"], body["triggeredAt"]), **body}


def send(address: Address, body: Json | bytes, client: Client | None = None, **more: Any) -> int:
    """POSTs it as Lever does; the status."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    url = reverse("lever-webhook", args=[address.key])
    answer = (client or Client(enforce_csrf_checks=True)).post(
        url, raw, content_type="application/json", **more
    )
    return answer.status_code


def tell(address: Address, event: str = "candidateStageChange", **data: Any) -> WebhookDelivery:
    """A good delivery about `data`, taken; its row."""
    body = body_of(event, data=data)
    assert send(address, body) == 200
    return WebhookDelivery.objects.get(token=body["token"])


def deliver(company: World) -> list[int]:
    """Brings what Practice Lever has queued; the statuses."""
    found = []
    for delivery in company.control("deliveries", method="GET")["data"]:
        if delivery["state"] == "waiting":
            answer = Client().post(
                "/" + delivery["url"].split("/", 3)[3],
                json.dumps(delivery["body"]),
                content_type="application/json",
            )
            found.append(answer.status_code)
    return found
