"""What an undo has to say on a person's own card: that it is under way, or why it left them alone."""

from collections.abc import Iterable
from datetime import datetime

from pinlever.sync.models import IN_LEVER_STATES, SyncRecord, UndoItem
from pinlever.sync.moments import ago

State = UndoItem.State
TOLD = {
    State.WAITING: "Is being taken back by {who}. {reason}",
    State.LEFT_ALONE: "{who} wanted to take them back {when}; left alone: {reason}",
    State.COULD_NOT: "Could not be taken back by {who}, {when}: {reason}",
}


def undos_told(records: Iterable[SyncRecord], now: datetime) -> dict[int, str]:
    """By record id, for those who are in Lever: the latest undo of theirs, unless they were brought back since."""
    ids = [record.pk for record in records if record.state in IN_LEVER_STATES]
    if not ids:
        return {}
    rows = UndoItem.objects.filter(record__in=ids).select_related("run").order_by("pk")
    latest = {row.record_id: row for row in rows}
    return {pk: _told(row, now) for pk, row in latest.items() if row.state in TOLD}


def _told(row: UndoItem, now: datetime) -> str:
    when = ago(row.done_at or row.made_at, now)
    return TOLD[State(row.state)].format(who=row.run.by_label, when=when, reason=row.reason).strip()
