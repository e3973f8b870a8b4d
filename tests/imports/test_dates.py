"""Dates of several shapes, and those that are not guessed."""

from datetime import UTC, datetime

import pytest

from pinlever.imports.dates import AmbiguousDate, parse_date

DAY = datetime(2026, 1, 31, tzinfo=UTC)
MOMENT = datetime(2026, 1, 31, 8, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", DAY),
        (" 2026-1-31 ", DAY),
        ("2026/01/31", DAY),
        ("2026.01.31", DAY),
        ("2026-01-31 08:05", MOMENT),
        ("2026-01-31 08:05:00 GMT", MOMENT),
        ("2026-01-31T08:05:00Z", MOMENT),
        ("2026-01-31T09:05:00+01:00", MOMENT),
        ("2026-01-31T08:05:00.000Z", MOMENT),
        ("31-01-2026 08:05", MOMENT),
        ("31.01.2026", DAY),
        ("31.1.2026 8:05", MOMENT),
        ("31/01/2026", DAY),
        ("1/31/2026", DAY),
        ("1/31/2026 8:05 AM", MOMENT),
        ("01/31/2026, 08:05:00 a.m.", MOMENT),
        ("31 Jan 2026", DAY),
        ("31-Jan-2026", DAY),
        ("31st January 2026", DAY),
        ("Jan 31, 2026", DAY),
        ("january 31 2026 08:05", MOMENT),
        ("5/5/2026", datetime(2026, 5, 5, tzinfo=UTC)),
        ("05.06.2026", datetime(2026, 6, 5, tzinfo=UTC)),
        ("1/31/2026 12:00 AM", DAY),
        ("1/31/2026 12:00 pm", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("46053", DAY),
        ("46053.337", DAY),
        ("1769846700", MOMENT),
        ("1769846700000", MOMENT),
    ],
)
def test_a_date_is_read(text: str, moment: datetime) -> None:
    assert parse_date(text) == moment


@pytest.mark.parametrize("text", ["05/06/2026", "1/2/2026 10:00"])
def test_a_date_with_two_readings_is_not_guessed(text: str) -> None:
    with pytest.raises(AmbiguousDate):
        parse_date(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "12", "9" * 40, "2026", "2026-13-01", "2026-02-30", "2026-01-31 25:00"),
        *("31.13.2026", "1/31/26", "1/31/2026 13:00 PM", "32 Jan 2026", "31 Foo 2026"),
        *("0001-01-01", "1969-07-20", "0001-01-01T00:00:00+23:00"),
    ],
)
def test_what_is_no_date_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        parse_date(text)
