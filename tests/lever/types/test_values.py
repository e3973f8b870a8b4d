from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pinlever.lever.types import Phone, from_ms, to_ms, values as v

# The years 1 to 9999.
ALL_TIME = st.integers(min_value=-62_135_596_800_000, max_value=253_402_300_799_999)


@given(ALL_TIME)
def test_milliseconds_survive_both_ways(milliseconds: int) -> None:
    assert to_ms(from_ms(milliseconds)) == milliseconds
    assert from_ms(milliseconds).tzinfo is UTC


def test_a_time_is_cut_to_its_millisecond_whatever_its_zone() -> None:
    zone = timezone(timedelta(hours=2))
    assert to_ms(datetime(1970, 1, 1, 2, 0, 0, 1999, tzinfo=zone)) == 1


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        to_ms(datetime(2026, 7, 1))


T = from_ms(1783100000047)
ODD: list[Any] = [None, True, 3, 2.5, "x", "", [], ["x"], {}, {"a": 1}, [None, 1, {"id": "i"}]]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1783100000047, T),
        (1783100000047.0, T),
        ("1783100000047", T),
        ("2026-07-03T17:33:20.047Z", T),
        ("2026-07-03T19:33:20.047+02:00", T),
        ("2026-07-03T17:33:20.047", T),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (-1000, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (10**18, None),
        (1e300, None),
        (float("inf"), None),
        (float("nan"), None),
        ("9" * 40, None),
        ("0001-01-01T00:00:00+14:00", None),
        ("soon", None),
        ("", None),
        (None, None),
        (True, None),
        ([], None),
        ({}, None),
    ],
)
def test_a_moment(value: Any, expected: datetime | None) -> None:
    assert v.moment(value) == expected


@pytest.mark.parametrize("value", ODD)
def test_no_odd_value_is_an_error(value: Any) -> None:
    readers = [v.text, v.text_or_none, v.texts, v.mapping, v.mappings, v.reference, v.references, v.named]
    for read in [*readers, v.moment, v.flag, v.number, v.phones]:
        read(value)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([{"type": "mobile", "value": "+47 911"}], (Phone("mobile", "+47 911"),)),
        (
            [{"type": None, "value": "1"}, {"value": "2"}, "3"],
            (Phone("other", "1"), Phone("other", "2"), Phone("other", "3")),
        ),
        ([{"type": "home", "value": 4755}], (Phone("home", "4755"),)),
        ([{"type": "home", "value": ""}, {"type": "home"}, None, {}, []], ()),
        ({"type": "home", "value": "1"}, ()),
        (None, ()),
    ],
)
def test_phones(value: Any, expected: tuple[Phone, ...]) -> None:
    assert v.phones(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(["a", "", None, 5, "b"], ("a", "b")), ("a", ("a",)), ("", ()), (None, ()), ({}, ()), ([["a"]], ())],
)
def test_texts(value: Any, expected: tuple[str, ...]) -> None:
    assert v.texts(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("i", "i"),
        ({"id": "i", "text": "t"}, "i"),
        ({"text": "t"}, None),
        ("", None),
        (None, None),
        ([], None),
    ],
)
def test_a_reference_is_an_id_or_an_expanded_object(value: Any, expected: str | None) -> None:
    assert v.reference(value) == expected
