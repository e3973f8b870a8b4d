"""People put on stage without the API: who was in Lever before, and what Lever's own users do there.

Merging, deleting and anonymising have no API at Lever; they happen in its pages, and here.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .bodies import Body
from .contacts import phones_of, with_scheme
from .errors import bad_request, not_found
from .query import Query
from .records import Application, Archived, Contact, Json, Opportunity, StageChange
from .seed import archive_reason_id, new_posting
from .world import World

Command = Callable[[World, Json, Query], Any]
_STAGES = ("lead-new", "lead-reached-out", "lead-responded", "applicant-new")
GENERATED_AT = 1_600_000_000_000


def add_people(world: World, given: Json, query: Query) -> Json:
    """{"people": [...]} or {"generate": N, "prefix": ...}. A person is {name, headline, location, emails, phones,
    links, contact?} with one opportunity of the same object's {posting, archived, stage, tags, sources, origin,
    owner, created_at, updated_at}, or `count` of them, or one for each of `opportunities`."""
    if "generate" in given:
        return _generate(world, int(given["generate"]), str(given.get("prefix", "person")))
    people = [_person(world, row) for row in given["people"]]
    contacts = [contact for contact, _, _ in people]
    for _, _, applications in people:
        for application in applications:
            world.store.put_application(application)
    world.store.put_many(contacts, [row for _, rows, _ in people for row in rows])
    added = [
        {"contact": contact.id, "opportunities": [row.id for row in rows]} for contact, rows, _ in people
    ]
    return {"data": added}


def _person(world: World, row: Json) -> tuple[Contact, list[Opportunity], list[Application]]:
    contact = _contact(world, row)
    each = row.get("opportunities") or [row] * int(row.get("count", 1))
    rows, applications = [], []
    for one in each:
        opportunity, application = _opportunity(world, contact, one)
        rows.append(opportunity)
        applications += [application] if application else []
    return contact, rows, applications


def _contact(world: World, row: Json) -> Contact:
    if "contact" in row:
        return _known_contact(world, row["contact"])
    return Contact(
        id=world.new_id(),
        created_at=int(row.get("created_at") or world.now_ms()),
        name=str(row.get("name", "")),
        headline=str(row.get("headline", "")),
        location=str(row.get("location", "")),
        emails=tuple(row.get("emails", ())),
        phones=phones_of(world, Body({"phones": row.get("phones", [])})),
        links=tuple(with_scheme(link) for link in row.get("links", ())),
    )


def _opportunity(world: World, contact: Contact, row: Json) -> tuple[Opportunity, Application | None]:
    created_at = int(row.get("created_at") or world.now_ms())
    stage, archived, posting = row.get("stage", "lead-new"), row.get("archived"), row.get("posting")
    if archived:
        reason = archived if isinstance(archived, str) else archive_reason_id("position-filled")
        archived = Archived(reason, created_at + 1)
    opportunity = Opportunity(
        id=world.new_id(),
        contact=contact.id,
        stage=stage,
        created_at=created_at,
        updated_at=row.get("updated_at", created_at),
        last_interaction_at=created_at,
        last_advanced_at=int(row.get("last_advanced_at") or created_at),
        confidentiality=row.get("confidentiality", "non-confidential"),
        archived=archived or None,
        tags=tuple(row.get("tags", ())),
        sources=tuple(row.get("sources", ())),
        stage_changes=(StageChange(stage, 0, created_at, None),),
        origin=row.get("origin", "sourced"),
        owner=row.get("owner"),
    )
    return (opportunity, None) if posting is None else _applied(world, opportunity, posting)


def _applied(world: World, row: Opportunity, posting: str) -> tuple[Opportunity, Application | None]:
    known = world.store.documents["posting"][posting]
    application = Application(
        id=world.new_id(),
        opportunity=row.id,
        posting=posting,
        user=None,
        owner=known["owner"],
        hiring_manager=None,
        created_at=row.created_at,
        archived=row.archived,
    )
    location = known["categories"]["location"]
    return replace(row, applications=(application.id,), opportunity_location=location), application


def _generate(world: World, number: int, prefix: str) -> Json:
    people = [_generated(world, prefix, index) for index in range(number)]
    world.store.put_many((contact for contact, _ in people), (row for _, row in people))
    return {"generated": number}


def _generated(world: World, prefix: str, index: int) -> tuple[Contact, Opportunity]:
    at = GENERATED_AT + index * 1000
    contact = Contact(
        id=world.new_id(),
        created_at=at,
        name=f"{prefix.title()} {index}",
        emails=(f"{prefix}{index}@people.example",),
        links=(f"https://www.linkedin.com/in/{prefix}-{index}",),
    )
    row, _ = _opportunity(world, contact, {"created_at": at, "stage": _STAGES[index % len(_STAGES)]})
    return contact, row


def _known_contact(world: World, id: str) -> Contact:
    contact = world.store.contacts.get(id)
    if contact is None:
        raise not_found("contacts", id)
    return contact


def _known_opportunity(world: World, id: str) -> Opportunity:
    row = world.store.opportunities.get(id)
    if row is None:
        raise not_found("opportunities", id)
    return row


def delete(world: World, given: Json, query: Query) -> Json:
    row = _known_opportunity(world, given["opportunity"])
    by = given.get("by")
    world.store.move_to_deleted(replace(row, deleted_at=world.now_ms(), deleted_by=by))
    world.announce("candidateDeleted", row, {"deletedBy": by})
    return {}


def anonymize(world: World, given: Json, query: Query) -> Json:
    contact = _known_contact(world, given["contact"])
    blank = Contact(contact.id, contact.created_at, name="Anonymized", is_anonymized=True)
    world.contact_changed(blank)
    return {}


def merge(world: World, given: Json, query: Query) -> Json:
    """The contact `from` ends; its opportunities and contact points become those of `to`."""
    gone, kept = _known_contact(world, given["from"]), _known_contact(world, given["to"])
    if gone.id == kept.id:
        raise bad_request("A contact cannot be merged with itself")
    merged = replace(
        kept,
        emails=tuple(dict.fromkeys((*kept.emails, *gone.emails))),
        phones=tuple(dict.fromkeys((*kept.phones, *gone.phones))),
        links=tuple(dict.fromkeys((*kept.links, *gone.links))),
    )
    for row in world.store.opportunities_of(gone.id):
        world.touch(row, contact=kept.id)
    world.store.move_deleted(gone.id, kept.id)
    world.store.remove_contact(gone.id)
    world.contact_changed(merged)
    return {}


def edit_contact(world: World, given: Json, query: Query) -> Json:
    contact = _known_contact(world, given["contact"])
    changes = dict(given["changes"])
    for name in ("emails", "links"):
        if name in changes:
            changes[name] = tuple(changes[name])
    if "phones" in changes:
        changes["phones"] = phones_of(world, Body({"phones": changes["phones"]}))
    world.contact_changed(replace(contact, **changes))
    return {}


_EDITABLE = frozenset(
    {
        "owner",
        "origin",
        "sourced_by",
        "snoozed_until",
        "data_protection",
        "confidentiality",
        "last_advanced_at",
    }
)


def edit_opportunity(world: World, given: Json, query: Query) -> Json:
    """What Lever's API cannot change. updatedAt moves, or becomes what `updated_at` says."""
    row = _known_opportunity(world, given["opportunity"])
    changes = dict(given.get("changes", {}))
    if unknown := set(changes) - _EDITABLE:
        raise bad_request(f"Cannot be edited: {', '.join(sorted(unknown))}")
    if "updated_at" in given:
        world.store.put_opportunity(replace(row, **changes, updated_at=given["updated_at"]))
    else:
        world.touch(row, **changes)
    return {}


def put_document(world: World, given: Json, query: Query) -> Json:
    """{"kind": "user"|"posting"|"stage"|"archive_reason"|"form_template", "document": {...}}: new, or changes."""
    kind, document = given["kind"], dict(given["document"])
    if kind not in ("user", "posting", "stage", "archive_reason", "form_template"):
        raise bad_request(f"Not a kind that can be put: {kind}")
    held = world.store.documents[kind].get(document.get("id", ""))
    if held is None:
        held = _blank(world, kind, document)
    stored = world.store.put(kind, {**held, **document, "id": held["id"]})
    if kind == "stage":
        world.store.index_people()
    return stored


def _blank(world: World, kind: str, document: Json) -> Json:
    id = document.get("id") or world.new_id()
    if kind == "posting":
        owner = document.pop("owner", None)
        posting = new_posting(id, document, owner, world.now_ms())
        document.pop("categories", None)
        return posting
    if kind == "user":
        names = ("photo", "deactivatedAt", "externalDirectoryId", "linkedContactIds", "jobTitle", "managerId")
        defaults = {"username": str(document["email"]).split("@")[0], "accessRole": "team member"}
        return {"id": id, **dict.fromkeys(names), **defaults, "createdAt": world.now_ms()}
    return {"id": id, "createdAt": world.now_ms()}


COMMANDS: dict[str, Command] = {
    "opportunities": add_people,
    "delete": delete,
    "anonymize": anonymize,
    "merge": merge,
    "edit_contact": edit_contact,
    "edit_opportunity": edit_opportunity,
    "documents": put_document,
}
