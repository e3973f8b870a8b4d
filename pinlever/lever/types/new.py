"""An opportunity to be created: the exact payload of an intent, stored before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from .values import Phone, from_ms, to_ms

PHONE_TYPES = frozenset({"mobile", "home", "work", "skype", "other"})


@dataclass(frozen=True, slots=True)
class NewOpportunity:
    """What is to be created. `created_at` is cut to the millisecond, so that what is stored is what is sent.

    With `contact_id` the opportunity is added to that person and Lever looks at no email.
    """

    name: str = ""
    headline: str = ""
    location: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[Phone, ...] = ()
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    origin: str = "sourced"
    stage: str = "lead-new"
    posting_id: str | None = None
    created_at: datetime | None = None
    owner_id: str | None = None
    contact_id: str | None = None

    def __post_init__(self) -> None:
        for name in ("emails", "phones", "links", "tags", "sources"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if self.created_at is not None:
            object.__setattr__(self, "created_at", from_ms(to_ms(self.created_at)))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, `created_at` in milliseconds; `from_json` gives back an equal object."""
        stored = asdict(self)
        for name in ("emails", "links", "tags", "sources", "phones"):
            stored[name] = list(stored[name])
        stored["created_at"] = None if self.created_at is None else to_ms(self.created_at)
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        phones = tuple(Phone(row["type"], row["value"]) for row in stored.get("phones", ()))
        milliseconds = stored.get("created_at")
        created_at = None if milliseconds is None else from_ms(milliseconds)
        return cls(**{**stored, "phones": phones, "created_at": created_at})

    def body(self) -> dict[str, Any]:
        """The JSON body for Lever, without what is empty. Lever takes at most one posting."""
        body = {
            "name": self.name,
            "headline": self.headline,
            "stage": self.stage,
            "location": self.location,
            "phones": [_phone_body(phone) for phone in self.phones],
            "emails": list(self.emails),
            "links": list(self.links),
            "tags": list(self.tags),
            "sources": list(self.sources),
            "origin": self.origin,
            "owner": self.owner_id,
            "postings": [self.posting_id] if self.posting_id else [],
            "createdAt": None if self.created_at is None else to_ms(self.created_at),
            "contact": self.contact_id,
        }
        return {key: value for key, value in body.items() if value not in ("", None, [])}


def _phone_body(phone: Phone) -> dict[str, str]:
    return {"type": phone.type if phone.type in PHONE_TYPES else "other", "value": phone.value}
