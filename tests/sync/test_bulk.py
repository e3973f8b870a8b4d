"""Many records at once, by the rules for one."""

from collections.abc import Sequence

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN
from pinlever.foundation.clock import db_now
from pinlever.sync import bulk
from pinlever.sync.bulk import cancel_many, retry_many
from pinlever.sync.models import Intent, State, SyncRecord
from tests.sync.world import World


def failed(company: World, number: int, cause: str = "posting_gone") -> list[SyncRecord]:
    records = company.export(*[company.person() for _ in range(number)])
    ids = [record.pk for record in records]
    SyncRecord.objects.filter(pk__in=ids).update(state=State.FAILED, cause=cause, reason="No.", tries=3)
    return records


def unsettled(record: SyncRecord) -> None:
    Intent.objects.create(
        record=record, account_id=record.account_id, payload={}, perform_as="", created_ms=1,
        send_before=db_now(), over_at=db_now(), made_at=db_now(),
    )  # fmt: skip


def all_records() -> "bulk.QuerySet[SyncRecord]":
    return SyncRecord.objects.all()


def test_all_of_a_cause_are_tried_again_and_audited(company: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BATCH", 2)
    failed(company, 5)
    outcome = retry_many(by=PIN, records=SyncRecord.objects.filter(state=State.FAILED))
    assert (outcome.done, outcome.refused) == (5, {})
    assert set(SyncRecord.objects.values_list("state", "cause", "reason", "tries")) == {("queued", "", "", 0)}
    assert AuditEntry.objects.filter(action="sync.retry").count() == 5
    company.work()
    assert set(SyncRecord.objects.values_list("state", flat=True)) == {"synced"}


def test_who_cannot_go_is_left_out_and_told_why(company: World) -> None:
    records = failed(company, 5)
    for record, state in zip(records, ("synced", "needs_you", "cancelled", "removed", "held"), strict=True):
        SyncRecord.objects.filter(pk=record.pk).update(state=state)
    outcome = retry_many(by=PIN, records=all_records())
    assert outcome.done == 1
    assert outcome.told("tried again") == (
        "1 person is tried again. 4 were left out: 1 is in Lever already, 1 needs a decision first, "
        "1 was cancelled; export them again instead, 1 was removed in Lever; export them again, if that is wanted."
    )


def test_another_posting_is_chosen_for_all_but_the_unsettled(company: World) -> None:
    records = failed(company, 2)
    SyncRecord.objects.filter(pk=records[1].pk).update(state=State.RETRYING)
    unsettled(records[1])
    outcome = retry_many(by=PIN, records=all_records(), posting_id="other")
    assert outcome.done == 1
    assert outcome.refused == {"waits until it is known whether Lever saved them": 1}
    assert list(SyncRecord.objects.order_by("pk").values_list("posting_chosen", flat=True)) == ["other", ""]


def test_the_unsettled_are_only_looked_at_sooner(company: World) -> None:
    (record,) = failed(company, 1)
    SyncRecord.objects.update(state=State.RETRYING, cause="outcome_unknown", reason="Lost.")
    unsettled(record)
    assert retry_many(by=PIN, records=all_records()).done == 1
    record.refresh_from_db()
    assert (record.state, record.reason) == (State.RETRYING, "Lost.")
    assert record.due_at <= db_now()


def test_priorities_stay_so_that_who_replied_goes_first(company: World) -> None:
    first, second = failed(company, 2)
    SyncRecord.objects.filter(pk=first.pk).update(priority=30)
    SyncRecord.objects.filter(pk=second.pk).update(priority=20)
    retry_many(by=PIN, records=all_records())
    assert list(SyncRecord.objects.order_by("pk").values_list("priority", flat=True)) == [30, 20]


def test_many_are_cancelled_but_for_those_under_way(company: World) -> None:
    records = company.export(*[company.person() for _ in range(4)])
    unsettled(records[0])
    SyncRecord.objects.filter(pk=records[1].pk).update(state="synced")
    SyncRecord.objects.filter(pk=records[2].pk).update(state="cancelled")
    outcome = cancel_many(by=PIN, records=all_records())
    assert outcome.done == 1
    assert sum(outcome.refused.values()) == 3
    assert SyncRecord.objects.get(pk=records[3].pk).reason == "Cancelled by Pin."


def test_no_more_go_at_once_than_a_request_can_bear(company: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BATCH", 2)
    failed(company, 5)
    waiting = SyncRecord.objects.filter(state=State.FAILED)
    outcome = retry_many(by=PIN, records=waiting, most=3)
    assert outcome.told("tried again") == "3 people are tried again. 2 more are left: do it again for them."
    assert retry_many(by=PIN, records=waiting, most=3).told("tried again") == "2 people are tried again."


def test_nobody_is_said_as_nobody(company: World) -> None:
    assert (
        retry_many(by=PIN, records=SyncRecord.objects.none()).told("tried again") == "Nobody is tried again."
    )


def test_statements_grow_by_batches_not_by_people(company: World) -> None:
    def statements(number: int) -> Sequence[object]:
        failed(company, number)
        with CaptureQueriesContext(database) as captured:
            retry_many(by=PIN, records=SyncRecord.objects.filter(state=State.FAILED))
        return captured.captured_queries

    assert len(statements(3)) == len(statements(60))
