"""What may arrive at a webhook's address besides what Lever sends: a table that every change of the endpoint must pass.

Each attack makes a body, or a request, from a good delivery; what it is answered, and nothing else may happen.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pinlever.inbound.signing import MOST_BYTES, signature_of
from tests.inbound.telling import Json

Change = Callable[[Json, str], Json | bytes]
NOW_MS = int(time.time() * 1000)


@dataclass(frozen=True)
class Attack:
    """`make` is given a good body and the token that signed it."""

    name: str
    make: Change
    status: int
    request: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def put(**changes: Any) -> Change:
    """With these instead, unsigned by anybody."""
    return lambda body, key: {**body, **changes}


def signed(**changes: Any) -> Change:
    """With these instead, and signed well."""

    def make(body: Json, key: str) -> Json:
        changed = {**body, **changes}
        return {**changed, "signature": signature_of(key, changed["token"], changed["triggeredAt"])}

    return make


def without(name: str) -> Change:
    return lambda body, key: {other: value for other, value in body.items() if other != name}


def raw(content: bytes) -> Change:
    return lambda body, key: content


def spliced(old: str, new: str) -> Change:
    """The text of the good body with something replaced."""
    return lambda body, key: json.dumps(body).replace(old, new).encode()


def _other_recipe(body: Json, key: str) -> Json:
    """The wrong recipes that circulate: over the token alone, by the token as hex."""
    return {**body, "signature": signature_of(key, body["token"], "")}  # type: ignore[arg-type]


def _moved_digit(body: Json, key: str) -> Json:
    """Token and time are signed without anything between them: the first digit of the time ends the token."""
    at = str(body["triggeredAt"])
    return {**body, "token": body["token"] + at[0], "triggeredAt": int(at[1:])}


def _moved_back(body: Json, key: str) -> Json:
    """The other way round: a token that ends in a digit gives it to the time."""
    good = signed(token=body["token"][:-1] + "1")(body, key)
    assert isinstance(good, dict)
    return {**good, "token": good["token"][:-1], "triggeredAt": int(f"1{good['triggeredAt']}")}


def _padded(length: int) -> Change:
    def make(body: Json, key: str) -> bytes:
        text = json.dumps({**body, "data": {"padding": ""}})
        return text.replace('"padding": ""', f'"padding": "{"x" * (length - len(text))}"').encode()

    return make


FORGED = [
    Attack("signed by nobody's token", lambda body, key: signed()(body, "0" * 48), 403),
    Attack("signed by an empty token", lambda body, key: signed()(body, ""), 403),
    Attack("no signature", without("signature"), 401),
    Attack("a null signature", put(signature=None), 401),
    Attack("an empty signature", put(signature=""), 400),
    Attack("half a signature", lambda body, key: {**body, "signature": body["signature"][:32]}, 400),
    Attack(
        "a signature in capitals", lambda body, key: {**body, "signature": body["signature"].upper()}, 400
    ),
    Attack("a signature that is a list", put(signature=["0" * 64]), 400),
    Attack("a signature that is true", put(signature=True), 400),
    Attack("a signature beyond ASCII", put(signature="é" * 64), 400),
    Attack("the wrong recipe", _other_recipe, 403),
    Attack("another token", put(token="0" * 48), 403),
    Attack("another time", lambda body, key: {**body, "triggeredAt": body["triggeredAt"] - 1}, 403),
    Attack("a digit moved from time to token", _moved_digit, 400),
    Attack("a digit moved from token to time", _moved_back, 400),
]
WRONG_TYPES = [
    Attack("no time", without("triggeredAt"), 400),
    Attack("a time in a text", signed(triggeredAt=str(NOW_MS)), 400),
    Attack("a time that is true", signed(triggeredAt=True), 400),
    Attack(
        "a time with a point", spliced(f'"triggeredAt": {str(NOW_MS)[:4]}', '"triggeredAt": 1e12, "x": '), 400
    ),
    Attack("a time in seconds", signed(triggeredAt=NOW_MS // 1000), 400),
    Attack("a negative time", signed(triggeredAt=-NOW_MS), 400),
    Attack("a time of five thousand digits", spliced('"triggeredAt": ', '"triggeredAt": ' + "1" * 5000), 400),
    Attack("a time that has not come", signed(triggeredAt=NOW_MS + 7_200_000), 400),
    Attack("a time in the year 2286", signed(triggeredAt=10**13 - 1), 400),
    Attack("no token", without("token"), 400),
    Attack("an empty token", signed(token=""), 400),
    Attack("a token of 65 characters", signed(token="a" * 65), 400),
    Attack("a token with NUL", signed(token="a\x00b"), 400),
    Attack("a token with a line break", signed(token="ab\n"), 400),
    Attack("a token that is a number", lambda body, key: {**body, "token": 7}, 400),
    Attack("a token that is an object", lambda body, key: {**body, "token": {"$ne": ""}}, 400),
    Attack("no event", without("event"), 400),
    Attack("an empty event", put(event=""), 400),
    Attack("an event that is a list", put(event=["candidateHired"]), 400),
    Attack("an event of 61 characters", put(event="e" * 61), 400),
    Attack("an event with NUL", put(event="a\x00"), 400),
]
BROKEN = [
    Attack("nothing", raw(b""), 400),
    Attack("truncated", lambda body, key: json.dumps(body).encode()[:-20], 400),
    Attack("no JSON", raw(b"token=1&signature=2"), 400),
    Attack("a list", lambda body, key: json.dumps([body]).encode(), 400),
    Attack("a text", raw(b'"hello"'), 400),
    Attack("null", raw(b"null"), 400),
    Attack("not UTF-8", raw(b'{"token": "\xff\xfe"}'), 400),
    Attack("UTF-16", lambda body, key: json.dumps(body).encode("utf-16"), 400),
    Attack("a byte order mark", lambda body, key: b"\xef\xbb\xbf" + json.dumps(body).encode(), 400),
    Attack("NaN", spliced('"data": {}', '"data": {"a": NaN}'), 400),
    Attack("brackets without end", raw(b"[" * 60_000), 400),
    Attack("objects without end", raw(b'{"a":' * 10_000), 400),
    Attack("compressed", raw(b"\x1f\x8b\x08\x00\x00\x00\x00\x00"), 400, {"HTTP_CONTENT_ENCODING": "gzip"}),
]
OVERSIZED = [
    Attack("one byte too long", _padded(MOST_BYTES + 1), 413),
    Attack("a megabyte", _padded(1024 * 1024), 413),
    Attack("said to be long", put(), 413, {"CONTENT_LENGTH": str(MOST_BYTES + 1)}),
    Attack("said to be of 5,000 digits", put(), 413, {"CONTENT_LENGTH": "9" * 5000}),
    Attack("said to be of no number", put(), 413, {"CONTENT_LENGTH": "-1"}),
]
HEADERS = [
    Attack(
        "a good signature in a header",
        without("signature"),
        401,
        {"HTTP_LEVER_SIGNATURE": "0" * 64, "HTTP_X_LEVER_SIGNATURE": "0" * 64},
    ),
    Attack("said to come from Lever", put(signature="0" * 64), 403, {"HTTP_USER_AGENT": "Lever-Webhooks"}),
    Attack("said to come from here", put(signature="0" * 64), 403, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}),
    Attack("another method by header", put(signature="0" * 64), 403, {"HTTP_X_HTTP_METHOD_OVERRIDE": "GET"}),
]
ATTACKS = [*FORGED, *WRONG_TYPES, *BROKEN, *OVERSIZED, *HEADERS]
# Good ones that look odd: taken, and what is odd in them leads nowhere.
ODD = [
    Attack("the longest body", _padded(MOST_BYTES), 200),
    Attack("with NUL and half a pair in its data", put(data={"a\x00": "b\x00\ud800"}), 200),
    Attack("with a number without end", spliced('"data": {}', '"data": {"a": 1e999}'), 200),
    Attack("a hundred levels deep", spliced('"data": {}', '"data": ' + '{"a":' * 100 + "1" + "}" * 100), 200),
    Attack("with what leads elsewhere", put(data={"opportunityId": "../../users"}), 200),
    Attack("with an id that is a list", put(data={"opportunityId": ["a", "b"]}), 200),
    Attack("with data that is a text", put(data="opportunityId"), 200),
    Attack("without data", without("data"), 200),
    Attack("with data null", put(data=None), 200),
    Attack("an event nobody knows", put(event="offerSigned"), 200),
    Attack("with more fields", put(extra={"admin": True}), 200),
    Attack("as a form", put(), 200, {"CONTENT_TYPE": "application/x-www-form-urlencoded"}),
    Attack("years old", signed(triggeredAt=1_400_000_000_000), 200),
]
