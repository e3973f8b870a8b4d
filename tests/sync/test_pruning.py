"""Cures are forgotten a month after they were made, unless somebody of theirs is on the way still."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from pinlever.audit.services import SYSTEM
from pinlever.foundation.clock import db_now
from pinlever.ops import tasks
from pinlever.sync import curing, pruning
from pinlever.sync.models import Cure, CureItem, FollowUp, State, SyncRecord
from tests.sync.world import World, world

LONG_AGO = pruning.KEPT + timedelta(days=1)


@pytest.fixture
def company(db: None) -> Iterator[World]:
    with world() as made:
        yield made


def cured(company: World, state: str, number: int = 1, *, ago: timedelta = LONG_AGO) -> Cure:
    """A cure whose people are in this state by now."""
    records = company.export(*(company.person() for _ in range(number)))
    rows = SyncRecord.objects.filter(pk__in=[record.pk for record in records])
    rows.update(state=State.FAILED, cause="posting_gone")
    cure = curing.try_again(by=SYSTEM, account=company.account, records=rows, what="The Lever job is closed")
    rows.update(state=state)
    Cure.objects.filter(pk=cure.pk).update(made_at=db_now() - ago)
    return cure


@pytest.mark.parametrize("state", [State.SYNCED, State.FAILED, State.HELD, State.NEEDS_YOU, State.CANCELLED])
def test_one_of_a_month_ago_that_everybody_is_through_with_is_forgotten(company: World, state: str) -> None:
    cured(company, state, 2)
    assert pruning.forget() == 1
    assert not Cure.objects.exists() and not CureItem.objects.exists()
    assert SyncRecord.objects.filter(state=state).count() == 2


@pytest.mark.parametrize("state", [State.QUEUED, State.RETRYING])
def test_one_of_whom_somebody_is_on_the_way_still_is_kept(company: World, state: str) -> None:
    cure = cured(company, State.SYNCED, 2)
    SyncRecord.objects.filter(pk=cure.items.earliest("pk").record_id).update(state=state)
    assert pruning.forget() == 0
    assert cure.items.count() == 2


def test_one_whose_notes_wait_still_is_kept(company: World) -> None:
    cure = Cure.objects.create(account=company.account, what="Lever refused it", by_label="Rita Vik")
    Cure.objects.update(made_at=db_now() - LONG_AGO)
    (record,) = company.export(company.person())
    now = db_now()
    note = FollowUp.objects.create(record=record, kind="note", key="1", place=now, due_at=now, made_at=now)
    CureItem.objects.create(cure=cure, follow_up=note)
    assert pruning.forget() == 0
    FollowUp.objects.update(state=FollowUp.State.DONE)
    assert pruning.forget() == 1
    assert FollowUp.objects.exists()


def test_a_younger_one_is_kept_and_many_are_forgotten_by_the_daily_upkeep(
    company: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    young = cured(company, State.SYNCED, ago=pruning.KEPT - timedelta(hours=1))
    for _ in range(5):
        Cure.objects.create(account=company.account, what="Nobody was left", by_label="Rita Vik")
    Cure.objects.exclude(pk=young.pk).update(made_at=db_now() - LONG_AGO)
    tasks.forget()
    assert list(Cure.objects.values_list("pk", flat=True)) == [young.pk]
