"""Keeping presences: what changed in the index, in people's keys, in records and by merging is worked in, in batches.

Each batch works its candidates out wholly and may be repeated. What was written shortly before is looked at again,
since a transaction may end after a later one; once a day everybody is.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max, Q

from pinlever.connection.accounts import home_account
from pinlever.connection.models import ArchiveReason, KnownKey, KnownOpportunity, LeverAccount
from pinlever.foundation.batches import batched
from pinlever.foundation.clock import db_now, steady_clock
from pinlever.foundation.leases import Lease, LeaseLost, claim_first, release, write_held
from pinlever.recruiting.families import Family, families
from pinlever.recruiting.models import Candidate, IdentityKey
from pinlever.sync import pairs
from pinlever.sync.models import IN_LEVER_STATES, Presence, PresenceBook, SyncRecord

BATCH = 400
LEASE = 60.0
SETTLED = timedelta(seconds=60)  # no transaction that writes what is read here lasts longer
EVERYBODY_EVERY = timedelta(days=1)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
HIRED = "hired"

_KNOWN, _KEY = KnownOpportunity._meta.db_table, KnownKey._meta.db_table
_OWN = IdentityKey._meta.db_table
CONTACTS_OF = (
    "SELECT DISTINCT own.candidate_id, known.contact_id "  # noqa: S608
    f"FROM {_OWN} AS own "
    f"JOIN {_KEY} AS held ON held.account_id = %s AND held.kind = own.kind AND held.value = own.value "
    f"JOIN {_KNOWN} AS known ON known.id = held.opportunity_id AND known.deleted_at IS NULL "
    "WHERE own.candidate_id IN ({places}) AND own.kind IN ({kinds})"
)
HOLDERS_OF = (
    "SELECT DISTINCT own.candidate_id "  # noqa: S608
    f"FROM {_KNOWN} AS known "
    f"JOIN {_KEY} AS held ON held.opportunity_id = known.id "
    f"JOIN {_OWN} AS own ON own.kind = held.kind AND own.value = held.value "
    "WHERE known.account_id = %s AND known.contact_id IN ({places})"
)


@dataclass
class How:
    """How a contact stands, as far as everybody may know."""

    is_active: bool = False
    is_archived: bool = False
    is_hired: bool = False
    postings: dict[str, None] = field(default_factory=dict)

    def columns(self, *, is_archived: bool) -> dict[str, Any]:
        """Two postings tell of any job whether they are active for another one."""
        first, second = [*self.postings, "", ""][:2]
        return {
            "is_active": self.is_active,
            "is_archived": is_archived,
            "is_hired": self.is_hired,
            "posting_id": first,
            "second_posting_id": second,
        }


def catch_up(account: LeverAccount, *, seconds: float = 5.0) -> bool:
    """Works in what is news, for at most about so long; whether all of it is in. False while another one does it."""
    book, _ = PresenceBook.objects.get_or_create(account=account)
    claimed = claim_first(PresenceBook.objects.filter(pk=book.pk), seconds=LEASE)
    if claimed is None:
        return False
    book, lease = claimed
    ends = steady_clock() + min(seconds, LEASE / 2)
    try:
        _begin_anew(account, book, lease)
        steps = (_known, _records, _keys, _merges)
        done = min(
            [step(account, book, lease, ends) for step in steps]
        )  # each of them, whatever another says
        release(book, lease)
    except LeaseLost:
        return False
    return done


def who_is_there(candidates: Collection[int]) -> set[int]:
    """Those of these rows of candidates who are in Lever, linked or not, as it was worked out last. One query."""
    rows = Presence.objects.filter(account=home_account(), candidate__in=candidates)
    return set(rows.values_list("candidate", flat=True))


def work_out(account: LeverAccount, candidates: Collection[int]) -> None:
    """Writes the presences of these candidates and of everybody in their families, as things stand now."""
    of = {each.root.pk: each for each in families(candidates).values()}
    for some in batched(of.values(), BATCH):
        _work_out(account, some)


def _begin_anew(account: LeverAccount, book: PresenceBook, lease: Lease) -> None:
    now, keys = db_now(), sorted(account.match_keys)
    if book.match_keys == keys and book.begun_at is not None and now - book.begun_at < EVERYBODY_EVERY:
        return
    if book.begun_at is None:
        write_held(book, lease, known_at=now - SETTLED, merges_at=now - SETTLED)
    write_held(book, lease, match_keys=keys, begun_at=now, keys_id=0, records_at=LONG_AGO, records_id=0)


def _known(account: LeverAccount, book: PresenceBook, lease: Lease, ends: float) -> bool:
    rows = KnownOpportunity.objects.filter(account=account)

    def work(ids: list[int]) -> None:
        contacts = set(rows.filter(pk__in=ids).values_list("contact_id", flat=True))
        work_out(account, _who_is(account, contacts))

    return _by_time(book, lease, ends, rows, "seen_at", "known", work)


def _records(account: LeverAccount, book: PresenceBook, lease: Lease, ends: float) -> bool:
    rows = SyncRecord.objects.filter(account=account)

    def work(ids: list[int]) -> None:
        work_out(account, set(rows.filter(pk__in=ids).values_list("prospect__candidate", flat=True)))

    return _by_time(book, lease, ends, rows, "updated_at", "records", work)


def _by_time(
    book: PresenceBook,
    lease: Lease,
    ends: float,
    rows: Any,
    by: str,
    name: str,
    work: Callable[[list[int]], None],
) -> bool:
    """Rows in the order of a time they bear; the mark stays behind what may not be settled yet."""
    at, pk = getattr(book, f"{name}_at"), getattr(book, f"{name}_id")
    settled = db_now() - SETTLED
    while steady_clock() < ends:
        further = rows.filter(**{f"{by}__gte": at}).filter(Q(**{f"{by}__gt": at}) | Q(pk__gt=pk))
        batch = list(further.order_by(by, "pk").values_list(by, "pk")[:BATCH])
        if not batch:
            return True
        work([row for _, row in batch])
        at, pk = batch[-1]
        kept = [one for one in batch if one[0] < settled]
        mark = {f"{name}_at": kept[-1][0], f"{name}_id": kept[-1][1]} if kept else {}
        write_held(book, lease, locked_until=db_now() + timedelta(seconds=LEASE), **mark)
    return False


def _keys(account: LeverAccount, book: PresenceBook, lease: Lease, ends: float) -> bool:
    """By number: new keys have the highest. From 0 on that is everybody who has any."""
    last, settled = book.keys_id, db_now() - SETTLED
    kinds = _kinds(account)
    while steady_clock() < ends:
        rows = IdentityKey.objects.filter(pk__gt=last).order_by("pk")
        batch = list(rows.values_list("pk", "kind", "candidate", "created_at")[: BATCH * 4])
        if not batch:
            return True
        work_out(account, {candidate for _, kind, candidate, _ in batch if kind in kinds})
        last = batch[-1][0]
        kept = [pk for pk, *_ in takewhile(lambda row: row[3] < settled, batch)]
        mark = {"keys_id": kept[-1]} if kept else {}
        write_held(book, lease, locked_until=db_now() + timedelta(seconds=LEASE), **mark)
    return False


def _merges(account: LeverAccount, book: PresenceBook, lease: Lease, ends: float) -> bool:
    """Who was merged since, and who is a root again but was worked out as one of another family."""
    gone = Candidate.objects.filter(merged_into__isnull=False, merged_at__gte=book.merges_at)
    back = Presence.objects.filter(~Q(root_id=F("candidate")), candidate__merged_into=None, account=account)
    ids = set(gone.values_list("pk", flat=True))
    for pair in back.values_list("candidate", "root_id"):
        ids.update(pair)
    newest = gone.aggregate(newest=Max("merged_at"))["newest"]
    work_out(account, ids)
    if newest and newest - SETTLED > book.merges_at:
        write_held(book, lease, merges_at=newest - SETTLED)
    return True


def _who_is(account: LeverAccount, contacts: Collection[str]) -> set[int]:
    """Candidates these people in Lever may be: by a key, by a record, or as it was worked out before."""
    found: set[int] = set()
    for some in batched(sorted(contacts)):
        found |= {row for (row,) in _rows(HOLDERS_OF, [account.pk, *some], places=len(some))}
        linked = SyncRecord.objects.filter(account=account, contact_id__in=some, state__in=IN_LEVER_STATES)
        found |= set(linked.values_list("prospect__candidate", flat=True))
        found |= set(
            Presence.objects.filter(account=account, contact_id__in=some).values_list("candidate", flat=True)
        )
    return found


def _work_out(account: LeverAccount, people: list[Family]) -> None:
    root_of = {member: each.root.pk for each in people for member in each.ids}
    contacts: dict[int, set[str]] = defaultdict(set)
    apart = pairs.apart_of(account.pk, people, account.match_kinds)
    for some in batched(sorted(root_of)):
        kinds = _kinds(account)
        told = _rows(CONTACTS_OF, [account.pk, *some, *kinds], places=len(some), kinds=len(kinds))
        linked = SyncRecord.objects.filter(
            account=account, prospect__candidate__in=some, state__in=IN_LEVER_STATES
        ).exclude(contact_id="")
        for candidate, contact in told:
            if contact not in apart.get(root_of[candidate], pairs.NOBODY).contacts:
                contacts[root_of[candidate]].add(contact)
        for candidate, contact in linked.values_list("prospect__candidate", "contact_id"):
            contacts[root_of[candidate]].add(contact)
    how = _how_they_stand(account, {contact for each in contacts.values() for contact in each})
    there = {root: _of_one({one: how[one] for one in contacts[root] & how.keys()}) for root in contacts}
    wanted = [
        Presence(account=account, candidate_id=member, contact_id=contact, root_id=root, **flags)
        for member, root in root_of.items()
        for contact, flags in there.get(root, {}).items()
    ]
    _write(account, root_of, wanted)


def _how_they_stand(account: LeverAccount, contacts: Collection[str]) -> dict[str, How]:
    """By contact, of those who have any candidacy left."""
    reasons = ArchiveReason.objects.filter(account=account, kind=HIRED)
    hired = set(reasons.values_list("lever_id", flat=True))
    found: dict[str, How] = defaultdict(How)
    for some in batched(sorted(contacts)):
        rows = KnownOpportunity.objects.filter(account=account, contact_id__in=some, deleted_at=None)
        columns = ("contact_id", "archived_at", "archive_reason_id", "posting_id", "is_confidential")
        for contact, archived_at, reason, posting, is_confidential in rows.order_by("pk").values_list(
            *columns
        ):
            how = found[contact]
            if is_confidential:
                continue
            how.is_hired |= archived_at is not None and reason in hired
            how.is_archived |= archived_at is not None
            how.is_active |= archived_at is None
            if archived_at is None and posting:
                how.postings[posting] = None
    return found


def _of_one(how: Mapping[str, How]) -> dict[str, dict[str, Any]]:
    """One person's contacts, as columns: archived is who is neither active nor hired as any of them."""
    lives = any(each.is_active or each.is_hired for each in how.values())
    return {
        contact: each.columns(is_archived=each.is_archived and not lives) for contact, each in how.items()
    }


def _write(account: LeverAccount, members: Iterable[int], wanted: list[Presence]) -> None:
    """Only what differs, so that a look at everybody writes next to nothing."""
    missing = {(row.candidate_id, row.contact_id): row for row in wanted}
    stale = []
    for some in batched(sorted(members)):
        for row in Presence.objects.filter(account=account, candidate__in=some):
            new = missing.get((row.candidate_id, row.contact_id))
            if new is not None and _told(new) == _told(row):
                del missing[row.candidate_id, row.contact_id]
            else:
                stale.append(row.pk)
    if not stale and not missing:
        return
    with transaction.atomic():
        for part in batched(stale):
            Presence.objects.filter(pk__in=part).delete()
        Presence.objects.bulk_create(missing.values(), ignore_conflicts=True, batch_size=100)


def _told(row: Presence) -> tuple[Any, ...]:
    flags = (row.is_active, row.is_archived, row.is_hired)
    return row.root_id, *flags, row.posting_id, row.second_posting_id


def _kinds(account: LeverAccount) -> list[str]:
    return sorted(account.match_kinds)


def _rows(statement: str, values: list[Any], **places: int) -> list[tuple[Any, ...]]:
    marks = {name: ", ".join(["%s"] * count) for name, count in places.items()}
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**marks), values)
        return list(cursor.fetchall())
