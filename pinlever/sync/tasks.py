"""What the worker runs for due records."""

import time

from pinlever.sync.models import WakeUp
from pinlever.sync.waking import wake
from pinlever.sync.work import work_one

DRAIN_FOR = 8.0  # seconds; a worker that is asked to end is given ten


def drain() -> None:
    """Works due records until there are none or the time is over; asks for company while there are more."""
    WakeUp.taken()
    ends = time.monotonic() + DRAIN_FOR
    while work_one():
        if time.monotonic() > ends:
            wake()
            return
        if WakeUp.is_more_due():
            wake()
