"""How a turn ends: all or nothing, told on the record, and never by leaving it to its lease."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinlever.audit.models import AuditEntry
from pinlever.connection.accounts import current_connection
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import LeaseLost, claim_first
from pinlever.sync import claims
from pinlever.sync.models import Attempt, Claim, Intent, SyncRecord
from pinlever.sync.story import Story
from pinlever.sync.sweep import sweep
from pinlever.sync.turn import End, Turn, finish
from pinlever.sync.work import work_one
from tests.sync.play import no_pace
from tests.sync.world import World

POST = {"method": "POST", "path": "/opportunities$"}


@pytest.fixture(autouse=True)
def _at_once(company: World) -> object:
    with no_pace():
        yield


@pytest.fixture
def turn(company: World) -> Turn:
    company.export(company.person())
    record, lease = claim_first(SyncRecord.objects.due(db_now()), seconds=60) or (None, None)
    assert record is not None and lease is not None
    return Turn(record, lease, Story(record))


def test_an_end_writes_record_story_and_audit_together(turn: Turn) -> None:
    claims.take(turn.record, [("email", "a@people.example")])
    finish(turn, End("failed", "rejected_400", "Lever refused this person.", columns={"lever_url": "x"}))
    row = SyncRecord.objects.get()
    assert (row.state, row.cause, row.lever_url, row.locked_by) == ("failed", "rejected_400", "x", "")
    assert (row.claims_unended, row.tries) == (0, 0)
    assert Attempt.objects.get().result == "rejected_400"
    assert AuditEntry.objects.filter(action="sync.failed").count() == 1
    assert not Claim.objects.exists()


def test_without_the_lease_nothing_is_written(turn: Turn) -> None:
    claims.take(turn.record, [("email", "a@people.example")])
    SyncRecord.objects.update(locked_by="a successor")
    before = SyncRecord.objects.values().get()
    done: list[str] = []
    end = End("synced", "", "Created.", effects=lambda: done.append("effect"))
    with pytest.raises(LeaseLost):
        finish(turn, end)
    assert SyncRecord.objects.values().get() == before
    assert (Claim.objects.count(), done) == (1, [])
    assert Attempt.objects.get().ended_at is None
    assert not AuditEntry.objects.filter(action="sync.synced").exists()


@pytest.mark.parametrize(
    ("end", "tries"),
    [
        (End("retrying", "unavailable", "x", after=9.0, is_failed_try=True), 4),
        (End("retrying", "busy", "x", after=9.0), 3),
        (End("queued", "slot", "x", after=9.0), 3),
        (End("held", "outgoing_off", "x"), 0),
        (End("synced", "", "x"), 0),
    ],
)
def test_only_failed_tries_count_and_a_result_starts_the_count_again(
    turn: Turn, end: End, tries: int
) -> None:
    turn.record.tries = 3
    finish(turn, end)
    assert SyncRecord.objects.get().tries == tries


def test_an_end_that_leaves_the_due_time_alone(turn: Turn) -> None:
    due = db_now() + timedelta(hours=1)
    SyncRecord.objects.update(due_at=due)
    finish(turn, End("queued", "twin", "x"))
    assert SyncRecord.objects.get().due_at == due


def test_prolonging_needs_the_lease_and_tells_until_when_a_write_may_begin(turn: Turn) -> None:
    until, _ = turn.prolong(resume_note="made")
    row = SyncRecord.objects.get()
    assert row.resume_note == "made"
    assert row.locked_until is not None and until < row.locked_until
    SyncRecord.objects.update(locked_by="a successor")
    with pytest.raises(LeaseLost):
        turn.prolong()


def test_an_end_that_cannot_be_stored_is_told_and_the_record_tried_again(
    company: World, monkeypatch: Any, caplog: Any
) -> None:
    company.export(company.person())
    with monkeypatch.context() as patch:
        patch.setattr(claims, "settle", lambda *_: {}["nothing"])
        work_one()
    record = SyncRecord.objects.get()
    assert (record.state, record.cause, record.locked_by) == ("retrying", "internal", "")
    assert Intent.objects.get().outcome == ""
    company.make_due()
    company.work()
    record.refresh_from_db()
    assert record.state == "synced", record.reason
    assert len(company.opportunities()) == 1


def test_what_lever_forbids_holds_the_connection_and_is_not_tried_with_every_sweep(company: World) -> None:
    company.control("faults", {"match": POST, "kind": "status", "args": {"status": 403}})
    company.export(company.person())
    company.work()
    record = SyncRecord.objects.get()
    assert (record.state, record.cause) == ("held", "forbidden")
    connection = current_connection()
    assert connection is not None and connection.state == "broken"
    for _ in range(3):
        sweep()
        company.work()
    assert Intent.objects.count() == 1


@pytest.mark.parametrize("text", ["odd\u0000 name", "x" * 5000, "<script>alert(1)</script>"])
def test_whatever_lever_says_can_be_stored(company: World, text: str) -> None:
    body = {"code": text[:50], "message": text}
    company.control("faults", {"match": POST, "kind": "status", "args": {"status": 400, "body": body}})
    company.export(company.person())
    company.work()
    record = SyncRecord.objects.get()
    assert (record.state, record.cause) == ("failed", "rejected_400"), record.reason


def test_odd_characters_in_somebody_elses_profile_are_read(company: World) -> None:
    odd = {"name": "A\u0000da", "emails": ["ada@people.example", "a\u0000b@x.example"], "tags": ["\u0000"]}
    company.control("opportunities", {"people": [{**odd, "links": ["http://x/\u0000"]}]})
    company.export(company.person(emails=("ada@people.example",)))
    company.work()
    assert SyncRecord.objects.get().state == "in_lever"


def test_a_story_keeps_neither_secret_nor_file(company: World) -> None:
    company.export(company.person(sourced_via="pin"))
    company.work()
    told = str(list(Attempt.objects.get().calls.values("params", "sent", "answered", "error")))
    assert "practice-key" not in told and "%PDF" not in told and "uthorization" not in told
    assert "sha256" in told


def test_a_turn_that_creates_costs_a_bounded_number_of_statements(company: World) -> None:
    company.export(company.person("First"))
    company.work()
    company.export(company.person(linkedin="https://www.linkedin.com/in/ingrid-solheim"))
    with CaptureQueriesContext(connection) as asked:
        work_one()
    clocks = ("SELECT (julianday", "SELECT extract(epoch")
    own = [row for row in asked if not row["sql"].startswith(("SAVEPOINT", "RELEASE", *clocks))]
    assert len(own) < 95, "\n".join(row["sql"][:120] for row in own)
