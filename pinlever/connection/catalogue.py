"""What the account offers, read from Lever: postings, stages, archive reasons, users.

A list is read to its end before a row is written; what Lever no longer lists is marked gone, never deleted.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from pinlever.connection.models import ArchiveReason, LeverAccount, LeverUser, Posting, Stage
from pinlever.connection.models.catalogue import CatalogueEntry
from pinlever.connection.performers import Performer, find_performer
from pinlever.connection.progress import restart
from pinlever.foundation.clock import db_now
from pinlever.lever import types
from pinlever.lever.client import LeverClient, OpportunityFilter
from pinlever.lever.errors import Forbidden
from pinlever.lever.filters import Confidentiality

__all__ = [
    "USERS",
    "Performer",
    "find_performer",
    "note_access",
    "refresh_catalogue",
    "sees_confidential",
    "store",
]

BATCH = 500
# Lever's documentation: with both channels named, which goes with states alone, none that is published is left out.
POSTING_STATES = ("published", "internal", "closed", "draft", "pending", "rejected")
Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One list of the catalogue: its model and what is kept of an item."""

    model: type[CatalogueEntry]
    columns: Callable[[Any, int], Columns]


def _posting(it: types.Posting, _: int) -> Columns:
    return {
        "text": it.text[:300],
        "state": it.state[:20],
        "team": it.team[:200],
        "department": it.department[:200],
        "location": it.location[:200],
        "owner_id": (it.owner_id or "")[:64],
        "is_confidential": it.confidentiality == "confidential",
        "url": it.url[:500],
    }


def _stage(it: types.Stage, order: int) -> Columns:
    return {"text": it.text[:300], "order": order}


def _archive_reason(it: types.ArchiveReason, _: int) -> Columns:
    return {"text": it.text[:300], "kind": it.type[:20], "is_active": it.status != "inactive"}


def _user(it: types.LeverUser, _: int) -> Columns:
    return {
        "text": it.name[:300],
        "email": it.email.strip().lower()[:254],
        "access_role": it.access_role[:64],
        "deactivated_at": it.deactivated_at,
    }


POSTINGS = Kind(Posting, _posting)
STAGES = Kind(Stage, _stage)
ARCHIVE_REASONS = Kind(ArchiveReason, _archive_reason)
USERS = Kind(LeverUser, _user)


def refresh_catalogue(account: LeverAccount, client: LeverClient) -> None:
    """Reads all lists, then writes them at once. A failure in the middle leaves everything as it was."""
    access: Confidentiality | None = "all" if sees_confidential(client) else None
    read: dict[Kind, list[Any]] = {
        POSTINGS: list(client.postings(POSTING_STATES, confidentiality=access)),
        STAGES: list(client.stages()),
        ARCHIVE_REASONS: list(client.archive_reasons()),
        USERS: list(client.users(include_deactivated=True)),
    }
    with transaction.atomic():
        for kind, items in read.items():
            store(account, kind, items)
        note_access(account, access == "all")
        account.catalogue_read_at = db_now()
        account.save(update_fields=["catalogue_read_at"])


def note_access(account: LeverAccount, sees: bool) -> None:
    """Keeps whether confidential records are shown. Once they are, the index has to be read again with them."""
    if sees and LeverAccount.objects.filter(pk=account.pk, confidential_access=False).exists():
        restart(account)
    account.confidential_access = sees
    account.save(update_fields=["confidential_access"])


def sees_confidential(client: LeverClient) -> bool:
    """Whether Lever shows this credential confidential records: if not, it refuses rather than leaves them out."""
    try:
        client.opportunity_page(filters=OpportunityFilter(confidentiality="all"), limit=1)
    except Forbidden:
        return False
    return True


def store(account: LeverAccount, kind: Kind, items: Iterable[Any]) -> None:
    """Writes the whole list in a constant number of statements for each 500 items."""
    rows = {}
    for order, item in enumerate(items):
        rows[item.id] = kind.model(
            account=account, lever_id=item.id, gone_at=None, **kind.columns(item, order)
        )
    fields = [name for name in _columns_of(kind.model) if name not in ("id", "account", "lever_id")]
    kind.model._base_manager.bulk_create(
        [rows[lever_id] for lever_id in sorted(rows)],
        update_conflicts=True,
        unique_fields=["account", "lever_id"],
        update_fields=fields,
        batch_size=BATCH,
    )
    known = kind.model._base_manager.filter(account=account, gone_at=None).values_list("lever_id", flat=True)
    missing = sorted(set(known) - set(rows))
    for start in range(0, len(missing), BATCH):
        gone = kind.model._base_manager.filter(account=account, lever_id__in=missing[start : start + BATCH])
        gone.update(gone_at=db_now())


def _columns_of(model: type[CatalogueEntry]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields]
