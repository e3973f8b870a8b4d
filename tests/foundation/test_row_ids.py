import pytest

from pinlever.foundation.row_ids import row_id, row_ids


@pytest.mark.parametrize(
    ("text", "found"),
    [("7", 7), ("0", 0), ("007", 7), ("9" * 18, 10**18 - 1)],
)
def test_digits_are_an_id(text: str, found: int) -> None:
    assert row_id(text) == found


@pytest.mark.parametrize(
    "text", ["", " ", "7 ", "-7", "+7", "7.0", "1e3", "0x7", "9" * 19, "seven", "٧", "²", "1_0"]
)
def test_anything_else_is_none(text: str) -> None:
    assert row_id(text) is None


def test_of_several_those_that_are_ids_are_kept_in_their_order() -> None:
    assert row_ids(["3", "x", "1", "", "3", "9" * 30]) == [3, 1, 3]
    assert row_ids(()) == []
