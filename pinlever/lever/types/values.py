"""Single values of Lever's JSON, read tolerantly. None of these functions raises, but `identified`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class Unreadable(ValueError):
    """A payload that is no object with an id; the client turns it into an error with a meaning."""


@dataclass(frozen=True, slots=True)
class Phone:
    """`type` is mobile, home, work, skype or other; `value` is free text, as somebody typed it."""

    type: str
    value: str


def to_ms(moment: datetime) -> int:
    """Milliseconds since the epoch, rounded down; ValueError for a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError("A time for Lever must know its zone.")
    return (moment - EPOCH) // MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    return EPOCH + milliseconds * MILLISECOND


def identified(payload: Any, what: str, key: str = "id") -> tuple[dict[str, Any], str]:
    """(the object, its id)."""
    name = payload.get(key) if isinstance(payload, dict) else None
    if not isinstance(name, str) or not name:
        raise Unreadable(f"{what} without {key}")
    return payload, name


def text(value: Any) -> str:
    """A string; a number as its digits; anything else is empty."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def text_or_none(value: Any) -> str | None:
    return text(value) or None


def texts(value: Any) -> tuple[str, ...]:
    """A list's strings; a lone string counts as a list of one."""
    rows = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(row for row in rows if isinstance(row, str) and row)


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> tuple[dict[str, Any], ...]:
    return tuple(row for row in value if isinstance(row, dict)) if isinstance(value, list) else ()


def reference(value: Any) -> str | None:
    """The id of something given as its id or, when expanded, as an object."""
    return text_or_none(value.get("id") if isinstance(value, dict) else value)


def references(value: Any) -> tuple[str, ...]:
    rows = value if isinstance(value, list) else []
    return tuple(found for found in map(reference, rows) if found)


def named(value: Any) -> str:
    """A location: plain text on an opportunity, `{"name": …}` on a contact (recorded answers)."""
    return text(value.get("name") if isinstance(value, dict) else value)


def moment(value: Any) -> datetime | None:
    """Milliseconds as a number or, as in some documented examples, as a string; ISO 8601 too."""
    if isinstance(value, str):
        return _moment_of_text(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return from_ms(int(value))
    except (OverflowError, ValueError):
        return None


def _moment_of_text(value: str) -> datetime | None:
    digits = value.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) <= 16:
        return moment(int(value))
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def phones(value: Any) -> tuple[Phone, ...]:
    """Phones with a value; a missing type reads as `other`, a bare string as a phone without a type."""
    rows = value if isinstance(value, list) else []
    pairs = ((row, {}) if isinstance(row, str) else (mapping(row).get("value"), mapping(row)) for row in rows)
    return tuple(
        Phone(text(row.get("type")) or "other", text(number)) for number, row in pairs if text(number)
    )
