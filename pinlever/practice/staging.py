"""People put on stage without the API: who was in Lever before, and what Lever's own users do there.

Merging, deleting and anonymising have no API at Lever; they happen in its pages, and here.
"""

import gc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .bodies import Body
from .contacts import phones_of, with_scheme
from .errors import bad_request, not_found
from .query import Query
from .records import Application, Archived, Contact, Json, Opportunity, StageChange
from .seed import archive_reason_id
from .world import World

Command = Callable[[World, Json, Query], Any]
_STAGES = ("lead-new", "lead-reached-out", "lead-responded", "applicant-new")
GENERATED_AT = 1_600_000_000_000


def add_people(world: World, given: Json, query: Query) -> Json:
    """{"people": [...]} or {"generate": N, "prefix": ...}. A person is {name, headline, location, emails, phones,
    links, contact?} with one opportunity of the same object's {posting, archived, stage, tags, sources, origin,
    owner, created_at, updated_at}, or `count` of them, or one for each of `opportunities`. With {"announce": true}
    webhooks hear of them, as of people somebody adds in Lever's pages; else they have always been there."""
    if "generate" in given:
        return _generate(world, int(given["generate"]), str(given.get("prefix", "person")))
    people = [_person(world, row) for row in given["people"]]
    contacts = [contact for contact, _, _ in people]
    for _, _, applications in people:
        for application in applications:
            world.store.put_application(application)
    fresh = [contact for contact in contacts if contact.id not in world.store.contacts]
    world.store.put_many(contacts, [row for _, rows, _ in people for row in rows])
    if given.get("announce"):
        _announce(world, fresh, [row for _, rows, _ in people for row in rows])
    added = [
        {"contact": contact.id, "opportunities": [row.id for row in rows]} for contact, rows, _ in people
    ]
    return {"data": added}


def _announce(world: World, contacts: list[Contact], rows: list[Opportunity]) -> None:
    for contact in contacts:
        world.deliveries.note("contactCreated", {"contactId": contact.id})
    for row in rows:
        for application in row.applications:
            world.announce("applicationCreated", row, {"applicationId": application})


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
        return known_contact(world, row["contact"])
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
    """A crowd, quickly: none of them can be garbage, so nothing is looked for while they are made."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        people = [_generated(world, prefix, index) for index in range(number)]
        world.store.put_many((contact for contact, _ in people), (row for _, row in people))
    finally:
        if collecting:
            gc.enable()
    return {"generated": number}


def _generated(world: World, prefix: str, index: int) -> tuple[Contact, Opportunity]:
    at, stage = GENERATED_AT + index * 1000, _STAGES[index % len(_STAGES)]
    contact = Contact(
        id=world.new_id(),
        created_at=at,
        name=f"{prefix.title()} {index}",
        emails=(f"{prefix}{index}@people.example",),
        links=(f"https://www.linkedin.com/in/{prefix}-{index}",),
    )
    row = Opportunity(
        id=world.new_id(),
        contact=contact.id,
        stage=stage,
        created_at=at,
        updated_at=at,
        last_interaction_at=at,
        last_advanced_at=at,
        stage_changes=(StageChange(stage, 0, at, None),),
    )
    return contact, row


def known_contact(world: World, id: str) -> Contact:
    contact = world.store.contacts.get(id)
    if contact is None:
        raise not_found("contacts", id)
    return contact


def known_opportunity(world: World, id: str) -> Opportunity:
    row = world.store.opportunities.get(id)
    if row is None:
        raise not_found("opportunities", id)
    return row


def delete(world: World, given: Json, query: Query) -> Json:
    delete_opportunity(world, known_opportunity(world, given["opportunity"]), given.get("by"))
    return {}


def delete_opportunity(world: World, row: Opportunity, by: str | None) -> None:
    world.store.move_to_deleted(replace(row, deleted_at=world.now_ms(), deleted_by=by))
    world.announce("candidateDeleted", row, {"deletedBy": by})


def anonymize(world: World, given: Json, query: Query) -> Json:
    anonymize_contact(world, known_contact(world, given["contact"]))
    return {}


def anonymize_contact(world: World, contact: Contact) -> None:
    """Nothing is left of the person but the id, and that they were anonymised."""
    blank = Contact(contact.id, contact.created_at, name="Anonymized", is_anonymized=True)
    world.contact_changed(blank)


def merge(world: World, given: Json, query: Query) -> Json:
    merge_contacts(world, known_contact(world, given["from"]), known_contact(world, given["to"]))
    return {}


def merge_contacts(world: World, gone: Contact, kept: Contact) -> None:
    """`gone` ends; its opportunities and contact points become those of `kept`."""
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


def edit_contact(world: World, given: Json, query: Query) -> Json:
    contact = known_contact(world, given["contact"])
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
    row = known_opportunity(world, given["opportunity"])
    changes = dict(given.get("changes", {}))
    if unknown := set(changes) - _EDITABLE:
        raise bad_request(f"Cannot be edited: {', '.join(sorted(unknown))}")
    if "updated_at" in given:
        world.store.put_opportunity(replace(row, **changes, updated_at=given["updated_at"]))
    else:
        world.touch(row, **changes)
    return {}


COMMANDS: dict[str, Command] = {
    "opportunities": add_people,
    "delete": delete,
    "anonymize": anonymize,
    "merge": merge,
    "edit_contact": edit_contact,
    "edit_opportunity": edit_opportunity,
}
