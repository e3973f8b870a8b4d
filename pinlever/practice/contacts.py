"""Contacts: read and change one. They have no list, create or delete; they come with an opportunity."""

import re
from dataclasses import replace
from typing import Any

from . import shapes
from .bodies import Body
from .errors import bad_request, not_found
from .records import Contact, Phone
from .routing import Call, Reply, Route, data
from .world import World

PHONE_TYPES = ("mobile", "home", "work", "skype", "other")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def phones_of(world: World, body: Body) -> tuple[Phone, ...]:
    return tuple(_phone(world, row) for row in body.objects("phones"))


def _phone(world: World, row: dict[str, Any]) -> Phone:
    value, kind = row.get("value"), row.get("type") or "other"
    if not isinstance(value, str) or not isinstance(kind, str):
        raise bad_request("A phone needs a value, and a type that is a string")
    if kind not in PHONE_TYPES:
        if world.switches["unknown_phone_type"] == "reject":
            raise bad_request(f"A phone's type is one of {', '.join(PHONE_TYPES)}: {kind}")
        kind = "other"
    return Phone(kind, value)


def with_scheme(link: str) -> str:
    """Links without a scheme come back with http:// (seen through a public client's tests)."""
    link = link.strip()
    return link if _SCHEME.match(link) else f"http://{link}"


def _contact(call: Call) -> Contact:
    contact = call.world.store.contacts.get(call.ids["contact"])
    if contact is None:
        raise not_found("contacts", call.ids["contact"])
    return contact


def get_contact(call: Call) -> Reply:
    return data(shapes.contact(_contact(call)))


def put_contact(call: Call) -> Reply:
    """Keys left out are kept. Arrays replace what was there, or are added to it: a switch, nobody knows."""
    contact, body = _contact(call), call.body
    if contact.is_anonymized:
        raise bad_request("The contact is anonymized")
    changes: dict[str, Any] = {
        name: body.text(name) or "" for name in ("name", "headline", "location") if name in body.fields
    }
    if "emails" in body.fields:
        changes["emails"] = tuple(dict.fromkeys(email.strip() for email in body.texts("emails")))
    if "phones" in body.fields:
        changes["phones"] = tuple(dict.fromkeys(phones_of(call.world, body)))
    if call.world.switches["contact_put"] == "merge":
        changes |= _merged(call.world, contact, changes)
    changed = replace(contact, **changes)
    if changed != contact:
        call.world.contact_changed(changed)
    call.entry.contact = contact.id
    return data(shapes.contact(changed, after_put=True))


def _merged(world: World, contact: Contact, changes: dict[str, Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    if "emails" in changes:
        known = {world.canonical(email) for email in contact.emails}
        new = (email for email in changes["emails"] if world.canonical(email) not in known)
        merged["emails"] = (*contact.emails, *new)
    if "phones" in changes:
        merged["phones"] = tuple(dict.fromkeys((*contact.phones, *changes["phones"])))
    return merged


ROUTES = (
    Route("GET", "/contacts/<contact>", get_contact, "contact:read:admin"),
    Route("PUT", "/contacts/<contact>", put_contact, "contact:write:admin"),
)
