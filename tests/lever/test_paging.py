from __future__ import annotations

from collections.abc import Callable

import pytest

from pinlever.lever.errors import Busy, OffsetRefused, Unavailable
from pinlever.lever.paging import Page, walk

Fetch = Callable[[str | None], Page[str]]


def pages(table: dict[str | None, tuple[str, str | None]]) -> tuple[Fetch, list[str | None]]:
    """(a list made of a table: token → (its letters, the next token), the tokens asked for)."""
    asked: list[str | None] = []

    def fetch(offset: str | None) -> Page[str]:
        asked.append(offset)
        letters, following = table[offset]
        return Page(tuple(letters), following)

    return fetch, asked


def test_pages_follow_their_tokens_to_the_end() -> None:
    fetch, asked = pages({None: ("ab", "%5B1%5D"), "%5B1%5D": ("", "x"), "x": ("c", None)})
    assert list(walk(fetch, str)) == ["a", "b", "c"]
    assert asked == [None, "%5B1%5D", "x"]


def test_nothing_is_asked_before_it_is_needed() -> None:
    fetch, asked = pages({None: ("ab", "x"), "x": ("c", None)})
    rows = walk(fetch, str)
    assert (next(rows), next(rows), asked) == ("a", "b", [None])


def test_a_record_that_moves_during_the_walk_comes_once() -> None:
    fetch, _ = pages({None: ("ab", "x"), "x": ("bc", None)})
    assert list(walk(fetch, str)) == ["a", "b", "c"]


@pytest.mark.parametrize("loop", [{"x": ("b", "x")}, {"x": ("b", "y"), "y": ("", "x")}])
def test_a_list_that_repeats_itself_is_stopped(loop: dict[str | None, tuple[str, str | None]]) -> None:
    fetch, _ = pages({None: ("a", "x"), **loop})
    with pytest.raises(Unavailable, match="repeats itself"):
        list(walk(fetch, str))


def refusing(times: int) -> tuple[Fetch, list[str | None]]:
    """A list whose token x is refused so many times."""
    fetch, asked = pages({None: ("ab", "x"), "x": ("c", None)})

    def refuse(offset: str | None) -> Page[str]:
        if offset == "x" and asked.count("x") < times:
            asked.append(offset)
            raise OffsetRefused(said="Invalid offset token")
        return fetch(offset)

    return refuse, asked


def test_a_refused_token_starts_the_list_again_without_repeating_anybody() -> None:
    fetch, asked = refusing(1)
    assert list(walk(fetch, str)) == ["a", "b", "c"]
    assert asked == [None, "x", None, "x"]


def test_a_list_that_keeps_refusing_its_tokens_is_given_up() -> None:
    fetch, asked = refusing(9)
    with pytest.raises(Unavailable, match="keeps refusing"):
        list(walk(fetch, str))
    assert len(asked) == 4


def test_other_errors_end_the_walk_as_they_are() -> None:
    def fetch(offset: str | None) -> Page[str]:
        raise Busy

    with pytest.raises(Busy):
        list(walk(fetch, str))
