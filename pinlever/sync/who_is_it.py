"""Saying who somebody in Pin is; the records that waited for that go on at once instead of with the next sweep."""

from django.db import transaction

from pinlever.audit.services import Actor
from pinlever.recruiting.families import family
from pinlever.recruiting.models import Candidate, IdentityQuestion
from pinlever.recruiting.services import AlreadyAnswered, NotMerged, answer_identity_question, unmerge
from pinlever.sync.answering import answer_by_itself
from pinlever.sync.models import Question
from pinlever.sync.services import NotPossible


@transaction.atomic
def answer_who(*, by: Actor, question: IdentityQuestion, same_as: Candidate | None) -> None:
    """The same person as that candidate, or (None) somebody else. Raises NotPossible when answered otherwise."""
    named = {entry["candidate"] for entry in question.evidence}
    if same_as is not None and same_as.pk not in named:
        raise NotPossible("That person is not among those this question is about.")
    try:
        answer_identity_question(by=by, question=question, same_as=same_as)
    except AlreadyAnswered as answered:
        raise NotPossible(str(answered)) from None
    members = family(Candidate.objects.get(pk=question.candidate_id)).ids
    if IdentityQuestion.objects.filter(candidate__in=members, answered_at=None, is_blocking=True).exists():
        return
    waiting = Question.objects.filter(
        kind=Question.Kind.IDENTITY, answered_at=None, record__prospect__candidate__in=members
    )
    for each in waiting:
        answer_by_itself(each)


def take_apart(*, by: Actor, candidate: Candidate) -> None:
    """Undoes a merge: the question it answered is open again. Raises NotPossible when there is nothing to undo."""
    try:
        unmerge(by=by, candidate=candidate)
    except NotMerged as reason:
        raise NotPossible(str(reason)) from None
