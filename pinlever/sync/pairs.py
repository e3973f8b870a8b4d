"""Who in Lever a person is not: what somebody said, and which keys are left out for it.

Said of the person, so every job of theirs keeps to it: the shared keys are neither claimed nor matched nor sent.
Whatever else the two come to share later is left out as well. Of somebody whom a person in Pin is not, what they are
linked to in Lever is not theirs either.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from pinlever.audit.services import Actor, record as audit
from pinlever.connection.models import KnownKey, KnownOpportunity, LeverAccount
from pinlever.foundation.batches import batched
from pinlever.foundation.clock import db_now
from pinlever.recruiting.apart import apart_from
from pinlever.recruiting.families import Family, families, family
from pinlever.recruiting.models import Candidate
from pinlever.sync.models import IN_LEVER_STATES, NotTheSame, Question, SyncRecord
from pinlever.sync.plan import Key

BATCH = 400
FEW = 2_000
ALWAYS = (KnownKey.Kind.EMAIL,)  # Lever itself joins people by it


@dataclass(frozen=True)
class Apart:
    """`contacts` in Lever are somebody else; `keys` are theirs.

    `others`: people in Pin who are somebody else, by root. `own`: whom in Lever the person is linked to all the same.
    """

    contacts: frozenset[str] = frozenset()
    keys: frozenset[Key] = frozenset()
    others: frozenset[int] = frozenset()
    own: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SomebodyElse:
    """A contact in Lever whom somebody said a person is not, with the keys the two share."""

    contact_id: str
    name: str
    keys: tuple[Key, ...]
    opportunity_id: str = ""


NOBODY = Apart()


def apart_of(account_id: int, several: Iterable[Family], kinds: Collection[str]) -> dict[int, Apart]:
    """By root id; who was never told apart from anybody is left out. `kinds` of keys match in this account.

    A constant number of queries.
    """
    people = list(several)
    contacts, keys = _said(account_id, people)
    others, linked = _others(account_id, people)
    for root, each in others.items():
        contacts[root] |= {contact for other in each for contact in linked[other]} - linked[root]
    theirs = _keys_of(account_id, {one for found in contacts.values() for one in found}, kinds)
    return {
        root: Apart(
            frozenset(found),
            frozenset(keys[root].union(*(theirs.get(one, set()) for one in found))),
            frozenset(others.get(root, ())),
            frozenset(linked.get(root, ())),
        )
        for root, found in contacts.items()
    }


@transaction.atomic
def keep_apart(
    *,
    by: Actor,
    account: LeverAccount,
    candidate: Candidate,
    others: Sequence[SomebodyElse],
    question: Question | None = None,
) -> None:
    """Remembers that the person is none of these in Lever, once for each."""
    now, members = db_now(), family(candidate).ids
    rows = [
        NotTheSame(
            account=account,
            candidate_id=member,
            contact_id=other.contact_id,
            opportunity_id=other.opportunity_id,
            name=other.name[:300],
            keys=[list(key) for key in other.keys],
            question=question,
            said_at=now,
            said_by=by.label[:200],
        )
        for other in sorted(others, key=lambda other: other.contact_id)
        for member in sorted(members)
    ]
    NotTheSame.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        told = {other.contact_id: other.name for other in others}
        audit(by=by, action="pair.not_the_same", subject=candidate, after={"contacts": told})


@transaction.atomic
def forget(*, by: Actor, account_id: int, candidates: Collection[int], contacts: Collection[str]) -> int:
    """Takes back that these rows of candidates are none of these contacts. Answers how many pairs."""
    standing = NotTheSame.objects.filter(
        account_id=account_id, candidate__in=candidates, contact_id__in=contacts, reversed_at=None
    )
    rows = list(standing.select_related("candidate").order_by("pk"))
    NotTheSame.objects.filter(pk__in=[row.pk for row in rows], reversed_at=None).update(
        reversed_at=db_now(), reversed_by=by.label[:200]
    )
    for candidate, found in _by_candidate(rows).items():
        audit(by=by, action="pair.forgotten", subject=candidate, before={"contacts": found})
    return len(rows)


def follow_merged(account: LeverAccount, *, since: datetime | None) -> int:
    """What was said of contacts that were merged in Lever, looking at what the index heard since; answers how many."""
    known = KnownOpportunity.objects.filter(account=account, deleted_at=None)
    if since is not None:
        known = known.filter(seen_at__gte=since)
    said = NotTheSame.objects.filter(
        account=account, opportunity_id=OuterRef("lever_id"), reversed_at=None
    ).exclude(contact_id=OuterRef("contact_id"))
    moved = dict(known.filter(Exists(said)).values_list("lever_id", "contact_id")[:BATCH])
    rows = NotTheSame.objects.filter(account=account, opportunity_id__in=list(moved), reversed_at=None)
    pairs = {(row.contact_id, moved[row.opportunity_id]) for row in rows}
    for gone, survivor in sorted(pairs):
        with transaction.atomic():
            move_contact(account.pk, gone, survivor)
    return len(pairs)


def move_contact(account_id: int, gone: str, survivor: str) -> None:
    """Two contacts were merged in Lever: what was said of the one counts for the survivor."""
    standing = NotTheSame.objects.filter(account_id=account_id, reversed_at=None)
    known = standing.filter(contact_id=survivor).values_list("candidate_id", flat=True)
    moving = standing.filter(contact_id=gone)
    moving.filter(candidate__in=list(known)).update(reversed_at=db_now(), reversed_by="Lever")
    moving.update(contact_id=survivor)


def _by_candidate(rows: Iterable[NotTheSame]) -> dict[Candidate, dict[str, str]]:
    found: dict[Candidate, dict[str, str]] = defaultdict(dict)
    for row in rows:
        found[row.candidate][row.contact_id] = row.name
    return dict(found)


def _said(account_id: int, people: Iterable[Family]) -> tuple[dict[int, set[str]], dict[int, set[Key]]]:
    root_of = {member: each.root.pk for each in people for member in each.ids}
    contacts: dict[int, set[str]] = defaultdict(set)
    keys: dict[int, set[Key]] = defaultdict(set)
    for candidate, contact, shared in _standing(account_id, root_of):
        contacts[root_of[candidate]].add(contact)
        keys[root_of[candidate]].update((kind, value) for kind, value in shared)
    return contacts, keys


def _standing(account_id: int, members: Collection[int]) -> Iterator[tuple[int, str, list[list[str]]]]:
    """(candidate, contact, keys) of these candidates. Of many, where few were ever told apart, by one look at all."""
    rows = NotTheSame.objects.filter(account_id=account_id, reversed_at=None)
    told = rows.values_list("candidate", "contact_id", "keys")
    if len(members) > BATCH:
        few = list(told[: FEW + 1])
        if len(few) <= FEW:
            yield from (row for row in few if row[0] in members)
            return
    for part in batched(sorted(members)):
        yield from told.filter(candidate__among=part)


def _others(account_id: int, people: Iterable[Family]) -> tuple[dict[int, set[int]], dict[int, set[str]]]:
    """By root, who in Pin is somebody else; and whom each of all these is linked to in Lever."""
    said = apart_from(people)
    if not said:
        return {}, {}
    of = families(set(said) | {other for others in said.values() for other in others})
    return said, _linked(account_id, of.values())


def _linked(account_id: int, people: Iterable[Family]) -> dict[int, set[str]]:
    root_of = {member: each.root.pk for each in people for member in each.ids}
    found: dict[int, set[str]] = defaultdict(set)
    for part in batched(sorted(root_of)):
        rows = SyncRecord.objects.filter(
            account=account_id, prospect__candidate__among=part, state__in=IN_LEVER_STATES
        ).exclude(contact_id="")
        for candidate, contact in rows.values_list("prospect__candidate", "contact_id"):
            found[root_of[candidate]].add(contact)
    return found


def _keys_of(account_id: int, contacts: Iterable[str], kinds: Collection[str]) -> dict[str, set[Key]]:
    found: dict[str, set[Key]] = defaultdict(set)
    for part in batched(sorted(contacts)):
        rows = KnownKey.objects.filter(
            opportunity__account=account_id,
            opportunity__contact_id__among=part,
            opportunity__deleted_at=None,
            kind__in={*ALWAYS, *kinds},
        )
        for contact, kind, value in rows.values_list("opportunity__contact_id", "kind", "value"):
            found[contact].add((kind, value))
    return found
