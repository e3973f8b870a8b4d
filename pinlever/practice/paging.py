"""Pages and their tokens: `next` is the percent-encoded JSON array of the sort key of the next page's first record.

Clients send the token back encoded once or twice (recorded traffic shows both accepted), so it is decoded until
nothing encoded is left.
"""

import json
import math
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any
from urllib.parse import quote, unquote

from .query import Query, invalid_offset
from .records import Json

Key = tuple[Any, ...]
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")


def encode(key: Key) -> str:
    return quote(json.dumps(list(key), separators=(",", ":")), safe="")


def decode(token: str, shape: tuple[type, ...]) -> Key:
    """The key in the token, its parts checked against `shape` (int stands for any number). Refused otherwise."""
    if len(token) > 2000:
        raise invalid_offset()
    while _ENCODED.search(token):
        token = unquote(token)
    try:
        key = json.loads(token)
    except (ValueError, RecursionError):
        raise invalid_offset() from None
    if not isinstance(key, list) or len(key) != len(shape) or not all(map(_fits, key, shape)):
        raise invalid_offset()
    return tuple(key)


def _fits(part: Any, kind: type) -> bool:
    if kind is int:
        return isinstance(part, (int, float)) and not isinstance(part, bool) and math.isfinite(part)
    return isinstance(part, kind)


def newest_first(row: Json) -> Key:
    return (-(row.get("createdAt") or 0), row["id"])


def oldest_first(row: Json) -> Key:
    return (row.get("createdAt") or 0, row["id"])


NUMBER_THEN_ID: tuple[type, ...] = (int, str)


def page(
    query: Query,
    rows: Iterable[Json],
    key: Callable[[Json], Key] = oldest_first,
    shape: tuple[type, ...] = NUMBER_THEN_ID,
) -> Json:
    """The envelope of one page of `rows`, in the order of `key`."""
    ordered = sorted(rows, key=key)
    token = query.one("offset")
    start = 0 if token is None else bisect_left(ordered, decode(token, shape), key=key)
    return envelope(islice(ordered, start, None), query.limit(), key)


def envelope(rows: Iterable[Any], limit: int, key: Callable[[Any], Key]) -> Json:
    """`rows` from the page's first on. `next` is absent on the last page, as recorded."""
    taken = list(islice(rows, limit + 1))
    found: Json = {"data": taken[:limit], "hasNext": len(taken) > limit}
    if len(taken) > limit:
        found["next"] = encode(key(taken[limit]))
    return found
