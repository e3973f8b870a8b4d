"""Asking who somebody is when their keys belong to several candidates, and keeping what was answered."""

from collections.abc import Iterable, Mapping, Set

from django.db import transaction
from django.utils import timezone

from pinlever.audit.services import Actor, record
from pinlever.recruiting.apart import apart_from, forget_apart, keep_apart
from pinlever.recruiting.families import families, family, roots_of
from pinlever.recruiting.keys import Key
from pinlever.recruiting.merging import lock, merge, take_back
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

    Who was said to be somebody else is not asked about again, whatever else the two share by now. Call it with the
    candidate's root locked.
    """
    contested = _undecided(candidate, contested)
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
            _no_longer_apart(by, current.candidate, same_as)
            current.merged_id = roots_of([current.candidate_id])[current.candidate_id]
            merge(by=by, gone=current.candidate, into=same_as)
        if same_as is None:
            keep_apart(by=by, candidate=_root(current.candidate), others=_others(current))
        current.answered_at, current.answered_by, current.same_as = timezone.now(), by.label[:200], same_as
        current.save(update_fields=["answered_at", "answered_by", "same_as", "merged"])
        record(by=by, action="identity.answered", subject=current.candidate, after={"same_as": same_as})
        return current


@transaction.atomic
def ask_again(*, by: Actor, question: IdentityQuestion) -> IdentityQuestion | None:
    """Takes back that somebody is somebody else: the pair is forgotten and asked about anew.

    Raises AlreadyAnswered when there is no such answer, or it was taken back before. A merge is taken apart instead.
    """
    lock({question.candidate_id})
    current = IdentityQuestion.objects.select_for_update(no_key=True, of=("self",)).get(pk=question.pk)
    if current.answered_at is None or current.same_as_id is not None or current.reversed_at is not None:
        raise AlreadyAnswered("That is not how it stands any more. Nothing was changed; look again.")
    own = family(current.candidate).ids
    for each in families(_others(current)).values():
        forget_apart(by=by, one=own, other=each.ids)
    record(by=by, action="identity.asked_again", subject=current.candidate, before={"same_as": None})
    return take_back(by=by, question=current)


def _undecided(candidate: Candidate, contested: Mapping[Key, int]) -> dict[Key, int]:
    if not contested:
        return {}
    others = apart_from([family(candidate)]).get(candidate.pk, set())
    roots = roots_of(contested.values()) if others else {}
    return {key: holder for key, holder in contested.items() if roots.get(holder, holder) not in others}


def _others(question: IdentityQuestion) -> set[int]:
    """The roots of everybody the question names."""
    return set(roots_of({entry["candidate"] for entry in question.evidence}).values())


def _root(candidate: Candidate) -> Candidate:
    return family(candidate).root


def _no_longer_apart(by: Actor, one: Candidate, other: Candidate) -> None:
    of = families({one.pk, other.pk})
    forget_apart(by=by, one=of[one.pk].ids, other=of[other.pk].ids)
