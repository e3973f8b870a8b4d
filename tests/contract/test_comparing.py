"""The comparison itself has to see what is wrong."""

from typing import Any

import pytest

from .comparing import Each, Maybe, Table, a_flag, a_text, a_time, an_id, problems
from .shapes import last_page

MISTAKES: list[tuple[Any, Any, list[str]]] = [
    (Table({"a": a_text}), {"a": "x"}, []),
    (Table({"a": a_text}), {}, [".a is missing"]),
    (Table({"a": a_text}), {"a": "x", "b": 1}, [".b is not known"]),
    (Table({"a": a_text}), {"a": None}, [".a is not a text: None"]),
    (Table({}, {"a": a_text}), {}, []),
    (Table({}, {"a": a_text}), {"a": 1}, [".a is not a text: 1"]),
    (Table({"a": Maybe(a_time)}), {"a": None}, []),
    (Table({"a": Maybe(a_time)}), {"a": 1_790_000_000}, [".a is not a time: 1790000000"]),
    (Table({"a": Each(a_flag)}), {"a": [True, 1]}, [".a[1] is not a flag: 1"]),
    (Table({"a": Each(a_flag)}), {"a": "x"}, [".a is not a list: 'x'"]),
    (Table({}), [], [" is not an object: []"]),
    (last_page(a_text), {"data": [], "hasNext": False, "next": None}, [".next is not known"]),
    (an_id, "lead-new", [" is not an id: 'lead-new'"]),
    (a_time, True, [" is not a time: True"]),
]


@pytest.mark.parametrize(("kind", "value", "expected"), MISTAKES)
def test_the_comparison_sees_mistakes(kind: Any, value: Any, expected: list[str]) -> None:
    assert problems(kind, value) == expected
