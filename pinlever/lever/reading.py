"""From bytes and headers to values: pure functions, tolerant of whatever a server or a gateway may send."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

RETRY_AFTER_LIMIT = 86_400.0
# What a JSON text can smuggle into a string that no database stores: NUL and halves of surrogate pairs.
SUSPECT = re.compile(r"\\u(?:0000|d[89a-f])", re.IGNORECASE)


def parse_json(body: bytes) -> Any:
    """The value of a JSON text with every string storable; ValueError if it is none."""
    text = body.decode("utf-8-sig")
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return cleaned(value) if SUSPECT.search(text) else value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def cleaned(value: Any) -> Any:
    """The same value without NUL characters, lone surrogates replaced by U+FFFD, in keys as in values."""
    if isinstance(value, str):
        paired = value.replace("\0", "").encode("utf-16-le", "surrogatepass")
        return paired.decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    if isinstance(value, dict):
        return {cleaned(key): cleaned(item) for key, item in value.items()}
    return value


def http_date(value: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value or "")
    except (ValueError, OverflowError):
        return None
    # A date in zone "-0000" is parsed as naive; HTTP dates are always GMT.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header (seconds or a date), at most a day; None if there is none.

    Lever documents no such header; a gateway before it may send one.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), RETRY_AFTER_LIMIT)
    moment = http_date(text)
    return None if moment is None else min(max((moment - now).total_seconds(), 0.0), RETRY_AFTER_LIMIT)


def words_of(data: Any, text: str) -> tuple[str, str]:
    """(code, message) of an error answer.

    Lever's documentation: `{"code", "message"}`; its token endpoint: `{"error", "error_description"}`.
    Anything else (a gateway's page) is given as it came.
    """
    body = data if isinstance(data, dict) else {}
    code = body.get("code") or body.get("error")
    said = body.get("message") or body.get("error_description")
    if not isinstance(code, str | int):
        code = ""
    return str(code), said if isinstance(said, str) and said else cleaned(text)
