"""Two candidates who turn out to be one. The merged one stays as a tombstone that points at the other.

Nothing is re-pointed, so a merge can be undone. What arrives after a merge belongs to the root and stays there.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from pinlever.audit.services import Actor, record
from pinlever.recruiting.families import roots_of
from pinlever.recruiting.models import Candidate, IdentityQuestion

BY_HAND = "by_hand"  # as the kind of evidence: somebody knew it by themselves


class NotMerged(Exception):
    """The candidate is merged into nobody."""


def merge(*, by: Actor, gone: Candidate, into: Candidate) -> Candidate:
    """Merges the whole family of `gone` below that of `into`; answers the root. Once merged, a no-op."""
    with transaction.atomic():
        roots = lock({gone.pk, into.pk})
        loser, winner = roots[gone.pk], roots[into.pk]
        if loser.pk != winner.pk:
            loser.merged_into, loser.merged_at = winner, timezone.now()
            loser.save(update_fields=["merged_into", "merged_at", "updated_at"])
            record(by=by, action="candidate.merged", subject=loser, after={"merged_into": winner})
        return winner


def unmerge(*, by: Actor, candidate: Candidate) -> Candidate:
    """Makes a tombstone a candidate again. A question whose answer was this merge is asked again.

    Raises NotMerged when there is nothing to undo.
    """
    with transaction.atomic():
        lock({candidate.pk})
        current = Candidate.objects.get(pk=candidate.pk)
        if current.merged_into_id is None:
            raise NotMerged(f"{current} is merged into nobody.")
        before = {"merged_into": current.merged_into_id}
        current.merged_into = current.merged_at = None
        current.save(update_fields=["merged_into", "merged_at", "updated_at"])
        _ask_again(by, current)
        record(
            by=by, action="candidate.unmerged", subject=current, before=before, after={"merged_into": None}
        )
        return current


def _ask_again(by: Actor, gone: Candidate) -> None:
    """The questions whose answer this merge was are asked anew; what was answered stays told."""
    made = Q(merged=gone) | Q(merged=None, candidate=gone, same_as__isnull=False)
    for question in IdentityQuestion.objects.filter(made, reversed_at=None).exclude(answered_at=None):
        take_back(by=by, question=question)


def take_back(*, by: Actor, question: IdentityQuestion) -> IdentityQuestion | None:
    """Marks an answer as taken back and asks anew, unless nobody had asked. In the caller's transaction."""
    question.reversed_at, question.reversed_by = timezone.now(), by.label[:200]
    question.save(update_fields=["reversed_at", "reversed_by"])
    if all(entry["kind"] == BY_HAND for entry in question.evidence):
        return None
    return IdentityQuestion.objects.create(
        candidate=question.candidate, evidence=question.evidence, is_blocking=question.is_blocking
    )


def lock(ids: Iterable[int]) -> dict[int, Candidate]:
    """Locks the candidates and their roots; answers the root of each id.

    Call it inside a transaction. Rows are locked in the order of their ids, and given back before looking again
    when a root was merged away meanwhile, so nobody waits in a ring.
    """
    ids = set(ids)
    while True:
        try:
            with transaction.atomic():
                return _lock_once(ids)
        except _Moved:
            continue


class _Moved(Exception):
    """A root was merged away, or a tombstone undone, between looking and locking."""


def _lock_once(ids: set[int]) -> dict[int, Candidate]:
    roots = roots_of(ids)
    rows = Candidate.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk__in=ids | set(roots.values())
    )
    locked = {row.pk: row for row in rows.order_by("pk")}
    if roots_of(ids) != roots:
        raise _Moved
    return {start: locked[root] for start, root in roots.items()}
