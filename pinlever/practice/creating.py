"""POST /opportunities: everything is checked first, then the contact found or made, then the opportunity.

Lever's own deduplication looks at email only, links to the known contact and still adds an opportunity.
"""

from dataclasses import dataclass, replace

from . import shapes
from .bodies import Body, FilePart
from .contacts import phones_of, with_scheme
from .errors import bad_request, forbidden, not_found
from .files import MAX_FILE, store_file, store_resume
from .records import Application, Archived, Contact, Json, Opportunity, Phone, StageChange
from .routing import REQUIRED, Call, Reply, Route, data
from .world import World

ORIGINS = ("agency", "applied", "internal", "referred", "sourced", "university")
_TAG_CATEGORIES = ("department", "team", "location", "commitment")


@dataclass(frozen=True)
class Asked:
    """The body after all checks."""

    body: Body
    contact: Contact | None
    posting: Json | None
    stage: Json
    origin: str
    phones: tuple[Phone, ...]
    emails: tuple[str, ...]
    links: tuple[str, ...]
    created_at: int
    archived: Archived | None
    owner: str | None
    followers: list[str]
    resume: FilePart | None
    files: list[FilePart]
    opportunity_location: str | None


def create_opportunity(call: Call) -> Reply:
    asked = _check(call)
    contact, deduped = _contact(call.world, asked)
    row = _opportunity(call, asked, contact)
    call.world.store.put_opportunity(row)
    if asked.resume is not None:
        store_resume(call.world, row.id, asked.resume)
    for part in asked.files:
        store_file(call.world, row.id, part)
    if row.applications:
        application = {"applicationId": row.applications[0]}
        call.world.announce("applicationCreated", row, application)
    call.entry.opportunity, call.entry.contact, call.entry.deduped = row.id, contact.id, deduped
    return data(shapes.written(call, row, blank=False), 201, deduped=deduped)


def _check(call: Call) -> Asked:
    body, world = call.body, call.world
    posting = _posting(call)
    for user in (followers := body.texts("followers")):
        call.known("user", "users", user)
    created_at = _created_at(world, body)
    resume = body.file("resumeFile")
    if call.query.flag("parse") and resume is None:
        raise bad_request("parse needs a resumeFile")
    if resume is not None and world.switches["refuse_resumes"]:
        raise bad_request("resumeFile could not be processed")
    files = [*body.files.get("files", []), *body.files.get("files[]", [])]
    if any(len(part.content) > MAX_FILE for part in [*files, *([resume] if resume else [])]):
        raise bad_request("A file is larger than 30 MB")
    return Asked(
        body=body,
        contact=_named_contact(call),
        posting=posting,
        stage=call.known("stage", "stages", body.text("stage") or "lead-new"),
        origin=_origin(body),
        phones=phones_of(world, body),
        emails=tuple(email.strip() for email in body.texts("emails") if email.strip()),
        links=tuple(with_scheme(link) for link in body.texts("links") if link.strip()),
        created_at=created_at,
        archived=_archived(call, created_at),
        owner=_owner(call, posting),
        followers=followers,
        resume=resume,
        files=files,
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
    return given or (offered[0] if len(offered) == 1 else "unspecified")


def _contact(world: World, asked: Asked) -> tuple[Contact, bool]:
    """The person this opportunity is for, stored; and whether Lever knew them."""
    known = asked.contact or _by_email(world, asked)
    if known is None:
        return _new_contact(world, asked), False
    links = () if world.switches["drop_links_on_dedupe"] else asked.links
    enriched = known
    if world.switches["dedupe_enrichment"] or asked.contact is not None:
        enriched = replace(
            known,
            name=known.name or asked.body.text("name") or "",
            headline=known.headline or asked.body.text("headline") or "",
            location=known.location or asked.body.text("location") or "",
            emails=_unseen(world, known, asked.emails),
            phones=tuple(dict.fromkeys((*known.phones, *asked.phones))),
            links=tuple(dict.fromkeys((*known.links, *links))),
        )
    if enriched != known:
        world.contact_changed(enriched)
    return enriched, True


def _by_email(world: World, asked: Asked) -> Contact | None:
    found = [contact for email in asked.emails for contact in world.store.contacts_with(email)]
    return min(found, key=lambda contact: (contact.created_at, contact.id), default=None)


def _unseen(world: World, known: Contact, emails: tuple[str, ...]) -> tuple[str, ...]:
    by_canonical = {world.canonical(email): email for email in reversed(emails)}
    for email in known.emails:
        by_canonical.pop(world.canonical(email), None)
    return (*known.emails, *(email for email in emails if email in by_canonical.values()))


def _new_contact(world: World, asked: Asked) -> Contact:
    contact = Contact(
        id=world.new_id(),
        created_at=world.now_ms(),
        name=asked.body.text("name") or "",
        headline=asked.body.text("headline") or "",
        location=asked.body.text("location") or "",
        emails=tuple(dict.fromkeys(asked.emails)),
        phones=asked.phones,
        links=asked.links,
    )
    world.store.put_contact(contact)
    world.deliveries.note("contactCreated", {"contactId": contact.id})
    return contact


def _opportunity(call: Call, asked: Asked, contact: Contact) -> Opportunity:
    now, id, user = call.world.now_ms(), call.world.new_id(), call.perform_as
    index = place_in_pipeline(call.world, asked.stage)
    return Opportunity(
        id=id,
        contact=contact.id,
        stage=asked.stage["id"],
        created_at=asked.created_at,
        updated_at=now,
        # A moment after createdAt, as recorded.
        last_interaction_at=asked.created_at + 2,
        last_advanced_at=asked.created_at,
        confidentiality=asked.posting["confidentiality"] if asked.posting else "non-confidential",
        archived=asked.archived,
        tags=_tags(asked),
        sources=tuple(dict.fromkeys(asked.body.texts("sources"))),
        stage_changes=(StageChange(asked.stage["id"], index, now, user),),
        origin=asked.origin,
        sourced_by=user if asked.origin == "sourced" else None,
        owner=asked.owner,
        followers=_followers(call, asked),
        applications=_apply(call, asked, id),
        opportunity_location=asked.opportunity_location,
    )


def _tags(asked: Asked) -> tuple[str, ...]:
    """The request's own, then what Lever adds of the posting."""
    added: list[str] = []
    if asked.posting is not None:
        categories = asked.posting["categories"]
        added = [asked.posting["text"], *(categories[name] for name in _TAG_CATEGORIES if categories[name])]
    return tuple(dict.fromkeys((*asked.body.texts("tags"), *added)))


def _followers(call: Call, asked: Asked) -> tuple[str, ...]:
    found = [*asked.followers, *(asked.posting["followers"] if asked.posting else [])]
    creator = call.world.store.documents["user"][call.perform_as or ""]
    rule = call.world.switches["creator_follows"]
    if rule == "always" or (rule == "unless interviewer" and creator["accessRole"] != "interviewer"):
        found.insert(0, creator["id"])
    return tuple(dict.fromkeys(found))


def _apply(call: Call, asked: Asked, opportunity: str) -> tuple[str, ...]:
    if asked.posting is None:
        return ()
    application = Application(
        id=call.world.new_id(),
        opportunity=opportunity,
        posting=asked.posting["id"],
        user=call.perform_as,
        owner=asked.posting["owner"],
        hiring_manager=asked.posting["hiringManager"],
        created_at=asked.created_at,
        archived=asked.archived,
    )
    call.world.store.put_application(application)
    return (application.id,)


def place_in_pipeline(world: World, stage: Json) -> int:
    """0-based, inside the stage's own pipeline."""
    fellows = [row for row in world.store.documents["stage"].values() if row["pipeline"] == stage["pipeline"]]
    return sorted(row["rank"] for row in fellows).index(stage["rank"])


ROUTES = (Route("POST", "/opportunities", create_opportunity, "opportunities:write:admin", REQUIRED),)
