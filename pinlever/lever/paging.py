"""Lists of any length as iterators. A list that cannot be read to its end raises; it never ends early in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from .errors import OffsetRefused, Unavailable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`next` is the token for the page after this one, to be handed back unchanged; None at the end."""

    items: tuple[T, ...]
    next: str | None


def walk(fetch: Callable[[str | None], Page[T]], key: Callable[[T], str], path: str = "") -> Iterator[T]:
    """Every item once, by `key`: Lever sorts by fields that change, so a moving record may come twice.

    A refused token starts the list again, once. The keys are kept in memory; for lists of a million take
    the pages themselves.
    """
    seen: set[str] = set()
    used: set[str] = set()
    offset: str | None = None
    restarted = False
    while True:
        try:
            page = fetch(offset)
        except OffsetRefused as refused:
            if restarted:
                raise Unavailable(
                    "the list keeps refusing its own tokens", method="GET", path=path
                ) from refused
            restarted, offset = True, None
            used.clear()
            continue
        for item in page.items:
            if key(item) not in seen:
                seen.add(key(item))
                yield item
        if page.next is None:
            return
        if page.next in used:
            raise Unavailable("the list repeats itself without an end", method="GET", path=path)
        used.add(page.next)
        offset = page.next
