"""Asking who somebody is when their keys belong to several candidates, and keeping what was answered."""

from collections.abc import Iterable, Mapping, Set

from django.db import transaction
from django.utils import timezone

from pinlever.audit.services import Actor, record
from pinlever.recruiting.families import families, roots_of
from pinlever.recruiting.keys import Key
from pinlever.recruiting.merging import lock, merge
from pinlever.recruiting.models import Candidate, IdentityQuestion


class AlreadyAnswered(Exception):
    """The question has another answer; unmerge first to ask again."""


def asked_about(roots: Iterable[int]) -> dict[int, Set[Key]]:
    """For each root, all keys that questions about their family ever named, answered or not."""
    found = families(roots)
    root_of = {member: root for root, each in found.items() for member in each.ids}
    asked: dict[int, set[Key]] = {root: set() for root in found}
    for question in IdentityQuestion.objects.filter(candidate__in=root_of):
        asked[root_of[question.candidate_id]] |= named_in(question)
    return dict(asked)


def named_in(question: IdentityQuestion) -> set[Key]:
    """The keys a question is about."""
    return {Key(entry["kind"], entry["value"]) for entry in question.evidence}


def ask(
    *,
    by: Actor,
    candidate: Candidate,
    family_ids: tuple[int, ...],
    contested: Mapping[Key, int],
    blocking: bool,
) -> IdentityQuestion | None:
    """The open question about these keys, asked now unless it was before. None: answered already, or no doubt.

    Call it with the candidate's root locked.
    """
    if not contested:
        return None
    earlier = list(
        IdentityQuestion.objects.filter(candidate__in=family_ids, is_blocking=blocking).order_by("pk")
    )
    new = contested.keys() - {key for question in earlier for key in named_in(question)}
    if not new:
        open_ones = [
            each for each in earlier if each.answered_at is None and named_in(each) & contested.keys()
        ]
        return open_ones[0] if open_ones else None
    evidence = [{"kind": key.kind, "value": key.value, "candidate": contested[key]} for key in sorted(new)]
    question = IdentityQuestion.objects.create(candidate=candidate, evidence=evidence, is_blocking=blocking)
    record(
        by=by, action="identity.asked", subject=candidate, after={"evidence": evidence, "blocking": blocking}
    )
    return question


def answer_identity_question(
    *, by: Actor, question: IdentityQuestion, same_as: Candidate | None
) -> IdentityQuestion:
    """Merges the person into `same_as`, or keeps them apart (None). The same answer again changes nothing.

    Raises AlreadyAnswered when another answer was given.
    """
    with transaction.atomic():
        lock({question.candidate_id, *([same_as.pk] if same_as else [])})
        current = IdentityQuestion.objects.select_for_update(no_key=True, of=("self",)).get(pk=question.pk)
        if current.answered_at is not None:
            if current.same_as_id == (same_as.pk if same_as else None):
                return current
            raise AlreadyAnswered(
                f"{current} was answered by {current.answered_by} at {current.answered_at:%F %R}."
            )
        if same_as is not None and len(set(roots_of([current.candidate_id, same_as.pk]).values())) > 1:
            merge(by=by, gone=current.candidate, into=same_as)
        current.answered_at, current.answered_by, current.same_as = timezone.now(), by.label[:200], same_as
        current.save(update_fields=["answered_at", "answered_by", "same_as"])
        record(by=by, action="identity.answered", subject=current.candidate, after={"same_as": same_as})
        return current
