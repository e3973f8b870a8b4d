"""The demo's table: who, by which rule, what came of it, where in Lever, how soon."""

import unicodedata
from collections.abc import Mapping, Sequence

from pinlever.ops.demo.judging import Judged

HEADER = ("Person", "Rule", "Outcome", "Lever link", "Seconds")


def lines(rows: Sequence[Judged], rules: Mapping[str, str]) -> list[str]:
    """Aligned lines; a row that is not as expected is marked and followed by what differs."""
    cells = [HEADER, *(_cells(row, rules) for row in rows)]
    widths = [max(width(line[column]) for line in cells) for column in range(len(HEADER))]
    table = [_aligned(line, widths) for line in cells]
    made = [table[0], "  ".join("-" * size for size in widths)]
    for row, line in zip(rows, table[1:], strict=True):
        made.append(line if not row.differences else f"{line}  <- not as expected")
        made += [f"    {difference}" for difference in row.differences]
    return made


def width(text: str) -> int:
    """Columns a terminal needs: two for wide East Asian characters, none for combining ones."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Me", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _cells(row: Judged, rules: Mapping[str, str]) -> tuple[str, ...]:
    rule = f"{row.expected.job}: {rules[row.expected.job]}"
    seconds = "" if row.found.seconds is None else f"{row.found.seconds:.1f}"
    return (row.expected.person, rule, row.outcome, row.found.url, seconds)


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(
        text + " " * (size - width(text)) for text, size in zip(line, widths, strict=True)
    ).rstrip()
