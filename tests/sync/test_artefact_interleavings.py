"""Two workers on one person's résumé file and form, in any order, dying anywhere, answers lost: one of each."""

import os
from collections import Counter
from typing import Any

import pytest

from pinlever.connection import gateway
from pinlever.connection.models import KnownOpportunity, LeverAccount, PeopleIndex
from pinlever.foundation import failpoints
from pinlever.sync.models import Claim, FollowUp, Intent, SyncRecord, WakeUp
from tests.practice_adapter import in_process, practice
from tests.sync.artefacts_story import files, forms, with_form, without_resume
from tests.sync.scheduler import Conductor, Time, conducted
from tests.sync.test_timeline_interleavings import WAYS, Piece, worker
from tests.sync.world import World

PIECES = int(os.environ.get("INTERLEAVINGS", "4"))
BLOCKS = 2
WRITES = (("POST", "/files$"), ("POST", "/forms$"))


class ArtefactPiece(Piece):
    """One seed, for a person created without their résumé."""

    def begin(self) -> None:
        for model in (FollowUp, Claim, Intent, SyncRecord, KnownOpportunity, WakeUp):
            model.objects.all().delete()
        self.company.control("reset")
        self.company.control("switches", {"limiter": False})
        now = self.time.db_now()
        PeopleIndex.objects.update(read_through=now, refreshed_at=now, deleted_through=now, locked_by="")
        without_resume(self.company, prospect=self.prospect)
        FollowUp.objects.exclude(kind__in=["resume", "form"]).delete()
        for _ in range(self.draw.randrange(4)):
            (method, path), (kind, args) = self.draw.choice(WRITES), self.draw.choice(WAYS)
            match = {"method": method, "path": path, "nth": self.draw.choice([1, 2]), "count": 1}
            self.company.control("faults", {"match": match, "kind": kind, "args": args})

    def play(self) -> Conductor:
        conductor = Conductor(worker, self.seed, self.time)
        failpoints.install(conductor.hook)
        conductor.play(steps=self.draw.choice([10, 30, 50]), deaths=2)
        failpoints.install(None)
        return conductor

    def judge(self) -> None:
        rows = Counter(FollowUp.objects.filter(kind__in=["resume", "form"]).values_list("kind", "state"))
        assert rows == {("resume", "done"): 1, ("form", "done"): 1}, rows
        assert len(files(self.company)) == 1 and len(forms(self.company)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("block", range(BLOCKS))
def test_two_workers_in_any_order_send_one_file_and_one_form(
    block: int, monkeypatch: Any, settings: Any
) -> None:
    settings.DEBUG = False
    time = Time()
    app = practice(clock=time.now)
    monkeypatch.setattr("pinlever.sync.waking._ask_for_worker", lambda: None)
    with in_process(app), conducted(monkeypatch, time):
        monkeypatch.setattr(gateway, "wait_for_slot", lambda *_: None)
        company = World(app)
        LeverAccount.objects.update(clock_offset=0)
        with_form(company)
        prospect = company.person(emails=("ingrid@solheim.example",), sourced_via="pin")
        time.after_passing = app.run_due
        for seed in range(block, PIECES, BLOCKS):
            piece = ArtefactPiece(company, prospect, time, seed)
            piece.begin()
            conductor = piece.play()
            try:
                piece.finish()
                piece.judge()
            except AssertionError as error:
                story = "\n".join(conductor.story)
                raise AssertionError(f"seed {seed}: {error}\n{story}") from error
