"""When a group counts as hung, and when the next one starts."""

from datetime import UTC, datetime

import pytest

from pinlever.ops.watch import LONGEST_PAUSE, Watch, pause_before_start

EARLY = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
LATE = datetime(2026, 1, 1, 12, 1, tzinfo=UTC)


def silence(looks: list[tuple[float, object]]) -> float:
    """The silence after the last of (seconds, stamp seen or "blind")."""
    watch, last = Watch(since=0.0), 0.0
    for now, seen in looks:
        if seen == "blind":
            watch.was_blind(now)
            last = 0.0
        else:
            last = watch.saw(now, seen)  # type: ignore[arg-type]
    return last


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        pytest.param([(1, None), (5, None)], 5, id="a group that never stamped counts from its start"),
        pytest.param(
            [(1, EARLY), (9, EARLY)], 8, id="a stamp that stands still counts from when it was seen"
        ),
        pytest.param([(1, EARLY), (5, LATE), (9, LATE)], 4, id="a new stamp starts the count again"),
        pytest.param(
            [(1, EARLY), (5, "blind"), (9, EARLY)], 4, id="what could not be seen is not held against it"
        ),
        pytest.param([(1, EARLY), (300, EARLY)], 0, id="a supervisor that was away itself starts again"),
        pytest.param([(1, EARLY), (11, EARLY)], 10, id="a slow look is not an absence"),
    ],
)
def test_silence_is_counted_only_while_a_sign_could_be_seen(
    looks: list[tuple[float, object]], expected: float
) -> None:
    assert silence(looks) == expected


@pytest.mark.parametrize(
    ("lived", "short_lives", "pause"),
    [(3600, 0, 0), (3600, 9, 0), (1, 0, 0.5), (1, 1, 1), (1, 4, 8), (1, 50, LONGEST_PAUSE)],
)
def test_groups_that_die_young_are_started_ever_more_slowly(
    lived: float, short_lives: int, pause: float
) -> None:
    assert pause_before_start(lived=lived, short_lives=short_lives) == pause
