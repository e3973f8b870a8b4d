"""What the worker runs for due records."""

import time

from pinlever.sync.models import WakeUp
from pinlever.sync.runs import due_runs, work_run
from pinlever.sync.waking import wake, wake_run
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


def export_batch(run_id: int) -> None:
    """One batch of an export; then another wake-up while there is more."""
    if work_run(run_id):
        wake_run(run_id)


def wake_exports() -> None:
    """Wakes a worker for every export that is not finished and that nobody works on."""
    for run_id in due_runs():
        wake_run(run_id)
