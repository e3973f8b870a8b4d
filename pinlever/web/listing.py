"""Pages of long lists: by key, so that the hundredth page costs what the first does, and never a count of all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpRequest

PAGE_SIZE = 50
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`newer_url` and `older_url` lead to the pages beside this one; empty where there is none."""

    rows: Sequence[Row]
    newer_url: str
    older_url: str


def page_of(request: HttpRequest, rows: "QuerySet[Row, Row]", *, size: int = PAGE_SIZE) -> Page[Row]:
    """The page named by `before` or `after` in the address: newest ids first."""
    before, after = _number(request, "before"), _number(request, "after")
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
        has_newer, has_older = len(found) > size, True
        found = found[:size][::-1]
    else:
        if before is not None:
            rows = rows.filter(pk__lt=before)
        found = list(rows.order_by("-pk")[: size + 1])
        has_newer, has_older = before is not None, len(found) > size
        found = found[:size]
    if not found:
        return Page((), "", "")
    return Page(
        found,
        with_query(request, after=found[0].pk) if has_newer else "",
        with_query(request, before=found[-1].pk) if has_older else "",
    )


def with_query(request: HttpRequest, **changed: Any) -> str:
    """This address with other parameters; filters stay, places in the list do not."""
    kept = [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if name not in ("before", "after", *changed) and value
    ]
    kept += [(name, value) for name, value in changed.items() if value not in (None, "")]
    return f"{request.path}?{urlencode(kept)}"


def _number(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None
