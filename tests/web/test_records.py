"""One record: its story, its attempts with their calls, and what can be done about it."""

from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pinlever.audit.services import PIN
from pinlever.connection.models import Posting
from pinlever.foundation.clock import db_now
from pinlever.recruiting.models import Job
from pinlever.sync import services
from pinlever.sync.incident import incident_of
from pinlever.sync.models import Attempt, Call, Intent, State, SyncRecord
from tests.sync.world import World


def exported(company: World, name: str = "Ingrid Solheim", **person: Any) -> SyncRecord:
    (record,) = company.export(company.person(name, **person))
    return record


def synced(company: World) -> SyncRecord:
    record = exported(company)
    company.work()
    record.refresh_from_db()
    assert record.state == State.SYNCED
    return record


def linked_elsewhere(company: World) -> SyncRecord:
    """In Lever already, though not on this job's posting."""
    other = Job.objects.create(title="Designer")
    first = company.person(emails=("ingrid@people.example",))
    second = company.person(emails=("ingrid@people.example",), job=other)
    company.export(first, second)
    company.work()
    posting = Posting.objects.filter(state="published").first()
    assert posting is not None
    services.set_posting(by=PIN, account=company.account, job=other, posting_id=posting.lever_id)
    return SyncRecord.objects.get(prospect=second)


def page_of(client: Client, record: SyncRecord) -> str:
    answer = client.get(f"/activity/{record.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_story_has_steps_attempts_and_every_call(company: World, as_recruiter: Client) -> None:
    record = synced(company)
    page = page_of(as_recruiter, record)
    assert "Created in Lever by PinLever" in page
    assert "Duplicate check" in page
    assert "/opportunities" in page
    assert "POST" in page
    assert "Was exported" in page
    assert record.lever_url in page


def test_secrets_are_nowhere(company: World, as_recruiter: Client) -> None:
    page = page_of(as_recruiter, synced(company))
    assert "practice-key" not in page


def test_what_lever_answered_is_told_when_it_refuses(company: World, as_recruiter: Client) -> None:
    match = {"method": "POST", "path": "/opportunities$"}
    company.control(
        "faults",
        {
            "match": match,
            "kind": "status",
            "args": {"status": 422, "body": {"code": "X", "message": "no <such> stage"}},
        },
    )
    record = exported(company)
    company.work()
    page = page_of(as_recruiter, record)
    assert "422" in page
    assert "Lever refused the person" in page
    assert "<such>" not in page


def test_a_failed_one_is_retried(company: World, as_recruiter: Client) -> None:
    record = exported(company)
    SyncRecord.objects.update(state="failed", cause="rejected_422", reason="No.")
    answer = as_recruiter.post(f"/activity/{record.pk}/retry/", follow=True)
    assert "is tried again at once" in answer.content.decode()
    record.refresh_from_db()
    assert record.state == State.QUEUED


@pytest.mark.parametrize(
    ("name", "state"),
    [("cancel", "cancelled"), ("unlink", "cancelled"), ("again", "queued"), ("add", "queued")],
)
def test_each_act_states_its_consequence_and_then_happens(
    company: World, as_recruiter: Client, name: str, state: str
) -> None:
    if name == "add":
        record = linked_elsewhere(company)
    elif name == "unlink":
        record = synced(company)
    else:
        record = exported(company)
    if name == "again":
        services.cancel(by=PIN, record=record)
    dialog = as_recruiter.get(
        f"/activity/{record.pk}/{name}/", headers={"HX-Request": "true"}
    ).content.decode()
    assert "<dialog" in dialog
    assert "Leave it" in dialog
    record.refresh_from_db()
    before = record.state
    assert (
        as_recruiter.get(f"/activity/{record.pk}/{name}/").status_code == 200
    )  # a page of its own without JavaScript
    record.refresh_from_db()
    assert record.state == before
    as_recruiter.post(f"/activity/{record.pk}/{name}/")
    record.refresh_from_db()
    assert record.state == state


def test_adding_is_offered_only_off_the_jobs_posting(company: World, as_recruiter: Client) -> None:
    record = linked_elsewhere(company)
    assert f"/activity/{record.pk}/add/" in page_of(as_recruiter, record)
    as_recruiter.post(f"/activity/{record.pk}/add/")
    company.work()
    page = page_of(as_recruiter, record)
    assert "Added to Lever as a new opportunity" in page
    assert f"/activity/{record.pk}/add/" not in page


def test_what_is_not_possible_is_a_sentence(company: World, as_recruiter: Client) -> None:
    record = synced(company)
    answer = as_recruiter.post(f"/activity/{record.pk}/cancel/", follow=True)
    assert "is in Lever already" in answer.content.decode()
    record.refresh_from_db()
    assert record.state == State.SYNCED


def test_somebody_removed_in_lever_is_sent_again_only_after_a_warning(
    company: World, as_recruiter: Client
) -> None:
    record = synced(company)
    SyncRecord.objects.update(
        state="removed", cause="removed", reason="Anonymised in Lever since. Not by itself."
    )
    assert "perhaps at their own wish" in as_recruiter.get(f"/activity/{record.pk}/again/").content.decode()
    assert "lever-logo" not in page_of(as_recruiter, record)


def test_unknown_acts_and_records_are_not_found(company: World, as_recruiter: Client) -> None:
    record = exported(company)
    assert as_recruiter.post(f"/activity/{record.pk}/explode/").status_code == 404
    assert as_recruiter.get("/activity/123456/").status_code == 404


def test_while_it_moves_the_story_asks_again_and_then_rests(company: World, as_recruiter: Client) -> None:
    record = exported(company)
    assert 'hx-trigger="every 3s"' in page_of(as_recruiter, record)
    company.work()
    part = as_recruiter.get(f"/activity/{record.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'hx-trigger="every 3s"' not in part
    assert "Open in Lever" in part


def test_the_incident_names_nobody(company: World) -> None:
    record = exported(company, emails=("ingrid@people.example",), phones=("+47 900 00 001",))
    reason = "Lever refused Ingrid Solheim: ingrid@people.example, +47 900 00 001."
    SyncRecord.objects.update(state="failed", cause="rejected_422", reason=reason)
    attempt = Attempt.objects.create(record=record, started_at=db_now(), result="rejected_422", told=reason)
    Call.objects.create(
        attempt=attempt, at=db_now(), method="GET", path="/opportunities", params={"email": "ingrid@people.example"},
        status=None, error="lost ingrid@people.example", seconds=0.5,
    )  # fmt: skip
    record.refresh_from_db()
    text = incident_of(record, [attempt])
    assert "rejected_422" in text
    assert "GET /opportunities · no answer" in text
    for personal in ("ingrid@", "Ingrid", "900 00"):
        assert personal not in text


def test_it_works_without_a_connection_and_without_attempts(company: World, as_recruiter: Client) -> None:
    record = exported(company)
    assert "No worker has taken this person up yet" in page_of(as_recruiter, record)


def test_an_unsettled_one_says_that_the_answer_was_lost(
    company: World, as_recruiter: Client, settings: Any
) -> None:
    settings.READ_BACK_AFTER = (60.0,)
    company.control("faults", {"match": {"method": "POST", "path": "/opportunities$"}, "kind": "drop_after"})
    record = exported(company)
    company.work(1)
    assert Intent.objects.filter(outcome="").exists()
    page = page_of(as_recruiter, record)
    assert "Sent; the answer was lost" in page
    assert "Look in Lever" in page or "looked" in page or "look in Lever" in page
    answer = as_recruiter.post(f"/activity/{record.pk}/cancel/", follow=True)
    assert "not known yet whether Lever saved" in answer.content.decode()


def test_queries_do_not_grow_with_attempts_and_calls(company: World, as_recruiter: Client) -> None:
    record = synced(company)

    def queries() -> int:
        with CaptureQueriesContext(database) as captured:
            page_of(as_recruiter, record)
        return len(captured)

    queries()
    few = queries()
    for _ in range(15):
        attempt = Attempt.objects.create(record=record, started_at=db_now(), ended_at=db_now(), result="busy")
        for _ in range(10):
            Call.objects.create(
                attempt=attempt, at=db_now(), method="GET", path="/users", status=200, seconds=0.1
            )
    assert queries() == few


def test_old_attempts_are_on_further_pages(company: World, as_recruiter: Client) -> None:
    record = exported(company)
    for _ in range(25):
        Attempt.objects.create(
            record=record, started_at=db_now(), ended_at=db_now(), result="busy", told="Slow down."
        )
    page = page_of(as_recruiter, record)
    assert page.count("Slow down.") == 20
    assert "before=" in page
