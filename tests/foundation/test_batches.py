from collections.abc import Iterator

import pytest

from pinlever.foundation.batches import MOST_VALUES, batched


@pytest.mark.parametrize(
    ("values", "most", "batches"),
    [
        ([], 2, []),
        ([3], 2, [[3]]),
        ([3, 1], 2, [[3, 1]]),
        ([3, 1, 2], 2, [[3, 1], [2]]),
        (["b", "a", "c", "d"], 2, [["b", "a"], ["c", "d"]]),
    ],
)
def test_all_values_come_once_and_in_their_order(
    values: list[object], most: int, batches: list[list[object]]
) -> None:
    assert list(batched(values, most)) == batches


def test_one_statement_takes_no_more_than_sqlite_does() -> None:
    assert [len(batch) for batch in batched(range(MOST_VALUES + 1))] == [MOST_VALUES, 1]
    assert MOST_VALUES < 999


def test_values_are_read_as_the_batches_are() -> None:
    read = []

    def values() -> Iterator[int]:
        for number in range(10):
            read.append(number)
            yield number

    next(batched(values(), 3))
    assert read == [0, 1, 2]


def test_keys_of_a_dictionary_and_what_is_read_once_are_values_too() -> None:
    assert list(batched({"b": 1, "a": 2})) == [["b", "a"]]
    assert list(batched(iter("abc"), 2)) == [["a", "b"], ["c"]]
