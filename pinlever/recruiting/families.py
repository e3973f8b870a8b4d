"""A person with everybody who was merged into them, read as one. Nothing here writes.

A family is the candidate that was merged into nobody (the root) and all tombstones that lead to it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from pinlever.recruiting.identity import email_key, linkedin_key, phone_key
from pinlever.recruiting.models import Candidate, ContactPoint, ProfileLink


@dataclass(frozen=True)
class Family:
    """`members` starts with the root; then the merged ones, in the order they were merged."""

    root: Candidate
    members: tuple[Candidate, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(member.pk for member in self.members)


@dataclass(frozen=True)
class PersonKeys:
    """All that tells who a person is, normalised, each in the order of `known_keys`."""

    emails: tuple[str, ...] = ()
    linkedin: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


def family(candidate: Candidate) -> Family:
    """The family the candidate belongs to, by what is stored now."""
    return families([candidate.pk])[candidate.pk]


def family_of_root(root: Candidate) -> Family:
    """The family of somebody who is known to be merged into nobody."""
    return Family(root, tuple(_members({root.pk: [root]})[root.pk]))


def families(ids: Iterable[int]) -> dict[int, Family]:
    """The family of each candidate id that exists. Queries: two, plus one for each level of merging up and down."""
    starts = set(ids)
    rows = _upwards(starts, Candidate.objects.all())
    roots = {start: _climb(start, rows) for start in starts & rows.keys()}
    members = _members({root: [rows[root]] for root in set(roots.values())})
    made = {root: Family(each[0], tuple(each)) for root, each in members.items()}
    return {start: made[root] for start, root in roots.items()}


def roots_of(ids: Iterable[int]) -> dict[int, int]:
    """The root's id for each candidate id that exists."""
    starts = set(ids)
    rows = _upwards(starts, Candidate.objects.only("merged_into"))
    return {start: _climb(start, rows) for start in starts & rows.keys()}


def known_keys(of: Family) -> PersonKeys:
    """All keys of the person: emails and phones primary first, then verified, then as found; links as added.

    Made from what is stored about every member, so a key counts even while another candidate holds it.
    """
    return known_keys_of([of])[of.root.pk]


def known_keys_of(several: Iterable[Family]) -> dict[int, PersonKeys]:
    """`known_keys` by root id, in two queries."""
    root_of = {member: each.root.pk for each in several for member in each.ids}
    found: dict[int, dict[str, list[str]]] = {root: {} for root in root_of.values()}
    columns = ("candidate", "kind", "value", "normalised", "is_primary", "verified_at")
    points = ContactPoint.objects.filter(candidate__among=root_of).order_by("found_at", "pk")
    for owner, kind, value, normalised, *_ in sorted(points.values_list(*columns), key=_weight):
        if key := _point_key(kind, value, normalised):
            found[root_of[owner]].setdefault(kind, []).append(key)
    links = ProfileLink.objects.filter(candidate__among=root_of).order_by("pk")
    for owner, url in links.values_list("candidate", "url"):
        if key := linkedin_key(url):
            found[root_of[owner]].setdefault("linkedin", []).append(key)
    return {
        root: PersonKeys(_once(keys, "email"), _once(keys, "linkedin"), _once(keys, "phone"))
        for root, keys in found.items()
    }


def point_key(point: ContactPoint) -> str | None:
    """The identity key of a stored contact point."""
    return _point_key(point.kind, point.value, point.normalised)


def _point_key(kind: str, value: str, normalised: str) -> str | None:
    if kind == ContactPoint.Kind.EMAIL:
        return normalised or email_key(value)
    return phone_key(normalised if normalised.startswith("+") else value)


def _weight(point: tuple[Any, ...]) -> tuple[bool, bool]:
    *_, is_primary, verified_at = point
    return (not is_primary, verified_at is None)


def _members(members: dict[int, list[Candidate]]) -> dict[int, list[Candidate]]:
    """Adds everybody merged below the roots. A candidate is met once, so even a cycle would end."""
    root_of = {root: root for root in members}
    level = set(members)
    while level:
        below = [
            child for child in Candidate.objects.filter(merged_into__among=level) if child.pk not in root_of
        ]
        for child in below:
            root_of[child.pk] = root_of[child.merged_into_id or 0]
            members[root_of[child.pk]].append(child)
        level = {child.pk for child in below}
    return {root: [found[0], *sorted(found[1:], key=_merged_order)] for root, found in members.items()}


def _merged_order(candidate: Candidate) -> tuple[float, int]:
    return (candidate.merged_at.timestamp() if candidate.merged_at else 0.0, candidate.pk)


def _upwards(starts: set[int], candidates: QuerySet[Candidate]) -> dict[int, Candidate]:
    """These candidates and whom they were merged into, up to their roots."""
    rows: dict[int, Candidate] = {}
    ahead = starts
    while ahead:
        found = candidates.in_bulk(ahead)
        rows |= found
        ahead = {row.merged_into_id for row in found.values() if row.merged_into_id} - rows.keys()
    return rows


def _climb(start: int, rows: Mapping[int, Candidate]) -> int:
    while parent := rows[start].merged_into_id:
        start = parent
    return start


def _once(keys: dict[str, list[str]], kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys.get(kind, ())))
