"""POST /opportunities: everything is checked before anything is stored."""

from . import shapes
from .admitting import Arrival, admit, default_location
from .bodies import Body, FilePart
from .contacts import phones_of, with_scheme
from .errors import bad_request, forbidden, not_found
from .files import MAX_FILE, store_file, store_resume
from .records import Archived, Contact, Json
from .routing import REQUIRED, Call, Reply, Route, data
from .world import World

ORIGINS = ("agency", "applied", "internal", "referred", "sourced", "university")


def create_opportunity(call: Call) -> Reply:
    resume, files = _attached(call)
    row, deduped = admit(call.world, _arrival(call))
    if resume is not None:
        store_resume(call.world, row.id, resume)
    for part in files:
        store_file(call.world, row.id, part, call.perform_as)
    call.entry.opportunity, call.entry.contact, call.entry.deduped = row.id, row.contact, deduped
    return data(shapes.written(call, row, blank=False), 201, deduped=deduped)


def _attached(call: Call) -> tuple[FilePart | None, list[FilePart]]:
    resume = call.body.file("resumeFile")
    if call.query.flag("parse") and resume is None:
        raise bad_request("parse needs a resumeFile")
    if resume is not None and call.world.switches["refuse_resumes"]:
        raise bad_request("resumeFile could not be processed")
    files = [*call.body.files.get("files", []), *call.body.files.get("files[]", [])]
    if any(len(part.content) > MAX_FILE for part in [*files, *([resume] if resume else [])]):
        raise bad_request("A file is larger than 30 MB")
    return resume, files


def _arrival(call: Call) -> Arrival:
    body, world = call.body, call.world
    posting = _posting(call)
    for user in (followers := body.texts("followers")):
        call.known("user", "users", user)
    created_at = _created_at(world, body)
    return Arrival(
        stage=call.known("stage", "stages", body.text("stage") or "lead-new"),
        origin=_origin(body),
        created_at=created_at,
        by=call.perform_as,
        name=body.text("name") or "",
        headline=body.text("headline") or "",
        location=body.text("location") or "",
        phones=phones_of(world, body),
        emails=tuple(email.strip() for email in body.texts("emails") if email.strip()),
        links=tuple(with_scheme(link) for link in body.texts("links") if link.strip()),
        contact=_named_contact(call),
        posting=posting,
        tags=tuple(body.texts("tags")),
        sources=tuple(dict.fromkeys(body.texts("sources"))),
        archived=_archived(call, created_at),
        owner=_owner(call, posting),
        followers=tuple(followers),
        opportunity_location=_location(body, posting),
    )


def _posting(call: Call) -> Json | None:
    ids = call.body.texts("postings")
    if len(ids) > 1:
        raise bad_request("Only one posting is allowed")
    if not ids:
        return None
    posting = call.known("posting", "postings", ids[0])
    if posting["confidentiality"] == "confidential" and not call.credential.confidential:
        raise forbidden("These credentials have no access to confidential postings.")
    return posting


def _named_contact(call: Call) -> Contact | None:
    id = call.body.text("contact")
    if id is None:
        return None
    contact = call.world.store.contacts.get(id)
    if contact is None:
        raise not_found("contacts", id)
    if contact.is_anonymized:
        raise bad_request("The contact is anonymized")
    return contact


def _origin(body: Body) -> str:
    origin = body.text("origin") or "sourced"
    if origin not in ORIGINS:
        raise bad_request(f"origin is none of {', '.join(ORIGINS)}: {origin}")
    return origin


def _created_at(world: World, body: Body) -> int:
    now, given = world.now_ms(), body.ms("createdAt")
    if given is not None and given > now:
        raise bad_request("createdAt is in the future")
    if given is None or world.switches["created_at"] == "ignore":
        return now
    return given - given % 1000 if world.switches["created_at"] == "round" else given


def _archived(call: Call, created_at: int) -> Archived | None:
    given = call.body.object("archived")
    if not given or not given.get("reason"):
        return None  # archivedAt alone is ignored
    reason = call.known("archive_reason", "archive_reasons", str(given["reason"]))
    at = call.body.milliseconds("archivedAt", given.get("archivedAt"))
    if at is not None and (call.body.ms("createdAt") is None or created_at >= at):
        raise bad_request("archivedAt needs an earlier createdAt")
    return Archived(reason["id"], call.world.now_ms() if at is None else at)


def _owner(call: Call, posting: Json | None) -> str | None:
    if call.query.flag("perform_as_posting_owner"):
        if posting is None:
            raise bad_request("perform_as_posting_owner needs exactly one posting")
        return posting["owner"] or call.perform_as
    owner = call.body.text("owner")
    if owner is not None:
        call.known("user", "users", owner)
    return owner or call.perform_as


def _location(body: Body, posting: Json | None) -> str | None:
    if posting is None:
        return None
    offered = posting["categories"]["allLocations"]
    given = body.text("opportunityLocation")
    if given is not None and given != "unspecified" and given not in offered:
        raise bad_request(f"opportunityLocation is not a location of the posting: {given}")
    return given or default_location(posting)


ROUTES = (Route("POST", "/opportunities", create_opportunity, "opportunities:write:admin", REQUIRED),)
