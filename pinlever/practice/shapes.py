"""How people look on the wire: key order, nulls and blanks as in recorded answers of Lever."""

from collections.abc import Callable
from typing import Any

from .records import Application, Archived, Contact, Json, Opportunity, StageChange
from .routing import Call
from .world import World

BLANKS: Json = {"name": "", "headline": "", "location": "", "phones": [], "emails": [], "links": []}


def opportunity(world: World, row: Opportunity, person: Contact, base_url: str) -> Json:
    """The full object, as a read returns it."""
    shown: Json = {
        "id": row.id,
        "name": person.name,
        "contact": row.contact,
        "headline": person.headline,
        "stage": row.stage,
        "confidentiality": row.confidentiality,
        "location": person.location,
        "phones": [phone._asdict() for phone in person.phones],
        "emails": list(person.emails),
        "links": list(person.links),
        "archived": archived(row.archived),
        "tags": list(row.tags),
        "sources": list(row.sources),
        "stageChanges": [_stage_change(change) for change in row.stage_changes],
        "origin": row.origin,
        "sourcedBy": row.sourced_by,
        "owner": row.owner,
        "followers": list(row.followers),
        "applications": list(row.applications),
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "lastInteractionAt": row.last_interaction_at,
        "lastAdvancedAt": row.last_advanced_at,
        "snoozedUntil": row.snoozed_until,
        "urls": {"list": f"{base_url}candidates", "show": f"{base_url}candidates/{row.id}"},
        "isAnonymized": person.is_anonymized,
        "dataProtection": row.data_protection,
    }
    if row.opportunity_location is not None:
        shown["opportunityLocation"] = row.opportunity_location
    if row.deleted_at is not None:
        shown |= {"deletedBy": row.deleted_by, "deletedAt": row.deleted_at}
    return shown


def written(call: Call, row: Opportunity, *, blank: bool) -> Json:
    """The object as a write returns it: never with opportunityLocation, mostly without the contact's fields."""
    shown = opportunity(call.world, row, call.world.store.contacts[row.contact], call.base_url)
    shown.pop("opportunityLocation", None)
    if blank and call.world.switches["blank_write_answers"]:
        shown |= BLANKS
    return shown


def _stage_change(change: StageChange) -> Json:
    shown: Json = {"toStageId": change.stage, "toStageIndex": change.place, "updatedAt": change.at}
    # Where nobody is known to have moved it the key is absent, as recorded.
    return shown if change.user is None else {**shown, "userId": change.user}


def archived(value: Archived | None) -> Json | None:
    return None if value is None else {"reason": value.reason, "archivedAt": value.at}


def contact(row: Contact, *, after_put: bool = False) -> Json:
    shown: Json = {
        "id": row.id,
        "name": row.name,
        "headline": row.headline,
        "isAnonymized": row.is_anonymized,
        "location": {"name": row.location},
        "emails": list(row.emails),
        "phones": [phone._asdict() for phone in row.phones],
        "dataProtection": {"interviewIntelligence": {"allowed": True, "expiresAt": None}},
    }
    if after_put:
        del shown["isAnonymized"], shown["dataProtection"]
    return shown


def application(row: Application) -> Json:
    return {
        "id": row.id,
        "type": "user",
        "candidateId": row.opportunity,
        "opportunityId": row.opportunity,
        "posting": row.posting,
        "postingHiringManager": row.hiring_manager,
        "postingOwner": row.owner,
        "name": None,
        "company": None,
        "phone": None,
        "email": None,
        "links": [],
        "comments": None,
        "user": row.user,
        "customQuestions": [],
        "createdAt": row.created_at,
        "archived": archived(row.archived),
        "requisitionForHire": None,
        "ipAddress": None,
        "referer": None,
        "userAgent": None,
        "acceptLanguage": None,
        "timezone": None,
    }


def posting(document: Json, base_url: str) -> Json:
    shown = public(document)
    if document["state"] == "draft":
        return {**shown, "urls": None, "distributionChannels": None}
    page = f"{base_url}practice/{document['id']}"
    return {**shown, "urls": {"list": f"{base_url}practice", "show": page, "apply": f"{page}/apply"}}


def public(document: Json) -> Json:
    """Without the keys that are ours."""
    return {name: value for name, value in document.items() if not name.startswith("_")}


Expander = Callable[[Call, str], Any]


def _stage(call: Call, id: str) -> Any:
    stage = call.world.store.documents["stage"].get(id)
    return {"id": id, "text": stage["text"]} if stage else id


def _user(call: Call, id: str) -> Any:
    return call.world.store.documents["user"].get(id, id)


def _posting(call: Call, id: str) -> Any:
    found = call.world.store.documents["posting"].get(id)
    return posting(found, call.base_url) if found else id


def _application(call: Call, id: str) -> Any:
    found = call.world.store.applications.get(id)
    return application(found) if found else id


def _contact(call: Call, id: str) -> Any:
    found = call.world.store.contacts.get(id)
    return contact(found) if found else id


_USERS = ("owner", "sourcedBy", "user", "hiringManager", "postingOwner", "postingHiringManager", "creator")
EXPANDERS: dict[str, Expander] = {
    **dict.fromkeys((*_USERS, "followers"), _user),
    "applications": _application,
    "stage": _stage,
    "contact": _contact,
    "posting": _posting,
}


def project(call: Call, shown: Json) -> Json:
    """`include` keeps only what it names (and the id); `expand` puts objects for ids and overrides `include`."""
    include, expand = call.query.all("include"), call.query.all("expand")
    if include:
        kept = {"id", *include, *expand}
        shown = {name: value for name, value in shown.items() if name in kept}
    for name in expand:
        value = shown.get(name)
        if value is None or name not in EXPANDERS:
            continue
        expander = EXPANDERS[name]
        shown[name] = (
            [expander(call, id) for id in value] if isinstance(value, list) else expander(call, value)
        )
    return shown
