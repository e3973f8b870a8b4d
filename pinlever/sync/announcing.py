"""Telling other systems that somebody is in Lever, or could not be brought there.

Whoever needs a decision is neither yet. Nothing is read as long as nobody wants to know.
"""

from typing import Any

from pinlever.lever.types import NewOpportunity
from pinlever.notices.models import Kind
from pinlever.notices.services import announce_all
from pinlever.recruiting.families import family
from pinlever.recruiting.outside import as_told, external_ids
from pinlever.sync.models import SyncRecord


def tell_completed(record: SyncRecord) -> None:
    """Inside the transaction that says the person is in Lever."""
    announce_all(Kind.SYNC_COMPLETED, lambda: [{**_who(record), **_there(record)}])


def tell_failed(record: SyncRecord) -> None:
    """Inside the transaction that says it failed."""
    found = {"cause": record.cause, "reason": record.reason}
    announce_all(Kind.SYNC_FAILED, lambda: [{**_who(record), **found}])


def _who(record: SyncRecord) -> dict[str, Any]:
    """By our own keys, and by the ids others gave them, as "source:id"."""
    who, job = family(record.prospect.candidate), record.prospect.job
    return {
        "candidate": as_told(who, external_ids([who])),
        "job": {"key": str(job.key), "external_id": job.external_id or None},
        "prospect": str(record.prospect.key),
    }


def _there(record: SyncRecord) -> dict[str, Any]:
    return {
        "how": _how(record),
        "opportunity": record.opportunity_id,
        "contact": record.contact_id,
        "posting": record.posting_id or None,
        "lever_url": record.lever_url,
        "synced_at": record.synced_at.isoformat() if record.synced_at else None,
    }


def _how(record: SyncRecord) -> str:
    """created: a person; added: an opportunity of somebody in Lever; linked: nothing was made."""
    if not record.created_by_us:
        return "linked"
    intent = record.intents.order_by("-id").first()
    added = intent is not None and NewOpportunity.from_json(intent.payload).contact_id
    return "added" if added else "created"
