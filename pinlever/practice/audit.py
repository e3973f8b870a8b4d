"""Audit events: what was done to the account's users and keys. At Lever this is bought in addition."""

from .errors import bad_request, forbidden
from .paging import newest_first, page
from .records import Json
from .routing import Call, Reply, Route
from .world import World


def note(world: World, type: str, target: Json, by: str | None = None) -> None:
    """`target` is {"id", "type", "label"}."""
    user = world.store.documents["user"].get(by or "")
    shown = (
        {name: user[name] for name in ("id", "email", "name")} | {"role": user["accessRole"]}
        if user
        else None
    )
    event: Json = {"id": world.new_id(), "createdAt": world.now_ms(), "type": type, "user": shown}
    world.store.put("audit_event", {**event, "target": target, "meta": {}})


def note_user(world: World, type: str, user: Json, by: str | None = None) -> None:
    note(world, type, {"id": user["id"], "type": "user", "label": user["name"]}, by)


def list_events(call: Call) -> Reply:
    """`user_id` may be the word null, for events nobody made."""
    if not call.world.switches["audit_events"]:
        raise forbidden("This account does not have audit events.")
    query, window = call.query, call.query.window("created_at")
    types, users, kinds, targets = (
        set(query.all(name)) for name in ("type", "user_id", "target_type", "target_id")
    )
    if targets and not kinds:
        raise bad_request("target_id needs target_type")
    found = [
        row
        for row in call.world.store.documents["audit_event"].values()
        if (not types or row["type"] in types)
        and (not users or (row["user"] or {"id": "null"})["id"] in users)
        and (not kinds or row["target"]["type"] in kinds)
        and (not targets or row["target"]["id"] in targets)
        and (window is None or window[0] <= row["createdAt"] <= window[1])
    ]
    return Reply(document=page(query, found, key=newest_first))


ROUTES = (Route("GET", "/audit_events", list_events, "audit_events:read:admin"),)
