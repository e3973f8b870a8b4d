"""The index of people in Lever: one upsert for every source, and the questions asked of it.

What is written later but was true earlier (by Lever's updatedAt) changes nothing. A person is a Lever contact;
an opportunity whose contact changed, since somebody merged two at Lever, moves with it.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from pinlever.connection.marker import MARKER_PATH, marker_link, marker_of
from pinlever.connection.models import KnownKey, KnownOpportunity, LeverAccount, ToldBy
from pinlever.connection.rows import LOOKS, key_rows, upsert
from pinlever.foundation.batches import batched
from pinlever.foundation.clock import db_now
from pinlever.recruiting.identity import name_key
from pinlever.recruiting.models import Prospect

__all__ = [
    "MARKER_PATH",
    "KnownPerson",
    "contact",
    "contacts",
    "key_rows",
    "mark_deleted",
    "marker_link",
    "marker_of",
    "orphans",
    "people",
    "upsert",
]

Key = tuple[str, str]

MOST_KEYS = 200  # in one statement
# One statement, since this is asked for every person again and again; no payload, the most of a row. CROSS JOIN
# keeps SQLite to this order of the tables: left to itself it may read the account's whole table.
KNOWN = [field.column for field in KnownOpportunity._meta.concrete_fields if field.name != "payload"]
WHO_HAS = (
    "WITH asked(kind, value) AS (VALUES {asked}) SELECT {columns} FROM asked "  # noqa: S608
    f"CROSS JOIN {KnownKey._meta.db_table} AS held CROSS JOIN {KnownOpportunity._meta.db_table} AS one {{more}}"
    "WHERE held.account_id = %s AND held.kind = asked.kind AND held.value = asked.value "
    "AND one.id = held.opportunity_id AND one.deleted_at IS NULL"
)
ALL_OF_THEIRS = (
    f"CROSS JOIN {KnownOpportunity._meta.db_table} AS known ",
    " AND known.account_id = one.account_id AND known.contact_id = one.contact_id AND known.deleted_at IS NULL",
    "held.kind AS held_kind, held.value AS held_value, " + ", ".join(f"known.{column}" for column in KNOWN),
)
DELETION = ["deleted_at", "seen_at", "unheard_at", "told_by", "untold_at"]


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
    """Everybody who has at least one of the keys, ordered by contact id. One query."""
    theirs: dict[str, dict[int, KnownOpportunity]] = defaultdict(dict)
    matched: dict[str, set[Key]] = defaultdict(set)
    for known, key in _hits(account, sorted(set(keys))):
        theirs[known.contact_id].setdefault(known.pk, known)
        matched[known.contact_id].add(key)
    return tuple(
        KnownPerson(
            contact_id,
            tuple(theirs[contact_id][pk] for pk in sorted(theirs[contact_id])),
            frozenset(matched[contact_id]),
        )
        for contact_id in sorted(theirs)
    )


def contacts(account: LeverAccount, keys: Iterable[Key]) -> set[str]:
    """The contact ids of everybody who has at least one of the keys. One query."""
    found: set[str] = set()
    for asked, values in _asked(account, sorted(set(keys))):
        with connection.cursor() as cursor:
            cursor.execute(WHO_HAS.format(asked=asked, columns="one.contact_id", more=""), values)
            found.update(contact_id for (contact_id,) in cursor.fetchall())
    return found


def contact(account: LeverAccount, contact_id: str) -> KnownPerson | None:
    """The person with this contact id, if any opportunity of theirs is left."""
    alive = KnownOpportunity.objects.filter(account=account, contact_id=contact_id, deleted_at=None)
    theirs = tuple(alive.defer("payload").order_by("id"))
    return KnownPerson(contact_id, theirs, frozenset()) if theirs else None


def _hits(account: LeverAccount, keys: list[Key]) -> Iterator[tuple[KnownOpportunity, Key]]:
    """Each opportunity of whoever has one of the keys, with the key; again for each further key."""
    more, where, columns = ALL_OF_THEIRS
    for asked, values in _asked(account, keys):
        question = WHO_HAS.format(asked=asked, columns=columns, more=more) + where
        for row in KnownOpportunity.objects.raw(question, values):
            found: Any = row
            yield row, (found.held_kind, found.held_value)


def _asked(account: LeverAccount, keys: list[Key]) -> Iterator[tuple[str, list[Any]]]:
    """Places for some keys at a time, and what fills them."""
    for part in batched(keys, MOST_KEYS):
        yield ", ".join(["(%s, %s)"] * len(part)), [*(text for key in part for text in key), account.pk]


def mark_deleted(
    account: LeverAccount, deleted: Mapping[str, datetime], *, told_by: str = ToldBy.POLL
) -> int:
    """Notes deletions, {opportunity id: when, by Lever's clock}; answers how many were news.

    What a look found is marked as untold until a webhook tells it too.
    """
    wanted = Q(deleted_at=None)
    if told_by == ToldBy.WEBHOOK:
        wanted |= Q(untold_at__isnull=False)
    known = KnownOpportunity.objects.filter(wanted, account=account, lever_id__in=list(deleted))
    with transaction.atomic():
        # Locked in the order in which upsert locks.
        rows = list(known.order_by("lever_id").only("id", "lever_id", *DELETION).select_for_update())
        now, news = db_now(), 0
        for row in rows:
            row.untold_at = now if told_by in LOOKS else None
            if row.deleted_at is None:
                news += 1
                row.deleted_at, row.seen_at, row.unheard_at = deleted[row.lever_id], now, now
                row.told_by = told_by
        if rows:
            KnownOpportunity.objects.bulk_update(rows, DELETION, batch_size=200)
    return news


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
