"""A row that was read: what it says about a person, and the facts that recruiting takes. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from pinlever.imports.cells import Phone
from pinlever.imports.countries import region_of
from pinlever.recruiting.facts import EmailFact, PersonFacts, PhoneFact
from pinlever.recruiting.identity import clean_text, email_key, linkedin_key


@dataclass
class Draft:
    """The values of one row, filled in by the resource, field by field; names are those of headers.py."""

    name: str = ""
    first_name: str = ""
    last_name: str = ""
    emails: tuple[str, ...] = ()
    primary_emails: tuple[str, ...] = ()
    phones: tuple[Phone, ...] = ()
    linkedin: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    city: str = ""
    state: str = ""
    country: str = ""
    location: tuple[str, str, str] = ("", "", "")
    title: str = ""
    company: str = ""
    headline: str = ""
    skills: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sourced_by: str = ""
    sourced_at: datetime | None = None
    sourcing_tag: str = ""
    score: float | None = None
    lever_profile: str = ""
    notes: str = ""

    def __str__(self) -> str:
        return self.full_name() or next(iter(self.emails), "") or self.lever_profile

    def full_name(self) -> str:
        return self.name or " ".join(part for part in (self.first_name, self.last_name) if part)

    def keys(self) -> tuple[tuple[str, str], ...]:
        """What tells who this is, strong enough to join two rows by."""
        emails = (("email", email_key(value)) for value in self.primary_emails + self.emails)
        linkedin = (("LinkedIn profile", linkedin_key(value)) for value in (*self.linkedin, *self.links))
        lever = [("Lever profile", self.lever_profile)] if self.lever_profile else []
        return tuple(dict.fromkeys([(kind, key) for kind, key in (*emails, *linkedin) if key] + lever))

    def says_somebody(self) -> bool:
        return bool(self.full_name() or self.keys() or self.phones)


def facts_of(draft: Draft, *, sourced_via: str, source: str) -> PersonFacts:
    """The facts of a row. Where city, state and country have columns of their own, these count before the location."""
    place = (draft.city, draft.state, draft.country)
    city, state, country = place if any(place) else draft.location
    return PersonFacts(
        full_name=clean_text(draft.full_name(), 300),
        headline=draft.headline,
        city=city,
        state=state,
        country=country,
        current_title=draft.title,
        current_company=draft.company,
        skills=draft.skills,
        tags=draft.tags,
        linkedin_urls=_once(draft.linkedin + draft.links, linkedin_key),
        emails=_email_facts(draft, source),
        phones=_phone_facts(draft, source, region_of(country)),
        sourced_via=sourced_via,
        sourced_at=draft.sourced_at,
    )


def _email_facts(draft: Draft, source: str) -> tuple[EmailFact, ...]:
    primary = next(iter(draft.primary_emails), "")
    once = _once(draft.primary_emails + draft.emails, email_key)
    return tuple(EmailFact(value, source=source, is_primary=value == primary) for value in once)


def _phone_facts(draft: Draft, source: str, region: str | None) -> tuple[PhoneFact, ...]:
    once = {phone.key or phone.value: phone for phone in reversed(draft.phones)}
    return tuple(
        PhoneFact(phone.value, type=phone.type, source=source, region=region)
        for phone in reversed(once.values())
    )


def _once(values: Iterable[str], key: Callable[[str], str | None]) -> tuple[str, ...]:
    """The values without repeats, by their key; the first spelling stays."""
    found: dict[str, str] = {}
    for value in values:
        found.setdefault(key(value) or value, value)
    return tuple(found.values())
