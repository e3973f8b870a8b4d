"""Whether a worker has been asked for due records and has not begun yet: one row for the installation."""

from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import free
from pinlever.foundation.wakeups import AskedFor
from pinlever.sync.models.followups import FollowUp
from pinlever.sync.models.records import SyncRecord
from pinlever.sync.models.undo import UndoItem


class WakeUp(AskedFor):
    """The row with id 1."""

    @staticmethod
    def is_more_due() -> bool:
        """Whether a record, a follow-up or an undo is due that nobody works on."""
        now = db_now()
        return any(
            rows.filter(free(now)).exists()
            for rows in (SyncRecord.objects.due(now), FollowUp.objects.due(now), UndoItem.objects.due(now))
        )
