"""All that the decision about many prospects depends on, from our own rows alone, in a constant number of queries.

What `subject.subject_of` and `matching.facts_for` read for one record, read here for a thousand at a time.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pinlever.connection.models import KnownOpportunity, LeverAccount
from pinlever.connection.namesakes import Near
from pinlever.foundation.batches import batched
from pinlever.recruiting.models import IdentityQuestion, Prospect
from pinlever.recruiting.services import Family, PersonKeys, families, known_keys_of
from pinlever.sync import near, pairs
from pinlever.sync.known_people import People
from pinlever.sync.matching import without_apart
from pinlever.sync.models import (
    IN_LEVER_STATES,
    Intent,
    JobPosting,
    State,
    SyncRecord,
    Wish,
    wanted_posting,
)
from pinlever.sync.plan import Facts, Key
from pinlever.sync.subject import Subject, near_of
from pinlever.sync.wishes import on_export

NOBODY = PersonKeys()
NOTHING: Mapping[int, PersonKeys] = {}


@dataclass(frozen=True)
class Known:
    """One prospect with its record, if there is one, and the facts."""

    subject: Subject
    record: SyncRecord | None
    facts: Facts
    apart: pairs.Apart
    is_unsettled: bool
    is_questioned: bool
    batch: "_Batch" = field(repr=False)

    def apart_from(self, contacts: frozenset[str], keys: frozenset[Key]) -> "Known":
        """The person, of whom it is known that these in Lever are somebody else.

        `keys`: what these have that the index knows nothing of.
        """
        shared = self.batch.people.keys_held_by(contacts, self.subject.match_keys)
        subject = self.subject.apart_from(contacts, keys | shared)
        return replace(self, subject=subject, facts=self.batch.facts(subject, self.record))


def known_of(
    account: LeverAccount,
    prospects: Collection[Prospect],
    *,
    posting_id: str = "",
    is_export: bool = False,
    arriving: Mapping[int, PersonKeys] = NOTHING,
) -> Iterator[Known]:
    """By prospect. `prospects` come with job, job's owner and sourcer.

    `is_export`: as their records will stand once they are exported (they are changed in memory alone).
    `arriving`: keys that an import is about to bring, by prospect id.
    """
    batch = _Batch(account, prospects, posting_id, is_export, arriving)
    for prospect in prospects:
        yield batch.known(prospect)


class _Batch:
    def __init__(
        self,
        account: LeverAccount,
        prospects: Collection[Prospect],
        posting_id: str,
        is_export: bool,
        arriving: Mapping[int, PersonKeys],
    ) -> None:
        self.arriving = arriving
        self.account, self.posting_id = account, posting_id
        records = SyncRecord.objects.filter(account=account, prospect__among=[one.pk for one in prospects])
        self.records = {record.prospect_id: record for record in records}
        theirs = [record.pk for record in self.records.values()]
        unsettled = Intent.objects.filter(account=account, outcome="", record__among=theirs)
        self.unsettled = set(unsettled.values_list("record_id", flat=True))
        if is_export:
            self._export()
        self._follow_files()
        jobs = JobPosting.objects.filter(account=account, job__in={one.job_id for one in prospects})
        self.postings = dict(jobs.values_list("job_id", "posting_id"))
        self.subjects = self._subjects(prospects)
        self.questioned = self._questioned()
        wished = {record.wish_contact_id for record in self.records.values()}
        self.people = People(account, self.subjects.values(), wished - {""}, self._may_lose_keys())

    def known(self, prospect: Prospect) -> Known:
        subject, record = self.subjects[prospect.pk], self.records.get(prospect.pk)
        return Known(
            subject,
            record,
            self.facts(subject, record),
            self.apart.get(subject.root.pk, pairs.NOBODY),
            is_unsettled=record is not None
            and (record.pk in self.unsettled or record.return_over_at is not None),
            is_questioned=bool(self.questioned & set(subject.family.ids)),
            batch=self,
        )

    def facts(self, subject: Subject, record: SyncRecord | None) -> Facts:
        orphaned = without_apart(self.people.orphaned(subject, record), subject)
        people = self.people.of(subject, record)
        return Facts(
            keys=subject.match_keys,
            posting_id=subject.posting_id,
            people=without_apart(people, subject, record.wish_contact_id if record else ""),
            orphans=tuple(person.name for person in orphaned),
            orphaned=orphaned,
            near=without_apart(self.people.near(subject, record, people), subject),
            match_action=self.account.match_action,
            primary_key=self.account.primary_key,
            on_conflict=self.account.on_conflict,
            wish=record.wish if record else "",
            wish_contact_id=record.wish_contact_id if record else "",
            wish_opportunity_id=record.wish_opportunity_id if record else "",
            undone_opportunity_id=record.opportunity_id if record and record.undone_at else "",
            undone_reason_id=record.undone_reason_id if record else "",
        )

    def _export(self) -> None:
        stays = (*IN_LEVER_STATES, State.NEEDS_YOU)
        for record in self.records.values():
            if record.state not in stays and record.pk not in self.unsettled:
                for name, value in on_export(record, posting_id=self.posting_id).items():
                    setattr(record, name, value)

    def _follow_files(self) -> None:
        """Lever profiles that files named become the wish to link to their person, as the worker has it."""
        by_file = [record for record in self.records.values() if record.wish_opportunity_id]
        contacts: dict[str, str] = {}
        for part in batched(sorted({record.wish_opportunity_id for record in by_file})):
            rows = KnownOpportunity.objects.filter(
                account=self.account, lever_id__among=part, deleted_at=None
            )
            contacts |= dict(rows.values_list("lever_id", "contact_id"))
        for record in by_file:
            record.wish, record.wish_contact_id = Wish.LINK, contacts.get(record.wish_opportunity_id, "")

    def _subjects(self, prospects: Collection[Prospect]) -> dict[int, Subject]:
        of = families({prospect.candidate_id for prospect in prospects})
        for one in prospects:  # they are read once, with their families
            one.candidate = next(row for row in of[one.candidate_id].members if row.pk == one.candidate_id)
        people = {each.root.pk: each for each in of.values()}.values()
        keys = known_keys_of(people)
        self.apart = pairs.apart_of(self.account.pk, people, self.account.match_kinds)
        self.companies = near.companies_of(list(people)) if near.is_asked(self.account.near_matches) else None
        return {one.pk: self._subject(one, of[one.candidate_id], keys) for one in prospects}

    def _subject(self, prospect: Prospect, family: Family, keys: Mapping[int, PersonKeys]) -> Subject:
        record = self.records.get(prospect.pk)
        apart = self.apart.get(family.root.pk, pairs.NOBODY)
        left_out = apart.keys.union((kind, value) for kind, value in (record.left_out_keys if record else ()))
        theirs = _together(keys.get(family.root.pk, NOBODY), self.arriving.get(prospect.pk, NOBODY))
        chosen = self.posting_id or (record.posting_chosen if record else "")
        phones = tuple(one for one in theirs.phones if ("phone", one) not in left_out)
        kinds = self.account.match_kinds
        near_by: tuple[Near, ...] = ()
        if self.companies is not None:
            near_by = near_of(family, self.companies[family.root.pk], phones, kinds)
        return Subject(
            prospect=prospect,
            family=family,
            emails=tuple(one for one in theirs.emails if ("email", one) not in left_out),
            linkedin=tuple(one for one in theirs.linkedin if ("linkedin", one) not in left_out),
            phones=phones,
            match_kinds=kinds,
            posting_id=wanted_posting(chosen, self.postings.get(prospect.job_id, "")),
            left_out=left_out,
            apart=apart.contacts,
            near=near_by,
        )

    def _may_lose_keys(self) -> set[int]:
        """Those who were told apart from somebody in Pin, by root: who goes to Lever first keeps what they share."""
        return {root for root, apart in self.apart.items() if apart.others}

    def _questioned(self) -> set[int]:
        members = {member for subject in self.subjects.values() for member in subject.family.ids}
        asked = IdentityQuestion.objects.filter(candidate__among=members, answered_at=None, is_blocking=True)
        return set(asked.values_list("candidate_id", flat=True))


def _together(known: PersonKeys, arriving: PersonKeys) -> PersonKeys:
    if arriving == NOBODY:
        return known
    return PersonKeys(
        *(
            tuple(dict.fromkeys((*getattr(known, name), *getattr(arriving, name))))
            for name in ("emails", "linkedin", "phones")
        )
    )
