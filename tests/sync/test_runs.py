"""Exports of many: stored whole, handed over in batches, once each, and taken back."""

import uuid
from typing import Any
from unittest import mock

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import Actor
from pinlever.recruiting.models import Prospect
from pinlever.sync import runs, tasks
from pinlever.sync.models import ExportItem, ExportRun, State, SyncRecord
from pinlever.sync.preview import plan_for
from pinlever.sync.services import NotPossible
from tests.sync.world import World

RITA = Actor("person", "1", "Rita Vik")
AUD = Actor("person", "2", "Aud Berg")


def start(company: World, *prospects: Prospect, **more: Any) -> ExportRun:
    plan = plan_for(company.account, [prospect.pk for prospect in prospects])
    return runs.start_export(by=RITA, account=company.account, plan=plan, **{"token": uuid.uuid4(), **more})


def crowd(company: World, number: int) -> list[Prospect]:
    return [company.person(f"Person {each}") for each in range(number)]


def states(run: ExportRun) -> list[str]:
    return list(run.items.order_by("pk").values_list("state", flat=True))


def test_a_few_are_queued_at_once(company: World) -> None:
    run = start(company, *crowd(company, 3))
    run.refresh_from_db()
    assert (run.state, states(run)) == ("done", ["sent"] * 3)
    assert set(SyncRecord.objects.values_list("origin", flat=True)) == {f"export {run.pk}"}
    company.work()
    assert set(SyncRecord.objects.values_list("state", flat=True)) == {State.SYNCED}


def test_many_are_left_to_the_worker_in_batches(company: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "BATCH", 12)
    run = start(company, *crowd(company, 30))
    assert states(run) == ["waiting"] * 30
    assert runs.due_runs() == [run.pk]
    assert [runs.work_run(run.pk) for _ in range(3)] == [True, True, False]
    assert states(run) == ["sent"] * 30
    assert runs.due_runs() == []
    assert runs.work_run(run.pk) is False


def test_the_same_token_is_the_same_export(company: World) -> None:
    people, token = crowd(company, 2), uuid.uuid4()
    first = start(company, *people, token=token)
    assert start(company, *people, token=token) == first
    assert (ExportRun.objects.count(), SyncRecord.objects.count()) == (1, 2)


def test_who_cannot_go_is_kept_with_the_reason(company: World) -> None:
    there, new = crowd(company, 2)
    company.export(there)
    company.work()
    run = start(company, there, new)
    assert states(run) == ["skipped", "sent"]
    assert run.items.get(prospect=there).why == "In Lever already."


def test_an_export_of_nobody_is_refused(company: World) -> None:
    (there,) = crowd(company, 1)
    company.export(there)
    company.work()
    with pytest.raises(NotPossible):
        start(company, there)
    assert not ExportRun.objects.exists()


def test_a_worker_that_dies_leaves_nobody_out_and_nobody_twice(
    company: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "TOGETHER", 5)
    run = start(company, *crowd(company, 30))
    real, calls = runs.export, []

    def dies(**options: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(**options)

    with mock.patch.object(runs, "export", dies), pytest.raises(KeyboardInterrupt):
        runs.work_run(run.pk)
    assert states(run).count("sent") == 10
    assert runs.work_run(run.pk) is False, "the dead worker's lease still holds"
    ExportRun.objects.update(locked_until=None)
    runs.work_run(run.pk)
    assert states(run) == ["sent"] * 30
    assert SyncRecord.objects.count() == 30


def test_one_persons_fault_stops_nobody_else(company: World, monkeypatch: pytest.MonkeyPatch) -> None:
    people = crowd(company, 3)
    real = runs.export

    def faulty(*, prospects: list[Prospect], **options: Any) -> Any:
        if people[1] in prospects:
            raise ValueError("broken row")
        return real(prospects=prospects, **options)

    monkeypatch.setattr(runs, "export", faulty)
    run = start(company, *people)
    assert states(run) == ["sent", "skipped", "sent"]
    assert "fault in PinLever" in run.items.get(prospect=people[1]).why


def test_what_waits_is_cancelled_and_what_is_done_stays(company: World) -> None:
    people = crowd(company, 3)
    run = start(company, *people)
    company.work(1)
    runs.cancel_run(by=AUD, run=run)
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert sorted(states(run)) == ["cancelled", "cancelled", "sent"]
    assert sorted(SyncRecord.objects.values_list("state", flat=True)) == ["cancelled", "cancelled", "synced"]
    assert set(AuditEntry.objects.filter(action="sync.cancelled").values_list("by_label", flat=True)) == {
        "Aud Berg"
    }
    with pytest.raises(NotPossible):
        runs.cancel_run(by=AUD, run=run)


def test_an_export_can_be_cancelled_before_the_worker_begins(company: World) -> None:
    run = start(company, *crowd(company, 30))
    runs.cancel_run(by=AUD, run=run)
    run.refresh_from_db()
    assert (run.state, set(states(run))) == ("cancelled", {"cancelled"})
    assert not SyncRecord.objects.exists()


def test_people_somebody_asked_for_again_are_not_taken_back(company: World) -> None:
    (one,) = crowd(company, 1)
    run = start(company, one)
    company.export(one, origin="by hand")
    with pytest.raises(NotPossible):
        runs.cancel_run(by=AUD, run=run)


def test_the_sweep_wakes_what_is_not_finished(company: World) -> None:
    run = start(company, *crowd(company, 30))
    with mock.patch.object(tasks, "wake_run") as woken:
        tasks.wake_exports()
    woken.assert_called_once_with(run.pk)
    assert ExportItem.objects.filter(state="waiting").count() == 30
