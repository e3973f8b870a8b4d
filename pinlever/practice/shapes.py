"""How people look on the wire: key order, nulls and blanks as in recorded answers of Lever."""

from .records import Application, Archived, Contact, Json, Opportunity, StageChange
from .routing import Call
from .world import World

# What the visitor's browser told when somebody applied.
BROWSER = ("ipAddress", "referer", "userAgent", "acceptLanguage", "timezone")
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
    """What somebody filled in on the job site is null where a user or the API made the application."""
    said = row.said or {}
    return {
        "id": row.id,
        "type": row.type,
        "candidateId": row.opportunity,
        "opportunityId": row.opportunity,
        "posting": row.posting,
        "postingHiringManager": row.hiring_manager,
        "postingOwner": row.owner,
        **{name: said.get(name) for name in ("name", "company", "phone", "email")},
        "links": said.get("links", []),
        "comments": said.get("comments"),
        "user": row.user,
        "customQuestions": said.get("customQuestions", []),
        "createdAt": row.created_at,
        "archived": archived(row.archived),
        "requisitionForHire": row.hired_for,
        **{name: said.get(name) for name in BROWSER},
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
