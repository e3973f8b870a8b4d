"""Who in Lever many people are, by the index and by what was claimed before, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pinlever.connection.models import KnownKey, KnownOpportunity, LeverAccount
from pinlever.foundation.batches import batched
from pinlever.recruiting.identity import name_key
from pinlever.recruiting.models import Prospect
from pinlever.sync import near
from pinlever.sync.matching import made_by_us, person_of
from pinlever.sync.models import Claim, SyncRecord
from pinlever.sync.plan import Key, Person
from pinlever.sync.subject import Subject


class People:
    """Who in Lever the keys, the settled claims and the decisions of these subjects point at."""

    def __init__(
        self, account: LeverAccount, subjects: Iterable[Subject], wished: set[str], may_lose_keys: set[int]
    ) -> None:
        """`may_lose_keys`: roots of those whose keys may all turn out to be somebody else's."""
        self.account, everybody = account, list(subjects)
        looked_up = {key for one in everybody for key in (*one.match_keys, one.marker)}
        claimed = {key for one in everybody for key in one.claim_keys}
        self.holders = self._holders(looked_up)
        self.settled = self._settled(claimed)
        self.by_name = self._by_name(
            one for one in everybody if not _has_keys(one) or one.root.pk in may_lose_keys
        )
        contacts = {one for found in (self.holders, self.settled) for each in found.values() for one in each}
        contacts |= {contact for found in self.by_name.values() for contact, _ in found}
        contacts |= wished
        self.namesakes = near.find(account, (each for one in everybody for each in one.near))
        contacts |= {contact for found in self.namesakes.values() for contact in found}
        self.rows: dict[str, list[KnownOpportunity]] = defaultdict(list)
        for part in batched(sorted(contacts)):
            alive = KnownOpportunity.objects.filter(account=account, contact_id__among=part, deleted_at=None)
            for row in alive.defer("payload").order_by("contact_id", "id"):
                self.rows[row.contact_id].append(row)
        self.makers: dict[str, set[int]] = defaultdict(set)
        for part in batched(sorted({row.lever_id for rows in self.rows.values() for row in rows})):
            for opportunity, record in made_by_us(account.pk, part).values_list("opportunity_id", "pk"):
                self.makers[opportunity].add(record)

    def of(self, subject: Subject, record: SyncRecord | None) -> tuple[Person, ...]:
        matched: dict[str, set[Key]] = defaultdict(set)
        for keys, found in (
            ((*subject.match_keys, subject.marker), self.holders),
            (subject.claim_keys, self.settled),
        ):
            for key in keys:
                for contact in found.get(key, ()):
                    matched[contact].add(key)
        wished = record.wish_contact_id if record is not None else ""
        if wished and wished not in matched:
            matched[wished] |= near.contacts_of(subject.near, self.namesakes).get(wished, frozenset())
        return tuple(
            self._person(subject, record, contact, frozenset(matched[contact]))
            for contact in sorted(matched)
            if contact in self.rows
        )

    def keys_held_by(self, contacts: frozenset[str], keys: Iterable[Key]) -> frozenset[Key]:
        """Those of a subject's keys that some of these have in Lever."""
        return frozenset(key for key in keys if not contacts.isdisjoint(self.holders.get(key, ())))

    def near(
        self, subject: Subject, record: SyncRecord | None, people: Iterable[Person]
    ) -> tuple[Person, ...]:
        """Near matches whom no key points at."""
        matched = {person.contact_id for person in people}
        found = near.contacts_of(subject.near, self.namesakes)
        return tuple(
            self._person(subject, record, contact, keys)
            for contact, keys in found.items()
            if contact in self.rows and contact not in matched
        )

    def orphaned(self, subject: Subject, record: SyncRecord | None) -> tuple[Person, ...]:
        if _has_keys(subject):
            return ()
        found = self.by_name.get(name_key(subject.root.full_name), ())
        return tuple(
            self._person(subject, record, contact, frozenset({key}))
            for contact, key in found
            if contact in self.rows
        )

    def _person(
        self, subject: Subject, record: SyncRecord | None, contact: str, matched: frozenset[Key]
    ) -> Person:
        rows, own = self.rows[contact], record.pk if record else None
        return person_of(
            contact,
            rows,
            matched,
            all(row.is_anonymized for row in rows),
            posting_id=subject.posting_id,
            taken={row.lever_id for row in rows if self.makers[row.lever_id] - {own}},
        )

    def _holders(self, keys: Iterable[Key]) -> dict[Key, set[str]]:
        found: dict[Key, set[str]] = defaultdict(set)
        for kind, values in _by_kind(keys):
            rows = KnownKey.objects.filter(account=self.account, kind=kind, value__among=values)
            alive = rows.filter(opportunity__deleted_at=None)
            for value, contact in alive.values_list("value", "opportunity__contact_id"):
                found[kind, value].add(contact)
        return found

    def _settled(self, keys: Iterable[Key]) -> dict[Key, set[str]]:
        found: dict[Key, set[str]] = defaultdict(set)
        for kind, values in _by_kind(keys):
            rows = Claim.objects.filter(account=self.account, kind=kind, value__among=values)
            for value, contact in rows.exclude(contact_id="").values_list("value", "contact_id"):
                found[kind, value].add(contact)
        return found

    def _by_name(self, subjects: Iterable[Subject]) -> dict[str, list[tuple[str, Key]]]:
        """Contacts we once created for a prospect nobody knows any more, for people told by nothing else."""
        names = {name_key(one.root.full_name) for one in subjects}
        marked: list[tuple[str, str, str]] = []
        for part in batched(sorted(names - {""})):
            rows = KnownKey.objects.filter(
                kind=KnownKey.Kind.MARKER,
                opportunity__account=self.account,
                opportunity__search_name__among=part,
                opportunity__deleted_at=None,
            )
            marked += rows.values_list("opportunity__search_name", "opportunity__contact_id", "value")
        ours = Prospect.objects.filter(key__in={marker for _, _, marker in marked})
        known = {str(key) for key in ours.values_list("key", flat=True)} if marked else set()
        found: dict[str, list[tuple[str, Key]]] = defaultdict(list)
        for name, contact, marker in marked:
            if marker not in known:
                found[name].append((contact, (KnownKey.Kind.MARKER, marker)))
        return found


def _has_keys(subject: Subject) -> bool:
    return bool(subject.emails or subject.linkedin)


def _by_kind(keys: Iterable[Key]) -> Iterator[tuple[str, list[str]]]:
    values: dict[str, set[str]] = defaultdict(set)
    for kind, value in keys:
        values[kind].add(value)
    for kind, found in values.items():
        for part in batched(sorted(found)):
            yield kind, part
