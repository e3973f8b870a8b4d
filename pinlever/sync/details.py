"""Details of a person as plain values, and what becomes of new ones under the rules: pure, no database, no network.

Nothing overwrites: a single value only fills a blank, a list only grows, and what Lever lost by our writing comes back.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from pinlever.lever.types import NewOpportunity, Opportunity, Phone
from pinlever.recruiting.identity import email_key, linkedin_key, phone_key
from pinlever.sync.models import Policy

SINGLE = ("headline", "location")
LISTS = ("emails", "phones", "links", "tags")
FIELDS = (*LISTS, *SINGLE)
OF_CONTACT = ("emails", "phones", "headline", "location")  # written by one PUT of the contact
Number = tuple[str, str]  # type, value


@dataclass(frozen=True)
class Details:
    """Emails, phones as (type, number), links and tags, headline and location."""

    emails: tuple[str, ...] = ()
    phones: tuple[Number, ...] = ()
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    headline: str = ""
    location: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in FIELDS)

    def to_json(self) -> dict[str, Any]:
        """What is empty is left out."""
        told = {name: getattr(self, name) for name in FIELDS}
        return {
            name: [list(one) if isinstance(one, tuple) else one for one in value]
            if isinstance(value, tuple)
            else value
            for name, value in told.items()
            if value
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        known = {each.name: told[each.name] for each in fields(cls) if each.name in told}
        for name in LISTS:
            if name in known:
                known[name] = tuple(tuple(one) if isinstance(one, list) else one for one in known[name])
        return cls(**known)

    @classmethod
    def of(cls, there: Opportunity | NewOpportunity) -> Self:
        """As Lever has them, or was sent them."""
        return cls(
            emails=there.emails,
            phones=tuple((one.type, one.value) for one in there.phones),
            links=there.links,
            tags=there.tags,
            headline=there.headline,
            location=there.location,
        )


@dataclass(frozen=True)
class Additions:
    """What is to be added, and what is not with the reason: (field, value, why)."""

    details: Details = field(default_factory=Details)
    left_out: tuple[tuple[str, str, str], ...] = ()


IS_THERE = "is in Lever already"
HAS_ANOTHER = "Lever has another one, and nothing overwrites"
OF_SOMEBODY_ELSE = "belongs to somebody else in Lever"
NOT_ALLOWED = "the rule says never"


def additions(
    new: Details, there: Details, policies: Mapping[str, str], *, taken: Callable[[str], bool]
) -> Additions:
    """What of `new` is added to what is `there`. `taken`: whether an email is another person's in Lever."""
    found: dict[str, Any] = {}
    left_out: list[tuple[str, str, str]] = []
    for name in FIELDS:
        wanted = getattr(new, name)
        values = without(name, wanted, ()) if name in LISTS else ([wanted] if wanted else [])
        fits = []
        for value in values:
            why = _why_not(name, value, there, policies.get(name, Policy.NEVER), taken)
            if why == "":
                fits.append(value)
            elif why != IS_THERE:
                left_out.append((name, said(value), why))
        if fits:
            found[name] = tuple(fits) if name in LISTS else fits[0]
    return Additions(Details(**found), tuple(left_out))


def lost(before: Details, after: Details, meanwhile: Iterable[Details] = ()) -> Details:
    """What was there before our writing, or came meanwhile, and is there no more: it has to come back.

    A single value that somebody changed is theirs; one that went blank is not.
    """
    found: dict[str, Any] = {}
    for name in LISTS:
        had = [value for one in (before, *meanwhile) for value in getattr(one, name)]
        if gone := without(name, dict.fromkeys(had), getattr(after, name)):
            found[name] = gone
    for name in SINGLE:
        if getattr(before, name) and not getattr(after, name):
            found[name] = getattr(before, name)
    return Details(**found)


def together(one: Details, other: Details) -> Details:
    """Both: lists united, single values of the first that has one."""
    lists: dict[str, Any] = {
        name: (*getattr(one, name), *without(name, getattr(other, name), getattr(one, name)))
        for name in LISTS
    }
    singles: dict[str, Any] = {name: getattr(one, name) or getattr(other, name) for name in SINGLE}
    return Details(**lists, **singles)


def less(one: Details, other: Details) -> Details:
    """What the first has and the second has not; a single value counts as had once there was any."""
    lists: dict[str, Any] = {name: without(name, getattr(one, name), getattr(other, name)) for name in LISTS}
    singles: dict[str, Any] = {name: "" if getattr(other, name) else getattr(one, name) for name in SINGLE}
    return Details(**lists, **singles)


def common(one: Details, other: Details) -> Details:
    """What both have, as the first spells it."""
    return less(one, less(one, other))


def without(name: str, values: Iterable[Any], known: Iterable[Any]) -> tuple[Any, ...]:
    """Those of the values that are not known, each once, however they are spelt."""
    seen = {key_of(name, value) for value in known}
    found = []
    for value in values:
        key = key_of(name, value)
        if key not in seen:
            seen.add(key)
            found.append(value)
    return tuple(found)


def key_of(name: str, value: Any) -> str:
    """The same for two spellings of the same thing."""
    if name == "emails":
        return email_key(value) or value.strip().casefold()
    if name == "phones":
        return phone_key(value[1], None) or "".join(filter(str.isdigit, value[1])) or value[1]
    if name == "links":
        bare = value.strip().casefold().removeprefix("https://").removeprefix("http://")
        return linkedin_key(value) or bare.removeprefix("www.").rstrip("/")
    return str(value).strip().casefold()


def phones_of(details: Details) -> list[Phone]:
    """As the client takes them."""
    return [Phone(kind, value) for kind, value in details.phones]


def said(value: Any) -> str:
    return value[1] if isinstance(value, tuple) else str(value)


def _why_not(name: str, value: Any, there: Details, policy: str, taken: Callable[[str], bool]) -> str:
    """Why the value is not added; "" when it is."""
    if policy == Policy.NEVER:
        return NOT_ALLOWED
    if name in SINGLE:
        has = getattr(there, name)
        return "" if not has else IS_THERE if key_of(name, has) == key_of(name, value) else HAS_ANOTHER
    if not without(name, [value], getattr(there, name)):
        return IS_THERE
    if policy == Policy.BLANKS and getattr(there, name):
        return HAS_ANOTHER
    return OF_SOMEBODY_ELSE if name == "emails" and taken(value) else ""
