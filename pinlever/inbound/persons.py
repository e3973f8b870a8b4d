"""Who of our people is behind which opportunities, and how they stand there: by links, and by keys that match.

Constant numbers of queries for any number of people. A phone matches nobody here: families and offices share one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pinlever.connection import index
from pinlever.connection.models import ArchiveReason, KnownKey, KnownOpportunity, LeverAccount, Stage
from pinlever.connection.names import names_of, posting_names
from pinlever.inbound.status import LOOKED_AT, Candidacy, Elsewhere, opportunity_of
from pinlever.inbound.status_rules import Rules
from pinlever.lever.types import Opportunity
from pinlever.outreach.models import Effect, Hold
from pinlever.recruiting.families import Family, PersonKeys, families, known_keys_of, roots_of
from pinlever.recruiting.keys import Key, holders_of
from pinlever.sync import pairs
from pinlever.sync.models import IN_LEVER_STATES, SyncRecord


@dataclass(frozen=True)
class Person:
    """Somebody of ours with all that a status rule looks at."""

    family: Family
    candidacies: tuple[Candidacy, ...]
    holds: tuple[Hold, ...]
    elsewhere: Elsewhere


def behind(account: LeverAccount, rows: Sequence[KnownOpportunity]) -> dict[int, set[int]]:
    """The ids of our people (roots) behind these opportunities, by the row's id; those behind none are left out."""
    contacts: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        for contact_id in {row.contact_id, str(row.heard.get("contact", ""))} - {""}:
            contacts[contact_id].add(row.pk)
    found: dict[int, set[int]] = defaultdict(set)
    linked = SyncRecord.objects.filter(account=account, contact_id__in=list(contacts))
    for contact_id, candidate in linked.values_list("contact_id", "prospect__candidate"):
        for pk in contacts[contact_id]:
            found[pk].add(candidate)
    for pk, candidate in _by_keys(account, rows):
        found[pk].add(candidate)
    roots = roots_of({candidate for each in found.values() for candidate in each})
    return {pk: {roots[one] for one in each} for pk, each in found.items()}


def persons(account: LeverAccount, roots: Iterable[int], rules: Rules) -> list[Person]:
    """Everybody who is merged into nobody, by the ids given."""
    of = {each.root.pk: each for each in families(roots).values()}
    theirs = _opportunities(account, list(of.values()))
    holds = _holds(of)
    stood_on = {opportunity_of(hold) for each in holds.values() for hold in each if hold.released_at is None}
    told = _candidacies(account, [row for rows in theirs.values() for row in rows], rules, stood_on)
    elsewhere = _elsewhere(account, stood_on - {one.id for one in told.values()} - {""})
    return [
        Person(
            each,
            tuple(told[row.pk] for row in theirs.get(root, ())),
            tuple(holds.get(root, ())),
            elsewhere,
        )
        for root, each in of.items()
    ]


def match_kinds(account: LeverAccount) -> frozenset[str]:
    """Those of the account but the phone: too many share one."""
    return account.match_kinds - {"phone"}


def _by_keys(account: LeverAccount, rows: Sequence[KnownOpportunity]) -> list[tuple[int, int]]:
    keys = KnownKey.objects.filter(opportunity__in=[row.pk for row in rows], kind__in=match_kinds(account))
    held_by: dict[Key, set[int]] = defaultdict(set)
    for opportunity, kind, value in keys.values_list("opportunity_id", "kind", "value"):
        held_by[Key(kind, value)].add(opportunity)
    return [(pk, candidate) for key, candidate in holders_of(held_by).items() for pk in held_by[key]]


def _opportunities(account: LeverAccount, of: Sequence[Family]) -> dict[int, list[KnownOpportunity]]:
    """By root, all that is not deleted of every Lever contact of theirs, linked or matched."""
    contacts = _linked_contacts(account, of)
    kinds = match_kinds(account)
    keys = {root: _keys(known, kinds) for root, known in known_keys_of(of).items()}
    apart = pairs.apart_of(account.pk, of, kinds)
    for person in index.people(account, {key for each in keys.values() for key in each}):
        for root, own in keys.items():
            if person.matched & own and person.contact_id not in apart.get(root, pairs.NOBODY).contacts:
                contacts[root].add(person.contact_id)
    wanted = {contact_id for each in contacts.values() for contact_id in each}
    rows: dict[str, list[KnownOpportunity]] = defaultdict(list)
    alive = KnownOpportunity.objects.filter(account=account, contact_id__in=wanted, deleted_at=None)
    for row in alive.defer("payload").order_by("pk") if wanted else ():
        rows[row.contact_id].append(row)
    return {root: [row for one in sorted(each) for row in rows[one]] for root, each in contacts.items()}


def _linked_contacts(account: LeverAccount, of: Sequence[Family]) -> dict[int, set[str]]:
    root_of = {member: each.root.pk for each in of for member in each.ids}
    records = SyncRecord.objects.filter(
        account=account, prospect__candidate__in=root_of, state__in=IN_LEVER_STATES
    )
    contacts: dict[int, set[str]] = defaultdict(set)
    for candidate, contact_id in records.values_list("prospect__candidate", "contact_id"):
        if contact_id:
            contacts[root_of[candidate]].add(contact_id)
    return contacts


def _keys(known: PersonKeys, kinds: Collection[str]) -> frozenset[tuple[str, str]]:
    values = {"email": known.emails, "linkedin": known.linkedin}
    return frozenset((kind, value) for kind in kinds for value in values.get(kind, ()))


def _holds(of: Mapping[int, Family]) -> dict[int, list[Hold]]:
    root_of = {member: root for root, each in of.items() for member in each.ids}
    found: dict[int, list[Hold]] = defaultdict(list)
    for hold in Hold.objects.filter(candidate__in=root_of, cause__in=LOOKED_AT).order_by("pk"):
        found[root_of[hold.candidate_id]].append(hold)
    return found


def _elsewhere(account: LeverAccount, gone: set[str]) -> Elsewhere:
    """What has become of candidacies that holds stand on and that nobody here has any more."""
    if not gone:
        return Elsewhere()
    rows = KnownOpportunity.objects.filter(account=account, lever_id__in=gone, is_anonymized=False)
    known = dict(rows.values_list("lever_id", "deleted_at"))
    deleted = frozenset(lever_id for lever_id, deleted_at in known.items() if deleted_at)
    return Elsewhere(deleted, frozenset(known) - deleted)


def _candidacies(
    account: LeverAccount, rows: Sequence[KnownOpportunity], rules: Rules, stood_on: Collection[str]
) -> dict[int, Candidacy]:
    """By the row's id. `stood_on`: what holds stand on. Whom we archived ourselves, taking an export back, nobody at
    Lever archived: the reason holds nothing and resumes nothing."""
    undone = _taken_back(account, rows)
    stages = names_of(Stage, account, {row.stage_id for row in rows})
    reasons = names_of(ArchiveReason, account, {row.archive_reason_id for row in rows})
    postings = posting_names(account, {row.posting_id for row in rows})
    staged = _staged(
        [row for row in rows if row.lever_id in stood_on or rules.of_stage(row.stage_id) != Effect.NOTHING]
    )
    return {
        row.pk: Candidacy(
            id=row.lever_id,
            stage=row.stage_id,
            stage_name=stages.get(row.stage_id, ""),
            staged_at=staged.get(row.pk) or row.opened_at,
            archived_at=row.archived_at,
            reason="" if row.lever_id in undone else row.archive_reason_id,
            reason_name=reasons.get(row.archive_reason_id, ""),
            posting_name=postings.get(row.posting_id, ""),
            contact_allowed=row.contact_allowed,
            is_anonymised=row.is_anonymized,
            is_confidential=row.is_confidential,
        )
        for row in rows
    }


def _taken_back(account: LeverAccount, rows: Sequence[KnownOpportunity]) -> set[str]:
    archived = {row.lever_id: row.archive_reason_id for row in rows if row.archived_at is not None}
    if not archived:
        return set()
    ours = SyncRecord.objects.filter(account=account, opportunity_id__in=archived, undone_at__isnull=False)
    pairs = ours.values_list("opportunity_id", "undone_reason_id")
    return {lever_id for lever_id, reason in pairs if archived[lever_id] == reason}


def _staged(rows: Sequence[KnownOpportunity]) -> dict[int, datetime]:
    """When they came to the stage they are in; only asked where it matters, as the payload is large."""
    if not rows:
        return {}
    stages = {row.pk: row.stage_id for row in rows}
    found: dict[int, datetime] = {}
    for pk, payload in KnownOpportunity.objects.filter(pk__in=stages).values_list("pk", "payload"):
        at = came_to(Opportunity.parse(payload), stages[pk])
        if at is not None:
            found[pk] = at
    return found


def came_to(opportunity: Opportunity, stage_id: str) -> datetime | None:
    """When it came to this stage last, by its own history."""
    last = next((one for one in reversed(opportunity.stage_changes) if one.stage_id == stage_id), None)
    return last.at if last else None
