"""Saying who somebody in Pin is: answering, joining two people, taking it back.

The records that waited for that go on at once instead of with the next sweep, and outreach with them.
"""

from django.db import transaction

from pinlever.audit.services import Actor
from pinlever.connection.accounts import home_account
from pinlever.recruiting.families import Family, family
from pinlever.recruiting.models import Candidate, IdentityQuestion
from pinlever.recruiting.services import (
    AlreadyAnswered,
    NotMerged,
    answer_identity_question,
    ask_again,
    unite,
    unmerge,
)
from pinlever.sync import asked_holds, pairs
from pinlever.sync.answering import answer_by_itself
from pinlever.sync.models import IN_LEVER_STATES, Question, SyncRecord
from pinlever.sync.services import NotPossible


@transaction.atomic
def answer_who(*, by: Actor, question: IdentityQuestion, same_as: Candidate | None) -> None:
    """The same person as that candidate, or (None) somebody else. Raises NotPossible when answered otherwise."""
    named = {entry["candidate"] for entry in question.evidence}
    if same_as is not None and same_as.pk not in named:
        raise NotPossible("That person is not among those this question is about.")
    one, other = _sides(question.candidate, same_as)
    try:
        answer_identity_question(by=by, question=question, same_as=same_as)
    except AlreadyAnswered as answered:
        raise NotPossible(str(answered)) from None
    _are_one(by, one, other)
    asked_holds.release_for_person(question)
    _go_on(question.candidate_id)


@transaction.atomic
def join(*, by: Actor, gone: Candidate, into: Candidate) -> Candidate:
    """Makes one person of two, asked or not; answers whom. Raises NotPossible when they are one already."""
    one, other = family(gone), family(into)
    if one.root.pk == other.root.pk:
        raise NotPossible(f"{gone} and {into} are one person already.")
    root = unite(by=by, gone=gone, into=into)
    _are_one(by, one, other)
    for question in IdentityQuestion.objects.filter(merged=one.root, reversed_at=None):
        asked_holds.release_for_person(question)
    _go_on(root.pk)
    return root


def take_apart(*, by: Actor, candidate: Candidate) -> None:
    """Undoes a merge: what it answered is asked again. Raises NotPossible when there is nothing to undo."""
    try:
        unmerge(by=by, candidate=candidate)
    except NotMerged as reason:
        raise NotPossible(str(reason)) from None


def ask_who_again(*, by: Actor, question: IdentityQuestion) -> None:
    """Takes back that somebody is somebody else. Raises NotPossible when that is not how it stands."""
    try:
        ask_again(by=by, question=question)
    except AlreadyAnswered as reason:
        raise NotPossible(str(reason)) from None


def _sides(one: Candidate, other: Candidate | None) -> tuple[Family, Family | None]:
    return family(one), family(other) if other is not None else None


def _are_one(by: Actor, one: Family, other: Family | None) -> None:
    """Whom either is linked to in Lever is nobody whom the other is not, whatever was said before."""
    account = home_account()
    if account is None or other is None:
        return
    for who, linked in ((one, other), (other, one)):
        records = SyncRecord.objects.filter(
            account=account, prospect__candidate__in=linked.ids, state__in=IN_LEVER_STATES
        )
        contacts = set(records.values_list("contact_id", flat=True)) - {""}
        pairs.forget(by=by, account_id=account.pk, candidates=who.ids, contacts=contacts)


def _go_on(candidate_id: int) -> None:
    members = family(Candidate.objects.get(pk=candidate_id)).ids
    if IdentityQuestion.objects.filter(candidate__in=members, answered_at=None, is_blocking=True).exists():
        return
    waiting = Question.objects.filter(
        kind=Question.Kind.IDENTITY, answered_at=None, record__prospect__candidate__in=members
    )
    for each in waiting:
        answer_by_itself(each)
