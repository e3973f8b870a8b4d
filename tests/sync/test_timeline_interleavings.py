"""Two workers on one timeline, in any order, dying anywhere, with answers lost: each note once, none missing."""

import os
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import gateway
from pinlever.connection.models import KnownOpportunity, LeverAccount, PeopleIndex
from pinlever.foundation import failpoints
from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting.models import Prospect
from pinlever.sync import timeline_rules
from pinlever.sync.following import follow_one
from pinlever.sync.followups import HANDLERS
from pinlever.sync.models import Claim, FollowUp, Intent, SyncRecord, WakeUp
from pinlever.sync.note_texts import marked_with
from pinlever.sync.promises import try_again
from pinlever.sync.sweep import sweep
from pinlever.sync.work import work_one
from tests.practice_adapter import in_process, practice
from tests.sync.lever_story import texts
from tests.sync.scheduler import Conductor, Time, conducted
from tests.sync.world import World

PIECES = int(os.environ.get("INTERLEAVINGS", "8"))
FIRST = int(os.environ.get("FIRST_SEED", "0"))
BLOCKS = 4
WAYS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("drop_after", {}),
    ("drop_before", {}),
    ("garbage", {}),
    ("status", {"status": 429}),
    *(("late_commit", {"seconds": seconds}) for seconds in (3, 40, 300, 500)),
)
WRITES = (("POST", "/notes$"), ("PUT", "/notes/"), ("PUT", "/stage$"))
TOLD = ["Message sent by email", "Sourced in Pin", "They replied by email"]


def worker() -> None:
    for _ in range(3):
        if not follow_one(HANDLERS):
            return


class Piece:
    """One seed: its faults and order of steps."""

    def __init__(self, company: World, prospect: Prospect, time: Time, seed: int) -> None:
        self.company, self.prospect, self.time, self.seed = company, prospect, time, seed
        self.draw = random.Random(seed)

    def begin(self) -> None:
        for model in (FollowUp, Claim, Intent, SyncRecord, KnownOpportunity, OutreachEvent, WakeUp):
            model.objects.all().delete()
        self.company.control("reset")
        self.company.control("switches", {"limiter": False})
        now = self.time.db_now()
        PeopleIndex.objects.update(read_through=now, refreshed_at=now, deleted_through=now, locked_by="")
        self.company.export(self.prospect)
        assert work_one()
        self.event("message_sent", 120)
        self.event("replied", 60)
        for _ in range(self.draw.randrange(4)):
            (method, path), (kind, args) = self.draw.choice(WRITES), self.draw.choice(WAYS)
            match = {"method": method, "path": path, "nth": self.draw.choice([1, 2]), "count": 1}
            self.company.control("faults", {"match": match, "kind": kind, "args": args})

    def event(self, kind: str, seconds: float) -> None:
        at = datetime.fromtimestamp(self.time.start - seconds, UTC)  # events are judged by the real clock
        self.company.event(self.prospect, kind, "email", occurred_at=at)

    def play(self) -> Conductor:
        conductor = Conductor(worker, self.seed, self.time)
        failpoints.install(conductor.hook)
        conductor.play(steps=self.draw.choice([10, 30, 60]), deaths=2)
        self.event("opened", 1)
        conductor.play(steps=self.draw.choice([5, 20]), deaths=1)
        failpoints.install(None)
        return conductor

    def finish(self) -> None:
        for _ in range(60):
            sweep()
            while follow_one(HANDLERS):
                pass
            for row in FollowUp.objects.filter(state="failed"):
                try_again(by=PIN, row=row)
            if not FollowUp.objects.filter(state="waiting").exists():
                return
            self.time.pass_by(130)

    def judge(self) -> None:
        rows = Counter(FollowUp.objects.values_list("kind", "state"))
        found = texts(self.company)
        assert set(rows) == {("note", "done"), ("opens", "done"), ("stage", "done")}, rows
        assert sorted(text.splitlines()[0].partition(" · ")[0] for text in found) == TOLD
        assert len({marked_with(text) for text in found}) == 3
        assert sum("Opened on" in text for text in found) == 1
        (row,) = self.company.opportunities()
        path = [change["toStageId"] for change in row["stageChanges"]]
        assert path == ["lead-new", "lead-reached-out", "lead-responded"], path


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("block", range(BLOCKS))
def test_two_workers_in_any_order_write_everything_once(block: int, monkeypatch: Any, settings: Any) -> None:
    settings.DEBUG = False
    time = Time()
    app = practice(clock=time.now)
    monkeypatch.setattr("pinlever.sync.waking._ask_for_worker", lambda: None)
    with in_process(app), conducted(monkeypatch, time):
        monkeypatch.setattr(gateway, "wait_for_slot", lambda *_: None)
        company = World(app)
        LeverAccount.objects.update(clock_offset=0)
        timeline_rules.change(by=SYSTEM, account=company.account, moves_stage=True)
        sourced_at = time.db_now() - timedelta(minutes=10)
        prospect = company.person(emails=("ingrid@solheim.example",), sourced_at=sourced_at)
        time.after_passing = app.run_due
        for seed in range(FIRST + block, FIRST + PIECES, BLOCKS):
            piece = Piece(company, prospect, time, seed)
            piece.begin()
            conductor = piece.play()
            try:
                piece.finish()
                piece.judge()
            except AssertionError as error:
                story = "\n".join(conductor.story)
                raise AssertionError(f"seed {seed}: {error}\n{story}") from error
