"""The sweep finds what a crash, a lost wake-up or a long queue left behind, and nothing starves behind the rest."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinlever.audit.services import PIN
from pinlever.connection import accounts
from pinlever.recruiting import services as recruiting
from pinlever.recruiting.models import Candidate, IdentityQuestion, Job, Prospect
from pinlever.sync import sweep as sweeping
from pinlever.sync.models import Question, SyncRecord
from tests.sync.world import World


def in_doubt(company: World, name: str) -> SyncRecord:
    """A record that waits for an answer about who the person is."""
    candidate = Candidate.objects.create(full_name=name)
    IdentityQuestion.objects.create(candidate=candidate, evidence=[], is_blocking=True)
    prospect = Prospect.objects.create(candidate=candidate, job=company.job)
    (record,) = company.export(prospect)
    SyncRecord.objects.filter(pk=record.pk).update(state="needs_you", cause="ask_identity")
    Question.objects.create(record=record, kind="identity", text="Who?")
    return record


def state_of(record: SyncRecord) -> str:
    return str(SyncRecord.objects.get(pk=record.pk).state)


def test_an_answer_is_noticed_behind_any_number_of_open_questions(company: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    records = [in_doubt(company, f"Person {number}") for number in range(7)]
    question = IdentityQuestion.objects.get(candidate=records[-1].prospect.candidate)
    recruiting.answer_identity_question(by=PIN, question=question, same_as=None)
    sweeping.sweep()
    assert [state_of(record) for record in records] == ["needs_you"] * 6 + ["queued"]
    assert records[-1].questions.get().answered_by


def test_a_question_about_a_merged_row_holds_the_whole_person(company: World) -> None:
    record = in_doubt(company, "Ada")
    other = in_doubt(company, "Ada B.")
    recruiting.merge(by=PIN, gone=other.prospect.candidate, into=record.prospect.candidate)
    IdentityQuestion.objects.filter(candidate=record.prospect.candidate).delete()
    sweeping.sweep()
    assert {state_of(record), state_of(other)} == {"needs_you"}


def test_open_questions_cost_the_same_number_of_statements_however_many(company: World) -> None:
    in_doubt(company, "First")
    with CaptureQueriesContext(connection) as one:
        sweeping.ask_no_more_who_they_are()
    for number in range(20):
        in_doubt(company, f"Person {number}")
    with CaptureQueriesContext(connection) as many:
        sweeping.ask_no_more_who_they_are()
    assert len(many) == len(one)


@pytest.mark.parametrize("everything", [False, True])
def test_a_missing_record_is_made_behind_many_that_reach_no_rule(
    company: World, monkeypatch: Any, everything: bool
) -> None:
    from pinlever.sync import services

    monkeypatch.setattr(sweeping, "BATCH", 2)
    services.set_trigger(by=PIN, job=company.job, trigger="replied")
    for number in range(5):
        company.event(company.person(f"Person {number}"), "message_sent", "email")
    last = company.person("Last")
    company.event(last, "replied", "email")
    SyncRecord.objects.all().delete()
    sweeping.sweep(everything=everything)
    assert SyncRecord.objects.get().prospect == last


def test_sweeping_without_an_account_or_a_connection_does_no_harm(company: World) -> None:
    company.export(company.person())
    accounts.disconnect(by=PIN)
    sweeping.sweep(everything=True)
    company.work()
    sweeping.sweep()
    assert SyncRecord.objects.get().cause == "not_connected"


def test_sweeping_before_anything_was_ever_connected_does_no_harm(db: None) -> None:
    Job.objects.create(title="Backend Engineer")
    sweeping.sweep(everything=True)
    assert not SyncRecord.objects.exists()
