"""Two people of Pin of the same name and company, sent by two workers: one is created, one asked about."""

from typing import Any

import pytest

from pinlever.sync.models import Claim, Intent, SyncRecord
from tests.sync.interleaved import FIRST, play_all, stage
from tests.sync.test_interleavings import Piece

PIECES = 6


class NearPiece(Piece):
    def judge(self) -> None:
        causes = sorted((record.state, record.cause) for record in SyncRecord.objects.all())
        assert causes == [("needs_you", "ask_near"), ("synced", "")], causes
        assert len(self.company.opportunities()) == 1
        assert not Claim.objects.filter(contact_id="").exists()
        assert not Intent.objects.filter(outcome="").exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_in_any_order_ask_about_the_second_one(monkeypatch: Any, settings: Any) -> None:
    with stage(monkeypatch, settings) as (company, time):
        nobody: list[Any] = []  # of theirs is in Lever before
        pair = [company.person(current_title="Engineer", current_company="Nordlys") for _ in range(2)]
        pieces = [NearPiece(company, [nobody, pair], time, seed) for seed in range(FIRST, FIRST + PIECES)]
        for piece in pieces:
            piece.prospects, piece.may_be_there = pair, False
        play_all(pieces)
