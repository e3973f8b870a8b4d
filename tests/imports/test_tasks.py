"""The queue is a wake-up: ids only, after the commit, and batches queue themselves."""

from unittest.mock import MagicMock, patch

import pytest
from django.db import transaction

from pinlever.audit.services import SYSTEM
from pinlever.imports import tasks, waking, working
from pinlever.imports.models import Import
from pinlever.imports.services import start_import
from pinlever.recruiting.models import Candidate, Job

RUN = "pinlever.imports.tasks.run"


@pytest.fixture
def queue() -> MagicMock:
    with patch.object(waking, "async_task") as queued:
        yield queued


def test_nothing_is_queued_before_the_commit(
    queue: MagicMock, db: None, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        tasks.queue_import(7)
        assert not queue.called
    queue.assert_called_once_with(RUN, 7)


def test_batches_queue_themselves_until_all_is_done(
    job: Job, queue: MagicMock, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    monkeypatch.setattr(working, "BATCH", 2)
    made = start_import(by=SYSTEM, name="p.csv", content=b"Name\nAnn\nBob\nCy\n", job=job)
    queue.side_effect = lambda name, import_id: tasks.run(import_id)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        tasks.queue_import(made.pk)
    assert queue.call_count == 2
    assert Import.objects.get().state == "done"
    assert Candidate.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_is_away_loses_nothing(queue: MagicMock) -> None:
    queue.side_effect = ConnectionError
    job = Job.objects.create(title="Engineer")
    with transaction.atomic():
        made = start_import(by=SYSTEM, name="p.csv", content=b"Name\nAnn\n", job=job)
        tasks.queue_import(made.pk)
    queue.side_effect = None
    assert tasks.queue_due() == 1
    queue.assert_called_with(RUN, made.pk)


def test_a_task_that_runs_twice_or_for_nothing_is_harmless(job: Job, queue: MagicMock) -> None:
    made = start_import(by=SYSTEM, name="p.csv", content=b"Name\nAnn\n", job=job)
    for import_id in (made.pk, made.pk, 0):
        tasks.run(import_id)
    assert Candidate.objects.count() == 1
    assert tasks.queue_due() == 0
