"""Who of our people is in Lever, as the index knows it: a warning before outreach, not a promise.

For many people in a constant number of queries; nothing here asks Lever. Of a confidential candidacy only that it
exists leaves this module: not everybody who reads it here may read it there.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from pinlever.connection import index
from pinlever.connection.models import (
    ArchiveReason,
    KnownOpportunity,
    LeverAccount,
    LeverUser,
    Stage,
)
from pinlever.connection.names import names_of, posting_names
from pinlever.recruiting.families import Family, PersonKeys, known_keys_of
from pinlever.sync import pairs
from pinlever.sync.key_words import keys_told
from pinlever.sync.plan import Key


@dataclass(frozen=True)
class Candidacy:
    """An opportunity in Lever in words; what the catalogue does not know is empty."""

    id: str
    posting: str
    posting_id: str
    stage: str
    owner: str
    opened_at: datetime
    active_at: datetime
    archived_at: datetime | None
    archive_reason: str
    url: str
    is_confidential: bool = False
    is_hired: bool = False
    seen_at: datetime | None = None
    told_by: str = ""


@dataclass(frozen=True)
class InLever:
    """A person in Lever whom keys of ours match, and all they are there for, the liveliest first."""

    contact_id: str
    name: str
    matched: tuple[Key, ...]
    candidacies: tuple[Candidacy, ...]
    is_anonymised: bool
    may_be_contacted: bool = True

    @property
    def matched_on(self) -> str:
        return keys_told(self.matched)

    @property
    def url(self) -> str:
        return next((one.url for one in self.candidacies if one.url), "")

    @property
    def is_active(self) -> bool:
        return any(one.archived_at is None for one in self.candidacies)

    @property
    def how(self) -> tuple[object, ...]:
        """What of it is told, without what changes with time alone."""
        return tuple(
            (one.id, one.posting, one.stage, one.owner, one.archived_at, one.archive_reason)
            for one in self.candidacies
        )

    @property
    def is_hired(self) -> bool:
        return any(one.is_hired for one in self.candidacies)


def in_lever(account: LeverAccount | None, people: Iterable[Family]) -> dict[int, tuple[InLever, ...]]:
    """By the root candidate's id, everybody in Lever who has an email, or another matching key, of theirs."""
    listed = list(people)
    if account is None or not listed:
        return {each.root.pk: () for each in listed}
    keys = {root: _keys(account, known) for root, known in known_keys_of(listed).items()}
    known = index.people(account, {key for each in keys.values() for key in each})
    names = Names(account, [row for person in known for row in person.opportunities])
    apart = pairs.apart_of(account.pk, listed, account.match_kinds) if known else {}
    return {
        root: tuple(
            _person(one, own, names)
            for one in known
            if one.matched & own and one.contact_id not in apart.get(root, pairs.NOBODY).contacts
        )
        for root, own in keys.items()
    }


def in_lever_by(account: LeverAccount | None, keys: Iterable[Key]) -> tuple[InLever, ...]:
    """Everybody in Lever who has one of these keys."""
    own = frozenset(keys)
    if account is None or not own:
        return ()
    known = index.people(account, own)
    names = Names(account, [row for person in known for row in person.opportunities])
    return tuple(_person(one, own, names) for one in known)


def keys_of(account: LeverAccount, person: Family) -> frozenset[Key]:
    """The keys by which this person matches somebody in Lever."""
    return _keys(account, known_keys_of([person])[person.root.pk])


def _keys(account: LeverAccount, known: PersonKeys) -> frozenset[Key]:
    values = {"email": known.emails, "linkedin": known.linkedin, "phone": known.phones}
    return frozenset((kind, value) for kind in account.match_kinds for value in values[kind])


def _person(known: index.KnownPerson, own: Collection[Key], names: "Names") -> InLever:
    rows = sorted(known.opportunities, key=_liveliness, reverse=True)
    return InLever(
        contact_id=known.contact_id,
        name=next((row.name for row in rows if row.name), ""),
        matched=tuple(sorted(known.matched & frozenset(own))),
        candidacies=tuple(names.candidacy(row) for row in rows),
        is_anonymised=known.is_anonymized,
        may_be_contacted=not any(row.contact_allowed is False for row in rows),
    )


def _liveliness(row: KnownOpportunity) -> tuple[bool, datetime]:
    return row.archived_at is None, row.archived_at or row.active_at


class Names:
    """The catalogue's names of what some opportunities refer to. Five queries."""

    def __init__(self, account: LeverAccount, rows: Collection[KnownOpportunity]) -> None:
        self.postings = posting_names(account, {row.posting_id for row in rows})
        self.stages = names_of(Stage, account, {row.stage_id for row in rows})
        self.owners = names_of(LeverUser, account, {row.owner_id for row in rows})
        reasons = {row.archive_reason_id for row in rows} - {""}
        self.reasons = names_of(ArchiveReason, account, reasons)
        hired = ArchiveReason.objects.filter(account=account, lever_id__in=reasons, kind="hired")
        self.hired = set(hired.values_list("lever_id", flat=True)) if reasons else set()

    def candidacy(self, row: KnownOpportunity) -> Candidacy:
        open_to_all = not row.is_confidential
        return Candidacy(
            id=row.lever_id,
            posting=self.postings.get(row.posting_id, "") if open_to_all else "",
            posting_id=row.posting_id,
            stage=self.stages.get(row.stage_id, "") if open_to_all else "",
            owner=self.owners.get(row.owner_id, "") if open_to_all else "",
            opened_at=row.opened_at,
            active_at=row.active_at,
            archived_at=row.archived_at,
            archive_reason=self.reasons.get(row.archive_reason_id, "") if open_to_all else "",
            url=row.url if open_to_all else "",
            is_confidential=row.is_confidential,
            is_hired=open_to_all and row.archived_at is not None and row.archive_reason_id in self.hired,
            seen_at=row.seen_at,
            told_by=row.told_by,
        )
