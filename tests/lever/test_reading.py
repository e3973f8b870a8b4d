from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pinlever.lever.reading import cleaned, http_date, parse_json, retry_after, words_of

NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Wed, 01 Jul 2026 10:00:00 GMT", NOW),
        ("Wed, 01 Jul 2026 12:00:00 +0200", NOW),
        ("Wed, 01 Jul 2026 10:00:00 -0000", NOW),
        ("yesterday", None),
        ("Wed, 99 Jul 2026 10:00:00 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_the_date_header(value: str | None, expected: datetime | None) -> None:
    assert http_date(value) == expected


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 7 ", 7.0),
        ("9" * 500, 86_400.0),
        ("Wed, 01 Jul 2026 10:00:30 GMT", 30.0),
        ("Wed, 01 Jul 2026 09:00:00 GMT", 0.0),
        ("-5", None),
        ("1.5", None),
        ("nan", None),
        ("²", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1, null, true]}', {"a": [1, None, True]}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'{"k\\u0000": ["\\uDC00x", {"b": "\\u0000"}]}', {"k": ["\ufffdx", {"b": ""}]}),
        (b'"\\ud83d\\ude00 \\\\u0000"', "\U0001f600 \\u0000"),
    ],
)
def test_json_becomes_values_that_can_be_stored(body: bytes, value: Any) -> None:
    assert parse_json(body) == value


@pytest.mark.parametrize("body", [b"", b"{", b"NaN", b"-Infinity", b"\xff", b"[" * 100_000, b"1" * 5_000])
def test_what_is_no_json_is_one_kind_of_error(body: bytes) -> None:
    with pytest.raises(ValueError):
        parse_json(body)


def test_cleaning_leaves_everything_else_alone() -> None:
    value = {"a": ["Øverli", 1, None, 2.5, True, "\U0001f600"]}
    assert cleaned(value) == value


@pytest.mark.parametrize(
    ("data", "text", "expected"),
    [
        ({"code": "BadRequest", "message": "no"}, "", ("BadRequest", "no")),
        ({"error": "invalid_grant", "error_description": "old"}, "", ("invalid_grant", "old")),
        ({"code": {}, "message": None}, "the text", ("", "the text")),
        (["x"], "the text", ("", "the text")),
        (None, "a\0b", ("", "ab")),
    ],
)
def test_the_words_of_a_refusal(data: Any, text: str, expected: tuple[str, str]) -> None:
    assert words_of(data, text) == expected
