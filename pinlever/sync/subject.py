"""Who a record is about: the person with all their rows, their keys, and where they are to go."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from pinlever.connection.models import LeverAccount, kinds_of
from pinlever.connection.namesakes import Near
from pinlever.recruiting.models import Candidate, IdentityQuestion, Prospect
from pinlever.recruiting.services import Family, family, known_keys
from pinlever.sync import near, pairs
from pinlever.sync.models import JobPosting, SyncRecord, wanted_posting
from pinlever.sync.plan import Key

MARKER = "marker"


@dataclass(frozen=True)
class Subject:
    """`emails` are those to be sent, claimed and looked up, primary first; keys left out by decision are gone."""

    prospect: Prospect
    family: Family
    emails: tuple[str, ...]
    linkedin: tuple[str, ...]
    phones: tuple[str, ...]
    match_kinds: frozenset[str]
    posting_id: str
    left_out: frozenset[Key] = frozenset()
    apart: frozenset[str] = frozenset()  # contacts in Lever who are somebody else, by decision
    near: tuple[Near, ...] = ()  # what near matches are found by, where the rule asks about them
    set_aside: frozenset[Key] = frozenset()  # keys of somebody else, by the primary key; left out this time

    @property
    def root(self) -> Candidate:
        return self.family.root

    @cached_property
    def match_keys(self) -> tuple[Key, ...]:
        """Keys that tell who the person is in Lever. Email always counts: Lever itself joins people by it."""
        found = [("email", email) for email in self.emails]
        found += [("linkedin", slug) for slug in self.linkedin if "linkedin" in self.match_kinds]
        found += [("phone", phone) for phone in self.phones if "phone" in self.match_kinds]
        return tuple(found)

    @cached_property
    def claim_keys(self) -> tuple[Key, ...]:
        """What is claimed before anything is created: every row of the person, then the matching keys."""
        rows = [("candidate", str(member.pk)) for member in self.family.members]
        return (*rows, *self.match_keys)

    def without(self, keys: frozenset[Key]) -> "Subject":
        """The same person without keys that are taken for somebody else's: neither claimed, matched nor sent."""
        return replace(self._leaving_out(keys), set_aside=self.set_aside | keys)

    def apart_from(self, contacts: frozenset[str], keys: frozenset[Key]) -> "Subject":
        """The same person, of whom it is known that these in Lever are somebody else who has these keys."""
        return replace(self._leaving_out(keys), apart=self.apart | contacts)

    def _leaving_out(self, keys: frozenset[Key]) -> "Subject":
        return replace(
            self,
            emails=_kept("email", self.emails, keys),
            linkedin=_kept("linkedin", self.linkedin, keys),
            phones=_kept("phone", self.phones, keys),
            left_out=self.left_out | keys,
        )

    @property
    def marker(self) -> Key:
        return (MARKER, str(self.prospect.key))

    @property
    def needs_fresh_index(self) -> bool:
        """Live look-ups know emails only; everything else is found in the index, which has to be fresh then."""
        return not self.emails or any(kind != "email" for kind, _ in self.match_keys)


def subject_of(record: SyncRecord) -> Subject:
    """Reads the person behind the record as of now."""
    prospect = Prospect.objects.select_related("candidate", "job", "job__owner", "sourcer").get(
        pk=record.prospect_id
    )
    rows = family(prospect.candidate)
    keys = known_keys(rows)
    kinds, near_matches = _match_rules(record.account_id)
    apart = pairs.apart_of(record.account_id, [rows], kinds).get(rows.root.pk, pairs.NOBODY)
    left_out = apart.keys.union((kind, value) for kind, value in record.left_out_keys)
    phones = _kept("phone", keys.phones, left_out)
    companies = near.companies_of([rows])[rows.root.pk] if near.is_asked(near_matches) else ()
    return Subject(
        prospect=prospect,
        family=rows,
        emails=_kept("email", keys.emails, left_out),
        linkedin=_kept("linkedin", keys.linkedin, left_out),
        phones=phones,
        match_kinds=kinds,
        posting_id=wanted_posting(record.posting_chosen, posting_of(record.account_id, prospect.job_id)),
        left_out=left_out,
        apart=apart.contacts,
        near=near_of(rows, companies, phones, kinds) if near.is_asked(near_matches) else (),
    )


def near_of(
    family: Family, companies: Iterable[str], phones: Iterable[str], kinds: Collection[str]
) -> tuple[Near, ...]:
    """What near matches of a person are found by; a phone that matches by itself is no near match."""
    return near.asked_about(family, companies, () if "phone" in kinds else phones)


def _match_rules(account_id: int) -> tuple[frozenset[str], str]:
    """As they are now: the record's own copy of the account is as old as the turn."""
    rules = LeverAccount.objects.values_list("match_keys", "near_matches")
    match_keys, near_matches = rules.get(pk=account_id)
    return kinds_of(match_keys), near_matches


def posting_of(account_id: int, job_id: int) -> str:
    """The job's own posting in the account, or ""."""
    row = JobPosting.objects.filter(account_id=account_id, job_id=job_id).values_list("posting_id", flat=True)
    return row.first() or ""


def open_identity_question(subject: Subject) -> IdentityQuestion | None:
    """A question about who this person is that nobody has answered yet."""
    members = [member.pk for member in subject.family.members]
    return IdentityQuestion.objects.filter(
        candidate_id__in=members, answered_at=None, is_blocking=True
    ).first()


def _kept(kind: str, values: tuple[str, ...], left_out: frozenset[Key]) -> tuple[str, ...]:
    return tuple(value for value in values if (kind, value) not in left_out)
