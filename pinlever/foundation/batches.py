"""Many values, some at a time: as one statement takes them, or as one transaction should hold."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Value = TypeVar("Value")
MOST_VALUES = 900  # of one statement: SQLite's older limit is 999 parameters


def batched(values: Iterable[Value], most: int = MOST_VALUES) -> Iterator[list[Value]]:
    """The values in their order, at most so many in each list; no list is empty."""
    left = iter(values)
    while batch := list(islice(left, most)):
        yield batch
