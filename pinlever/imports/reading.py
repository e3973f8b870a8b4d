"""A CSV file → its header and rows, as they are in the file: no cell is changed, trimmed or dropped.

Rows are numbered as a spreadsheet numbers them. What makes the whole file unreadable raises FileRefused with
a sentence and a cure; what is wrong with one row is left to the checks.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pinlever.imports.decoding import FileRefused, decode
from pinlever.imports.headers import recognised

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 55_000  # Lever's own limit for a file, by its documentation
MAX_COLUMNS = 500
DELIMITERS = ",;\t|"
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
# Python's csv stops at 131,072 characters in a cell, for the whole process; a long cell is one row's problem.
csv.field_size_limit(MAX_BYTES)

_END = "\x00end"  # NULs are taken out of the text, so no cell can be this
_HEADER_LIMIT = 1_000_000
_SEP_LINE = re.compile(r'"?sep=([,;\t|])"?(?:\r\n|\r|\n)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SourceRow:
    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    encoding: str
    delimiter: str
    header_row: int
    header: tuple[str, ...]
    rows: tuple[SourceRow, ...]
    notes: tuple[str, ...]


def read_table(content: bytes) -> Table:
    """Reads the whole file; rows without any content are left out, but counted in the numbers."""
    if len(content) > MAX_BYTES:
        raise FileRefused(
            f"The file has {len(content) / 1024**2:,.0f} MB; {MAX_BYTES / 1024**2:,.0f} MB are read at most. "
            "Split it into several files."
        )
    decoded = decode(content)
    text, notes = decoded.text, [decoded.note] if decoded.note else []
    if "\x00" in text:
        notes.append(f"{text.count(chr(0)):,} NUL characters were left out.")
        text = text.replace("\x00", "")
    text, named = _named_delimiter(text)
    if not text.strip():
        raise FileRefused("The file is empty. Choose the file that holds the people.")
    delimiter = named or guess_delimiter(header_line(text))
    header, rows = _header_and_rows(text, delimiter)
    return Table(decoded.encoding, delimiter, header.number, header.cells, rows, tuple(notes))


def _header_and_rows(text: str, delimiter: str) -> tuple[SourceRow, tuple[SourceRow, ...]]:
    records = _filled_records(text, delimiter)
    header = next(records, None)
    if header is None:
        raise FileRefused("The file holds separators only. Choose the file that holds the people.")
    if len(header.cells) > MAX_COLUMNS:
        raise FileRefused(
            f"The file has {len(header.cells):,} columns; {MAX_COLUMNS} are read at most. "
            "Rows and columns may be exchanged: each person is one row."
        )
    rows: list[SourceRow] = []
    for row in records:
        if len(rows) == MAX_ROWS:
            raise FileRefused(
                f"The file has more than {MAX_ROWS:,} rows. Split it into several files, each with the header."
            )
        rows.append(row)
    if not rows:
        raise FileRefused("The file has a header but no rows below it. Add one row for each person.")
    return header, tuple(rows)


def _filled_records(text: str, delimiter: str) -> Iterator[SourceRow]:
    for row in _records(text, delimiter):
        if any(cell.strip() for cell in row.cells):
            yield row


def _records(text: str, delimiter: str) -> Iterator[SourceRow]:
    """All records, numbered from 1. A quotation mark that is never closed swallows the end mark: refused."""
    reader = csv.reader(_lines(text), delimiter=delimiter)
    for number, cells in enumerate(reader, start=1):
        if cells == [_END]:
            return
        if cells and cells[-1].endswith(_END):
            raise FileRefused(
                f'Row {number} opens a quotation mark (") that is never closed, so the rows after it cannot be '
                'told apart. Close it, or write it twice ("") where it belongs to the text.'
            )
        yield SourceRow(number, tuple(cells))


def _lines(text: str) -> Iterator[str]:
    """Lines with their own ends, so that breaks within quotes stay as they are; then the end mark."""
    last = "\n"
    for line in io.StringIO(text, newline=""):
        yield line
        last = line[-1]
    if last not in "\r\n":
        yield "\n"
    yield _END


def _named_delimiter(text: str) -> tuple[str, str]:
    """Excel lets a first line `sep=;` name the delimiter; spreadsheets do not show that line."""
    named = _SEP_LINE.match(text)
    return (text[named.end() :], named[1]) if named else (text, "")


def header_line(text: str) -> str:
    """The first line that holds something; line breaks within quotes belong to it."""
    start = text[:_HEADER_LIMIT].lstrip("\r\n ")
    quoted = False
    for place, character in enumerate(start):
        if character == '"':
            quoted = not quoted
        elif character in "\r\n" and not quoted:
            return start[:place]
    return start


def guess_delimiter(line: str) -> str:
    """The delimiter that makes most columns we know of the header line, then most columns at all."""

    def merit(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([line.replace("\r", " ").replace("\n", " ")], delimiter=delimiter), [])
        return recognised(cells[:MAX_COLUMNS]), len(cells)

    return max(DELIMITERS, key=merit)
