"""Two workers on an undo and a redo, in any order, dying anywhere, with answers lost: nobody archived who was touched,
nobody twice, and at the end everybody as the last word said."""

from datetime import timedelta
from typing import Any

import pytest

from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import rules
from pinlever.practice.notes import write_by_hand
from pinlever.recruiting.models import Prospect
from pinlever.sync.following import follow_one
from pinlever.sync.followups import HANDLERS
from pinlever.sync.models import FollowUp, State, SyncRecord, UndoItem, UndoRun
from pinlever.sync.sweep import sweep
from pinlever.sync.taking_back import take_back
from pinlever.sync.undo_ends import finish
from pinlever.sync.undo_plan import plan_undo
from pinlever.sync.undo_runs import start_undo, try_again
from pinlever.sync.undoing import undo_one
from pinlever.sync.work import work_one
from tests.sync import interleaved
from tests.sync.interleaved import BLOCKS, play_all, seeds, stage
from tests.sync.lever_story import titles
from tests.sync.scheduler import Time
from tests.sync.test_undo import MISTAKE
from tests.sync.world import World

PIECES = 4


def worker() -> None:
    for _ in range(3):
        if not (undo_one(take_back, finish) or work_one() or follow_one(HANDLERS)):
            return


class Piece(interleaved.Piece):
    """One seed: a person in Lever, taken back, perhaps touched by somebody, perhaps brought back."""

    worker = worker
    cleared = (UndoItem, UndoRun, FollowUp)
    writes = (("PUT", "/archived$"), ("POST", "/notes$"), ("DELETE", "/notes/"), ("POST", "/removeTags$"))

    def __init__(self, company: World, prospect: Prospect, time: Time, seed: int) -> None:
        super().__init__(company, time, seed)
        self.prospect = prospect
        self.is_touched = self.draw.random() < 0.25
        self.comes_back = self.draw.random() < 0.5

    @property
    def record(self) -> SyncRecord:
        return SyncRecord.objects.get(prospect=self.prospect)

    def set_the_scene(self) -> None:
        self.company.export(self.prospect)
        while work_one() or follow_one(HANDLERS):
            pass
        if self.is_touched:
            world = self.company.app.world
            write_by_hand(world, world.store.opportunities[self.record.opportunity_id], "Mine.", None)
        self.faults()
        self.undo()

    def undo(self) -> None:
        plan = plan_undo(self.company.account, [self.record.pk])
        start_undo(by=PIN, account=self.company.account, plan=plan, scope="one")

    def go_on(self) -> None:
        if self.comes_back:
            self.company.export(self.prospect)
            self.conductor.play(steps=self.draw.choice([10, 30]), deaths=1)

    def finish(self) -> None:
        for _ in range(60):
            sweep()
            SyncRecord.objects.filter(state="retrying").update(due_at=self.time.db_now())
            while undo_one(take_back, finish) or work_one() or follow_one(HANDLERS):
                pass
            for run in UndoRun.objects.filter(items__state=UndoItem.State.COULD_NOT).distinct():
                try_again(by=PIN, run=run)
            waiting = UndoItem.objects.filter(state="waiting").exists()
            if not waiting and self.record.state in (State.SYNCED, State.UNDONE):
                if not self.comes_back or self.record.state == State.SYNCED:
                    if not FollowUp.objects.filter(state="waiting").exists():
                        return
                else:
                    self.company.export(self.prospect)
            self.time.pass_by(130)

    def judge(self) -> None:
        (row,) = self.company.opportunities()
        record = self.record
        state = "left_alone" if self.is_touched else "taken_back"
        assert UndoItem.objects.get().state == state, UndoItem.objects.get().reason
        is_out = self.is_touched or self.comes_back
        assert (row["archived"] is None) == is_out, row["archived"]
        assert record.state == (State.SYNCED if is_out else State.UNDONE), record.reason
        assert record.return_over_at is None
        told = titles(self.company)
        assert told.count("Taken back in Pin") == (0 if self.is_touched else 1), told
        assert told.count("Sourced in Pin") == (1 if is_out else 0), told
        assert row["tags"] == (["Python"] if is_out else []), row["tags"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("block", range(BLOCKS))
def test_two_workers_in_any_order_take_back_and_bring_back_once(
    block: int, monkeypatch: Any, settings: Any
) -> None:
    with stage(monkeypatch, settings) as (company, time):
        rules.set_undo_reason(by=SYSTEM, account=company.account, reason_id=MISTAKE)
        rules.set_skills_as_tags(by=SYSTEM, account=company.account, on=True)
        sourced_at = time.db_now() - timedelta(minutes=10)
        prospect = company.person(
            emails=("ingrid@solheim.example",), skills=("Python",), sourced_at=sourced_at
        )
        play_all(Piece(company, prospect, time, seed) for seed in seeds(block, PIECES))
