"""Taking out of the queue what waits: by priority, by job, everybody; who is unsettled stays."""

from datetime import timedelta

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import Actor
from pinlever.foundation.clock import db_now
from pinlever.recruiting.models import Job
from pinlever.sync import emptying, pausing
from pinlever.sync.emptying import Numbers, Scope, empty, numbers
from pinlever.sync.models import Claim, Intent, Priority, State, SyncRecord
from tests.sync.world import World

AUD = Actor("person", "1", "Aud Berg")


def unsettled(record: SyncRecord) -> None:
    now = db_now()
    Intent.objects.create(
        record=record,
        account=record.account,
        payload={},
        perform_as="x",
        created_ms=record.pk,
        send_before=now,
        over_at=now,
        made_at=now,
    )


def test_everybody_goes_but_who_is_unsettled(company: World) -> None:
    records = company.export(*[company.person() for _ in range(4)])
    unsettled(records[0])
    Claim.objects.create(account=company.account, kind="email", value="a@b.example", record=records[1])
    SyncRecord.objects.filter(pk=records[2].pk).update(
        locked_by="w", locked_until=db_now() + timedelta(hours=1)
    )
    assert numbers(company.account, Scope()) == Numbers(going=3, unsettled=1, worked_on=1)
    outcome = empty(by=AUD, account=company.account, scope=Scope())
    assert outcome.told("no longer on the way to Lever") == (
        "3 people are no longer on the way to Lever. "
        "1 was left out: 1 waits until it is known whether Lever saved them."
    )
    found = SyncRecord.objects.in_bulk()
    assert [found[record.pk].state for record in records] == [State.QUEUED, *[State.CANCELLED] * 3]
    assert found[records[2].pk].locked_by == ""
    assert found[records[1].pk].reason == "Cancelled by Aud Berg."
    assert not Claim.objects.filter(record=records[1]).exists()
    assert AuditEntry.objects.filter(action="sync.cancelled", by_label="Aud Berg").count() == 3


def test_only_a_priority_or_a_job_goes(company: World) -> None:
    other = Job.objects.create(title="Designer")
    here, _ = company.export(company.person(), company.person(job=other))
    SyncRecord.objects.filter(pk=here.pk).update(priority=Priority.REPLIED)
    assert numbers(company.account, Scope(priority=Priority.REPLIED)).going == 1
    assert numbers(company.account, Scope(job=other)).going == 1
    assert empty(by=AUD, account=company.account, scope=Scope(job=other)).done == 1
    assert SyncRecord.objects.get(pk=here.pk).state == State.QUEUED
    assert empty(by=AUD, account=company.account, scope=Scope(priority=Priority.BULK)).done == 0
    assert [Scope(priority=Priority.REPLIED).told, Scope(job=other).told, Scope().told] == [
        "who replied", "for Designer", "",
    ]  # fmt: skip


def test_whom_only_the_pause_holds_waits_too(company: World) -> None:
    company.export(company.person())
    pausing.pause(by=AUD, account=company.account)
    company.work()
    assert empty(by=AUD, account=company.account, scope=Scope()).done == 1
    assert SyncRecord.objects.get().state == State.CANCELLED


def test_who_asked_for_one_more_opportunity_stays_in_lever(company: World) -> None:
    (record,) = company.export(company.person())
    company.work()
    SyncRecord.objects.filter(pk=record.pk).update(state=State.QUEUED, due_at=db_now())
    assert empty(by=AUD, account=company.account, scope=Scope()).done == 1
    assert SyncRecord.objects.get().state == State.SYNCED


def test_more_than_go_at_once_are_told_and_go_the_next_time(company: World, monkeypatch: object) -> None:
    company.export(*[company.person() for _ in range(5)])
    monkeypatch.setattr(emptying, "BATCH", 2)  # type: ignore[attr-defined]
    outcome = empty(by=AUD, account=company.account, scope=Scope(), most=3)
    assert (outcome.done, outcome.left) == (3, 2)
    assert empty(by=AUD, account=company.account, scope=Scope()).done == 2
