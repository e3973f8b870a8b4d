"""All that the decision about many prospects depends on, from our own rows alone, in a constant number of queries.

What `subject.subject_of` and `matching.facts_for` read for one record, read here for a thousand at a time.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pinlever.connection.models import KnownKey, KnownOpportunity, LeverAccount
from pinlever.recruiting.identity import name_key
from pinlever.recruiting.models import IdentityQuestion, Prospect
from pinlever.recruiting.services import Family, PersonKeys, families, known_keys_of
from pinlever.sync.matching import made_by_us, person_of
from pinlever.sync.models import Claim, Intent, JobPosting, SyncRecord, wanted_posting
from pinlever.sync.plan import Facts, Key, Person
from pinlever.sync.subject import Subject

MOST_VALUES = 900  # SQLite's older limit of parameters
NOBODY = PersonKeys()


@dataclass(frozen=True)
class Known:
    """One prospect with its record, if there is one, and the facts."""

    subject: Subject
    record: SyncRecord | None
    facts: Facts
    is_unsettled: bool = False
    is_questioned: bool = False


def known_of(
    account: LeverAccount, prospects: Collection[Prospect], *, posting_id: str = ""
) -> Iterator[Known]:
    """By prospect. `prospects` come with candidate, job, job's owner and sourcer."""
    batch = _Batch(account, prospects, posting_id)
    for prospect in prospects:
        yield batch.known(prospect)


class _Batch:
    def __init__(self, account: LeverAccount, prospects: Collection[Prospect], posting_id: str) -> None:
        self.account, self.posting_id = account, posting_id
        self.records = {
            record.prospect_id: record
            for record in SyncRecord.objects.filter(account=account, prospect__in=prospects)
        }
        unsettled = Intent.objects.filter(account=account, outcome="", record__prospect__in=prospects)
        self.unsettled = set(unsettled.values_list("record_id", flat=True))
        jobs = JobPosting.objects.filter(account=account, job__in={one.job_id for one in prospects})
        self.postings = dict(jobs.values_list("job_id", "posting_id"))
        self.subjects = self._subjects(prospects)
        self.questioned = self._questioned()
        self.people = _People(account, self.subjects.values())

    def known(self, prospect: Prospect) -> Known:
        subject, record = self.subjects[prospect.pk], self.records.get(prospect.pk)
        orphaned = self.people.orphaned(subject, record)
        facts = Facts(
            keys=subject.match_keys,
            posting_id=subject.posting_id,
            people=self.people.of(subject, record),
            orphans=tuple(person.name for person in orphaned),
            orphaned=orphaned,
            match_action=self.account.match_action,
            wish=record.wish if record else "",
            wish_contact_id=record.wish_contact_id if record else "",
            wish_opportunity_id=record.wish_opportunity_id if record else "",
        )
        return Known(
            subject,
            record,
            facts,
            is_unsettled=record is not None and record.pk in self.unsettled,
            is_questioned=bool(self.questioned & set(subject.family.ids)),
        )

    def _subjects(self, prospects: Collection[Prospect]) -> dict[int, Subject]:
        of = families({prospect.candidate_id for prospect in prospects})
        keys = known_keys_of({each.root.pk: each for each in of.values()}.values())
        return {one.pk: self._subject(one, of[one.candidate_id], keys) for one in prospects}

    def _subject(self, prospect: Prospect, family: Family, keys: Mapping[int, PersonKeys]) -> Subject:
        record = self.records.get(prospect.pk)
        left_out = frozenset((kind, value) for kind, value in record.left_out_keys) if record else frozenset()
        theirs = keys.get(family.root.pk, NOBODY)
        chosen = self.posting_id or (record.posting_chosen if record else "")
        return Subject(
            prospect=prospect,
            family=family,
            emails=tuple(one for one in theirs.emails if ("email", one) not in left_out),
            linkedin=tuple(one for one in theirs.linkedin if ("linkedin", one) not in left_out),
            phones=tuple(one for one in theirs.phones if ("phone", one) not in left_out),
            match_kinds=frozenset(self.account.match_keys),
            posting_id=wanted_posting(chosen, self.postings.get(prospect.job_id, "")),
            left_out=left_out,
        )

    def _questioned(self) -> set[int]:
        members = {member for subject in self.subjects.values() for member in subject.family.ids}
        asked = IdentityQuestion.objects.filter(candidate__in=members, answered_at=None, is_blocking=True)
        return set(asked.values_list("candidate_id", flat=True))


class _People:
    """Who in Lever the keys, the settled claims and the decisions of these subjects point at."""

    def __init__(self, account: LeverAccount, subjects: Iterable[Subject]) -> None:
        self.account, everybody = account, list(subjects)
        looked_up = {key for one in everybody for key in (*one.match_keys, one.marker)}
        claimed = {key for one in everybody for key in one.claim_keys}
        self.holders = self._holders(looked_up)
        self.settled = self._settled(claimed)
        self.by_name = self._by_name(everybody)
        contacts = {one for found in (self.holders, self.settled) for each in found.values() for one in each}
        contacts |= {contact for found in self.by_name.values() for contact, _ in found}
        wished = SyncRecord.objects.filter(
            account=account, prospect__in=[one.prospect for one in everybody]
        ).exclude(wish_contact_id="")
        contacts |= set(wished.values_list("wish_contact_id", flat=True))
        self.rows: dict[str, list[KnownOpportunity]] = defaultdict(list)
        for part in _parts(contacts):
            alive = KnownOpportunity.objects.filter(account=account, contact_id__in=part, deleted_at=None)
            for row in alive.defer("payload").order_by("contact_id", "id"):
                self.rows[row.contact_id].append(row)
        self.makers: dict[str, set[int]] = defaultdict(set)
        for part in _parts({row.lever_id for rows in self.rows.values() for row in rows}):
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
        if record is not None and record.wish_contact_id:
            matched[record.wish_contact_id] |= set()
        return tuple(
            self._person(subject, record, contact, frozenset(matched[contact]))
            for contact in sorted(matched)
            if contact in self.rows
        )

    def orphaned(self, subject: Subject, record: SyncRecord | None) -> tuple[Person, ...]:
        if subject.emails or subject.linkedin:
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
            rows = KnownKey.objects.filter(account=self.account, kind=kind, value__in=values)
            alive = rows.filter(opportunity__deleted_at=None)
            for value, contact in alive.values_list("value", "opportunity__contact_id"):
                found[kind, value].add(contact)
        return found

    def _settled(self, keys: Iterable[Key]) -> dict[Key, set[str]]:
        found: dict[Key, set[str]] = defaultdict(set)
        for kind, values in _by_kind(keys):
            rows = Claim.objects.filter(account=self.account, kind=kind, value__in=values)
            for value, contact in rows.exclude(contact_id="").values_list("value", "contact_id"):
                found[kind, value].add(contact)
        return found

    def _by_name(self, subjects: Iterable[Subject]) -> dict[str, list[tuple[str, Key]]]:
        """Contacts we once created for a prospect nobody knows any more, for people told by nothing else."""
        names = {name_key(one.root.full_name) for one in subjects if not one.emails and not one.linkedin}
        marked: list[tuple[str, str, str]] = []
        for part in _parts(names - {""}):
            rows = KnownKey.objects.filter(
                kind=KnownKey.Kind.MARKER,
                opportunity__account=self.account,
                opportunity__search_name__in=part,
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


def _by_kind(keys: Iterable[Key]) -> Iterator[tuple[str, list[str]]]:
    values: dict[str, set[str]] = defaultdict(set)
    for kind, value in keys:
        values[kind].add(value)
    for kind, found in values.items():
        for part in _parts(found):
            yield kind, part


def _parts(values: Iterable[str]) -> Iterator[list[str]]:
    rows = sorted(values)
    for start in range(0, len(rows), MOST_VALUES):
        yield rows[start : start + MOST_VALUES]
