"""What hangs on an opportunity and has no way in through the API: offers, referrals, what users do by hand.

`example` fills a fresh account with a few people who have some of everything, to try flows with.
"""

from collections.abc import Callable
from typing import Any

from .bodies import FilePart
from .credentials import SUPER_ADMIN
from .errors import bad_request
from .files import store_file
from .notes import write_by_hand
from .offers import STATUSES
from .pipeline import change_stage
from .query import Query
from .records import Json, Opportunity
from .scheduling import NO_FEEDBACK, shown_panel, store_interview
from .seed import posting_id, seed_id, stage_id, user_id
from .staging import add_people, known_opportunity
from .world import World

Command = Callable[[World, Json, Query], Any]
HOUR_MS = 3600 * 1000


def put_offer(world: World, given: Json, query: Query) -> Json:
    """{"opportunity", "status", "offer"?, "fields"?: {identifier: value}, "by"?}: a new offer, or changes of one.
    From "sent" on there is a document to download, from "signed" on a signed one."""
    row, now = known_opportunity(world, given["opportunity"]), world.now_ms()
    status = str(given.get("status", "draft"))
    if status not in STATUSES:
        raise bad_request(f"status is none of {', '.join(STATUSES)}: {status}")
    held = world.store.documents["offer"].get(str(given.get("offer")))
    offer = held or _new_offer(world, row, given.get("by") or SUPER_ADMIN)
    fields = {"salary_amount": 60000, "salary_currency": "EUR", **given.get("fields", {})}
    approved = status not in ("draft", "approval-sent")
    sent = approved and status != "approved"
    offer = {
        **offer,
        "status": status,
        "fields": [
            {"text": _titled(name), "identifier": name, "value": value} for name, value in fields.items()
        ],
        "approved": approved,
        "approvedAt": offer["approvedAt"] or (now if approved else None),
        "sentAt": offer["sentAt"] or (now if sent else None),
    }
    for document, there in (("sent", sent), ("signed", status == "signed")):
        if there and document not in offer["_documents"]:
            offer["_documents"] = {**offer["_documents"], document: _document(world, row, document)}
    return world.store.put("offer", offer)


def _new_offer(world: World, row: Opportunity, creator: str) -> Json:
    applications = [world.store.applications[id] for id in row.applications]
    return {
        "id": world.new_id(),
        "posting": applications[0].posting if applications else None,
        "createdAt": world.now_ms(),
        "status": "draft",
        "creator": creator,
        "fields": [],
        "signatures": {},
        "approved": False,
        "approvedAt": None,
        "sentAt": None,
        "_opportunity": row.id,
        "_documents": {},
    }


def _titled(identifier: str) -> str:
    return identifier.replace("_", " ").capitalize()


def _document(world: World, row: Opportunity, kind: str) -> Json:
    blob = world.new_id()
    name = world.store.contacts[row.contact].name
    world.store.put_blob(blob, b"%PDF-1.4\n% An offer that was " + kind.encode() + b"\n%%EOF\n")
    return {"fileName": f"Offer for {name}, {kind}.pdf", "uploadedAt": world.now_ms(), "blob": blob}


def put_referral(world: World, given: Json, query: Query) -> Json:
    """{"opportunity", "referrer"?, "why"?}: somebody at the company knows the person."""
    row, now = known_opportunity(world, given["opportunity"]), world.now_ms()
    referrer = given.get("referrer") or user_id("tomasz")
    field: Json = {"type": "textarea", "text": "How do you know this person?", "description": ""}
    field |= {"id": seed_id("referral_field", "how"), "required": False, "value": given.get("why", "")}
    referral: Json = {
        "id": world.new_id(),
        "type": "referral",
        "text": "Referral",
        "instructions": "",
        "fields": [field],
        "baseTemplateId": seed_id("referral_template", "referral"),
        "user": referrer,
        "referrer": referrer,
        "stage": row.stage,
        "createdAt": now,
        "completedAt": now,
        "_opportunity": row.id,
    }
    return world.store.put("referral", referral)


def put_interview(world: World, given: Json, query: Query) -> Json:
    """{"opportunity", "interviewers"?: user ids, "date"?, "duration"?, "subject"?}: scheduled in Lever's own pages,
    so that the API may only read the panel."""
    row = known_opportunity(world, given["opportunity"])
    people = given.get("interviewers") or [user_id("jonas")]
    panel: Json = {
        "id": world.new_id(),
        "applications": list(row.applications),
        "externalUrl": None,
        "feedbackReminder": "daily",
        "note": None,
        "timezone": given.get("timezone", "Europe/Oslo"),
        "createdAt": world.now_ms(),
        "externallyManaged": False,
        "stage": row.stage,
        "user": given.get("by") or SUPER_ADMIN,
        "_opportunity": row.id,
    }
    interview = {
        "subject": given.get("subject", "Interview"),
        "note": None,
        "location": None,
        "feedbackTemplate": None,
        "date": int(given.get("date") or world.now_ms() + 24 * HOUR_MS),
        "duration": int(given.get("duration", 45)),
        "interviewers": [{"id": id, "feedbackTemplate": NO_FEEDBACK} for id in people],
        "feedbackReminder": "daily",
    }
    world.store.put("panel", panel)
    store_interview(world, panel, interview, panel["user"], row.stage)
    world.interact(row)
    return shown_panel(world, panel)


def put_note(world: World, given: Json, query: Query) -> Json:
    """{"opportunity", "value", "by"?}: a note written in Lever's own pages."""
    row = known_opportunity(world, given["opportunity"])
    return write_by_hand(world, row, str(given["value"]), given.get("by") or SUPER_ADMIN)


EXAMPLES: tuple[Json, ...] = (
    {"name": "Noor Haddad", "headline": "Nordlys Energi", "location": "Oslo, Norway", "stage": "on-site"},
    {"name": "Lucas Meyer", "headline": "Fjord Robotics", "location": "Lisbon, Portugal", "stage": "offer"},
    {"name": "Priya Nair", "headline": "Tidal Labs", "location": "London", "stage": "lead-responded"},
)


def example(world: World, given: Json, query: Query) -> Json:
    """Three people: one with interviews, one with an offer, one who was referred; all with a note and a file."""
    slugs = ("backend-engineer", "product-designer", "backend-engineer")
    people = [_example(row, slug) for row, slug in zip(EXAMPLES, slugs, strict=True)]
    added: Json = add_people(world, {"people": people, "announce": True}, query)
    ids = [row["opportunities"][0] for row in added["data"]]
    for id in ids:
        put_note(world, {"opportunity": id, "value": "Spoke on the phone, keen to hear more."}, query)
        store_file(world, id, FilePart("portfolio.pdf", b"%PDF-1.4\n%%EOF\n"), SUPER_ADMIN)
    put_interview(world, {"opportunity": ids[0], "subject": "Technical interview"}, query)
    put_offer(world, {"opportunity": ids[1], "status": "sent"}, query)
    put_referral(world, {"opportunity": ids[2], "why": "We worked together."}, query)
    reached = world.store.documents["stage"]["lead-responded"]
    change_stage(world, world.store.opportunities[ids[2]], reached, SUPER_ADMIN)
    return added


def _example(row: Json, slug: str) -> Json:
    mail = f"{row['name'].lower().replace(' ', '.')}@people.example"
    stage = stage_id(row["stage"])
    first = "lead-new" if stage == "lead-responded" else stage
    known: Json = {"emails": [mail], "links": [f"https://www.linkedin.com/in/{mail.split('@')[0]}"]}
    return {**row, **known, "stage": first, "posting": posting_id(slug), "sources": ["LinkedIn"]}


COMMANDS: dict[str, Command] = {
    "offers": put_offer,
    "referrals": put_referral,
    "interviews": put_interview,
    "notes": put_note,
    "example": example,
}
