"""Finding people in Lever by what somebody types: a name, an email, a LinkedIn profile, a Lever link. From the index.

Each way of finding is an indexed look-up; on PostgreSQL a trigram index (indexing.py) serves parts of names. What is
confidential, anonymised or deleted is not found: not everybody who searches here may read it there.
"""

import re
from functools import reduce
from operator import and_

from django.db.models import Q, QuerySet

from pinlever.connection.models import ArchiveReason, KnownKey, KnownOpportunity, LeverAccount
from pinlever.recruiting.identity import email_key, linkedin_key, name_key

LEVER_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
LONGEST = 200  # characters of a search that are looked at
MOST_WORDS = 6
SHORT = 3  # a shorter word is looked for at the beginnings of words only
ACTIVE, ARCHIVED, HIRED = "active", "archived", "hired"
STANDINGS = {ACTIVE: "Active", ARCHIVED: "Archived, not hired", HIRED: "Hired"}


def candidacies(
    account: LeverAccount, text: str, *, posting_id: str = "", stage_id: str = "", standing: str = ""
) -> QuerySet[KnownOpportunity]:
    """Everything that fits; with nothing asked for, all there is. An unknown standing asks for nothing."""
    rows = KnownOpportunity.objects.filter(
        account=account, deleted_at=None, is_anonymized=False, is_confidential=False
    )
    if posting_id:
        rows = rows.filter(posting_id=posting_id)
    if stage_id:
        rows = rows.filter(stage_id=stage_id)
    rows = _standing(account, rows, standing)
    typed = text[:LONGEST].strip()
    return _fitting(account, rows, typed) if typed else rows


def _standing(
    account: LeverAccount, rows: QuerySet[KnownOpportunity], standing: str
) -> QuerySet[KnownOpportunity]:
    if standing == ACTIVE:
        return rows.filter(archived_at=None)
    if standing not in STANDINGS:
        return rows
    reasons = ArchiveReason.objects.filter(account=account, kind="hired")
    hired = list(reasons.values_list("lever_id", flat=True))
    if standing == HIRED:
        return rows.filter(archived_at__isnull=False, archive_reason_id__in=hired)
    return rows.filter(archived_at__isnull=False).exclude(archive_reason_id__in=hired)


def _fitting(
    account: LeverAccount, rows: QuerySet[KnownOpportunity], text: str
) -> QuerySet[KnownOpportunity]:
    if "linkedin." in text.lower():
        return rows.filter(pk__in=_holding(account, "linkedin", linkedin_key(text)))
    if named := LEVER_ID.search(text):
        lever_id = named.group().lower()
        return rows.filter(Q(lever_id=lever_id) | Q(contact_id=lever_id))
    if "@" in text:
        return rows.filter(pk__in=_holding(account, "email", email_key(text) or text.strip(" <>").lower()))
    words = name_key(text).split()[:MOST_WORDS]
    if not words:
        return rows.none()
    return rows.filter(reduce(and_, map(_named, words)))


def _holding(account: LeverAccount, kind: str, value: str | None) -> QuerySet[KnownKey, int]:
    held = KnownKey.objects.filter(account=account, kind=kind, value=value or "")
    return held.values_list("opportunity", flat=True)


def _named(word: str) -> Q:
    if len(word) < SHORT and word.isascii():
        return Q(search_name__startswith=word) | Q(search_name__contains=f" {word}")
    return Q(search_name__contains=word)
