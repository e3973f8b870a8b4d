"""How somebody comes into Lever, by the API, the job site or a user: contact found or made, then the opportunity.

Lever's own deduplication looks at email only, links to the known contact and still adds an opportunity.
"""

from dataclasses import dataclass, replace

from .pipeline import place_in_pipeline
from .records import Application, Archived, Contact, Json, Opportunity, Phone, StageChange
from .world import World

_TAG_CATEGORIES = ("department", "team", "location", "commitment")


@dataclass(frozen=True)
class Arrival:
    """Somebody about to come in, everything checked. `by` is the user who acts, if one does."""

    stage: Json
    origin: str
    created_at: int
    by: str | None
    name: str = ""
    headline: str = ""
    location: str = ""
    phones: tuple[Phone, ...] = ()
    emails: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    contact: Contact | None = None
    posting: Json | None = None
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    archived: Archived | None = None
    owner: str | None = None
    followers: tuple[str, ...] = ()
    opportunity_location: str | None = None
    application_type: str = "user"
    said: Json | None = None


def admit(world: World, arrival: Arrival) -> tuple[Opportunity, bool]:
    """Stores and announces them. The opportunity, and whether Lever knew the person."""
    contact, deduped = _contact(world, arrival)
    row = _opportunity(world, arrival, contact)
    world.store.put_opportunity(row)
    for application in row.applications:
        world.announce("applicationCreated", row, {"applicationId": application})
    return row, deduped


def _contact(world: World, arrival: Arrival) -> tuple[Contact, bool]:
    known = arrival.contact or _by_email(world, arrival)
    if known is None:
        return _new_contact(world, arrival), False
    links = () if world.switches["drop_links_on_dedupe"] else arrival.links
    enriched = known
    if world.switches["dedupe_enrichment"] or arrival.contact is not None:
        enriched = replace(
            known,
            name=known.name or arrival.name,
            headline=known.headline or arrival.headline,
            location=known.location or arrival.location,
            emails=_unseen(world, known, arrival.emails),
            phones=tuple(dict.fromkeys((*known.phones, *arrival.phones))),
            links=tuple(dict.fromkeys((*known.links, *links))),
        )
    if enriched != known:
        world.contact_changed(enriched)
    return enriched, True


def _by_email(world: World, arrival: Arrival) -> Contact | None:
    found = [contact for email in arrival.emails for contact in world.store.contacts_with(email)]
    return min(found, key=lambda contact: (contact.created_at, contact.id), default=None)


def _unseen(world: World, known: Contact, emails: tuple[str, ...]) -> tuple[str, ...]:
    by_canonical = {world.canonical(email): email for email in reversed(emails)}
    for email in known.emails:
        by_canonical.pop(world.canonical(email), None)
    return (*known.emails, *(email for email in emails if email in by_canonical.values()))


def _new_contact(world: World, arrival: Arrival) -> Contact:
    contact = Contact(
        id=world.new_id(),
        created_at=world.now_ms(),
        name=arrival.name,
        headline=arrival.headline,
        location=arrival.location,
        emails=tuple(dict.fromkeys(arrival.emails)),
        phones=arrival.phones,
        links=arrival.links,
    )
    world.store.put_contact(contact)
    world.deliveries.note("contactCreated", {"contactId": contact.id})
    return contact


def _opportunity(world: World, arrival: Arrival, contact: Contact) -> Opportunity:
    now, id = world.now_ms(), world.new_id()
    place = place_in_pipeline(world, arrival.stage)
    return Opportunity(
        id=id,
        contact=contact.id,
        stage=arrival.stage["id"],
        created_at=arrival.created_at,
        updated_at=now,
        # A moment after createdAt, as recorded.
        last_interaction_at=arrival.created_at + 2,
        last_advanced_at=arrival.created_at,
        confidentiality=arrival.posting["confidentiality"] if arrival.posting else "non-confidential",
        archived=arrival.archived,
        tags=_tags(arrival),
        sources=arrival.sources,
        stage_changes=(StageChange(arrival.stage["id"], place, now, arrival.by),),
        origin=arrival.origin,
        sourced_by=arrival.by if arrival.origin == "sourced" else None,
        owner=arrival.owner,
        followers=_followers(world, arrival),
        applications=_apply(world, arrival, id),
        opportunity_location=arrival.opportunity_location,
    )


def _tags(arrival: Arrival) -> tuple[str, ...]:
    """Their own, then what Lever adds of the posting."""
    added: list[str] = []
    if arrival.posting is not None:
        categories = arrival.posting["categories"]
        added = [arrival.posting["text"], *(categories[name] for name in _TAG_CATEGORIES if categories[name])]
    return tuple(dict.fromkeys((*arrival.tags, *added)))


def _followers(world: World, arrival: Arrival) -> tuple[str, ...]:
    found = [*arrival.followers, *(arrival.posting["followers"] if arrival.posting else [])]
    creator = world.store.documents["user"].get(arrival.by or "")
    rule = world.switches["creator_follows"]
    if creator is not None and (
        rule == "always" or (rule == "unless interviewer" and creator["accessRole"] != "interviewer")
    ):
        found.insert(0, creator["id"])
    return tuple(dict.fromkeys(found))


def _apply(world: World, arrival: Arrival, opportunity: str) -> tuple[str, ...]:
    if arrival.posting is None:
        return ()
    application = Application(
        id=world.new_id(),
        opportunity=opportunity,
        posting=arrival.posting["id"],
        user=arrival.by,
        owner=arrival.posting["owner"],
        hiring_manager=arrival.posting["hiringManager"],
        created_at=arrival.created_at,
        archived=arrival.archived,
        type=arrival.application_type,
        said=arrival.said,
    )
    world.store.put_application(application)
    return (application.id,)


def default_location(posting: Json | None) -> str | None:
    """A posting with one location gives it; one with several leaves it unspecified."""
    if posting is None:
        return None
    offered = posting["categories"]["allLocations"]
    return str(offered[0]) if len(offered) == 1 else "unspecified"
