"""Growing, jittered delays between tries."""

import random
from collections.abc import Callable

FIRST = 2.0  # seconds
LONGEST = 6 * 3600.0


def delay(
    tries: int, *, first: float = FIRST, longest: float = LONGEST, draw: Callable[[], float] = random.random
) -> float:
    """Seconds until the next try after `tries` failed ones: doubled each time, between half and whole of it."""
    whole = min(longest, first * 2.0 ** min(max(tries, 1) - 1, 30))
    return whole * (0.5 + draw() / 2)
