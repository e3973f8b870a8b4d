"""Two candidates who turn out to be one. The merged one stays as a tombstone that points at the other.

Nothing is re-pointed, so a merge can be undone. What arrives after a merge belongs to the root and stays there.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from pinlever.audit.services import Actor, record
from pinlever.recruiting.families import roots_of
from pinlever.recruiting.models import Candidate, IdentityQuestion


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
    """Makes a tombstone a candidate again. A question whose answer was this merge is open again.

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
        IdentityQuestion.objects.filter(candidate=current, same_as__isnull=False).update(
            answered_at=None, answered_by="", same_as=None
        )
        record(
            by=by, action="candidate.unmerged", subject=current, before=before, after={"merged_into": None}
        )
        return current


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
