"""The people of Practice Lever: contacts, opportunities, applications. Immutable, so that a snapshot is free.

Milliseconds since 1970 throughout. A record becomes a JSON document and comes back equal.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, NamedTuple, Self

Json = dict[str, Any]


class Phone(NamedTuple):
    type: str
    value: str


class Archived(NamedTuple):
    reason: str
    at: int


class StageChange(NamedTuple):
    stage: str
    place: int
    at: int
    user: str | None


def _phones(stored: list[list[str]]) -> tuple[Phone, ...]:
    return tuple(Phone(*phone) for phone in stored)


def _changes(stored: list[list[Any]]) -> tuple[StageChange, ...]:
    return tuple(StageChange(*change) for change in stored)


def _archived(stored: list[Any] | None) -> Archived | None:
    return None if stored is None else Archived(*stored)


class Record:
    """What the three kinds share: their way into and out of a JSON document. What is as it always is by default
    is left out: most is, of most people, and there may be a million."""

    __slots__: tuple[str, ...] = ()
    READERS: ClassVar[dict[str, Callable[[Any], Any]]] = {}
    id: str

    def document(self) -> Json:
        usual = _USUAL[self.__class__.__name__]
        return {
            name: value for name in self.__slots__ if (value := getattr(self, name)) != usual.get(name, usual)
        }

    @classmethod
    def read(cls, document: Json) -> Self:
        values = dict(document)
        for name, reader in cls.READERS.items():
            if name in values:
                values[name] = reader(values[name])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Contact(Record):
    id: str
    created_at: int
    name: str = ""
    headline: str = ""
    location: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[Phone, ...] = ()
    links: tuple[str, ...] = ()
    is_anonymized: bool = False

    READERS = {"emails": tuple, "phones": _phones, "links": tuple}


@dataclass(frozen=True, slots=True)
class Opportunity(Record):
    id: str
    contact: str
    stage: str
    created_at: int
    updated_at: int | None
    last_interaction_at: int
    last_advanced_at: int
    confidentiality: str = "non-confidential"
    archived: Archived | None = None
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    stage_changes: tuple[StageChange, ...] = ()
    origin: str = "sourced"
    sourced_by: str | None = None
    owner: str | None = None
    followers: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()
    snoozed_until: int | None = None
    data_protection: Json | None = None
    opportunity_location: str | None = None
    deleted_at: int | None = None
    deleted_by: str | None = None

    READERS = {
        "archived": _archived,
        "tags": tuple,
        "sources": tuple,
        "stage_changes": _changes,
        "followers": tuple,
        "applications": tuple,
    }


@dataclass(frozen=True, slots=True)
class Application(Record):
    """`type` is "posting" where somebody applied on the job site; `said` is what they filled in there."""

    id: str
    opportunity: str
    posting: str
    user: str | None
    owner: str | None
    hiring_manager: str | None
    created_at: int
    archived: Archived | None = None
    type: str = "user"
    said: Json | None = None
    hired_for: Json | None = None

    READERS = {"archived": _archived}


_USUAL: dict[str, Json] = {
    kind.__name__: {field.name: field.default for field in fields(kind) if field.default is not MISSING}
    for kind in (Contact, Opportunity, Application)
}
