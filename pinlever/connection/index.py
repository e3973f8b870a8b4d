"""The index of people in Lever: one upsert for every source, and the questions asked of it.

What is written later but was true earlier (by Lever's updatedAt) changes nothing. A person is a Lever contact;
an opportunity whose contact changed, since somebody merged two at Lever, moves with it.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from pinlever.connection.marker import MARKER_PATH, marker_link, marker_of
from pinlever.connection.models import KnownKey, KnownOpportunity, LeverAccount
from pinlever.connection.rows import key_rows, upsert
from pinlever.foundation.clock import db_now
from pinlever.recruiting.identity import name_key
from pinlever.recruiting.models import Prospect

__all__ = [
    "MARKER_PATH",
    "KnownPerson",
    "contact",
    "key_rows",
    "mark_deleted",
    "marker_link",
    "marker_of",
    "orphans",
    "people",
    "upsert",
]

Key = tuple[str, str]

MOST_PARTS = 200  # SQLite takes 500 parts of a union
# Parts instead of an OR, for which SQLite reads the account's whole table.
WHO_HAS = (
    "SELECT known.contact_id, held.kind, held.value "  # noqa: S608
    f"FROM {KnownKey._meta.db_table} AS held "
    f"JOIN {KnownOpportunity._meta.db_table} AS known ON known.id = held.opportunity_id "
    "WHERE held.account_id = %s AND held.kind = %s AND held.value = %s AND known.deleted_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A Lever contact: all their opportunities that are not deleted, and which of the asked keys are theirs."""

    contact_id: str
    opportunities: tuple[KnownOpportunity, ...]
    matched: frozenset[Key]

    @property
    def is_anonymized(self) -> bool:
        """Lever's documentation: a contact is anonymised once all of its opportunities are."""
        return bool(self.opportunities) and all(known.is_anonymized for known in self.opportunities)


def people(account: LeverAccount, keys: Iterable[Key]) -> tuple[KnownPerson, ...]:
    """Everybody who has at least one of the keys, ordered by contact id. Two queries."""
    matched: dict[str, set[Key]] = defaultdict(set)
    for contact_id, kind, value in _hits(account, sorted(set(keys))):
        matched[contact_id].add((kind, value))
    return _persons(account, matched) if matched else ()


def contact(account: LeverAccount, contact_id: str) -> KnownPerson | None:
    """The person with this contact id, if any opportunity of theirs is left."""
    found = _persons(account, {contact_id: set()})
    return found[0] if found else None


def _hits(account: LeverAccount, keys: list[Key]) -> Iterator[tuple[str, str, str]]:
    """(contact id, kind, value) for each key found; in SQL, since this is asked for every person again and again."""
    for start in range(0, len(keys), MOST_PARTS):
        part = keys[start : start + MOST_PARTS]
        with connection.cursor() as cursor:
            values = [value for key in part for value in (account.pk, *key)]
            cursor.execute(" UNION ALL ".join([WHO_HAS] * len(part)), values)
            yield from cursor.fetchall()


def _persons(account: LeverAccount, matched: Mapping[str, set[Key]]) -> tuple[KnownPerson, ...]:
    theirs: dict[str, list[KnownOpportunity]] = defaultdict(list)
    alive = KnownOpportunity.objects.filter(account=account, contact_id__in=list(matched), deleted_at=None)
    for known in alive.defer("payload").order_by("contact_id", "id"):
        theirs[known.contact_id].append(known)
    return tuple(
        KnownPerson(contact_id, tuple(opportunities), frozenset(matched[contact_id]))
        for contact_id, opportunities in theirs.items()
    )


def mark_deleted(account: LeverAccount, deleted: Mapping[str, datetime]) -> int:
    """Notes deletions, {opportunity id: when, by Lever's clock}; answers how many were news."""
    known = KnownOpportunity.objects.filter(account=account, lever_id__in=list(deleted), deleted_at=None)
    with transaction.atomic():
        # Locked in the order in which upsert locks.
        rows = list(known.only("id", "lever_id").order_by("lever_id").select_for_update())
        now = db_now()
        for row in rows:
            row.deleted_at, row.seen_at = deleted[row.lever_id], now
        return (
            KnownOpportunity.objects.bulk_update(rows, ["deleted_at", "seen_at"], batch_size=200)
            if rows
            else 0
        )


def orphans(account: LeverAccount, name: str) -> tuple[uuid.UUID, ...]:
    """Markers of ours at Lever under this name that no prospect has: made by us before a backup was restored."""
    search_name = name_key(name)
    if not search_name:
        return ()
    namesakes = KnownOpportunity.objects.filter(
        account=account, search_name=search_name[:300], deleted_at=None
    )
    marked = KnownKey.objects.filter(
        opportunity_id__in=list(namesakes.values_list("id", flat=True)), kind=KnownKey.Kind.MARKER
    )
    markers = {uuid.UUID(value) for value in marked.values_list("value", flat=True)}
    if not markers:
        return ()
    known = set(Prospect.objects.filter(key__in=markers).values_list("key", flat=True))
    return tuple(sorted(markers - known))
