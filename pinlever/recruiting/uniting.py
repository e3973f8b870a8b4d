"""One person out of two because somebody knows that they are one, whether or not it was asked."""

from django.db import transaction
from django.utils import timezone

from pinlever.audit.services import Actor, record
from pinlever.recruiting.apart import forget_apart
from pinlever.recruiting.families import families, family
from pinlever.recruiting.merging import BY_HAND, lock, merge
from pinlever.recruiting.models import Candidate, IdentityQuestion


@transaction.atomic
def unite(*, by: Actor, gone: Candidate, into: Candidate) -> Candidate:
    """Merges the person of `gone` into that of `into` and answers what was asked about the two; answers the root.

    Kept as an answer even if nobody had asked, so that it can be taken back like one. Once merged, a no-op.
    """
    roots = lock({gone.pk, into.pk})
    loser, winner = roots[gone.pk], roots[into.pk]
    if loser.pk == winner.pk:
        return winner
    of = families({loser.pk, winner.pk})
    one, other = set(of[loser.pk].ids), set(of[winner.pk].ids)
    forget_apart(by=by, one=one, other=other)
    merge(by=by, gone=loser, into=winner)
    asked = [
        (question, named)
        for question in IdentityQuestion.objects.filter(candidate__in=one | other, answered_at=None)
        if (named := _named(question, one, other)) is not None
    ]
    if not asked:
        entry = {"kind": BY_HAND, "value": "", "candidate": winner.pk}
        asked = [
            (
                IdentityQuestion.objects.create(candidate=loser, evidence=[entry], is_blocking=False),
                winner.pk,
            )
        ]
    for question, named in asked:
        question.answered_at, question.answered_by = timezone.now(), by.label[:200]
        question.same_as_id, question.merged = named, loser
        question.save(update_fields=["answered_at", "answered_by", "same_as", "merged"])
        record(by=by, action="identity.answered", subject=question.candidate, after={"same_as": winner})
    return family(winner).root


def _named(question: IdentityQuestion, one: set[int], other: set[int]) -> int | None:
    """Whom of the other side the question names."""
    theirs = other if question.candidate_id in one else one
    return next((row["candidate"] for row in question.evidence if row["candidate"] in theirs), None)
