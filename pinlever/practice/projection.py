"""`include` and `expand`, which every read takes: fewer fields, and objects in place of ids."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from . import shapes
from .records import Json
from .routing import Call, Reply

Expander = Callable[[Call, str], Any]


def _stage(call: Call, id: str) -> Any:
    stage = call.world.store.documents["stage"].get(id)
    return {"id": id, "text": stage["text"]} if stage else id


def _user(call: Call, id: str) -> Any:
    return call.world.store.documents["user"].get(id, id)


def _posting(call: Call, id: str) -> Any:
    found = call.world.store.documents["posting"].get(id)
    return shapes.posting(found, call.base_url) if found else id


def _application(call: Call, id: str) -> Any:
    found = call.world.store.applications.get(id)
    return shapes.application(found) if found else id


def _contact(call: Call, id: str) -> Any:
    found = call.world.store.contacts.get(id)
    return shapes.contact(found) if found else id


def _feedback(call: Call, id: str) -> Any:
    found = call.world.store.documents["feedback"].get(id)
    return shapes.public(found) if found else id


_USERS = (
    *("owner", "sourcedBy", "user", "hiringManager", "postingOwner", "postingHiringManager", "creator"),
    *("followers", "referrer", "opportunityOwner"),
)
EXPANDERS: dict[str, Expander] = {
    **dict.fromkeys(_USERS, _user),
    **dict.fromkeys(("posting", "postings"), _posting),
    "applications": _application,
    "stage": _stage,
    "contact": _contact,
    "feedbackForms": _feedback,
}


def projected(call: Call, reply: Reply) -> Reply:
    """The reply as `include` and `expand` want it: of one object, or of every object of a list."""
    include, expand = call.query.all("include"), call.query.all("expand")
    found = (reply.document or {}).get("data")
    if found is None or not (include or expand):
        return reply
    shown = [_row(call, row, include, expand) for row in (found if isinstance(found, list) else [found])]
    document = {**(reply.document or {}), "data": shown if isinstance(found, list) else shown[0]}
    return replace(reply, document=document)


def _row(call: Call, shown: Json, include: list[str], expand: list[str]) -> Json:
    """`include` keeps only what it names, and the id; `expand` overrides it."""
    if include:
        kept = {"id", *include, *expand}
        shown = {name: value for name, value in shown.items() if name in kept}
    changes = {
        name: _expanded(call, EXPANDERS[name], shown[name])
        for name in expand
        if name in EXPANDERS and shown.get(name) is not None
    }
    return {**shown, **changes}


def _expanded(call: Call, expander: Expander, value: Any) -> Any:
    if isinstance(value, list):
        return [expander(call, id) for id in value]
    return expander(call, value) if isinstance(value, str) else value
