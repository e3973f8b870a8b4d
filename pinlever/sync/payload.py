"""What is sent to Lever about a person: always a lead, origin sourced, source Pin, our own link among the links."""

from collections.abc import Iterable
from datetime import datetime

from pinlever.connection.index import marker_link
from pinlever.lever.types import PHONE_TYPES, NewOpportunity, Phone
from pinlever.recruiting.facts import PersonFacts, PositionFact
from pinlever.recruiting.identity import linkedin_url, phone_key
from pinlever.recruiting.models import SourcedVia
from pinlever.sync.matching import SOURCE
from pinlever.sync.resume.document import ResumeDocument, ResumePosition
from pinlever.sync.subject import Subject


def opportunity_for(
    subject: Subject, facts: PersonFacts, *, performer: str, created_at: datetime, skills_as_tags: bool
) -> NewOpportunity:
    """A new person with their first opportunity. Emails and LinkedIn are exactly those claimed and looked up."""
    return NewOpportunity(
        name=facts.full_name,
        headline=headline(facts),
        location=location(facts),
        emails=subject.emails,
        phones=phones(subject, facts),
        links=(*(linkedin_url(slug) for slug in subject.linkedin), marker_link(subject.prospect.key)),
        tags=tuple(dict.fromkeys([*facts.tags, *(facts.skills if skills_as_tags else ())])),
        sources=(SOURCE,),
        posting_id=subject.posting_id or None,
        created_at=created_at,
        owner_id=performer,
    )


def further_opportunity_for(
    subject: Subject, contact_id: str, *, performer: str, created_at: datetime
) -> NewOpportunity:
    """One more opportunity of somebody in Lever: no contact details but our own link."""
    return NewOpportunity(
        links=(marker_link(subject.prospect.key),),
        sources=(SOURCE,),
        posting_id=subject.posting_id or None,
        created_at=created_at,
        owner_id=performer,
        contact_id=contact_id,
    )


def headline(facts: PersonFacts) -> str:
    """ "Title, Company" of the current position, else the headline as sourced."""
    return _listed(facts.current_title, facts.current_company) or facts.headline


def location(facts: PersonFacts) -> str:
    """ "City, State, Country" as far as known."""
    return _listed(facts.city, facts.state, facts.country)


def phones(subject: Subject, facts: PersonFacts) -> tuple[Phone, ...]:
    """Every phone with a type Lever knows, but those a person decided to leave out."""
    left_out = {value for kind, value in subject.left_out if kind == "phone"}
    return tuple(
        Phone(fact.type if fact.type in PHONE_TYPES else "other", fact.value)
        for fact in facts.phones
        if (phone_key(fact.value, fact.region) or fact.value) not in left_out
    )


def is_sourced_in_pin(facts: PersonFacts) -> bool:
    """Imported people have their own résumé; only people sourced in Pin get ours."""
    return facts.sourced_via == SourcedVia.PIN


def resume_for(subject: Subject, facts: PersonFacts) -> ResumeDocument:
    """The content of the résumé."""
    return ResumeDocument(
        name=facts.full_name,
        headline=headline(facts),
        emails=subject.emails,
        phones=tuple(phone.value for phone in phones(subject, facts)),
        links=tuple(linkedin_url(slug) for slug in subject.linkedin),
        location=location(facts),
        positions=tuple(_resume_positions(facts.positions)),
        skills=facts.skills,
        sourced_by=sourced_by(subject),
    )


def sourced_by(subject: Subject) -> str:
    """Who sourced the person, in words; the sourcer themselves, whoever stands in for them in Lever."""
    prospect = subject.prospect
    who = str(prospect.sourcer) if prospect.sourcer else prospect.sourcer_email
    return f"Sourced in Pin by {who}" if who else "Sourced in Pin"


def _resume_positions(positions: Iterable[PositionFact]) -> Iterable[ResumePosition]:
    for held in positions:
        until = held.ended or ("today" if held.started else "")
        period = " to ".join(part for part in (held.started, until) if part)
        yield ResumePosition(
            title=held.title, company=held.company, period=period, description=held.description
        )


def _listed(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
