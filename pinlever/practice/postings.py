"""Postings: list, read, create, change. Confidential ones cannot be made through the API, only by the seed."""

from collections.abc import Callable, Iterable
from typing import Any

from . import shapes
from .errors import bad_request, forbidden
from .paging import page
from .records import Json
from .routing import REQUIRED, Call, Reply, Route, data
from .seed import new_posting

STATES = ("published", "internal", "closed", "draft", "pending", "rejected")
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
        shapes.project(call, shapes.posting(row, call.base_url))
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
    return data(shapes.project(call, shapes.posting(_posting(call), call.base_url)))


def create_posting(call: Call) -> Reply:
    _check(call)
    call.body.required("text")
    row = new_posting(call.world.new_id(), call.body.fields, call.perform_as, call.world.now_ms())
    return data(shapes.posting(call.world.store.put("posting", row), call.base_url), 201)


def update_posting(call: Call) -> Reply:
    """Changes what is given. Lever was once seen to make a draft of a posting when state was not: a switch."""
    row = _posting(call)
    _check(call)
    names = ("text", "state", "distributionChannels", "tags", "content", "workplaceType", "requisitionCodes")
    changes = {name: call.body.fields[name] for name in names if name in call.body.fields}
    if "state" not in changes and call.world.switches["posting_update_resets_state"]:
        changes["state"] = "draft"
    categories = {**row["categories"], **(call.body.object("categories") or {})}
    changed = {**row, **changes, "categories": categories, "updatedAt": call.world.now_ms()}
    return data(shapes.posting(call.world.store.put("posting", changed), call.base_url))


def _check(call: Call) -> None:
    """The types of what a posting is made of, so that nothing unreadable is stored."""
    call.body.text("text")
    state = call.body.text("state")
    if state is not None and state not in STATES:
        raise bad_request(f"state is none of {', '.join(STATES)}: {state}")
    for name in ("distributionChannels", "tags", "requisitionCodes"):
        call.body.texts(name)
    categories = call.body.object("categories") or {}
    locations = categories.get("allLocations", [])
    if not isinstance(locations, list) or not all(isinstance(place, str) for place in locations):
        raise bad_request("allLocations is not a list of strings")
    for name in ("team", "department", "location", "commitment", "level"):
        if not isinstance(categories.get(name), (str, type(None))):
            raise bad_request(f"{name} is not a string")
    if (owner := call.body.text("owner")) is not None:
        call.known("user", "users", owner)


ROUTES = (
    Route("GET", "/postings", list_postings, "postings:read:admin"),
    Route("POST", "/postings", create_posting, "postings:write:admin", REQUIRED),
    Route("GET", "/postings/<id>", get_posting, "postings:read:admin"),
    Route("POST", "/postings/<id>", update_posting, "postings:write:admin", REQUIRED),
)
