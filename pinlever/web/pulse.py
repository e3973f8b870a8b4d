"""Whether anything about a person changed, told cheaply: what an open page asks every second.

The pulse is a digest of what the sync part is made of, and of nothing that changes with time alone. It costs a
constant number of small look-ups by index, where making the part itself takes several times as long.
"""

import uuid
from typing import Any

from django.db.models import Count, Max, QuerySet

from pinlever.connection import index
from pinlever.connection.accounts import current_connection, home_account
from pinlever.connection.models import KnownOpportunity, LeverAccount
from pinlever.outreach.models import Hold
from pinlever.recruiting.families import Family
from pinlever.recruiting.models import IdentityQuestion, Prospect
from pinlever.sync.models import IN_LEVER_STATES, FollowUp, SyncRecord
from pinlever.sync.presence import keys_of

_RECORD = ("pk", "state", "cause", "updated_at", "contact_id")
_KNOWN = (
    *("lever_id", "contact_id", "stage_id", "archived_at", "archive_reason_id", "posting_id", "owner_id"),
    *("is_anonymized", "is_confidential", "contact_allowed", "url"),
)


def pulse_of(who: Family) -> str:
    """The same as long as the person's sync part would say the same."""
    account, connection = home_account(), current_connection()
    prospects = Prospect.objects.filter(candidate__in=who.ids).order_by("pk")
    records = list(
        SyncRecord.objects.filter(account=account, prospect__candidate__in=who.ids)
        .order_by("pk")
        .values_list(*_RECORD)
    )
    told: list[Any] = [
        who.ids,
        connection and (connection.pk, connection.state),
        account and (account.outgoing_on, account.match_keys),
        list(prospects.values_list("pk", "outreach_stage")),
        records,
        _followups([row[0] for row in records]),
        _in_lever(account, who, {row[4] for row in records if row[1] in IN_LEVER_STATES}),
        list(_standing(Hold.objects.filter(candidate__in=who.ids))),
        IdentityQuestion.objects.filter(candidate__in=who.ids, answered_at=None).count(),
    ]
    return uuid.uuid5(uuid.NAMESPACE_OID, repr(told)).hex


def _followups(records: list[int]) -> list[Any]:
    if not records:
        return []
    rows = FollowUp.objects.filter(record__in=records).order_by("kind", "state").values_list("kind", "state")
    return list(rows.annotate(rows=Count("pk"), last=Max("done_at"), tries=Max("tries")))


def _in_lever(account: LeverAccount | None, who: Family, linked: set[str]) -> list[Any]:
    """How everybody in Lever stands who is linked or shares a key with the person."""
    if account is None:
        return []
    contacts = linked | index.contacts(account, keys_of(account, who))
    rows = KnownOpportunity.objects.filter(account=account, contact_id__in=contacts - {""}, deleted_at=None)
    return list(rows.order_by("lever_id").values_list(*_KNOWN)) if contacts else []


def _standing(holds: QuerySet[Hold]) -> QuerySet[Hold, Any]:
    return holds.order_by("pk").values_list("pk", "released_at")
