"""What the worker runs for due records."""

import time
from collections.abc import Callable, Sequence
from itertools import count

from pinlever.sync.following import follow_one
from pinlever.sync.followups import HANDLERS
from pinlever.sync.models import Priority, WakeUp
from pinlever.sync.runs import due_runs, work_run
from pinlever.sync.taking_back import take_back
from pinlever.sync.undo_ends import finish
from pinlever.sync.undoing import undo_one
from pinlever.sync.waking import wake, wake_run
from pinlever.sync.work import work_one

DRAIN_FOR = 8.0  # seconds; a worker that is asked to end is given ten
_turns = count(1)  # of this process: a drain may be over before its fourth turn


def _nothing() -> None: ...


def drain(first: Callable[[], object] = _nothing) -> None:
    """Works due records until there are none or the time is over; asks for company while there are more.

    `first` is called before every turn: what waits for Lever too, and less long than a drain lasts.
    """
    WakeUp.taken()
    ends = time.monotonic() + DRAIN_FOR
    while _turn(first, next(_turns)):
        if time.monotonic() > ends:
            wake()
            return
        if WakeUp.is_more_due():
            wake()


def _turn(first: Callable[[], object], turn: int) -> bool:
    first()
    return work_due(turn)


def work_due(turn: int) -> bool:
    """People first; but of four turns one begins with what follows and one with whom a whole run of undo takes back,
    so that nothing waits for ever. Whom somebody takes back by hand goes before all others. False: nothing is due."""
    if _take_back(Priority.INTERACTIVE):
        return True
    return any(take() for take in _ORDERS[turn % len(_ORDERS)])


def _take_back(at_most: int) -> bool:
    return undo_one(take_back, finish, at_most=at_most)


def _take_back_anybody() -> bool:
    return _take_back(Priority.BULK)


def _follow() -> bool:
    return follow_one(HANDLERS)


_PEOPLE_FIRST = (work_one, _take_back_anybody, _follow)
_ORDERS: Sequence[Sequence[Callable[[], bool]]] = (
    (_follow, _take_back_anybody, work_one),
    _PEOPLE_FIRST,
    (_take_back_anybody, work_one, _follow),
    _PEOPLE_FIRST,
)


def export_batch(run_id: int) -> None:
    """One batch of an export; then another wake-up while there is more."""
    if work_run(run_id):
        wake_run(run_id)


def wake_exports() -> None:
    """Wakes a worker for every export that is not finished and that nobody works on."""
    for run_id in due_runs():
        wake_run(run_id)
