"""What an export makes of what was wished for a person before: the same for the plan and for the record itself."""

from typing import Any

from pinlever.sync.models import State, SyncRecord, Wish

OVER = (State.FAILED, State.CANCELLED, State.UNDONE, State.REMOVED)
NO_WISH = {"wish": Wish.BY_RULE, "wish_contact_id": "", "wish_opportunity_id": ""}


def on_export(record: SyncRecord, *, wish: str = Wish.BY_RULE, posting_id: str = "") -> dict[str, Any]:
    """The columns an export writes to a record that is neither in Lever nor waits for somebody."""
    wanted: dict[str, Any] = {"posting_chosen": posting_id, "difference": ""}
    if record.state in OVER and (record.wish == Wish.LINK or record.wish_opportunity_id):
        return {**wanted, **NO_WISH, "wish": wish}  # that link has been carried out, or could not be
    return {**wanted, "wish": wish or record.wish}
