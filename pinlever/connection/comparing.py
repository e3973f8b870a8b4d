"""What a page of Lever's list says that the index does not know yet. Only that is written.

Compared is the whole of what Lever said, not its `updatedAt` alone: old records have none, and not every change
moves it. A look at everybody so rewrites a few rows a night and not a million.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from pinlever.connection.models import KnownOpportunity, LeverAccount, ToldBy
from pinlever.connection.rows import is_usable, upsert
from pinlever.foundation.clock import db_now
from pinlever.lever.types import Opportunity

WEBHOOK_TAKES = timedelta(seconds=60)  # a change that young may still be told by a webhook
AT_ONCE = 500
COMPARED = (
    *("id", "lever_id", "contact_id", "posting_id", "stage_id"),
    *("archived_at", "archive_reason_id", "changed_at", "deleted_at", "companies", "payload"),
)


@dataclass(frozen=True, slots=True)
class Compared:
    """A page beside what is known of it. `changed` holds the new ones too, `to_fill` what an older version wrote."""

    read: int
    changed: tuple[Opportunity, ...]
    known: dict[str, KnownOpportunity]
    same: tuple[int, ...]
    deleted: tuple[int, ...]
    to_fill: tuple[Opportunity, ...] = ()

    def unannounced(self, before: datetime) -> int:
        """How many changed before then in a way that Lever has webhooks for."""
        return sum(
            _announces(one, self.known.get(one.id))
            for one in self.changed
            if one.updated_at is None or one.updated_at < before
        )


def compare(account: LeverAccount, page: Iterable[Opportunity]) -> Compared:
    """One query. What cannot be kept is left out; what comes twice counts once."""
    usable = {one.id: one for one in page if is_usable(one)}
    rows = KnownOpportunity.objects.filter(account=account, lever_id__in=list(usable)).only(*COMPARED)
    known = {row.lever_id: row for row in rows}
    changed = {id_: one for id_, one in usable.items() if id_ not in known or known[id_].payload != one.raw}
    return Compared(
        read=len(usable),
        changed=tuple(changed.values()),
        known=known,
        same=tuple(row.pk for id_, row in known.items() if id_ not in changed),
        deleted=tuple(row.pk for row in known.values() if row.deleted_at is not None),
        to_fill=tuple(usable[id_] for id_, row in known.items() if id_ not in changed and not row.companies),
    )


def take_in(
    account: LeverAccount, page: Iterable[Opportunity], seen_at: datetime, *, told_by: str = ToldBy.POLL
) -> int:
    """Writes what is new on the page; answers how many opportunities took it."""
    compared = compare(account, page)
    return upsert(account, compared.changed, seen_at, told_by=told_by) if compared.changed else 0


def mark_met(ids: Iterable[int], met_at: datetime) -> None:
    """Lever's list has these rows just as they are here."""
    wanted = KnownOpportunity.objects.filter(pk__in=list(ids))
    with transaction.atomic():
        # Locked in the order in which upsert locks.
        held = list(wanted.order_by("lever_id").select_for_update().values_list("pk", flat=True))
        if held:
            KnownOpportunity.objects.filter(pk__in=held).update(met_at=met_at)


def bring_back(ids: Iterable[int], *, deleted_before: datetime) -> int:
    """Lever lists what we held for deleted long ago, so it is there; answers how many came back."""
    gone = KnownOpportunity.objects.filter(pk__in=list(ids), deleted_at__lt=deleted_before)
    with transaction.atomic():
        held = list(gone.order_by("lever_id").select_for_update().values_list("pk", flat=True))
        if not held:
            return 0
        now = db_now()
        return KnownOpportunity.objects.filter(pk__in=held).update(
            deleted_at=None, seen_at=now, unheard_at=now, told_by=ToldBy.CRAWL
        )


def clear_untold(account: LeverAccount, noticed_before: datetime) -> int:
    """Takes away the marks set before then; answers how many changes no webhook had told."""
    marked = KnownOpportunity.objects.filter(account=account, untold_at__lte=noticed_before)
    cleared = 0
    with transaction.atomic():
        # Locked in the order in which upsert locks.
        while held := list(
            marked.order_by("lever_id").select_for_update().values_list("pk", flat=True)[:AT_ONCE]
        ):
            cleared += KnownOpportunity.objects.filter(pk__in=held).update(untold_at=None)
    return cleared


def unmet(account: LeverAccount, since: datetime) -> Q:
    """Opportunities that nobody has seen at Lever since then, and that we would see there."""
    wanted = Q(account=account, deleted_at=None, seen_at__lt=since)
    wanted &= Q(met_at=None) | Q(met_at__lt=since)
    return wanted if account.confidential_access else wanted & Q(is_confidential=False)


def _announces(one: Opportunity, known: KnownOpportunity | None) -> bool:
    if known is None:
        return True
    archived = one.archived
    return (
        one.contact_id != known.contact_id
        or (one.stage_id or "") != known.stage_id
        or (archived is None) != (known.archived_at is None)
        or (archived is not None and (archived.reason_id or "") != known.archive_reason_id)
        or (bool(one.posting_ids) and one.posting_ids[0] != known.posting_id)
    )
