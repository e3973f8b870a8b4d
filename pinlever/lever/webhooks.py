"""Subscriptions to Lever's events. A super admin must also switch the event on in Lever's settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .calls import Calls, object_in, parsed, path_to
from .types import Webhook


class Webhooks(Calls):
    def webhooks(self) -> Iterator[Webhook]:
        """Without signature tokens: Lever tells those once, at creation."""
        return self._all("/webhooks", Webhook.parse)

    def create_webhook(
        self, event: str, url: str, *, origins: Sequence[str] = (), send_before: float | None = None
    ) -> Webhook:
        """Lever makes another one even for an event and url it has. Store `signature_token` at once."""
        body: dict[str, Any] = {"event": event, "url": url}
        if origins:
            body["configuration"] = {"conditions": {"origins": list(origins)}}
        answer = self.http.request("POST", "/webhooks", json=body, send_before=send_before)
        return parsed(answer, object_in(answer), Webhook.parse)

    def delete_webhook(self, webhook_id: str) -> None:
        """NotFound where it is gone already."""
        self.http.request("DELETE", path_to("webhooks", webhook_id))
