"""People as other systems know them: by the ids those gave, as "source:id"."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pinlever.recruiting.families import Family
from pinlever.recruiting.models import IdentityKey

Ids = dict[int, tuple[str, ...]]


def external_ids(several: Iterable[Family]) -> Ids:
    """By root id; of each person the root's first, in the order in which they were given. One query."""
    of = {each.root.pk: each for each in several}
    members = {member for each in of.values() for member in each.ids}
    told: dict[int, list[str]] = defaultdict(list)
    rows = IdentityKey.objects.filter(candidate__in=members, kind=IdentityKey.Kind.EXTERNAL).order_by("pk")
    for candidate, value in rows.values_list("candidate", "value"):
        told[candidate].append(value)
    return {root: tuple(value for member in each.ids for value in told[member]) for root, each in of.items()}


def as_told(who: Family, ids: Ids) -> dict[str, Any]:
    """How a person is named in what other systems are told."""
    return {"key": str(who.root.key), "external_ids": sorted(ids[who.root.pk])}
