"""Text into rows: every encoding and separator, hostile files, and that nothing is changed on the way."""

import csv
import io

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from pinlever.imports import reading
from pinlever.imports.decoding import FileRefused
from pinlever.imports.reading import guess_delimiter, header_line, read_table

HEADER = ["Name", "Emails", "Notes"]
ROWS = [
    ["Zoë Müller", "zoe@example.com, z@example.org", 'said "yes",\r\nthen; left\there'],
    ["José | Ñ", "", "—"],
]


def written(rows: list[list[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize("delimiter", list(reading.DELIMITERS))
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_and_separator_gives_the_same_rows(codec: str, delimiter: str) -> None:
    table = read_table(written([HEADER, *ROWS], delimiter).encode(codec))
    assert (table.delimiter, list(table.header)) == (delimiter, HEADER)
    assert [list(row.cells) for row in table.rows] == ROWS
    assert [row.number for row in table.rows] == [2, 3]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_every_line_end_is_read_with_or_without_the_last(end: str, last: bool) -> None:
    text = end.join(["Name,City", "Ann,Rome", "Bob,Oslo"]) + (end if last else "")
    assert [row.cells for row in read_table(text.encode()).rows] == [("Ann", "Rome"), ("Bob", "Oslo")]


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    table = read_table(b'\nName,Notes\n\nAnn,"two\nlines"\n,\n\nBob,\n')
    assert table.header_row == 2
    assert [(row.number, row.cells[0]) for row in table.rows] == [(4, "Ann"), (7, "Bob")]


def test_a_first_line_may_name_the_separator_and_is_not_counted() -> None:
    table = read_table(b"sep=;\r\nName;City, State\r\nAnn;Rome\r\n")
    assert (table.delimiter, table.header, table.rows[0].number) == (";", ("Name", "City, State"), 2)


def test_nul_characters_are_left_out_and_told() -> None:
    table = read_table(b"Name,City\nAn\x00n,Ro\x00me\n")
    assert table.rows[0].cells == ("Ann", "Rome")
    assert table.notes == ("2 NUL characters were left out.",)


@pytest.mark.parametrize(
    ("line", "delimiter"),
    [
        ("Name", ","),
        ("Name,Email", ","),
        ("Name;Email", ";"),
        ("Name\tEmail", "\t"),
        ("Name|Email", "|"),
        ("Name;Skills (a, b, c, d)", ";"),
        ('"Name, first, last, all";Email', ";"),
        ("One;Two;Three,Four", ";"),
        ('Full Name,"Notes; with | all\tof them"', ","),
    ],
)
def test_the_separator_is_guessed_from_the_header(line: str, delimiter: str) -> None:
    assert guess_delimiter(line) == delimiter


def test_the_header_line_may_hold_line_breaks_within_quotes() -> None:
    assert header_line('\n"Full\nName";City\nAnn;Rome') == '"Full\nName";City'


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "The file is empty"),
        (b",,,\n,,,\n", "separators only"),
        (b"Name,Email\n", "header but no rows"),
        (b"Name,Email\n,\n \n", "header but no rows"),
        (b'Name,Notes\nAnn,"never closed\nBob,x\n', "Row 2 opens a quotation mark"),
        (b'Name,Notes\nAnn,ok\nBob,"', "Row 3 opens a quotation mark"),
        (b'"Name,Notes\nAnn,ok\n', "Row 1 opens a quotation mark"),
        (",".join(f"c{number}" for number in range(200_000)).encode() + b"\nAnn\n", "200,000 columns; 500"),
    ],
)
def test_an_unreadable_file_is_refused_in_a_sentence(content: bytes, told: str) -> None:
    with pytest.raises(FileRefused, match=told):
        read_table(content)


def test_too_many_rows_or_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    assert len(read_table(b"Name\na\nb\n").rows) == 2
    with pytest.raises(FileRefused, match="more than 2 rows"):
        read_table(b"Name\na\nb\nc\n")
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    with pytest.raises(FileRefused, match="Split it"):
        read_table(b"Name\n" + b"a" * 6)


def test_one_enormous_cell_or_row_is_only_that_rows_matter() -> None:
    table = read_table(b"Name,Notes\nAnn," + b"x" * 10_000_000 + b"\nBob,ok\n" + b"," * 200_000 + b"z\n")
    assert [len(row.cells) for row in table.rows] == [2, 2, 200_001]
    assert len(table.rows[0].cells[1]) == 10_000_000


def test_marks_that_turn_text_around_and_formulas_are_kept_as_they_are() -> None:
    cells = ("\u202eevil\u202c", '=HYPERLINK("http://x")', "@cmd", "\u2028\x85\x0b")
    table = read_table(written([["Name", "City", "State", "Notes"], list(cells)]).encode())
    assert table.rows[0].cells == cells


cell = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
filled = cell.filter(lambda text: bool(text.strip()))
row = st.tuples(filled, cell, cell).map(list)


@hypothesis_settings(max_examples=150, deadline=None)
@given(
    st.lists(row, min_size=1, max_size=6),
    st.sampled_from(reading.DELIMITERS),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_what_was_written_is_read_back_equal(rows: list[list[str]], delimiter: str, codec: str) -> None:
    table = read_table(written([HEADER, *rows], delimiter).encode(codec))
    assert [list(each.cells) for each in table.rows] == rows


@hypothesis_settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_at_all_raise_anything_but_a_refusal(content: bytes) -> None:
    try:
        read_table(content)
    except FileRefused as refused:
        assert str(refused)
