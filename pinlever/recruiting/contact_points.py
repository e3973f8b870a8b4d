"""Email addresses and phone numbers of a candidate: stored once each, filled up, never overwritten."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from pinlever.recruiting.cleaning import clean_text
from pinlever.recruiting.facts import EmailFact, PhoneFact
from pinlever.recruiting.identity import email_key, phone_key
from pinlever.recruiting.models import ContactPoint

_PHONE_TYPES = frozenset({"mobile", "home", "work", "skype", "other"})
_PLAIN_ADDRESS = re.compile(r"[^\s<>:;,\"]+@[^\s<>:;,\"]*\w")  # as opposed to "Jane <jane@…>" or "mailto:…"
_FEWEST_DIGITS = 5
_LONGEST = 320


@dataclass
class Learned:
    """`new` are unsaved; `woken` were known from an import alone until now; `changed` have a blank filled."""

    new: list[ContactPoint] = field(default_factory=list)
    woken: list[ContactPoint] = field(default_factory=list)
    changed: list[ContactPoint] = field(default_factory=list)


def point_of(fact: EmailFact | PhoneFact) -> ContactPoint | None:
    """An unsaved contact point without candidate; None for what is neither an address nor a number."""
    value = clean_text(fact.value, _LONGEST + 1)
    if len(value) > _LONGEST:
        return None
    if isinstance(fact, EmailFact):
        kind, normalised, phone_type = ContactPoint.Kind.EMAIL, email_key(value) or "", ""
        value = value if _PLAIN_ADDRESS.fullmatch(value) else normalised
    else:
        kind, normalised = ContactPoint.Kind.PHONE, phone_key(value, fact.region) or _dialled(value)
        phone_type = fact.type.strip().lower() if fact.type.strip().lower() in _PHONE_TYPES else ""
    if not normalised:
        return None
    return ContactPoint(
        kind=kind,
        value=value,
        normalised=normalised,
        phone_type=phone_type,
        source=clean_text(fact.source, 120),
        verified_at=fact.verified_at,
        is_primary=fact.is_primary,
    )


def learn(
    known: Iterable[ContactPoint], facts: Iterable[EmailFact | PhoneFact], *, quiet: bool, now: datetime
) -> Learned:
    """Compares the facts with what the family's contact points say. A time of finding never lies ahead."""
    learned = Learned()
    by_key = {(point.kind, point.normalised): point for point in known}
    has_primary = {point.kind for point in by_key.values() if point.is_primary}
    for fact in facts:
        said = point_of(fact)
        if said is None:
            continue
        said.found_at = min(fact.found_at or now, now)
        said.is_quiet = quiet
        same = by_key.get((said.kind, said.normalised))
        if same is None:
            said.is_primary = said.is_primary and said.kind not in has_primary
            has_primary |= {said.kind} if said.is_primary else set()
            by_key[(said.kind, said.normalised)] = said
            learned.new.append(said)
        else:
            _compare(learned, same, said)
    return learned


def _compare(learned: Learned, known: ContactPoint, said: ContactPoint) -> None:
    """Fills blanks. What an import brought is woken when a source that is not an import says it too."""
    blank = [
        name
        for name in ("phone_type", "source", "verified_at")
        if not getattr(known, name) and getattr(said, name)
    ]
    for name in blank:
        setattr(known, name, getattr(said, name))
    if known.pk is None:
        return
    if known.is_quiet and not said.is_quiet:
        known.is_quiet, known.found_at = False, said.found_at
        learned.woken.append(known)
        blank.append("is_quiet")
    if blank and known not in learned.changed:
        learned.changed.append(known)


def store(learned: Learned, candidate_id: int) -> list[ContactPoint]:
    """Writes what was learned and answers the points that are news: new and woken ones."""
    for point in learned.new:
        point.candidate_id = candidate_id
    new = ContactPoint.objects.bulk_create(learned.new)
    if learned.changed:
        columns = ["phone_type", "source", "verified_at", "is_quiet", "found_at"]
        ContactPoint.objects.bulk_update(learned.changed, columns)
    return [*new, *learned.woken]


def _dialled(text: str) -> str:
    """Digits, plus sign and extension mark of a number that is not complete: enough to know it again."""
    if sum(char.isdecimal() for char in text) < _FEWEST_DIGITS:
        return ""
    return re.sub(r"[^\d+x]", "", text.lower())
