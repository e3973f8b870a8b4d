"""All rows of a file checked before anything is written: every problem with row, column, value and cure."""

from pinlever.imports.checking import CheckedRow, check_rows
from pinlever.imports.headers import TEMPLATE, columns_of
from pinlever.imports.reading import read_table

PROFILE = "5b8e1d1e-6a0f-4a55-9d38-0f3b6a1c2e01"


def checked(text: str) -> list[CheckedRow]:
    table = read_table(text.encode())
    columns, problems = columns_of(table.header)
    assert not problems
    return list(check_rows(table.rows, columns))


def test_every_problem_of_a_row_is_told_at_once_with_row_column_value_and_cure() -> None:
    text = (
        'Name,Work email,Email 2,Phone,Score\nAnn,ok@example.com,"x@example.com, nope",call,high\nBob,,,,\n'
    )
    first, second = checked(text)
    assert [(each.row, each.column, each.value) for each in first.problems] == [
        (2, "Email 2", "nope"),
        (2, "Phone", "call"),
        (2, "Score", "high"),
    ]
    assert all(each.wrong and each.cure for each in first.problems)
    assert first.draft is None
    assert second.draft is not None and not second.problems


def test_a_row_that_says_nobody_is_a_problem() -> None:
    (row,) = checked("Name,City,Emails\n,Rome,\n")
    assert [each.wrong for each in row.problems] == ["The row does not say who it is"]


def test_a_name_or_any_one_key_is_enough() -> None:
    header = "Name,First name,Emails,Phones,LinkedIn,Lever profile\n"
    rows = [
        "Ann,,,,,",
        ",Ann,,,,",
        ",,a@example.com,,,",
        ",,,+14155552671,,",
        ",,,,linkedin.com/in/a,",
        f",,,,,{PROFILE}",
    ]
    assert all(row.draft for row in checked(header + "\n".join(rows)))


def test_the_same_person_twice_is_noted_and_not_refused() -> None:
    header, people = "Name,Emails,LinkedIn\n", "Ann,a@example.com,\nBob,b@example.com,\n"
    again = "Ann Lee,A@EXAMPLE.COM,linkedin.com/in/ann\nA,,de.linkedin.com/in/ann/\n"
    rows = checked(header + people + again)
    assert all(row.draft for row in rows)
    assert [row.note for row in rows] == [
        "",
        "",
        "The same person as row 2 (email a@example.com); the two are joined.",
        "The same person as row 4 (LinkedIn profile ann); the two are joined.",
    ]


def test_more_cells_than_headers_is_a_problem_unless_they_are_empty() -> None:
    good, bad = checked("Name,City\nAnn,Rome,,\nBob,Oslo,Norway\n")
    assert good.draft
    assert [(each.value, each.wrong) for each in bad.problems] == [
        ("Norway", "The row has 3 cells, the header 2")
    ]


def test_a_short_row_is_filled_up_but_one_that_swallowed_others_is_a_problem() -> None:
    short, swallowed = checked('Name,Notes,City\nAnn\nBob,"starts here\nCy,x,Rome\nDee,ends"\n')
    assert short.draft
    assert swallowed.problems[0].column == "Notes"
    assert "swallowed" in swallowed.problems[0].wrong


def test_the_example_row_of_the_template_is_skipped_also_after_a_spreadsheet_saved_it() -> None:
    text = TEMPLATE.read_text()
    as_is, changed = checked(text) + checked(text.replace("2026-01-31", "1/2/2026"))
    assert not as_is.draft and not as_is.problems and as_is.note
    assert not changed.problems and changed.note


def test_the_template_example_has_no_problem_of_its_own() -> None:
    (row,) = checked(TEMPLATE.read_text().replace("example.com", "example.net"))
    assert row.draft is not None
    assert row.draft.score == 87


def test_the_country_tells_where_a_phone_is_at_home() -> None:
    rows = checked("Name,Phone,Country\nAnn,030 901820,Germany\nBob,030 901820,\n")
    assert [row.draft.phones[0].key for row in rows if row.draft] == ["+4930901820", None]
    rows = checked('Name,Phone,Location\nAnn,030 901820,"Berlin, Germany"\nBob,030 901820,"Wilmington, DE"\n')
    assert [row.draft.phones[0].key for row in rows if row.draft] == ["+4930901820", None]


def test_a_too_long_cell_or_an_unreadable_one_is_told_with_its_column() -> None:
    rows = checked("Name,Title,City\nAnn," + "x" * 40_000 + ",\nBob,," + "y" * 121 + "\nCy\ufffd,,\n")
    told = [(each.row, each.column) for row in rows for each in row.problems]
    assert told == [(2, "Title"), (3, "City"), (4, "Name")]
    assert all(len(each.value) <= 80 for row in rows for each in row.problems)


def test_a_column_that_is_not_used_makes_no_problem() -> None:
    (row,) = checked("Name,Favourite colour\nAnn," + "\ufffd" * 40_000 + "\n")
    assert row.draft
