"""What every group of endpoints does with the network: paths, envelopes, pages. Internal to this package."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from .answers import Answer
from .errors import NotFound, OffsetRefused, Rejected
from .http import Http
from .paging import Page, walk
from .types import Unreadable

T = TypeVar("T")
Parse = Callable[[Any], T]

PAGE_LIMIT = 100
ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
# Words that stand where an id would: /opportunities/deleted is a list.
NOT_IDS = frozenset({"deleted"})


def path_to(*parts: str) -> str:
    """`/a/<id>/b`; NotFound for what cannot be an id, before it could name another address."""
    collection, *rest = parts
    for part in rest[::2]:
        if not ID.fullmatch(part) or part in NOT_IDS:
            raise NotFound(f"{part[:100]!r} is not an id of Lever's", path=f"/{collection}")
    return "/" + "/".join(parts)


def object_in(answer: Answer) -> Any:
    """The object of an answer: Lever wraps it in `data`, its documentation sometimes twice or not at all."""
    document = answer.data
    while isinstance(document, dict) and isinstance(document.get("data"), dict):
        document = document["data"]
    return document


def rows_in(answer: Answer) -> list[Any]:
    """The rows of a list. An answer without any list is an error, never an empty list."""
    document = answer.data
    rows = document.get("data") if isinstance(document, dict) else document
    if not isinstance(rows, list):
        raise answer.unreadable("no list")
    return rows


def next_in(answer: Answer) -> str | None:
    """The token of the next page. Some lists give neither `hasNext` nor `next` (recorded answers)."""
    document = answer.data if isinstance(answer.data, dict) else {}
    token, more = document.get("next"), document.get("hasNext")
    if more is False:
        return None
    if isinstance(token, str) and token:
        return token
    if more:
        raise answer.unreadable("more rows without a token for them")
    return None


def parsed(answer: Answer, payload: Any, parse: Parse[T]) -> T:
    try:
        return parse(payload)
    except Unreadable as error:
        what = str(error)
    raise answer.unreadable(what)


def id_of(item: Any) -> str:
    return str(item.id)


def text_of(item: Any) -> str:
    return str(item.text)


class Calls:
    """The base of each group of endpoints."""

    def __init__(self, http: Http) -> None:
        self.http = http

    def _one(self, path: str, parse: Parse[T], params: Mapping[str, Any] | None = None) -> T:
        answer = self.http.request("GET", path, params=params)
        return parsed(answer, object_in(answer), parse)

    def _page(
        self, path: str, parse: Parse[T], params: Mapping[str, Any], offset: str | None, limit: int
    ) -> Page[T]:
        try:
            answer = self.http.request("GET", path, params={**params, "limit": limit, "offset": offset})
        except Rejected as error:
            if offset is None or "invalid offset token" not in error.said.lower():
                raise
            refused = OffsetRefused(
                said=error.said, code=error.code, status=error.status, method="GET", path=path
            )
        else:
            return Page(tuple(parsed(answer, row, parse) for row in rows_in(answer)), next_in(answer))
        raise refused

    def _all(
        self,
        path: str,
        parse: Parse[T],
        params: Mapping[str, Any] | None = None,
        key: Callable[[T], str] = id_of,
    ) -> Iterator[T]:
        return walk(lambda offset: self._page(path, parse, params or {}, offset, PAGE_LIMIT), key, path)
