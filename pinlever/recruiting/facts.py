"""What a source says about a person, as plain values: the way in for every import, interface and page.

Facts are kept as they were said. What of them fits a candidate is decided when they arrive.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Self

from pinlever.recruiting.cleaning import storable


class InvalidFacts(ValueError):
    """The facts cannot be understood; the message says which one."""


@dataclass(frozen=True)
class EmailFact:
    """An address, where it came from, and when it was found and verified (aware datetimes)."""

    value: str
    source: str = ""
    verified_at: datetime | None = None
    is_primary: bool = False
    found_at: datetime | None = None


@dataclass(frozen=True)
class PhoneFact:
    """A number. `region` (ISO code) tells where one without a country code is at home."""

    value: str
    type: str = ""
    source: str = ""
    verified_at: datetime | None = None
    is_primary: bool = False
    found_at: datetime | None = None
    region: str | None = None


@dataclass(frozen=True)
class PositionFact:
    """A job held. Dates are YYYY-MM or YYYY; an empty end means that it lasts."""

    title: str = ""
    company: str = ""
    started: str = ""
    ended: str = ""
    description: str = ""


@dataclass(frozen=True)
class PersonFacts:
    """Everything one source says about one person."""

    full_name: str = ""
    headline: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    current_title: str = ""
    current_company: str = ""
    skills: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    linkedin_urls: tuple[str, ...] = ()
    emails: tuple[EmailFact, ...] = ()
    phones: tuple[PhoneFact, ...] = ()
    positions: tuple[PositionFact, ...] = ()
    sourced_via: str = "pin"
    sourced_at: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values that every database stores; times in ISO 8601."""
        plain: dict[str, Any] = storable(_with_iso_times(asdict(self)))
        return plain

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises InvalidFacts. Names it does not know are ignored; missing ones are empty."""
        facts: Self = _read(cls, data)
        return facts

    def digest(self) -> str:
        """The same for the same facts."""
        return digest_of(self.to_json())

    def check(self) -> None:
        """Raises InvalidFacts about a time without a time zone."""
        reached: list[EmailFact | PhoneFact] = [*self.emails, *self.phones]
        times = [time for fact in reached for time in (fact.verified_at, fact.found_at)]
        for time in (self.sourced_at, *times):
            if time is not None and time.tzinfo is None:
                raise InvalidFacts(f"The time {time.isoformat()} has no time zone. Add one, such as +00:00.")


def digest_of(plain: Mapping[str, Any]) -> str:
    """The digest of facts that are JSON values already."""
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


_NESTED: dict[str, type] = {"emails": EmailFact, "phones": PhoneFact, "positions": PositionFact}
_TIMES = frozenset({"verified_at", "found_at", "sourced_at"})
_TEXT_LISTS = frozenset({"skills", "tags", "linkedin_urls"})


def _with_iso_times(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _with_iso_times(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_with_iso_times(item) for item in value]
    return value


def _read(shape: Any, data: Any) -> Any:
    if not isinstance(data, Mapping):
        raise InvalidFacts(f"Expected an object with named values, not {type(data).__name__}.")
    known = {field.name for field in fields(shape)} & data.keys()
    try:
        return shape(**{name: _read_value(name, data[name]) for name in known if data[name] is not None})
    except TypeError as missing:
        raise InvalidFacts(f"{shape.__name__}: {missing}") from missing


def _read_value(name: str, value: Any) -> Any:
    if name in _TIMES:
        return _read_time(name, value)
    if name in _NESTED:
        return tuple(_read(_NESTED[name], item) for item in _listed(name, value))
    if name in _TEXT_LISTS:
        return tuple(_read_text(name, item) for item in _listed(name, value))
    if name == "is_primary":
        if isinstance(value, bool):
            return value
        raise InvalidFacts(f"{name} must be true or false.")
    return _read_text(name, value)


def _listed(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise InvalidFacts(f"{name} must be a list.")
    return list(value)


def _read_text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidFacts(f"{name} must be text.")
    return value


def _read_time(name: str, value: Any) -> datetime:
    try:
        return value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidFacts(f"{name} must be a time such as 2026-05-04T10:00:00+00:00.") from None
