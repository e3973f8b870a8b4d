"""Identity keys as rows: which keys some facts carry, who holds them, and taking those nobody holds."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Q

from pinlever.recruiting.facts import PersonFacts
from pinlever.recruiting.families import roots_of
from pinlever.recruiting.identity import email_key, linkedin_key, phone_key
from pinlever.recruiting.models import IdentityKey

Kind = IdentityKey.Kind
MOST_OF_A_KIND = 100  # of one arrival; what is beyond stays with the arrival as it was said


class Key(NamedTuple):
    """Sorts in the one order in which keys are taken, so that two arrivals never wait for each other."""

    kind: str
    value: str


@dataclass(frozen=True)
class Told:
    """The keys of one arrival. `strong` ones decide who it is; phones never do."""

    strong: frozenset[Key]
    phones: frozenset[Key]
    external: Key | None
    alike: Key | None  # told by nothing else: the digest of all that was said

    @property
    def all(self) -> frozenset[Key]:
        return self.strong | self.phones | {key for key in (self.external, self.alike) if key}


def told_by(facts: PersonFacts, source: str, external_id: str) -> Told:
    """The keys of the facts. The same facts from the same source, without any key, are the same person."""
    emails = (email_key(fact.value) for fact in facts.emails[:MOST_OF_A_KIND])
    slugs = (linkedin_key(url) for url in facts.linkedin_urls[:MOST_OF_A_KIND])
    phones = (phone_key(fact.value, fact.region) for fact in facts.phones[:MOST_OF_A_KIND])
    strong = _keys(Kind.EMAIL, emails) | _keys(Kind.LINKEDIN, slugs)
    external = Key(Kind.EXTERNAL, f"{source}:{external_id}") if external_id else None
    alike = None if strong or external else Key(Kind.ARRIVAL, f"facts:{source}:{facts.digest()}")
    return Told(strong, _keys(Kind.PHONE, phones), external, alike)


def together(keys: Collection[Key]) -> Key:
    """The key of somebody told only by keys that several others hold: all of them at once."""
    text = "\n".join(f"{kind}:{value}" for kind, value in sorted(keys))
    return Key(Kind.ARRIVAL, f"keys:{hashlib.sha256(text.encode()).hexdigest()}")


def holders_of(keys: Iterable[Key]) -> dict[Key, int]:
    """The root candidate's id for each key that somebody holds."""
    wanted: dict[str, list[str]] = {}
    for kind, value in keys:
        wanted.setdefault(kind, []).append(value)
    if not wanted:
        return {}
    named = reduce(or_, (Q(kind=kind, value__in=values) for kind, values in wanted.items()))
    columns = ("kind", "value", "candidate_id", "candidate__merged_into_id")
    rows = list(IdentityKey.objects.filter(named).values_list(*columns))
    roots = roots_of({holder for _, _, holder, merged_into in rows if merged_into})
    return {Key(kind, value): roots.get(holder, holder) for kind, value, holder, _ in rows}


def take(candidate_id: int, keys: Collection[Key], held: Mapping[Key, int]) -> list[Key]:
    """Gives the candidate every key nobody holds, all or nothing.

    Raises IntegrityError when somebody took one of them meanwhile: the caller rolls back and looks again.
    Phones are taken one by one where free: a lost one is no reason to look again.
    """
    free = sorted(set(keys) - held.keys())
    strong = [key for key in free if key.kind != Kind.PHONE]
    phones = [key for key in free if key.kind == Kind.PHONE]
    IdentityKey.objects.bulk_create(_rows(candidate_id, strong))
    IdentityKey.objects.bulk_create(_rows(candidate_id, phones), ignore_conflicts=True)
    return free


def _rows(candidate_id: int, keys: Iterable[Key]) -> list[IdentityKey]:
    return [IdentityKey(candidate_id=candidate_id, kind=kind, value=value) for kind, value in keys]


def _keys(kind: str, values: Iterable[str | None]) -> frozenset[Key]:
    return frozenset(Key(kind, value) for value in values if value)
