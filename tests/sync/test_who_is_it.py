"""Saying who somebody in Pin is, and what goes on then."""

import pytest

from pinlever.audit.services import PIN, SYSTEM
from pinlever.recruiting.models import Candidate, IdentityQuestion
from pinlever.sync.models import State, SyncRecord
from pinlever.sync.services import NotPossible
from pinlever.sync.who_is_it import answer_who, take_apart
from tests.sync.world import World

LINKEDIN = "https://www.linkedin.com/in/ada-lovelace/"


def asked(company: World) -> tuple[IdentityQuestion, SyncRecord]:
    company.person("Ada Mail", emails=("ada@people.example",))
    company.person("Ada Linked", emails=(), linkedin=LINKEDIN)
    third = company.person("Ada Third", emails=("ada@people.example",), linkedin=LINKEDIN)
    (record,) = company.export(third)
    company.work()
    record.refresh_from_db()
    assert record.state == State.NEEDS_YOU
    return third.candidate.questions.get(), record


@pytest.mark.parametrize("same", ["Ada Mail", "Ada Linked", ""])
def test_the_record_goes_on_at_once(company: World, same: str) -> None:
    question, record = asked(company)
    other = Candidate.objects.get(full_name=same) if same else None
    answer_who(by=PIN, question=question, same_as=other)
    record.refresh_from_db()
    assert record.state == State.QUEUED
    assert Candidate.objects.get(pk=question.candidate_id).merged_into == other


def test_the_same_answer_again_changes_nothing_and_another_is_refused(company: World) -> None:
    question, _ = asked(company)
    answer_who(by=PIN, question=question, same_as=None)
    answer_who(by=PIN, question=question, same_as=None)
    with pytest.raises(NotPossible, match="was answered by Pin"):
        answer_who(by=SYSTEM, question=question, same_as=Candidate.objects.get(full_name="Ada Mail"))


def test_nobody_is_merged_with_a_stranger(company: World) -> None:
    question, record = asked(company)
    with pytest.raises(NotPossible, match="not among those"):
        answer_who(by=PIN, question=question, same_as=company.person("Stranger").candidate)
    record.refresh_from_db()
    assert record.state == State.NEEDS_YOU


def test_a_record_waits_for_the_last_of_several_questions(company: World) -> None:
    question, record = asked(company)
    IdentityQuestion.objects.create(candidate=question.candidate, evidence=[])
    answer_who(by=PIN, question=question, same_as=None)
    record.refresh_from_db()
    assert record.state == State.NEEDS_YOU


def test_what_was_merged_is_taken_apart(company: World) -> None:
    question, _ = asked(company)
    answer_who(by=PIN, question=question, same_as=Candidate.objects.get(full_name="Ada Mail"))
    take_apart(by=PIN, candidate=question.candidate)
    question.refresh_from_db()
    assert question.answered_at is None
    with pytest.raises(NotPossible):
        take_apart(by=PIN, candidate=question.candidate)
