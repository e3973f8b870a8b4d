"""Lever's way to sign a delivery: what a body must look like, and whether one of our tokens signed it.

The signature stands in the body and covers `token` and `triggeredAt` alone (Lever's documentation): what is said in
`data` or `event` is a hint. Pure: bytes, tokens and the time are given.
"""

import hashlib
import hmac
import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn, Protocol, TypeVar

MOST_BYTES = 64 * 1024
LONGEST_EVENT = 60
KEPT = ("id", "event", "triggeredAt", "data")
AHEAD = timedelta(hours=1)  # how far Lever's clock may be before ours
# Thirteen digits, of 2001 to 2286. All of one length: what is signed is token and time without anything between them,
# and with another length a digit of the one could be passed off as a digit of the other.
TIMES = range(10**12, 10**13)
_TOKEN = re.compile(r"[\x21-\x7e]{1,64}")
_SIGNATURE = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Malformed(Exception):
    """Lever sends nothing like this."""


class Unsigned(Exception):
    """There is no signature; Lever signs whatever it sends to a webhook of ours."""


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery as its body says, checked for shape and not yet for who signed it."""

    event: str
    token: str
    signature: str
    triggered_ms: int
    opportunity_id: str
    contact_id: str
    body: dict[str, Any]

    @property
    def triggered_at(self) -> datetime:
        return datetime.fromtimestamp(self.triggered_ms / 1000, UTC)

    def is_signed_by(self, signature_token: str) -> bool:
        """In constant time."""
        return hmac.compare_digest(
            signature_of(signature_token, self.token, self.triggered_ms), self.signature
        )


def signature_of(signature_token: str, token: str, triggered_ms: int) -> str:
    """Hex HMAC-SHA256, keyed by the token's text as it is, of token and time."""
    message = f"{token}{triggered_ms}".encode()
    return hmac.new(signature_token.encode(), message, hashlib.sha256).hexdigest()


class HasToken(Protocol):
    """Whoever may have signed."""

    @property
    def token(self) -> str: ...


Whoever = TypeVar("Whoever", bound=HasToken)


def signer_of(told: Told, known: Iterable[Whoever]) -> Whoever | None:
    """Who signed it, of any event, since the event is not signed. All are compared, so that time tells nothing."""
    fitting = [one for one in known if told.is_signed_by(one.token)]
    return fitting[0] if fitting else None


def read(body: bytes, now: datetime) -> Told:
    """What the body tells; Malformed or Unsigned."""
    try:
        document = json.loads(body.decode(), parse_constant=_refuse)
        kept = _plain(document)
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if not isinstance(document, dict):
        raise Malformed("not an object")
    if document.get("signature") is None:
        raise Unsigned
    data = document.get("data")
    return Told(
        event=_text(document, "event", LONGEST_EVENT),
        token=_fitting(document, "token", _TOKEN),
        signature=_fitting(document, "signature", _SIGNATURE),
        triggered_ms=_time(document.get("triggeredAt"), now),
        opportunity_id=_id(data, "opportunityId") or _id(data, "candidateId"),
        contact_id=_id(data, "contactId"),
        body={name: kept[name] for name in KEPT if name in kept},
    )


def _time(value: Any, now: datetime) -> int:
    if type(value) is not int or value not in TIMES:  # not bool, not 1782974004991.0
        raise Malformed("triggeredAt is no time in milliseconds")
    if value > (now + AHEAD).timestamp() * 1000:
        raise Malformed("triggeredAt has not come yet")
    return value


def _text(document: dict[str, Any], name: str, longest: int) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
        raise Malformed(f"{name} is no short text")
    return value


def _fitting(document: dict[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Malformed(f"{name} does not look like Lever's")
    return value


def _id(data: Any, name: str) -> str:
    """An id that can stand in an address of Lever's; "" for anything else."""
    value = data.get(name) if isinstance(data, dict) else None
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def _plain(value: Any) -> Any:
    """Without what PostgreSQL's JSON cannot hold: NUL, half of a surrogate pair, numbers without end."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode(errors="replace").decode()
    if isinstance(value, dict):
        return {_plain(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
