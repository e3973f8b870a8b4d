"""What a worker's turn at a person spent of Lever's allowance, kept by what came of it."""

from pinlever.connection.models import Purpose
from pinlever.connection.spending import keep
from pinlever.sync.models import IN_LEVER_STATES, WORKABLE, FollowUp, State
from pinlever.sync.turn import End, Turn

PURPOSES: dict[str, Purpose] = {
    State.SYNCED: Purpose.CREATE,
    State.IN_LEVER: Purpose.LINK,
    State.NEEDS_YOU: Purpose.ASK,
}


def tally(turn: Turn, end: End) -> None:
    """After the turn has ended, whatever came of it."""
    is_over = end.state not in WORKABLE
    purpose = PURPOSES.get(end.state, Purpose.STOP) if is_over else Purpose.AGAIN
    followed = _following(turn) if end.state in IN_LEVER_STATES else 0
    if end.state != State.HELD:  # nothing was begun
        keep(turn.record.account_id, purpose, turn.spending, has_ended=is_over, followed=followed)


def _following(turn: Turn) -> int:
    """How many follow-ups wait since they are in Lever."""
    waiting = FollowUp.objects.filter(record=turn.record, state=FollowUp.State.WAITING)
    return waiting.count()
