"""Registering webhooks. The signature token is told once, when the webhook is made."""

import ipaddress
import secrets
from typing import Any
from urllib.parse import urlsplit

from .creating import ORIGINS
from .deliveries import EVENTS, WITH_ORIGINS
from .errors import bad_request, not_found
from .records import Json
from .routing import NO_CONTENT, Call, Reply, Route, data
from .world import World

READ, WRITE = "webhooks:read:admin", "webhooks:write:admin"


def list_webhooks(call: Call) -> Reply:
    # Recorded without hasNext; limit is accepted and ignored.
    return data([_without_token(hook) for hook in call.world.store.documents["webhook"].values()])


def create_webhook(call: Call) -> Reply:
    event = call.body.required("event")
    if event not in EVENTS:
        raise bad_request(f"event is none of {', '.join(EVENTS)}: {event}")
    configuration = _configuration(event, call.body.object("configuration"))
    now = call.world.now_ms()
    hook: Json = {
        "id": call.world.new_id(),
        "event": event,
        "url": _url(call.world, call.body.required("url")),
        "configuration": {**configuration, "signatureToken": secrets.token_hex(24)},
        "createdAt": now,
        "updatedAt": now,
    }
    return data(call.world.store.put("webhook", hook), 201)


def put_webhooks(call: Call) -> Reply:
    """Many at once: {"data": [{"id", "url", "configuration"}]}; one that is wrong changes none."""
    changed = [_changed(call, row) for row in call.body.objects("data")]
    for hook in changed:
        call.world.store.put("webhook", hook)
    return data([_without_token(hook) for hook in changed])


def _changed(call: Call, row: Json) -> Json:
    held = call.world.store.documents["webhook"].get(str(row.get("id")))
    if held is None:
        raise not_found("webhooks", str(row.get("id")))
    url = row.get("url", held["url"])
    configuration = held["configuration"]
    if isinstance(row.get("configuration"), dict):
        token = configuration["signatureToken"]
        configuration = {**_configuration(held["event"], row["configuration"]), "signatureToken": token}
    changes = {"url": _url(call.world, str(url)), "configuration": configuration}
    return {**held, **changes, "updatedAt": call.world.now_ms()}


def delete_webhook(call: Call) -> Reply:
    hook = call.document("webhook", "webhooks")
    call.world.store.remove("webhook", hook["id"])
    return NO_CONTENT


def _without_token(hook: Json) -> Json:
    configuration = {name: value for name, value in hook["configuration"].items() if name != "signatureToken"}
    return {**hook, "configuration": configuration}


def _configuration(event: str, given: Json | None) -> Json:
    """Origins mean something for four events only; by default all of them."""
    if event not in WITH_ORIGINS:
        return {}
    conditions: Any = (given or {}).get("conditions") or {}
    origins = conditions.get("origins") if isinstance(conditions, dict) else conditions
    if origins is None:
        origins = list(ORIGINS)
    if not isinstance(origins, list) or not all(origin in ORIGINS for origin in origins):
        raise bad_request("conditions.origins is not a list of origins")
    return {"conditions": {"origins": origins}}


def _url(world: World, url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise bad_request(f"url is not an address: {url}") from None
    if not host or any(char.isspace() for char in url):
        raise bad_request(f"url is not an address: {url}")
    here = parts.scheme == "http" and _is_loopback(host) and world.switches["allow_http_webhooks"]
    if parts.scheme != "https" and not here:
        raise bad_request("url must begin with https://")
    return url


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


ROUTES = (
    Route("GET", "/webhooks", list_webhooks, READ),
    Route("POST", "/webhooks", create_webhook, WRITE),
    Route("PUT", "/webhooks", put_webhooks, WRITE),
    Route("DELETE", "/webhooks/<id>", delete_webhook, WRITE),
)
