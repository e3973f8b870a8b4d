"""When a worker group counts as hung, and how long to wait before the next start. Pure: time is given."""

from dataclasses import dataclass
from datetime import datetime

LONGEST_PAUSE = 30.0
SETTLED_AFTER = 60.0  # a group that lived this long starts again at once


@dataclass
class Watch:
    """Counts how long a group has shown no sign of life *while we were able to see one*.

    A minute without database or broker, or a supervisor that was itself suspended, says nothing about the group:
    after it the count starts again.
    """

    since: float
    seen: datetime | None = None
    looked_at: float | None = None
    longest_gap: float = 10.0

    def saw(self, now: float, stamp: datetime | None) -> float:
        """Notes the group's latest stamp; answers the seconds of silence."""
        was_away = self.looked_at is not None and now - self.looked_at > self.longest_gap
        if was_away or stamp != self.seen:
            self.since = now
        self.seen, self.looked_at = stamp, now
        return now - self.since

    def was_blind(self, now: float) -> None:
        """Notes that nothing could be seen."""
        self.since = self.looked_at = now


def pause_before_start(*, lived: float, short_lives: int) -> float:
    """Seconds to wait before a group is started again; grows while groups die young."""
    if lived >= SETTLED_AFTER:
        return 0.0
    return min(LONGEST_PAUSE, 0.5 * 2.0 ** min(short_lives, 10))
