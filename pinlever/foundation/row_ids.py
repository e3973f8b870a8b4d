"""Ids of rows as addresses and forms say them: whatever could be no id of ours is left out, and asks no database."""

from collections.abc import Iterable

DIGITS = 18  # of more, some fit no column, and databases refuse the question


def row_id(text: str) -> int | None:
    """The id; None for anything but the digits 0 to 9."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else None


def row_ids(texts: Iterable[str]) -> list[int]:
    """Those that are ids, in the same order; what is said twice stands there twice."""
    return [found for text in texts if (found := row_id(text)) is not None]
