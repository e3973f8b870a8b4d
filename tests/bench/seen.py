"""Figures from Practice Lever's log: what was called, how fast, how long it took. Pure; times in seconds.

The refresh reads what changed in Lever for everybody at once, so it belongs to no person.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Any

Entry = dict[str, Any]

CREATE, LOOK_UP, REFRESH, OTHER = "create", "look-up", "refresh", "other"


def kind_of(entry: Entry) -> str:
    """create, look-up (of one email), refresh (what changed lately), other."""
    query = entry["query"]
    if not entry["path"].endswith("/opportunities"):
        return OTHER
    if entry["method"] == "POST":
        return CREATE
    if "email" in query:
        return LOOK_UP
    return REFRESH if "updated_at_start" in query else OTHER


def by_kind(entries: Iterable[Entry]) -> dict[str, int]:
    return dict(Counter(map(kind_of, entries)))


def share_of(quantile: float, values: Sequence[float]) -> float:
    """The value that `quantile` of all values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, ceil(quantile * len(ordered)) - 1)]


@dataclass(frozen=True)
class Pace:
    """How calls were spread. `per_second` counts all of them; `sustained` leaves out the first `burst` + 1."""

    calls: int
    seconds: float
    per_second: float
    sustained: float
    peak: int


def pace(times: Iterable[float], *, burst: int) -> Pace:
    """The pace of calls received at `times`; there are more than burst + 1 of them."""
    ordered = sorted(times)
    seconds = ordered[-1] - ordered[0]
    after_burst = len(ordered) - burst - 1
    return Pace(
        calls=len(ordered),
        seconds=seconds,
        per_second=len(ordered) / seconds,
        sustained=after_burst / seconds,
        peak=peak(ordered),
    )


def peak(ordered: Sequence[float], within: float = 1.0) -> int:
    """The most calls in any stretch of `within` seconds."""
    most = first = 0
    for last, time in enumerate(ordered):
        while time - ordered[first] >= within:
            first += 1
        most = max(most, last - first + 1)
    return most


def longest_pause(times: Iterable[float]) -> float:
    ordered = sorted(times)
    return max((later - earlier for earlier, later in pairwise(ordered)), default=0.0)
