"""Candidates of whom somebody said that they are two people, remembered until it is taken back."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from django.db.models import Q

from pinlever.audit.services import Actor, record
from pinlever.foundation.batches import batched
from pinlever.foundation.clock import db_now
from pinlever.recruiting.families import Family, roots_of
from pinlever.recruiting.models import Candidate, NotTheSamePerson

BATCH = 400  # twice as many parameters
FEW = 2_000


def keep_apart(*, by: Actor, candidate: Candidate, others: Iterable[int]) -> None:
    """Remembers that the candidate is none of the others, once. In the caller's transaction."""
    now = db_now()
    pairs = {tuple(sorted((candidate.pk, other))) for other in others if other != candidate.pk}
    rows = [
        NotTheSamePerson(candidate_id=low, other_id=high, said_at=now, said_by=by.label[:200])
        for low, high in sorted(pairs)
    ]
    NotTheSamePerson.objects.bulk_create(rows, ignore_conflicts=True)


def forget_apart(*, by: Actor, one: Collection[int], other: Collection[int]) -> int:
    """Takes back that anybody of `one` is nobody of `other`. Answers how many pairs that were."""
    pairs = Q(candidate__in=one, other__in=other) | Q(candidate__in=other, other__in=one)
    rows = list(NotTheSamePerson.objects.filter(pairs, reversed_at=None).select_related("candidate", "other"))
    for row in rows:
        record(by=by, action="identity.apart_forgotten", subject=row.candidate, before={"not": row.other})
    standing = NotTheSamePerson.objects.filter(pk__in=[row.pk for row in rows], reversed_at=None)
    return standing.update(reversed_at=db_now(), reversed_by=by.label[:200])


def apart_from(several: Iterable[Family]) -> dict[int, set[int]]:
    """By root id, the roots of everybody of whom it was said that they are somebody else."""
    root_of = {member: each.root.pk for each in several for member in each.ids}
    said: dict[int, set[int]] = defaultdict(set)
    for one, other in _standing(root_of):
        if one in root_of:
            said[root_of[one]].add(other)
        if other in root_of:
            said[root_of[other]].add(one)
    roots = roots_of({each for others in said.values() for each in others}) if said else {}
    return {
        root: {roots[other] for other in others if other in roots} - {root} for root, others in said.items()
    }


def _standing(members: Collection[int]) -> Iterator[tuple[int, int]]:
    """Pairs with any of these. Of many, where few were ever told apart, by one look at all of them."""
    rows = NotTheSamePerson.objects.filter(reversed_at=None).values_list("candidate", "other")
    if len(members) > BATCH:
        few = list(rows[: FEW + 1])
        if len(few) <= FEW:
            yield from few
            return
    for part in batched(sorted(members), BATCH):
        yield from rows.filter(Q(candidate__in=part) | Q(other__in=part))
