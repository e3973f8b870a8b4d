import pytest

from pinlever.foundation.backoff import FIRST, LONGEST, delay

WHOLE = [
    (1, 2.0),
    (2, 4.0),
    (3, 8.0),
    (5, 32.0),
    (14, 16_384.0),
    (15, LONGEST),
    (31, LONGEST),
    (10_000, LONGEST),
]


@pytest.mark.parametrize(("tries", "whole"), WHOLE)
def test_a_delay_doubles_up_to_its_limit(tries: int, whole: float) -> None:
    assert delay(tries, draw=lambda: 1.0) == whole


@pytest.mark.parametrize(("tries", "whole"), WHOLE)
def test_chance_takes_away_at_most_half(tries: int, whole: float) -> None:
    assert delay(tries, draw=lambda: 0.0) == whole / 2
    assert delay(tries, draw=lambda: 0.5) == whole * 0.75


@pytest.mark.parametrize("tries", [0, -1])
def test_before_the_first_try_the_first_delay_holds(tries: int) -> None:
    assert delay(tries, draw=lambda: 1.0) == FIRST


def test_first_and_longest_can_be_chosen() -> None:
    assert delay(1, first=30, draw=lambda: 1.0) == 30
    assert delay(9, first=30, longest=60, draw=lambda: 1.0) == 60
    assert delay(1, first=30, longest=10, draw=lambda: 1.0) == 10


def test_two_who_failed_together_do_not_come_back_together() -> None:
    assert len({delay(5) for _ in range(50)}) > 40
    assert all(16 <= delay(5) <= 32 for _ in range(50))
