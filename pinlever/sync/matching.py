"""Who in Lever this person is: the index, the claims settled before, and one live look-up for each email."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from pinlever.connection import index
from pinlever.connection.models import KnownOpportunity, LeverAccount, ToldBy
from pinlever.foundation.clock import db_now
from pinlever.lever.client import LeverClient
from pinlever.lever.errors import NotFound
from pinlever.lever.filters import Confidentiality, OpportunityFilter
from pinlever.lever.types import Opportunity
from pinlever.sync import near
from pinlever.sync.models import SyncRecord
from pinlever.sync.plan import Facts, Key, Opening, Person
from pinlever.sync.subject import MARKER, Subject

SOURCE = "Pin"
NOBODY_NEAR: Mapping[str, frozenset[Key]] = {}
MOST_READ = 5  # opportunities of one contact that are asked for by their ids


@dataclass
class Look:
    """One pass of looking: what was read live keeps its ids here, so that nothing is read twice.

    `before` is called before each question to Lever: the worker renews its lease there.
    """

    account: LeverAccount
    client: LeverClient
    before: Callable[[], object]
    read_live: set[str] = field(default_factory=set)
    told_live: set[tuple[str, str]] = field(default_factory=set)  # (contact, email) the index knew nothing of

    def email(self, email: str) -> None:
        """Opportunities of the contact with this address, straight from Lever, into the index."""
        self.before()
        asked = OpportunityFilter(emails=(email,), confidentiality=self._scope)
        found = list(self.client.opportunities(asked))
        known = index.contacts(self.account, [("email", email)]) if found else set()
        self.told_live |= {(row.contact_id, email) for row in found if row.contact_id} - {
            (contact, email) for contact in known
        }
        self._keep(found)

    def contact(self, contact_id: str) -> None:
        """All opportunities of a contact, straight from Lever, into the index."""
        self._take(
            self.client.opportunities(OpportunityFilter(contact_id=contact_id, confidentiality=self._scope))
        )

    def window(self, start: datetime, end: datetime) -> None:
        """Opportunities created within the window, straight from Lever, into the index."""
        window = OpportunityFilter(created_from=start, created_to=end, confidentiality=self._scope)
        self._take(self.client.opportunities(window))

    def opportunity(self, opportunity_id: str) -> Opportunity | None:
        """One opportunity, straight from Lever; None (and known as deleted) when Lever has it no more."""
        self.before()
        try:
            found = self.client.opportunity(opportunity_id)
        except NotFound:
            index.mark_deleted(self.account, {opportunity_id: db_now()}, told_by=ToldBy.SYNC)
            return None
        self._keep([found])
        return found

    def _take(self, found: Iterable[Opportunity]) -> None:
        self.before()
        self._keep(found)

    def _keep(self, found: Iterable[Opportunity]) -> None:
        rows = list(found)
        index.upsert(self.account, rows, seen_at=db_now(), told_by=ToldBy.SYNC)
        self.read_live.update(row.id for row in rows)

    @property
    def _scope(self) -> Confidentiality | None:
        return "all" if self.account.confidential_access else None


def facts_for(
    record: SyncRecord, subject: Subject, look: Look | None, settled: dict[str, frozenset[Key]]
) -> Facts:
    """The facts to decide on. Without `look` (a preview) only the index is asked."""
    if look is not None:
        for email in subject.emails:
            look.email(email)
    near_by = near.contacts_of(subject.near, near.find(record.account, subject.near))
    people = people_for(record, subject, look, settled, near_by)
    people = without_apart(people, subject, record.wish_contact_id)
    orphaned = without_apart(_orphaned(record, subject), subject)
    return Facts(
        keys=subject.match_keys,
        posting_id=subject.posting_id,
        people=people,
        orphans=tuple(person.name for person in orphaned),
        orphaned=orphaned,
        near=without_apart(_near(record, subject, near_by, people), subject),
        match_action=record.account.match_action,
        primary_key=record.account.primary_key,
        on_conflict=record.account.on_conflict,
        wish=record.wish,
        wish_contact_id=record.wish_contact_id,
        wish_opportunity_id=record.wish_opportunity_id,
        undone_opportunity_id=record.opportunity_id if record.undone_at else "",
        undone_reason_id=record.undone_reason_id,
    )


def without_apart(people: Iterable[Person], subject: Subject, wished: str = "") -> tuple[Person, ...]:
    """Those whom nobody said to be somebody else; our own link on somebody, and a wish for them, say more."""
    if not subject.apart:
        return tuple(people)
    return tuple(
        person
        for person in people
        if person.contact_id not in subject.apart
        or person.contact_id == wished
        or subject.marker in person.matched
    )


def people_for(
    record: SyncRecord,
    subject: Subject,
    look: Look | None,
    settled: dict[str, frozenset[Key]],
    near_by: Mapping[str, frozenset[Key]] = NOBODY_NEAR,
) -> tuple[Person, ...]:
    """Everybody in Lever whom a key, our marker, a settled claim or a decision points at, each contact once.

    `near_by`: near matches; they say how somebody is known whom a decision points at.
    """
    known = {
        row.contact_id: row for row in index.people(record.account, (*subject.match_keys, subject.marker))
    }
    pointed = {contact: keys for contact, keys in settled.items() if contact not in known}
    if record.wish_contact_id and record.wish_contact_id not in known:
        pointed.setdefault(record.wish_contact_id, near_by.get(record.wish_contact_id, frozenset()))
    people = [
        _person(
            record,
            subject,
            contact,
            row.opportunities,
            row.matched | settled.get(contact, frozenset()),
            row.is_anonymized,
        )
        for contact, row in known.items()
    ]
    for contact, keys in pointed.items():
        row = _pointed_at(record.account, contact, look)
        if row is not None:
            people.append(_person(record, subject, contact, row.opportunities, keys, row.is_anonymized))
    return tuple(sorted(people, key=lambda person: person.contact_id))


def _near(
    record: SyncRecord, subject: Subject, near_by: Mapping[str, frozenset[Key]], people: Iterable[Person]
) -> tuple[Person, ...]:
    """Whom no key points at."""
    matched = {person.contact_id for person in people}
    found = (
        (contact, index.contact(record.account, contact)) for contact in near_by if contact not in matched
    )
    return tuple(
        _person(record, subject, contact, row.opportunities, near_by[contact], row.is_anonymized)
        for contact, row in found
        if row is not None
    )


def still_there(account: LeverAccount, contact_id: str, look: Look) -> bool:
    """Whether Lever still has a contact that a claim points at; what is read on the way goes into the index."""
    return _pointed_at(account, contact_id, look) is not None


def _pointed_at(account: LeverAccount, contact_id: str, look: Look | None) -> "index.KnownPerson | None":
    """A contact a claim or a decision names: from the index, else from Lever, else through our own records."""
    found = index.contact(account, contact_id)
    if found is not None or look is None:
        return found
    look.contact(contact_id)
    found = index.contact(account, contact_id)
    if found is not None:
        return found
    # Lever's lists lag behind its writes; by its id the opportunity is seen at once.
    ours = SyncRecord.objects.filter(account=account, contact_id=contact_id).exclude(opportunity_id="")
    ids = ours.order_by("-synced_at", "id").values_list("opportunity_id", flat=True)
    for opportunity_id in ids[:MOST_READ]:
        look.opportunity(opportunity_id)
        found = index.contact(account, contact_id)
        if found is not None:
            return found
    return None


def _person(
    record: SyncRecord,
    subject: Subject,
    contact_id: str,
    rows: Iterable[KnownOpportunity],
    matched: frozenset[Key],
    is_anonymised: bool,
) -> Person:
    rows = list(rows)
    taken = set(
        made_by_us(record.account_id, [row.lever_id for row in rows])
        .exclude(pk=record.pk)
        .values_list("opportunity_id", flat=True)
    )
    return person_of(contact_id, rows, matched, is_anonymised, posting_id=subject.posting_id, taken=taken)


def made_by_us(account_id: int, opportunity_ids: Iterable[str]) -> QuerySet[SyncRecord]:
    """The records that created these opportunities: who is merely linked to one takes it from nobody."""
    return SyncRecord.objects.filter(
        account_id=account_id, opportunity_id__among=opportunity_ids, created_by_us=True
    )


def person_of(
    contact_id: str,
    rows: Iterable[KnownOpportunity],
    matched: frozenset[Key],
    is_anonymised: bool,
    *,
    posting_id: str,
    taken: Collection[str],
) -> Person:
    """A contact as the decision sees it. `taken`: opportunities that other records of ours created."""
    rows = list(rows)
    openings = tuple(
        Opening(
            id=row.lever_id,
            posting_id=row.posting_id,
            is_archived=row.archived_at is not None,
            archived_at=row.archived_at,
            active_at=row.active_at,
            is_ours=SOURCE in row.sources and row.posting_id == posting_id and row.lever_id not in taken,
            url=row.url,
            archive_reason_id=row.archive_reason_id,
        )
        for row in rows
    )
    return Person(
        contact_id, next((row.name for row in rows if row.name), ""), openings, matched, is_anonymised
    )


def _orphaned(record: SyncRecord, subject: Subject) -> tuple[Person, ...]:
    """People of this name whom we once created and whom no prospect of ours bears the link of."""
    name = subject.root.full_name
    if subject.emails or subject.linkedin or not name:
        return ()
    links = [(MARKER, str(marker)) for marker in index.orphans(record.account, name)]
    return tuple(
        _person(record, subject, known.contact_id, known.opportunities, known.matched, known.is_anonymized)
        for known in (index.people(record.account, links) if links else ())
    )
