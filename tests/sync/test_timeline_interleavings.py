"""Two workers on one timeline, in any order, dying anywhere, with answers lost: each note once, none missing."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pinlever.audit.services import PIN, SYSTEM
from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting.models import Prospect
from pinlever.sync import timeline_rules
from pinlever.sync.following import follow_one
from pinlever.sync.followups import HANDLERS
from pinlever.sync.models import FollowUp
from pinlever.sync.note_texts import marked_with
from pinlever.sync.promises import try_again
from pinlever.sync.sweep import sweep
from pinlever.sync.work import work_one
from tests.sync import interleaved
from tests.sync.interleaved import BLOCKS, play_all, seeds, stage
from tests.sync.lever_story import texts
from tests.sync.scheduler import Time
from tests.sync.world import World

PIECES = 8
TOLD = ["Message sent by email", "Sourced in Pin", "They replied by email"]


def worker() -> None:
    for _ in range(3):
        if not follow_one(HANDLERS):
            return


class Piece(interleaved.Piece):
    """One seed, for one person's notes and stages."""

    worker = worker
    cleared = (FollowUp, OutreachEvent)
    writes = (("POST", "/notes$"), ("PUT", "/notes/"), ("PUT", "/stage$"))

    def __init__(self, company: World, prospect: Prospect, time: Time, seed: int) -> None:
        super().__init__(company, time, seed)
        self.prospect = prospect

    def set_the_scene(self) -> None:
        self.company.export(self.prospect)
        assert work_one()
        self.event("message_sent", 120)
        self.event("replied", 60)
        self.faults()

    def event(self, kind: str, seconds: float) -> None:
        at = datetime.fromtimestamp(self.time.start - seconds, UTC)  # events are judged by the real clock
        self.company.event(self.prospect, kind, "email", occurred_at=at)

    def go_on(self) -> None:
        self.event("opened", 1)
        self.conductor.play(steps=self.draw.choice([5, 20]), deaths=1)

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
    with stage(monkeypatch, settings) as (company, time):
        timeline_rules.change(by=SYSTEM, account=company.account, moves_stage=True)
        sourced_at = time.db_now() - timedelta(minutes=10)
        prospect = company.person(emails=("ingrid@solheim.example",), sourced_at=sourced_at)
        play_all(Piece(company, prospect, time, seed) for seed in seeds(block, PIECES))
