"""What Lever no longer has: the record says so, its claims are released, and it is never created by itself again.

Who was merged there has not gone: records and claims follow to the contact that survived.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from pinlever.audit.services import LEVER, record as audit
from pinlever.connection.models import KnownOpportunity, LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.sync import claims, pairs
from pinlever.sync.models import IN_LEVER_STATES, State, SyncRecord

DELETED = "Deleted in Lever since. It is not created again by itself; export it if that is wanted."
ANONYMISED = "Anonymised in Lever since. It is not created again by itself; export it if that is wanted."
BATCH = 200


def note_removed(
    account: LeverAccount, *, since: datetime | None, only: Collection[str] | None = None
) -> int:
    """Records whose opportunity the index knows as deleted or anonymised; looks at what it heard since then, or
    `only` at these opportunities."""
    gone = _heard(account, since, only).filter(Q(deleted_at__isnull=False) | Q(is_anonymized=True))
    told = {
        row.lever_id: row for row in gone.filter(Exists(_records())).only("lever_id", "deleted_at")[:BATCH]
    }
    records = SyncRecord.objects.filter(
        account=account, opportunity_id__in=list(told), state__in=IN_LEVER_STATES
    )
    for record in records:
        _note(account, record, DELETED if told[record.opportunity_id].deleted_at else ANONYMISED)
    return len(told)


def note_merged(account: LeverAccount, *, since: datetime | None, only: Collection[str] | None = None) -> int:
    """Records whose opportunity belongs to another contact by now: somebody merged two people in Lever."""
    elsewhere = _records().exclude(contact_id=OuterRef("contact_id"))
    moved = _heard(account, since, only).filter(Exists(elsewhere), deleted_at=None)
    ids = list(moved.values_list("lever_id", flat=True)[:BATCH])
    left = SyncRecord.objects.filter(account=account, opportunity_id__in=ids, state__in=IN_LEVER_STATES)
    return follow(account, set(left.values_list("contact_id", flat=True)))


def _heard(
    account: LeverAccount, since: datetime | None, only: Collection[str] | None
) -> QuerySet[KnownOpportunity]:
    known = KnownOpportunity.objects.filter(account=account)
    if only is not None:
        known = known.filter(lever_id__in=only)
    return known if since is None else known.filter(seen_at__gte=since)


def _records() -> QuerySet[SyncRecord]:
    return SyncRecord.objects.filter(
        account_id=OuterRef("account_id"), opportunity_id=OuterRef("lever_id"), state__in=IN_LEVER_STATES
    )


def follow(account: LeverAccount, contacts: Iterable[str]) -> int:
    """What is told about contacts that Lever no longer has goes on to whom they were merged into, or is released."""
    return sum(_follow(account, contact_id) for contact_id in sorted(contacts))


@transaction.atomic
def _follow(account: LeverAccount, contact_id: str) -> bool:
    known = KnownOpportunity.objects.filter(account=account, deleted_at=None)
    if not contact_id or known.filter(contact_id=contact_id).exists():
        return False
    rows = SyncRecord.objects.filter(account=account, contact_id=contact_id)
    theirs = known.filter(lever_id__in=list(rows.values_list("opportunity_id", flat=True)))
    survivor = theirs.order_by("-seen_at", "-id").values_list("contact_id", flat=True).first()
    if survivor is None:
        claims.forget_contact(account.pk, contact_id)
        return True
    for row in rows.order_by("pk"):
        SyncRecord.objects.filter(pk=row.pk, contact_id=contact_id).update(contact_id=survivor)
        before, after = {"contact": contact_id}, {"contact": survivor}
        audit(by=LEVER, action="sync.merged", subject=row, before=before, after=after)
    claims.move_contact(account.pk, contact_id, survivor)
    pairs.move_contact(account.pk, contact_id, survivor)
    return True


def _note(account: LeverAccount, row: SyncRecord, reason: str) -> None:
    before = row.state
    with transaction.atomic():
        changed = SyncRecord.objects.filter(pk=row.pk, state=before).update(
            state=State.REMOVED, cause="removed", reason=reason, updated_at=db_now()
        )
        if not changed:
            return
        left = KnownOpportunity.objects.filter(account=account, contact_id=row.contact_id, deleted_at=None)
        if not left.exclude(is_anonymized=True).exists():
            claims.forget_contact(account.pk, row.contact_id)
        audit(
            by=LEVER,
            action="sync.removed",
            subject=row,
            before={"state": before},
            after={"state": State.REMOVED},
        )
