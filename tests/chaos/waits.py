"""What a run still waits for, in lines for people: rows by state and cause, and what the harness itself has left."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Min, Q, QuerySet

from pinlever.foundation.clock import db_now
from pinlever.sync.models import WORKABLE, FollowUp, State, SyncRecord, UndoItem
from tests.chaos.notes import WAITED_FOR

if TYPE_CHECKING:
    from tests.chaos.run import Run

# What waits so is tried again by hand: the delays grow, and what was held looks again only after a minute.
LATE = ("unavailable", "internal", "reconnect", "not_connected")
MOST_TOLD = 5  # numbers of rows alike


def rows() -> list[str]:
    """A line for all rows that are alike: what, how many, held by how many workers, due when."""
    now = db_now()
    return [
        *_told("record", SyncRecord.objects.filter(state__in=(*WORKABLE, State.HELD)), now),
        *_told("undo", UndoItem.objects.filter(state=UndoItem.State.WAITING), now),
        *_told("follow-up", FollowUp.objects.filter(state=FollowUp.State.WAITING, kind__in=WAITED_FOR), now),
    ]


def of_the_run(run: "Run") -> list[str]:
    """What else keeps it from its end."""
    left = {
        "the feeder": not run.feeder.is_done,
        "suspended workers": run.suspended.are_some,
        "a connection": run.admin.wants_to_connect,
        f"{len(run.steps.left)} steps": bool(run.steps.left),
    }
    return [what for what, is_left in left.items() if is_left]


def _told(
    what: str, waiting: "QuerySet[SyncRecord] | QuerySet[UndoItem] | QuerySet[FollowUp]", now: datetime
) -> Iterator[str]:
    alike = waiting.order_by().values_list("state", "cause")
    counted = alike.annotate(
        number=Count("pk"),
        locked=Count("pk", filter=~Q(locked_by="")),
        first=Min("due_at"),
        last=Max("due_at"),
        most=Max("tries"),
    )
    for state, cause, number, locked, first, last, tries in counted:
        due = f"due in {_seconds(first, now)} to {_seconds(last, now)} s"
        ids = list(waiting.filter(state=state, cause=cause).values_list("pk", flat=True)[:MOST_TOLD])
        yield f"{number} × {what} {state} {cause or '-'}, {locked} locked, {due}, {tries} tries, e.g. {ids}"


def _seconds(at: datetime, now: datetime) -> str:
    return f"{(at - now).total_seconds():.0f}"
