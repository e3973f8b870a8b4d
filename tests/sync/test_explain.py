"""Each state of a record, told in one sentence with one action that works."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import accounts, rules
from pinlever.connection.models import LeverAccount, LeverUser, PeopleIndex, Posting
from pinlever.foundation.clock import db_now
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync import services
from pinlever.sync.cures import ADD, CANCEL, CHOOSE_POSTING, DECIDE, EXPORT_AGAIN, OPEN, RETRY
from pinlever.sync.explain import Explanation, explanations, explanations_of_records
from pinlever.sync.models import Question, State, SyncRecord, Trigger, Waiting
from tests.sync.world import World


def told(prospect: Prospect) -> Explanation:
    return explanations([prospect])[prospect.pk]


def queued(company: World, **person: Any) -> SyncRecord:
    (record,) = company.export(company.person(**person))
    return record


def changed(record: SyncRecord, **columns: Any) -> Explanation:
    SyncRecord.objects.filter(pk=record.pk).update(**columns)
    return told(record.prospect)


def test_a_person_created_says_when_as_whom_and_on_which_posting(company: World) -> None:
    posting = Posting.objects.filter(state="published").first()
    assert posting is not None
    services.set_posting(by=PIN, account=company.account, job=company.job, posting_id=posting.lever_id)
    record = queued(company)
    company.work()
    record.refresh_from_db()
    user = LeverUser.objects.get(lever_id=record.performed_as)
    found = changed(record, synced_at=db_now() - timedelta(minutes=3, seconds=5))
    assert found.sentence.startswith(
        f"Created in Lever by PinLever 3 minutes ago, as {user.text}, on {posting.text}"
    )
    assert found.action == OPEN
    assert found.is_in_lever
    assert found.lever_url == record.lever_url != ""
    assert found.status is not None
    assert found.status.posting.startswith(posting.text)


def test_a_person_created_without_a_lever_job_says_so(company: World) -> None:
    record = queued(company)
    company.work()
    assert "without a Lever job" in told(record.prospect).sentence


def test_a_person_in_lever_already_says_what_matched_and_offers_the_jobs_posting(company: World) -> None:
    first = company.person("Ingrid", emails=("ingrid@people.example",))
    other = Job.objects.create(title="Another")
    second = company.person("Ingrid", emails=("ingrid@people.example",), job=other)
    company.export(first, second)
    company.work()
    record = SyncRecord.objects.get(prospect=second)
    assert record.state == State.IN_LEVER
    assert (
        told(second).sentence == "In Lever already: matched on email ingrid@people.example, linked just now."
    )
    assert told(second).action == OPEN

    posting = Posting.objects.filter(state="published").first()
    assert posting is not None
    services.set_posting(by=PIN, account=company.account, job=other, posting_id=posting.lever_id)
    found = told(second)
    assert f"not on {posting.text}" in found.sentence
    assert found.action == ADD
    services.export(by=PIN, prospects=[second], wish="add", posting_id=posting.lever_id)
    company.work()
    assert told(second).action == OPEN


def test_who_waits_is_told_their_place_and_when(company: World, settings: Any) -> None:
    settings.LEVER_RATE = 10
    accounts_pace(10)
    records = [queued(company) for _ in range(3)]
    assert [told(record.prospect).sentence for record in records] == [
        "In the queue, 1st · about 1 s.",
        "In the queue, 2nd · about 1 s.",
        "In the queue, 3rd · about 1 s.",
    ]
    assert told(records[0].prospect).action == CANCEL
    found = changed(records[2], priority=20)
    assert found.sentence.startswith("In the queue, 3rd")
    assert (
        changed(records[0], locked_until=db_now() + timedelta(minutes=1)).sentence
        == "Is being sent to Lever right now."
    )
    assert told(records[1].prospect).sentence.startswith("In the queue, 1st")


def accounts_pace(rate: float) -> None:
    connection = accounts.current_connection()
    assert connection is not None
    connection.pace.rate = rate
    connection.pace.save()


def test_while_sending_is_off_no_time_is_promised(company: World) -> None:
    record = queued(company)
    rules.set_outgoing(by=SYSTEM, account=company.account, on=False)
    assert told(record.prospect).sentence == "In the queue; nothing goes while sending is switched off."
    PeopleIndex.objects.update(complete_at=None)
    rules.set_outgoing(by=SYSTEM, account=company.account, on=True)
    assert told(record.prospect).sentence == "In the queue; nobody goes before we have read who is in Lever."


def test_a_twin_says_through_which_job_the_other_one_goes(company: World) -> None:
    first, second = queued(company), queued(company)
    Waiting.objects.create(record=second, holder=first)
    found = changed(second, cause="twin", due_at=db_now() + timedelta(minutes=9))
    assert found.sentence == (
        "The same person is on their way into Lever through the job “Backend Engineer”; this follows by itself."
    )


def test_a_retry_says_what_lever_said_and_when_the_next_try_is(company: World) -> None:
    company.control(
        "faults",
        {"match": {"method": "GET", "path": "/opportunities$"}, "kind": "status", "args": {"status": 503}},
    )
    record = queued(company)
    company.work(1)
    record.refresh_from_db()
    assert record.state == State.RETRYING
    found = changed(record, due_at=db_now() + timedelta(minutes=4), tries=3)
    assert "503" in found.sentence
    assert found.sentence.endswith("Next try in 4 min (after 3 tries).")
    assert found.action == RETRY


def test_a_lost_answer_is_looked_for_first(company: World) -> None:
    record = queued(company)
    found = changed(record, state="retrying", cause="outcome_unknown", reason="The answer was lost (x).")
    assert found.action.label == "Look again now"


@pytest.mark.parametrize(
    ("cause", "button"),
    [
        ("outgoing_off", "Switch sending on"),
        ("allow_list", "Open the allow-list"),
        ("first_crawl", "See how far it is"),
    ],
)
def test_what_holds_somebody_is_said_with_who_can_cure_it(company: World, cause: str, button: str) -> None:
    if cause == "outgoing_off":
        rules.set_outgoing(by=SYSTEM, account=company.account, on=False)
    elif cause == "allow_list":
        rules.set_allow_list(by=SYSTEM, account=company.account, on=True)
    else:
        PeopleIndex.objects.update(complete_at=None)
    record = queued(company)
    company.work()
    record.refresh_from_db()
    found = told(record.prospect)
    assert (record.state, record.cause) == (State.HELD, cause)
    assert found.sentence == record.reason
    assert found.action.label == button
    assert found.action.needs_super_admin


def test_disconnected_says_so_and_let_go_says_so(company: World) -> None:
    record = queued(company)
    accounts.disconnect(by=SYSTEM)
    company.work()
    assert told(record.prospect).action.label == "Connect Lever"
    SyncRecord.objects.update(cause="outgoing_off", reason="Sending is off.")
    assert told(record.prospect).sentence == "Sending is off."
    accounts.connect_with_key(by=SYSTEM, environment="practice", api_key="practice-key")
    found = told(record.prospect)
    assert found.sentence == "Nothing holds this person any more; they go within seconds."


def test_a_question_is_told_and_decided(company: World) -> None:
    record = queued(company)
    Question.objects.create(record=record, kind="doubt", text="Which of them?")
    found = changed(record, state="needs_you", cause="ask_doubt", reason="Which of them?")
    assert (found.sentence, found.action) == ("Which of them?", DECIDE)


def test_a_closed_posting_fails_with_its_cure(company: World) -> None:
    posting = Posting.objects.filter(state="published").first()
    assert posting is not None
    services.set_posting(by=PIN, account=company.account, job=company.job, posting_id=posting.lever_id)
    Posting.objects.filter(pk=posting.pk).update(state="closed")
    record = queued(company)
    company.work()
    found = told(record.prospect)
    assert found.sentence == f"The Lever job {posting.text} is closed. Choose another Lever job."
    assert found.action == CHOOSE_POSTING


def test_a_refusal_fails_with_levers_words_and_what_to_do(company: World) -> None:
    record = queued(company)
    found = changed(
        record, state="failed", cause="rejected_422", reason="Lever refused this person: 422, bad phone."
    )
    assert found.sentence.startswith("Lever refused this person: 422, bad phone. Correct what Lever names")
    assert found.action == RETRY


def test_without_a_lever_user_a_default_user_is_chosen(company: World) -> None:
    LeverAccount.objects.update(default_user_id="")
    record = queued(company)
    company.work()
    found = told(record.prospect)
    assert found.state == State.FAILED
    assert found.action.label == "Choose Lever users"


def test_who_cancelled_and_when_is_said(company: World) -> None:
    record = queued(company)
    services.cancel(by=PIN, record=record)
    found = told(record.prospect)
    assert found.sentence == "Cancelled by Pin, just now."
    assert found.action == EXPORT_AGAIN


def test_who_unlinked_is_said_and_that_lever_keeps_its_profile(company: World) -> None:
    record = queued(company)
    company.work()
    services.unlink(by=PIN, record=record)
    assert told(record.prospect).sentence == "Unlinked by Pin, just now. The profile in Lever stays as it is."


def test_removed_in_lever_has_no_logo_and_is_not_created_again_by_itself(company: World) -> None:
    record = queued(company)
    company.work()
    found = changed(
        record,
        state="removed",
        cause="removed",
        reason="Deleted in Lever since. It is not created again by itself.",
    )
    assert found.lever_url == ""
    assert found.sentence.startswith("Deleted in Lever since,")
    assert found.action == EXPORT_AGAIN


def test_the_pilot_leaves_somebody_without_a_record_out(company: World) -> None:
    person = company.person()
    services.set_trigger(by=PIN, job=company.job, trigger=Trigger.REPLIED)
    rules.set_allow_list(by=SYSTEM, account=company.account, on=True)
    assert "the allow-list leaves them out" in told(person).sentence
    rules.allow_person(by=SYSTEM, account=company.account, candidate=person.candidate)
    assert "the allow-list" not in told(person).sentence


def test_hostile_text_stays_text(company: World) -> None:
    record = queued(company, name="<script>alert(1)</script>")
    found = changed(
        record, state="failed", cause="rejected_400", reason="Lever refused this person: <b>no</b>."
    )
    assert "<b>no</b>" in found.sentence  # a plain str: templates escape it
    assert type(found.sentence) is str


def crowd(company: World, number: int) -> list[Prospect]:
    """People in every state, and some without a record."""
    made = [company.person() for _ in range(number)]
    states = [*State.values]
    for place, prospect in enumerate(made[: number * 2 // 3]):
        (record,) = company.export(prospect)
        cause = {"queued": "twin", "held": "outgoing_off", "failed": "posting_gone"}.get(
            states[place % len(states)], ""
        )
        SyncRecord.objects.filter(pk=record.pk).update(
            state=states[place % len(states)], cause=cause, performed_as=f"u{place}"
        )
    services.set_trigger(by=PIN, job=company.job, trigger=Trigger.REPLIED)
    return made


def test_many_cost_as_many_queries_as_few(company: World) -> None:
    rules.set_allow_list(by=SYSTEM, account=company.account, on=True)
    counts = []
    for number in (12, 200):
        people = crowd(company, number)
        people = list(Prospect.objects.filter(pk__in=[one.pk for one in people]))
        with CaptureQueriesContext(database) as captured:
            found = explanations(people)
        assert len(found) == number
        assert {one.state for one in found.values()} == {*State.values, "not_yet"} or number == 12
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 25


def test_records_at_hand_are_explained_too(company: World) -> None:
    record = queued(company)
    rows = list(SyncRecord.objects.select_related("prospect"))
    assert explanations_of_records(rows)[record.pk].sentence == told(record.prospect).sentence
    assert explanations_of_records([]) == {}
