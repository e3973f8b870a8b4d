"""Outreach waits while somebody has to say who a person is: a pause for each open question, if the rule says so.

It never stops the sync. The answer releases its own pause and no other; asked anew, the person is paused anew. What a
person released stays released. The sweep makes and releases what a crash left behind.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pinlever.audit.services import SYSTEM, Actor
from pinlever.connection import rules
from pinlever.connection.models import LeverAccount
from pinlever.foundation.batches import batched
from pinlever.outreach.holding import Wanted, hold_many, release
from pinlever.outreach.models import Hold
from pinlever.recruiting.models import Candidate, IdentityQuestion
from pinlever.sync.models import Question, State

ABOUT_WHO = frozenset(
    {
        Question.Kind.DOUBT,
        Question.Kind.MATCH,
        Question.Kind.ANONYMISED,
        Question.Kind.ORPHAN,
        Question.Kind.NEAR,
    }
)
BATCH = 400  # people paused together
MOST = 4_000  # questions looked at in one sweep
RECORD, PERSON = "question", "who"
REASON = "It is not decided yet who they are. {asked}"
IN_PIN = "Some of their keys belong to somebody else in Pin."
ANSWERED = "It was decided who they are."
RULE_OFF = "The rule that outreach waits for open questions was switched off."


@dataclass(frozen=True)
class _Asked:
    basis: str
    candidate_id: int
    text: str
    question: Question | IdentityQuestion

    def wanted(self, candidate: Candidate) -> Wanted:
        reason = REASON.format(asked=self.text)
        since = self.question.asked_at
        return Wanted(candidate, Hold.Kind.PAUSE, Hold.Cause.WHO_IS_IT, self.basis, reason, since)


def hold_for(question: Question) -> None:
    """Pauses outreach for a question that was just asked about a record. In the caller's transaction."""
    if question.record.account.hold_while_asked:
        if question.kind in ABOUT_WHO:
            _make([_of_record(question)])
        elif question.kind == Question.Kind.IDENTITY:
            _make(_of_people(question.record.prospect.candidate_id))


def release_for(question: Question) -> None:
    """Ends the pause of a question about a record. In the caller's transaction."""
    _release([f"{RECORD}:{question.pk}"], ANSWERED)


def release_for_person(question: IdentityQuestion) -> None:
    """Ends the pause of a question about somebody in Pin. In the caller's transaction."""
    _release([f"{PERSON}:{question.pk}"], ANSWERED)


def switch(*, by: Actor, account: LeverAccount, on: bool) -> int:
    """Sets the rule and does at once what follows from it; answers how many people that paused, or let go."""
    rules.set_hold_while_asked(by=by, account=account, on=on)
    return settle(account)


def settle(account: LeverAccount) -> int:
    """Makes what open questions lack, releases what stands on none; answers how many of both."""
    standing = Hold.objects.filter(cause=Hold.Cause.WHO_IS_IT, released_at=None).order_by("pk")
    bases = list(standing.values_list("basis", flat=True)[:MOST])
    if not account.hold_while_asked:
        return _release(bases, RULE_OFF)
    asked = {one.basis: one for one in _open(account)}
    over = [basis for part in batched(bases) for basis in _over(part)]
    missing = [
        one
        for part in batched(asked)
        for one in (asked[basis] for basis in part)
        if one.basis in set(part) - _known(part)
    ]
    _make(missing)
    return _release(over, ANSWERED) + len(missing)


def _open(account: LeverAccount) -> Iterator[_Asked]:
    rows = Question.objects.filter(
        record__account=account, record__state=State.NEEDS_YOU, answered_at=None, kind__in=ABOUT_WHO
    ).select_related("record__prospect")
    yield from (_of_record(row) for row in rows.order_by("-pk")[:MOST])
    people = IdentityQuestion.objects.filter(answered_at=None, is_blocking=True)
    yield from (_of_person(row) for row in people.order_by("-pk")[:MOST])


def _of_record(question: Question) -> _Asked:
    candidate = question.record.prospect.candidate_id
    return _Asked(f"{RECORD}:{question.pk}", candidate, question.text, question)


def _of_people(candidate_id: int) -> list[_Asked]:
    rows = IdentityQuestion.objects.filter(candidate=candidate_id, answered_at=None, is_blocking=True)
    return [_of_person(row) for row in rows]


def _of_person(question: IdentityQuestion) -> _Asked:
    return _Asked(f"{PERSON}:{question.pk}", question.candidate_id, IN_PIN, question)


def _over(bases: list[str]) -> set[str]:
    """Those of these whose question is open no more."""
    records = [int(pk) for kind, _, pk in (one.partition(":") for one in bases) if kind == RECORD]
    people = [int(pk) for kind, _, pk in (one.partition(":") for one in bases) if kind == PERSON]
    still = {
        f"{RECORD}:{pk}"
        for pk in Question.objects.filter(pk__in=records, answered_at=None).values_list("pk", flat=True)
    }
    asked = IdentityQuestion.objects.filter(pk__in=people, answered_at=None, is_blocking=True)
    return set(bases) - still - {f"{PERSON}:{pk}" for pk in asked.values_list("pk", flat=True)}


def _known(bases: list[str]) -> set[str]:
    rows = Hold.objects.filter(cause=Hold.Cause.WHO_IS_IT, basis__in=bases)
    return set(rows.values_list("basis", flat=True))


def _make(asked: Iterable[_Asked]) -> None:
    for part in batched(asked, BATCH):
        people = Candidate.objects.in_bulk({one.candidate_id for one in part})
        hold_many(by=SYSTEM, wanted=[one.wanted(people[one.candidate_id]) for one in part])


def _release(bases: Iterable[str], reason: str) -> int:
    done = 0
    for part in batched(bases):
        rows = Hold.objects.filter(cause=Hold.Cause.WHO_IS_IT, basis__in=part, released_at=None)
        done += sum(release(by=SYSTEM, hold=row, reason=reason) for row in rows)
    return done
