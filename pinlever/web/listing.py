"""Pages of long lists: by key, so that the hundredth page costs what the first does, and never a count of all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest

from pinlever.foundation.row_ids import row_id

PAGE_SIZE = 50
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Order:
    """How a list may be ordered: by a value that is never null and, among equals, by id; both up or both down.

    The address names the row beside which a page begins, never its value: names stay out of addresses and logs.
    """

    label: str
    by: Combinable | None = None  # None: by id alone
    is_down: bool = False

    def place(self, model: type[Model], pk: int | None) -> Any:
        """Where the row stands, by what is stored now; None when it is gone."""
        if pk is None or self.by is None:
            return pk
        row = model._base_manager.annotate(place=self.by).filter(pk=pk)
        return row.values_list("place", flat=True).first()

    def beyond(
        self, rows: "QuerySet[Row, Row]", pk: int | None, place: Any, *, back: bool = False
    ) -> "QuerySet[Row, Row]":
        """What comes behind that row, or all of it without one; `back`: what comes before it, the nearest first."""
        sign, side = ("-", "lt") if self.is_down is not back else ("", "gt")
        further = Q(**{f"pk__{side}": pk})
        if self.by is None:
            return (rows if pk is None else rows.filter(further)).order_by(f"{sign}pk")
        placed = cast("QuerySet[Row, Row]", rows.alias(place=self.by))
        if pk is not None:
            # The first half says it again for the index.
            placed = placed.filter(Q(**{f"place__{side}e": place}), Q(**{f"place__{side}": place}) | further)
        return placed.order_by(f"{sign}place", f"{sign}pk")


NEWEST = Order("Newest first", is_down=True)
ONLY_NEWEST: Mapping[str, Order] = {"": NEWEST}


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`newer_url` and `older_url` lead to the pages before and after this one; empty where there is none."""

    rows: Sequence[Row]
    newer_url: str
    older_url: str
    sort: str = ""
    sorts: Sequence[tuple[str, str]] = ()


def page_of(
    request: HttpRequest,
    rows: "QuerySet[Row, Row]",
    *,
    size: int = PAGE_SIZE,
    orders: Mapping[str, Order] = ONLY_NEWEST,
) -> Page[Row]:
    """The page of the order `sort` that `before` (what follows that row) or `after` (what precedes it) names."""
    sort = request.GET.get("sort", "")
    sort = sort if sort in orders else ""
    order, choices = orders[sort], tuple((name, each.label) for name, each in orders.items())
    before, after = _number(request, "before"), _number(request, "after")
    start = before if after is None else after
    place = order.place(rows.model, start)
    if place is None:
        start = after = None
    found = list(order.beyond(rows, start, place, back=after is not None)[: size + 1])
    more, found = len(found) > size, found[:size]
    if after is not None:
        found.reverse()
    has_newer, has_older = (start is not None, more) if after is None else (more, True)
    if not found:
        return Page((), "", "", sort, choices)
    return Page(
        found,
        with_query(request, after=found[0].pk) if has_newer else "",
        with_query(request, before=found[-1].pk) if has_older else "",
        sort,
        choices,
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
    return row_id(request.GET.get(name, ""))
