"""Plans on pages: what would happen to many people, in numbers, and who they are behind each number."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from pinlever.sync.outcomes import Kind
from pinlever.sync.preview import Outcome, Plan

AT_ONCE = 50  # people of a list
TILES: tuple[tuple[Kind, str, str], ...] = (
    (Kind.CREATE, "will be created", "green"),
    (Kind.LINK, "will be linked", "azure"),
    (Kind.ADD, "will be added to the Lever job", "azure"),
    (Kind.BACK, "will be brought back", "azure"),
    (Kind.ASK, "need a decision", "yellow"),
    (Kind.HELD, "will wait", "orange"),
    (Kind.BLOCKED, "cannot go", "red"),
    (Kind.IN_LEVER, "in Lever already", "secondary"),
)


def told(plan: Plan | None, fields: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    """What templates/plan/ shows: the tiles, each leading to its people. `fields` say whose plan it is."""
    if plan is None:
        return {"plan": None}
    shown = tiles(plan.counts(), reverse("export-people"), fields)
    return {"plan": plan, "tiles": shown, "going": len(plan.going), "staying": len(plan.staying)}


def tiles(
    counts: Mapping[Kind, int], address: str, fields: tuple[tuple[str, str], ...] = ()
) -> list[tuple[int, str, str, str]]:
    """(how many, what becomes of them, colour, where they are listed)."""
    return [
        (counts[kind], words, colour, f"{address}?{urlencode([*fields, ('kind', kind)])}")
        for kind, words, colour in TILES
        if kind in counts
    ]


def page_of(request: HttpRequest, outcomes: Sequence[Outcome], read_at: datetime | None) -> dict[str, Any]:
    """The people of the number that was asked for, some at a time."""
    kind = request.GET.get("kind", "")
    found = [outcome for outcome in outcomes if outcome.kind == kind]
    start = _start(request)
    last = min(start + AT_ONCE, len(found))
    return {
        "read_at": read_at,
        "words": next((words for each, words, _ in TILES if each == kind), ""),
        "count": len(found),
        "people": found[start:last],
        "first": start + 1,
        "last": last,
        "before": _address(request, start - AT_ONCE) if start else "",
        "after": _address(request, last) if last < len(found) else "",
    }


def _start(request: HttpRequest) -> int:
    text = request.GET.get("from", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _address(request: HttpRequest, start: int) -> str:
    query = request.GET.copy()
    query["from"] = str(max(0, start))
    return f"{request.path}?{query.urlencode()}"
