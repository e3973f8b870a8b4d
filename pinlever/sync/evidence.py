"""The two sides of a question: who the person is in Pin, who they may be in Lever, and which keys say so.

Keys are shown as each side spells them; those that match are marked. Read for one question at a time. Of a
confidential candidacy only that it exists is told, as in presence.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pinlever.connection import index
from pinlever.connection.companies import companies_in, company_key
from pinlever.connection.models import (
    ArchiveReason,
    KnownOpportunity,
    LeverAccount,
    LeverUser,
    Posting,
    Stage,
)
from pinlever.connection.names import names_of
from pinlever.connection.namesakes import COMPANY, PHONE
from pinlever.recruiting.families import Family, family, point_key
from pinlever.recruiting.identity import email_key, linkedin_key, phone_key
from pinlever.recruiting.models import Candidate, ContactPoint, Position, ProfileLink, Prospect
from pinlever.sync.key_words import LABELS, kinds_told
from pinlever.sync.models import Question, SyncRecord
from pinlever.sync.plan import Key
from pinlever.sync.subject import subject_of

FACTS = {**LABELS, "company": "Company"}


@dataclass(frozen=True)
class Fact:
    """A key as this side spells it; `says_so`: the other side has it too."""

    kind: str
    shown: str
    says_so: bool

    @property
    def label(self) -> str:
        return FACTS.get(self.kind, self.kind)


@dataclass(frozen=True)
class InPin:
    """A candidate with everybody merged into them."""

    candidate: Candidate
    name: str
    headline: str
    place: str
    facts: tuple[Fact, ...]
    jobs: tuple[str, ...]
    sourced_by: str


@dataclass(frozen=True)
class Opening:
    """An opportunity of somebody in Lever, by names."""

    id: str
    posting: str
    stage: str
    owner: str
    is_archived: bool
    archived_why: str
    active_at: datetime | None
    url: str
    is_confidential: bool = False


@dataclass(frozen=True)
class InLever:
    """Somebody in Lever. `because`: what points at them, in words."""

    contact_id: str
    name: str
    headline: str
    place: str
    facts: tuple[Fact, ...]
    openings: tuple[Opening, ...]
    because: str
    is_anonymised: bool = False


@dataclass(frozen=True)
class Evidence:
    """Both sides of a question."""

    pin: InPin
    lever: tuple[InLever, ...] = ()
    shared: frozenset[Key] = field(default_factory=frozenset)


def evidence_of(question: Question) -> Evidence:
    """For a question about a record. An unsettled one without choices shows whom the keys find."""
    record = question.record
    options = question.options or _found_by_keys(record)
    matched = {option["contact"]: _matched(option) for option in options}
    shared = frozenset().union(*matched.values()) if matched else frozenset()
    pin = in_pin(family(record.prospect.candidate), shared)
    return Evidence(pin, _in_lever(record.account, options, matched, _own_keys(record)), shared)


def _matched(option: Mapping[str, Any]) -> frozenset[Key]:
    """The keys of a choice; the number of a near match is marked as any other number is."""
    keys = {(kind, value) for kind, value in option["matched"]}
    return frozenset(keys | {("phone", value) for kind, value in keys if kind == PHONE})


def in_pin(of: Family, shared: Iterable[Key]) -> InPin:
    """A person in Pin, with the keys that others have too marked."""
    marked = set(shared)
    prospects = Prospect.objects.filter(candidate__in=of.ids).select_related("job", "sourcer").order_by("pk")
    sourcers = [str(each.sourcer) if each.sourcer else each.sourcer_email for each in prospects]
    root = of.root
    return InPin(
        candidate=root,
        name=str(root),
        headline=", ".join(part for part in (root.current_title, root.current_company) if part)
        or root.headline,
        place=", ".join(part for part in (root.city, root.state, root.country) if part),
        facts=_facts_in_pin(of, marked),
        jobs=tuple(each.job.title for each in prospects),
        sourced_by=next((who for who in sourcers if who), ""),
    )


def _facts_in_pin(of: Family, marked: set[Key]) -> tuple[Fact, ...]:
    points = ContactPoint.objects.filter(candidate__in=of.ids).order_by("-is_primary", "pk")
    facts = [
        Fact(point.kind, point.value, (point.kind, point_key(point) or "") in marked) for point in points
    ]
    for url in ProfileLink.objects.filter(candidate__in=of.ids).order_by("pk").values_list("url", flat=True):
        if slug := linkedin_key(url):
            facts.append(Fact("linkedin", url, ("linkedin", slug) in marked))
    return _sorted([*facts, *_companies_in_pin(of, marked)])


def _companies_in_pin(of: Family, marked: set[Key]) -> list[Fact]:
    """Only those that make a near match."""
    same = {value for kind, value in marked if kind == COMPANY}
    if not same:
        return []
    held = Position.objects.filter(candidate__in=of.ids).order_by("order", "pk")
    named = [*(member.current_company for member in of.members), *held.values_list("company", flat=True)]
    said = {key: text for text in reversed(named) if (key := company_key(text)) in same}
    return [Fact("company", text, True) for text in said.values()]


def _in_lever(
    account: LeverAccount,
    options: Sequence[Mapping[str, Any]],
    matched: Mapping[str, frozenset[Key]],
    own: frozenset[Key],
) -> tuple[InLever, ...]:
    asked = {one["id"] for option in options for one in option["opportunities"]}
    rows = KnownOpportunity.objects.filter(account=account, contact_id__in=list(matched)).order_by(
        "-active_at", "pk"
    )
    by_contact: dict[str, list[KnownOpportunity]] = {}
    for row in rows:
        if row.deleted_at is None or row.lever_id in asked:
            by_contact.setdefault(row.contact_id, []).append(row)
    names = _Names(account, [row for each in by_contact.values() for row in each])
    return tuple(
        _person(option, by_contact.get(option["contact"], []), matched, own, names) for option in options
    )


def _person(
    option: Mapping[str, Any],
    rows: list[KnownOpportunity],
    matched: Mapping[str, frozenset[Key]],
    own: frozenset[Key],
    names: "_Names",
) -> InLever:
    contact = option["contact"]
    payload: Mapping[str, Any] = next((row.payload for row in rows if not row.is_confidential), {})
    hidden = rows[0].payload if rows and not payload else {}
    shown = [fact for fact in _facts_in_lever(hidden, matched[contact] | own) if fact.says_so]
    return InLever(
        contact_id=contact,
        name=option["name"] or next((row.name for row in rows if row.name), "") or "Without a name",
        headline=str(payload.get("headline") or ""),
        place=str(payload.get("location") or ""),
        facts=(*_facts_in_lever(payload, matched[contact] | own), *shown),
        openings=tuple(names.opening(row) for row in rows),
        because=kinds_told(
            (kind, value) for kind, value in option["matched"] if kind not in (COMPANY, PHONE)
        ),
        is_anonymised=bool(option.get("is_anonymised")),
    )


def _facts_in_lever(payload: Mapping[str, Any], marked: frozenset[Key]) -> tuple[Fact, ...]:
    """Lever's payload is not ours to trust: whatever is no text is left out."""
    facts = []
    for email in _texts(payload.get("emails")):
        facts.append(Fact("email", email, ("email", email_key(email) or email.strip().lower()) in marked))
    for link in _texts(payload.get("links")):
        if slug := linkedin_key(link):
            facts.append(Fact("linkedin", link, ("linkedin", slug) in marked))
    phones = payload.get("phones")
    for phone in phones if isinstance(phones, list) else []:
        value = phone.get("value") if isinstance(phone, dict) else None
        if isinstance(value, str):
            facts.append(Fact("phone", value, ("phone", phone_key(value, None) or "") in marked))
    headline = payload.get("headline")
    if isinstance(headline, str) and any((COMPANY, key) in marked for key in companies_in(headline)):
        facts.append(Fact("company", headline, True))
    return _sorted(facts)


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _sorted(facts: list[Fact]) -> tuple[Fact, ...]:
    order = list(FACTS)
    return tuple(sorted(facts, key=lambda fact: (not fact.says_so, order.index(fact.kind))))


def _own_keys(record: SyncRecord) -> frozenset[Key]:
    """All keys of the person in Pin: whatever Lever has of them is marked, whether or not it led there."""
    return frozenset(subject_of(record).match_keys)


def _found_by_keys(record: SyncRecord) -> list[dict[str, Any]]:
    subject = subject_of(record)
    people = index.people(record.account, (*subject.match_keys, subject.marker))
    return [
        {
            "contact": person.contact_id,
            "name": next((row.name for row in person.opportunities if row.name), ""),
            "is_anonymised": person.is_anonymized,
            "matched": [list(key) for key in sorted(person.matched)],
            "opportunities": [{"id": row.lever_id} for row in person.opportunities],
        }
        for person in people
    ]


class _Names:
    """Postings, stages, owners and archive reasons of some opportunities, by name; four queries."""

    def __init__(self, account: LeverAccount, rows: Sequence[KnownOpportunity]) -> None:
        self.postings = names_of(Posting, account, {row.posting_id for row in rows})
        self.stages = names_of(Stage, account, {row.stage_id for row in rows})
        self.users = names_of(LeverUser, account, {row.owner_id for row in rows})
        self.reasons = names_of(ArchiveReason, account, {row.archive_reason_id for row in rows})

    def opening(self, row: KnownOpportunity) -> Opening:
        open_to_all = not row.is_confidential
        return Opening(
            id=row.lever_id,
            posting=self.postings.get(row.posting_id, "") if open_to_all else "",
            stage=self.stages.get(row.stage_id, "") if open_to_all else "",
            owner=self.users.get(row.owner_id, "") if open_to_all else "",
            is_archived=row.archived_at is not None,
            archived_why=self.reasons.get(row.archive_reason_id, "") if open_to_all else "",
            active_at=row.active_at,
            url=row.url if open_to_all else "",
            is_confidential=row.is_confidential,
        )
