"""Postings: list, read, create, change. Confidential ones cannot be made through the API, only by the seed."""

from collections.abc import Callable, Iterable
from typing import Any

from . import shapes
from .errors import bad_request, forbidden
from .paging import page
from .posting_bodies import checked
from .reading import deleted_page
from .records import Json
from .routing import REQUIRED, Call, Reply, Route, data
from .stored import new_posting

_UPDATED_TOGETHER = {"updated_at_start", "updated_at_end", "confidentiality"}

# parameter → the values of a posting, one of which must be among those asked for
SETS: dict[str, Callable[[Json], Iterable[Any]]] = {
    "state": lambda row: (row["state"],),
    "distributionChannel": lambda row: row["distributionChannels"] or (),
    "team": lambda row: (row["categories"]["team"],),
    "department": lambda row: (row["categories"]["department"],),
    "location": lambda row: row["categories"]["allLocations"],
    "commitment": lambda row: (row["categories"]["commitment"],),
    "level": lambda row: (row["categories"]["level"],),
    "tag": lambda row: row["tags"],
}


def list_postings(call: Call) -> Reply:
    asked = {name: set(values) for name in SETS if (values := call.query.all(name))}
    window = call.query.window("updated_at")
    if window is not None and (clash := sorted(set(asked) - _UPDATED_TOGETHER)):
        raise bad_request(
            f"updated_at can only be combined with confidentiality, not with {', '.join(clash)}"
        )
    confidentiality = _confidentiality(call)
    found = [
        shapes.posting(row, call.base_url)
        for row in call.world.store.documents["posting"].values()
        if confidentiality in ("all", row["confidentiality"])
        and (window is None or window[0] <= row["updatedAt"] <= window[1])
        and all(not values.isdisjoint(SETS[name](row)) for name, values in asked.items())
    ]
    return Reply(document=page(call.query, found))


def _confidentiality(call: Call) -> str:
    asked = call.query.choice("confidentiality", ("non-confidential", "confidential", "all"))
    if asked not in (None, "non-confidential") and not call.credential.confidential:
        raise forbidden("These credentials have no access to confidential data.")
    return asked or "non-confidential"


def _posting(call: Call) -> Json:
    row = call.document("posting", "postings")
    if row["confidentiality"] == "confidential" and not call.credential.confidential:
        raise forbidden("These credentials have no access to confidential data.")
    return row


def get_posting(call: Call) -> Reply:
    call.query.choice("distribution", ("internal", "external"))
    return data(shapes.posting(_posting(call), call.base_url))


def create_posting(call: Call) -> Reply:
    """Lever lets this by any approval there may be."""
    call.body.required("text")
    given, body = checked(call), call.body
    for name in ("owner", "hiringManager"):
        if (user := body.text(name)) is not None:
            given[name] = call.known("user", "users", user)["id"]
    row = new_posting(call.world.new_id(), given, call.perform_as, call.world.now_ms())
    call.entry.body |= {"text": row["text"], "state": row["state"]}
    return data(shapes.posting(call.world.store.put("posting", row), call.base_url), 201)


def update_posting(call: Call) -> Reply:
    """Changes what is given, but never owner and hiring manager. Lever was once seen to make a draft of a posting
    when state was not given: a switch."""
    row = _posting(call)
    changes = checked(call)
    if "state" not in changes and call.world.switches["posting_update_resets_state"]:
        changes["state"] = "draft"
    for name in ("categories", "content"):
        changes[name] = {**row[name], **changes.get(name, {})}
    changed = {**row, **changes, "updatedAt": call.world.now_ms()}
    return data(shapes.posting(call.world.store.put("posting", changed), call.base_url))


def list_deleted(call: Call) -> Reply:
    rows = call.world.store.documents["deleted_posting"].values()
    shown = [
        shapes.posting(row, call.base_url)
        for row in rows
        if call.credential.confidential or row["confidentiality"] == "non-confidential"
    ]
    return deleted_page(call, shown)


# As recorded, with their odd ids and without the custom roles an account may have.
_ROLES: tuple[Json, ...] = (
    {"id": "admin", "name": "Admin", "isReadOnly": True},
    {"id": "limited", "name": "Limited Team Member", "isReadOnly": True, "conditions": {}},
    {"id": "owner", "name": "Super Admin", "isReadOnly": True},
    {"id": "team", "name": "Team Member", "isReadOnly": True},
)


def posting_users(call: Call) -> Reply:
    """Undocumented, and not wrapped in data (recorded)."""
    row = _posting(call)
    document = {"posting": {"id": row["id"], "text": row["text"]}, "users": [], "roles": list(_ROLES)}
    return Reply(document=document)


READ, WRITE = "postings:read:admin", "postings:write:admin"
ROUTES = (
    Route("GET", "/postings", list_postings, READ),
    Route("POST", "/postings", create_posting, WRITE, REQUIRED),
    Route("GET", "/postings/deleted", list_deleted, READ),
    Route("GET", "/postings/<id>", get_posting, READ),
    Route("POST", "/postings/<id>", update_posting, WRITE, REQUIRED),
    Route("GET", "/postings/<id>/users", posting_users, READ),
)
