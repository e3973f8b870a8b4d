"""What the account offers, read from Lever: postings, stages, archive reasons, users, form templates.

A list is read to its end before a row is written; what Lever no longer lists is marked gone, never deleted.
What has another name than before keeps the former one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from pinlever.connection.models import (
    ArchiveReason,
    FormTemplate,
    LeverAccount,
    LeverUser,
    Posting,
    Stage,
)
from pinlever.connection.models.catalogue import CatalogueEntry
from pinlever.connection.performers import Performer, find_performer
from pinlever.connection.progress import restart
from pinlever.foundation.batches import batched
from pinlever.foundation.clock import db_now
from pinlever.lever import types
from pinlever.lever.client import LeverClient, OpportunityFilter
from pinlever.lever.errors import Forbidden, Rejected, Unavailable
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
MOST_OPTIONS = 500
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
    return {"text": it.text[:300], "order": order, "pipeline": it.pipeline[:40]}


def _archive_reason(it: types.ArchiveReason, _: int) -> Columns:
    return {"text": it.text[:300], "kind": it.type[:20], "is_active": it.status != "inactive"}


def _user(it: types.LeverUser, _: int) -> Columns:
    return {
        "text": it.name[:300],
        "email": it.email.strip().lower()[:254],
        "access_role": it.access_role[:64],
        "deactivated_at": it.deactivated_at,
    }


def _form_template(it: types.FormTemplate, _: int) -> Columns:
    return {"text": it.text[:300], "fields": [_form_field(field) for field in it.fields]}


def _form_field(field: Columns) -> Columns:
    told: Columns = {name: str(field.get(name, ""))[:300] for name in ("id", "text", "type", "required")}
    options = [one for one in field.get("options") or () if isinstance(one, dict)]
    return told | {"options": [str(one.get("text", ""))[:300] for one in options][:MOST_OPTIONS]}


POSTINGS = Kind(Posting, _posting)
STAGES = Kind(Stage, _stage)
ARCHIVE_REASONS = Kind(ArchiveReason, _archive_reason)
USERS = Kind(LeverUser, _user)
FORM_TEMPLATES = Kind(FormTemplate, _form_template)


def refresh_catalogue(account: LeverAccount, client: LeverClient) -> None:
    """Reads all lists, then writes them at once. A failure in the middle leaves everything as it was."""
    access: Confidentiality | None = "all" if sees_confidential(client) else None
    read: dict[Kind, list[Any]] = {
        POSTINGS: list(client.postings(POSTING_STATES, confidentiality=access)),
        STAGES: _with_pipelines(account, client, list(client.stages())),
        ARCHIVE_REASONS: list(client.archive_reasons()),
        USERS: list(client.users(include_deactivated=True)),
    }
    templates = _form_templates(client)
    if templates is not None:
        read[FORM_TEMPLATES] = templates
    with transaction.atomic():
        for kind, items in read.items():
            store(account, kind, items)
        note_access(account, access == "all")
        account.catalogue_read_at = db_now()
        account.save(update_fields=["catalogue_read_at"])


def _with_pipelines(
    account: LeverAccount, client: LeverClient, stages: list[types.Stage]
) -> list[types.Stage]:
    """With what is known already where Lever does not tell: rules for outreach hang on it."""
    known = dict(Stage.objects.filter(account=account).values_list("lever_id", "pipeline"))
    try:
        told = {one.id: one.pipeline for one in client.disposition_stages()}
    except (Rejected, Unavailable):
        told = {}
    return [
        replace(stage, pipeline=told.get(stage.id, "") or known.get(stage.id, "") or stage.pipeline)
        for stage in stages
    ]


def _form_templates(client: LeverClient) -> list[types.FormTemplate] | None:
    """None where the credential may not see them: nothing that is written needs them."""
    try:
        return list(client.form_templates())
    except Rejected:
        return None


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
    rows: dict[str, CatalogueEntry] = {}
    for order, item in enumerate(items):
        rows[item.id] = kind.model(
            account=account, lever_id=item.id, gone_at=None, **kind.columns(item, order)
        )
    _note_changes(account, kind.model, rows)
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
    for some in batched(missing):
        gone = kind.model._base_manager.filter(account=account, lever_id__in=some)
        gone.update(gone_at=db_now())


def _note_changes(
    account: LeverAccount, model: type[CatalogueEntry], rows: dict[str, CatalogueEntry]
) -> None:
    """What was called otherwise before, or asked for other fields, says so and since when."""
    now = db_now()
    for known in model._base_manager.filter(account=account).iterator(chunk_size=BATCH):
        row = rows.get(known.lever_id)
        if row is None:
            continue
        row.former_text, row.renamed_at = known.former_text, known.renamed_at
        if known.text and row.text != known.text:
            row.former_text, row.renamed_at = known.text, now
        if isinstance(row, FormTemplate) and isinstance(known, FormTemplate):
            row.fields_changed_at = _changed_at(row, known, now)


def _changed_at(row: FormTemplate, known: FormTemplate, now: datetime) -> datetime | None:
    """What was read before options were kept differs in them only."""
    before = known.fields
    asked = [
        {name: one[name] for name in one if name in (before[0] if before else one)} for one in row.fields
    ]
    return known.fields_changed_at if asked == before else now


def _columns_of(model: type[CatalogueEntry]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields]
