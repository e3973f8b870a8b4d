"""Saying who somebody in Pin is, and what goes on then."""

import pytest

from pinlever.audit.services import PIN, SYSTEM
from pinlever.recruiting.facts import EmailFact
from pinlever.recruiting.models import Candidate, IdentityQuestion
from pinlever.recruiting.services import add_contact_points
from pinlever.sync.models import State, SyncRecord
from pinlever.sync.services import NotPossible
from pinlever.sync.who_is_it import answer_who, ask_who_again, join, take_apart
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
    assert IdentityQuestion.objects.filter(candidate=question.candidate, answered_at=None).exists()
    question.refresh_from_db()
    assert question.reversed_by == "Pin"
    with pytest.raises(NotPossible):
        take_apart(by=PIN, candidate=question.candidate)


def test_two_are_joined_though_nobody_asked_and_taken_apart_again(company: World) -> None:
    one, other = company.person("Ada").candidate, company.person("A. Lovelace").candidate
    assert join(by=PIN, gone=other, into=one) == one
    answered = IdentityQuestion.objects.get()
    assert (answered.candidate, answered.same_as, answered.merged) == (other, one, other)
    with pytest.raises(NotPossible, match="one person already"):
        join(by=PIN, gone=one, into=other)
    take_apart(by=PIN, candidate=other)
    assert not IdentityQuestion.objects.filter(answered_at=None).exists()  # nobody had asked
    assert IdentityQuestion.objects.get().reversed_by == "Pin"


def test_joining_answers_what_was_asked_and_lets_their_records_go_on(company: World) -> None:
    question, record = asked(company)
    join(by=PIN, gone=Candidate.objects.get(full_name="Ada Mail"), into=question.candidate)
    question.refresh_from_db()
    record.refresh_from_db()
    assert (question.same_as.full_name, record.state) == ("Ada Mail", State.QUEUED)
    take_apart(by=PIN, candidate=Candidate.objects.get(full_name="Ada Mail"))
    assert IdentityQuestion.objects.filter(answered_at=None, candidate=question.candidate).exists()


def test_who_is_somebody_else_is_not_asked_about_again_until_it_is_taken_back(company: World) -> None:
    question, _ = asked(company)
    answer_who(by=PIN, question=question, same_as=None)
    company.person("Ada Linked", emails=("linked@people.example",), linkedin=LINKEDIN)
    add_contact_points(
        by=PIN, candidate=question.candidate, facts=[EmailFact("linked@people.example")], source="test"
    )
    assert not IdentityQuestion.objects.filter(answered_at=None).exists()
    ask_who_again(by=PIN, question=question)
    assert IdentityQuestion.objects.filter(answered_at=None, candidate=question.candidate).count() == 1
    with pytest.raises(NotPossible, match="not how it stands"):
        ask_who_again(by=PIN, question=question)
