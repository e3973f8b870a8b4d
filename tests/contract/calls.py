"""Every call the client can make, with good arguments, so that each can be met with every fault."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pinlever.lever.client import LeverClient
from pinlever.lever.types import Note, ResumeFile
from pinlever.practice import seed

from .server import AUD, POSTING, created, new

PDF = ResumeFile("cv.pdf", b"%PDF-1.4 a file")
TEMPLATE = seed.form_template_id("sourcing-data")
FIELDS: list[dict[str, Any]] = [
    {"type": "text", "text": "External id", "value": "p-1"},
    {"type": "date", "text": "Sourced on", "value": None},
    {"type": "textarea", "text": "Why this person", "value": None},
    {"type": "dropdown", "text": "Fit", "value": None},
]


@dataclass(frozen=True)
class Ids:
    """Of things that are there for the calls to work on."""

    opportunity: str
    contact: str
    note: str
    webhook: str


Call = Callable[[LeverClient, Ids], Any]

READS: dict[str, Call] = {
    "opportunities": lambda client, ids: list(client.opportunities()),
    "opportunity_page": lambda client, ids: client.opportunity_page(),
    "opportunity": lambda client, ids: client.opportunity(ids.opportunity),
    "deleted_opportunities": lambda client, ids: list(client.deleted_opportunities()),
    "contact": lambda client, ids: client.contact(ids.contact),
    "notes": lambda client, ids: list(client.notes(ids.opportunity)),
    "note": lambda client, ids: client.note(ids.opportunity, ids.note),
    "files": lambda client, ids: list(client.files(ids.opportunity)),
    "resumes": lambda client, ids: list(client.resumes(ids.opportunity)),
    "feedback": lambda client, ids: list(client.feedback(ids.opportunity)),
    "interviews": lambda client, ids: list(client.interviews(ids.opportunity)),
    "forms": lambda client, ids: list(client.forms(ids.opportunity)),
    "form_templates": lambda client, ids: list(client.form_templates()),
    "form_template": lambda client, ids: client.form_template(TEMPLATE),
    "postings": lambda client, ids: list(client.postings()),
    "posting": lambda client, ids: client.posting(POSTING),
    "stages": lambda client, ids: list(client.stages()),
    "disposition_stages": lambda client, ids: client.disposition_stages(),
    "archive_reasons": lambda client, ids: list(client.archive_reasons()),
    "users": lambda client, ids: list(client.users()),
    "user": lambda client, ids: client.user(AUD),
    "sources": lambda client, ids: list(client.sources()),
    "tags": lambda client, ids: list(client.tags()),
    "webhooks": lambda client, ids: list(client.webhooks()),
}
WRITES: dict[str, Call] = {
    "create_opportunity": lambda client, ids: client.create_opportunity(new("Two"), perform_as=AUD),
    "set_stage": lambda client, ids: client.set_stage(ids.opportunity, "offer"),
    "archive": lambda client, ids: client.archive(ids.opportunity, seed.archive_reason_id("withdrew")),
    "add_links": lambda client, ids: client.add_links(ids.opportunity, ["x.example"]),
    "remove_links": lambda client, ids: client.remove_links(ids.opportunity, ["x.example"]),
    "add_tags": lambda client, ids: client.add_tags(ids.opportunity, ["a"]),
    "remove_tags": lambda client, ids: client.remove_tags(ids.opportunity, ["a"]),
    "add_sources": lambda client, ids: client.add_sources(ids.opportunity, ["a"]),
    "update_contact": lambda client, ids: client.update_contact(ids.contact, location="Oslo"),
    "create_note": lambda client, ids: client.create_note(ids.opportunity, "Hello"),
    "update_note": lambda client, ids: client.update_note(
        ids.opportunity, Note.parse({"id": ids.note}), "Changed"
    ),
    "delete_note": lambda client, ids: client.delete_note(ids.opportunity, ids.note),
    "upload_file": lambda client, ids: client.upload_file(ids.opportunity, PDF, perform_as=AUD),
    "create_form": lambda client, ids: client.create_form(ids.opportunity, TEMPLATE, FIELDS),
    "create_webhook": lambda client, ids: client.create_webhook("contactCreated", "https://x.example/h"),
    "delete_webhook": lambda client, ids: client.delete_webhook(ids.webhook),
}
CALLS = {**READS, **WRITES}
# Their answers hold nothing, and a fault that spoils the answer alone does not reach them.
WITHOUT_ANSWER = frozenset({"delete_note", "delete_webhook"})


def prepared(client: LeverClient) -> Ids:
    opportunity = client.opportunity(created(client))
    return Ids(
        opportunity.id,
        opportunity.contact_id or "",
        client.create_note(opportunity.id, "Hello").id,
        client.create_webhook("contactCreated", "https://x.example/h").id,
    )
