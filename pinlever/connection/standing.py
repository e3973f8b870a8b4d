"""How an opportunity stands at Lever, as a small JSON value: what is compared to tell what changed."""

from typing import Any

from pinlever.connection.models import KnownOpportunity

Standing = dict[str, Any]


def standing_of(known: KnownOpportunity) -> Standing:
    """The columns that a status rule, a hold or another system may want to hear of; times in ISO 8601."""
    return {
        "contact": known.contact_id,
        "posting": known.posting_id,
        "stage": known.stage_id,
        "archived_at": known.archived_at.isoformat() if known.archived_at else None,
        "reason": known.archive_reason_id,
        "anonymized": known.is_anonymized,
        "contact_allowed": known.contact_allowed,
        "deleted": known.deleted_at is not None,
    }
