"""Two people of Pin of the same name and company, sent by two workers: one is created, one asked about."""

from collections import Counter
from typing import Any

import pytest

from pinlever.connection import gateway
from pinlever.connection.models import LeverAccount
from pinlever.sync.models import Claim, Intent, SyncRecord
from tests.practice_adapter import in_process, practice
from tests.sync.scheduler import Time, conducted
from tests.sync.test_interleavings import FIRST, Piece
from tests.sync.world import World

PIECES = 6


class NearPiece(Piece):
    def judge(self) -> Counter[str]:
        causes = sorted((record.state, record.cause) for record in SyncRecord.objects.all())
        assert causes == [("needs_you", "ask_near"), ("synced", "")], causes
        assert len(self.company.opportunities()) == 1
        assert not Claim.objects.filter(contact_id="").exists()
        assert not Intent.objects.filter(outcome="").exists()
        return Counter(state for state, _ in causes)


@pytest.mark.django_db(transaction=True)
def test_two_workers_in_any_order_ask_about_the_second_one(monkeypatch: Any, settings: Any) -> None:
    settings.DEBUG = False
    time = Time()
    app = practice(clock=time.now)
    monkeypatch.setattr("pinlever.sync.waking._ask_for_worker", lambda: None)
    with in_process(app), conducted(monkeypatch, time):
        monkeypatch.setattr(gateway, "wait_for_slot", lambda *_: None)
        company = World(app)
        LeverAccount.objects.update(clock_offset=0)
        pair = [company.person(current_title="Engineer", current_company="Nordlys") for _ in range(2)]
        time.after_passing = app.run_due
        for seed in range(FIRST, FIRST + PIECES):
            piece = NearPiece(company, [pair], time, seed)
            piece.has_profile = False  # nobody of theirs is in Lever before
            piece.begin()
            conductor = piece.play()
            try:
                piece.finish()
                piece.judge()
            except AssertionError as error:
                story = "\n".join(conductor.story)
                raise AssertionError(f"seed {seed}: {error}\n{story}") from error
