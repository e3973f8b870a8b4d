"""How an opportunity stands at Lever, as a small JSON value: what is compared to tell what changed."""

from typing import Any

from pinlever.connection.models import KnownOpportunity

Standing = dict[str, Any]


STANDING_COLUMNS = {
    "contact": "contact_id",
    "posting": "posting_id",
    "stage": "stage_id",
    "archived_at": "archived_at",
    "reason": "archive_reason_id",
    "anonymized": "is_anonymized",
    "contact_allowed": "contact_allowed",
    "deleted": "deleted_at",
}


def standing_of(known: KnownOpportunity) -> Standing:
    """What a status rule, a hold or another system may want to hear of, of these columns; times in ISO 8601."""
    told: Standing = {name: getattr(known, column) for name, column in STANDING_COLUMNS.items()}
    told["archived_at"] = known.archived_at.isoformat() if known.archived_at else None
    told["deleted"] = known.deleted_at is not None
    return told
