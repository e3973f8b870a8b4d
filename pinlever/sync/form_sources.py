"""What of ours can fill a field of Lever's form, and its value for one person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pinlever.connection.marker import marker_link
from pinlever.recruiting.facts import PersonFacts
from pinlever.recruiting.linkedin import linkedin_key, linkedin_url
from pinlever.recruiting.models import Prospect
from pinlever.recruiting.services import family, known_facts
from pinlever.sync import payload
from pinlever.sync.form_filling import DATE, LIST, TEXT, YES_NO, FormField, Value
from pinlever.sync.key_words import LABELS, kinds_told
from pinlever.sync.models import SyncRecord

NEW = "Nobody in Lever had their email or LinkedIn profile"
DEDUPED = "Lever knew their email"
THERE = "In Lever already"


@dataclass(frozen=True)
class Person:
    """`record` is missing in a preview of somebody who is on no way yet."""

    prospect: Prospect
    facts: PersonFacts
    record: SyncRecord | None


@dataclass(frozen=True)
class Source:
    """`kind` says which types of fields it fits (form_filling.FITS); `names` are what such fields are often called."""

    label: str
    kind: str
    read: Callable[[Person], Value]
    names: tuple[str, ...] = ()


def _sourced_by(person: Person) -> Value:
    return str(person.prospect.sourcer) if person.prospect.sourcer else person.prospect.sourcer_email


def _how_matched(person: Person) -> Value:
    record = person.record
    matched = kinds_told(key for key in record.matched_on if key[0] in LABELS) if record else ""
    if matched:
        return f"Matched on {matched}"
    if record is not None and record.was_deduped:
        return DEDUPED
    return THERE if record is not None and not record.created_by_us else NEW


def _linkedin(person: Person) -> Value:
    keys = (linkedin_key(url) for url in person.facts.linkedin_urls)
    return next((linkedin_url(key) for key in keys if key), "")


SOURCES: Mapping[str, Source] = {
    "sourced_by": Source("Who sourced them", TEXT, _sourced_by, ("sourced by", "sourcer", "recruiter")),
    "sourced_on": Source(
        "When they were sourced",
        DATE,
        lambda person: person.prospect.sourced_at or person.prospect.created_at,
        ("sourced on", "sourced at", "sourcing date", "date sourced"),
    ),
    "pin_link": Source(
        "Link to their profile in Pin",
        TEXT,
        lambda person: marker_link(person.prospect.key),
        ("pin profile", "pin link", "profile link", "pin url"),
    ),
    "pin_id": Source(
        "Their id in Pin",
        TEXT,
        lambda person: str(person.prospect.key),
        ("external id", "pin id", "candidate id"),
    ),
    "job": Source("Job in Pin", TEXT, lambda person: person.prospect.job.title, ("job", "role", "pin job")),
    "outreach_status": Source(
        "How far outreach got",
        TEXT,
        lambda person: Prospect.Stage(person.prospect.outreach_stage).label,
        ("outreach status", "outreach", "status"),
    ),
    "how_matched": Source(
        "How they were matched with Lever", TEXT, _how_matched, ("matched on", "how matched", "match")
    ),
    "headline": Source(
        "Headline",
        TEXT,
        lambda person: payload.headline(person.facts),
        ("headline", "current position"),
    ),
    "title": Source(
        "Current title", TEXT, lambda person: person.facts.current_title, ("title", "current title")
    ),
    "company": Source(
        "Current company",
        TEXT,
        lambda person: person.facts.current_company,
        ("company", "current company", "employer"),
    ),
    "location": Source("Location", TEXT, lambda person: payload.location(person.facts), ("location", "city")),
    "linkedin": Source("LinkedIn profile", TEXT, _linkedin, ("linkedin", "linkedin profile", "linkedin url")),
    "skills": Source("Skills", LIST, lambda person: person.facts.skills, ("skills", "key skills")),
    "tags": Source("Tags", LIST, lambda person: person.facts.tags, ("tags",)),
    "sourced_in_pin": Source(
        "Whether they were sourced in Pin",
        YES_NO,
        lambda person: "yes" if payload.is_sourced_in_pin(person.facts) else "no",
        ("sourced in pin",),
    ),
}


def values_of(prospect: Prospect, record: SyncRecord | None) -> dict[str, Value]:
    """By source. `prospect` comes with candidate, job and sourcer; a few queries."""
    person = Person(prospect, known_facts(family(prospect.candidate)), record)
    return {code: source.read(person) for code, source in SOURCES.items()}


def suggested(field: FormField) -> str:
    """The source whose usual name the field bears, "" for none."""
    name = field.text.strip().casefold()
    fitting = (code for code, each in SOURCES.items() if each.kind in field.kinds and name in each.names)
    return next(fitting, "")
