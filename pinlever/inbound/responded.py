"""Somebody else moving a person to Lever's stage "Responded" counts as a reply: it holds by the rule for replies and
stands in their activity. It fires no trigger, since it is no reply by email.
"""

from datetime import datetime

from pinlever.audit.services import LEVER
from pinlever.connection.models import LeverUser
from pinlever.connection.names import names_of
from pinlever.foundation.clock import db_now
from pinlever.inbound.change import Change
from pinlever.lever.types import StageChange, to_ms
from pinlever.outreach.event_holds import MARKED_IN_LEVER
from pinlever.outreach.models import OutreachEvent
from pinlever.outreach.services import record_event
from pinlever.sync.models import SyncRecord
from pinlever.sync.stage_moves import is_ours, lead_stages
from pinlever.sync.timeline import RESPONDED

MARKED = "Marked as responded in Lever"


def note(change: Change) -> int:
    """Once for each such change of stage after the person was linked; answers how many were news."""
    # The first change is the creation: whoever puts a person there at once moves nobody.
    moves = change.opportunity.stage_changes[1:]
    record = change.records[0] if moves and change.records else None
    if record is None or change.row.deleted_at is not None:
        return 0
    responded = lead_stages(change.account).by_name.get(RESPONDED)
    moves = tuple(one for one in moves if one.stage_id == responded)
    return sum(_note(change, record, move) for move in moves if _is_news(change, record, move))


def _is_news(change: Change, record: SyncRecord, move: StageChange) -> bool:
    if move.at is None or (record.synced_at is not None and move.at < record.synced_at):
        return False
    return not is_ours(change.account, change.row.lever_id, move)


def _note(change: Change, record: SyncRecord, move: StageChange) -> bool:
    at: datetime = move.at or change.row.opened_at
    external_id = f"responded:{change.row.lever_id}:{to_ms(at)}"
    known = OutreachEvent.objects.filter(source=MARKED_IN_LEVER, external_id=external_id)
    if known.exists():
        return False
    users = names_of(LeverUser, change.account, [move.user_id])
    by = users.get(move.user_id or "", "")
    details = {"text": f"{MARKED} by {by}." if by else f"{MARKED}."}
    recorded = record_event(
        by=LEVER,
        prospect=record.prospect,
        kind=OutreachEvent.Kind.REPLIED,
        occurred_at=min(at, db_now()),  # Lever's clock may be ahead
        source=MARKED_IN_LEVER,
        external_id=external_id,
        details=details,
    )
    return recorded.created
