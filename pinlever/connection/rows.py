"""From Lever's opportunities to rows of the index: what is kept of each, and the one statement that writes them.

A page of any size up to 100 costs a constant number of statements. Rows are written in the order of their ids,
so that writers who meet wait for each other and never deadlock.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from pinlever.connection.companies import companies_in, stored
from pinlever.connection.marker import marker_of
from pinlever.connection.models import KnownKey, KnownOpportunity, LeverAccount, ToldBy
from pinlever.connection.standing import STANDING_COLUMNS, standing_of
from pinlever.foundation.batches import batched
from pinlever.lever.types import Opportunity
from pinlever.recruiting.identity import email_key, linkedin_key, name_key, phone_key

log = logging.getLogger(__name__)

BATCH = 100
LONGEST_KEY = 320
LONGEST_ID = 64
CONFIDENTIAL = "confidential"
NO_NEWS = (ToldBy.CRAWL, ToldBy.OURS)  # a row that is new to us from there is no news
Key = tuple[str, str]

_FIELDS = [field for field in KnownOpportunity._meta.concrete_fields if not field.primary_key]
_COLUMNS = [str(field.column) for field in _FIELDS]
_KEPT = ("account_id", "lever_id", "deleted_at", "unheard_at", "heard", "met_at", "untold_at")
# What Lever has webhooks for.
_ANNOUNCED = ("contact_id", "posting_id", "stage_id", "archived_at", "archive_reason_id")
LOOKS = (ToldBy.POLL, ToldBy.SYNC)  # a crawl counts for itself what no webhook told
# A deletion stands against whatever was read before it.
_DELETED = (
    "deleted_at = CASE WHEN known.deleted_at IS NULL OR excluded.changed_at > known.deleted_at "
    "THEN excluded.deleted_at ELSE known.deleted_at END"
)
_DIFFERS = {"postgresql": "IS DISTINCT FROM", "sqlite": "IS NOT"}


def _any_differs(columns: Iterable[str]) -> str:
    return " OR ".join(f"known.{column} {{differs}} excluded.{column}" for column in columns)


def _among(values: Iterable[str]) -> str:
    return "excluded.told_by IN (" + ", ".join(f"'{value}'" for value in values) + ")"


_UNHEARD = (
    f"unheard_at = CASE WHEN {_any_differs(STANDING_COLUMNS.values())} "
    "THEN excluded.seen_at ELSE known.unheard_at END"
)
_UNTOLD = (
    f"untold_at = CASE WHEN {_among((ToldBy.WEBHOOK, ToldBy.OURS))} THEN NULL "
    f"WHEN {_among(LOOKS)} AND ({_any_differs(_ANNOUNCED)}) THEN excluded.seen_at ELSE known.untold_at END"
)
_UPSERT = (
    f"INSERT INTO {KnownOpportunity._meta.db_table} AS known ({', '.join(_COLUMNS)}) VALUES {{rows}} "  # noqa: S608
    "ON CONFLICT (account_id, lever_id) DO UPDATE SET "
    + ", ".join(
        [f"{column} = excluded.{column}" for column in _COLUMNS if column not in _KEPT]
        + [_DELETED, _UNHEARD, _UNTOLD]
    )
    + " WHERE known.changed_at IS NULL OR excluded.changed_at >= known.changed_at RETURNING id, lever_id"
)


def upsert(
    account: LeverAccount,
    opportunities: Iterable[Opportunity],
    seen_at: datetime,
    *,
    told_by: str = ToldBy.POLL,
    is_news: bool | None = None,
) -> int:
    """Writes what Lever said at `seen_at` (database's clock), keys included; answers how many rows took it.

    Whose standing changed is marked as unheard; a new row is if `is_news`, by default unless it is our own or read
    by a crawl. What only a look found is marked as untold until a webhook comes.
    """
    usable = {opportunity.id: opportunity for opportunity in opportunities if is_usable(opportunity)}
    ordered = [usable[lever_id] for lever_id in sorted(usable)]
    tells = told_by not in NO_NEWS if is_news is None else is_news
    written = 0
    for some in batched(ordered, BATCH):
        with transaction.atomic():
            written += _write(account, some, seen_at, told_by, tells)
    return written


def key_rows(opportunity: Opportunity) -> set[Key]:
    """All keys of the opportunity's person. Addresses we would not accept still match the way Lever compares them."""
    keys = {("email", email_key(email) or email.strip().lower()) for email in opportunity.emails}
    keys |= {("linkedin", key) for link in opportunity.links if (key := linkedin_key(link))}
    keys |= {("phone", key) for phone in opportunity.phones if (key := phone_key(phone.value, None))}
    keys |= {("marker", str(marker)) for link in opportunity.links if (marker := marker_of(link))}
    return {(kind, value) for kind, value in keys if 0 < len(value) <= LONGEST_KEY}


def is_usable(opportunity: Opportunity) -> bool:
    """Whether it can be kept; says so in the log if not."""
    if opportunity.contact_id and max(len(opportunity.contact_id), len(opportunity.id)) <= LONGEST_ID:
        return True
    log.warning("Lever gave opportunity %.80s without a usable contact; it is left out.", opportunity.id)
    return False


def _write(
    account: LeverAccount, page: list[Opportunity], seen_at: datetime, told_by: str, is_news: bool
) -> int:
    postings = _known_postings(account, page)
    known = [_known(account, opportunity, postings, seen_at, told_by) for opportunity in page]
    rows = [_row(one, is_news) for one in known]
    marks = "(" + ", ".join(["%s"] * len(_COLUMNS)) + ")"
    with connection.cursor() as cursor:
        cursor.execute(
            _UPSERT.format(rows=", ".join([marks] * len(rows)), differs=_DIFFERS[connection.vendor]),
            [value for row in rows for value in row],
        )
        taken = {lever_id: row_id for row_id, lever_id in cursor.fetchall()}
    keys = {taken[opportunity.id]: key_rows(opportunity) for opportunity in page if opportunity.id in taken}
    _replace_keys(account, keys)
    return len(taken)


def _replace_keys(account: LeverAccount, wanted: dict[int, set[Key]]) -> None:
    stale, present = [], set()
    for key in KnownKey.objects.filter(opportunity_id__in=list(wanted)):
        if (key.kind, key.value) in wanted[key.opportunity_id]:
            present.add((key.opportunity_id, key.kind, key.value))
        else:
            stale.append(key.pk)
    if stale:
        KnownKey.objects.filter(pk__in=stale).delete()
    missing = sorted({(row, *key) for row, keys in wanted.items() for key in keys} - present)
    KnownKey.objects.bulk_create(
        [
            KnownKey(account=account, opportunity_id=row, kind=kind, value=value)
            for row, kind, value in missing
        ],
        ignore_conflicts=True,
    )


def _known_postings(account: LeverAccount, page: list[Opportunity]) -> dict[str, str]:
    """What we know of postings where Lever gave applications by their ids alone, as after a creation."""
    unexpanded = [
        opportunity.id for opportunity in page if opportunity.applications and not opportunity.posting_ids
    ]
    if not unexpanded:
        return {}
    known = KnownOpportunity.objects.filter(account=account, lever_id__in=unexpanded)
    return dict(known.values_list("lever_id", "posting_id"))


def _row(known: KnownOpportunity, is_news: bool) -> list[Any]:
    """The columns of a new row in the table's order, as the database adapts them."""
    if is_news:
        known.unheard_at = known.seen_at
        known.untold_at = known.seen_at if known.told_by in LOOKS else None
    else:
        known.heard = standing_of(known)
    return [field.get_db_prep_save(getattr(known, field.attname), connection) for field in _FIELDS]


def _known(
    account: LeverAccount, it: Opportunity, postings: dict[str, str], seen_at: datetime, told_by: str
) -> KnownOpportunity:
    opened_at = it.created_at or it.updated_at or seen_at
    return KnownOpportunity(
        account=account,
        lever_id=it.id,
        contact_id=it.contact_id or "",
        name=it.name[:300],
        search_name=name_key(it.name)[:300],
        companies=stored(companies_in(it.headline)),
        posting_id=next(iter(it.posting_ids), postings.get(it.id, ""))[:LONGEST_ID],
        stage_id=(it.stage_id or "")[:LONGEST_ID],
        archived_at=(it.archived.at or opened_at) if it.archived else None,
        archive_reason_id=((it.archived.reason_id if it.archived else None) or "")[:LONGEST_ID],
        sources=list(it.sources),
        first_stage_by=((it.stage_changes[0].user_id if it.stage_changes else None) or "")[:LONGEST_ID],
        owner_id=(it.owner_id or "")[:LONGEST_ID],
        opened_at=opened_at,
        changed_at=it.updated_at,
        active_at=it.last_interaction_at or it.last_advanced_at or opened_at,
        is_anonymized=it.is_anonymized,
        is_confidential=it.confidentiality == CONFIDENTIAL,
        contact_allowed=it.contact_allowed,
        url=it.url[:500],
        deleted_at=it.deleted_at,
        seen_at=seen_at,
        told_by=told_by,
        payload=it.raw,
    )
