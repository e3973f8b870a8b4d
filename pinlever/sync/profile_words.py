"""What came of the profile itself, in a sentence."""

from pinlever.lever.types import NewOpportunity
from pinlever.sync.models import Intent, SyncRecord


def profile_told(record: SyncRecord, intent: Intent | None) -> str:
    """`intent`: what was sent, where that is known."""
    if not record.created_by_us:
        return "In Lever already: linked, and nothing was sent."
    if intent is None:
        return "Created by PinLever earlier, and found again."
    if NewOpportunity.from_json(intent.payload).contact_id:
        return "One more opportunity of the person whom Lever knew."
    if record.was_deduped:
        return "Created; Lever added it to the person it knew by email."
    return "Created."
