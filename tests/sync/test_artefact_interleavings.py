"""Two workers on one person's résumé file and form, in any order, dying anywhere, answers lost: one of each."""

from collections import Counter
from typing import Any

import pytest

from pinlever.sync.models import FollowUp
from tests.sync.artefacts_story import files, forms, with_form, without_resume
from tests.sync.interleaved import BLOCKS, play_all, seeds, stage
from tests.sync.test_timeline_interleavings import Piece

PIECES = 4


class ArtefactPiece(Piece):
    """One seed, for a person created without their résumé."""

    cleared = (FollowUp,)
    writes = (("POST", "/files$"), ("POST", "/forms$"))
    steps = (10, 30, 50)

    def set_the_scene(self) -> None:
        without_resume(self.company, prospect=self.prospect)
        FollowUp.objects.exclude(kind__in=["resume", "form"]).delete()
        self.faults()

    def go_on(self) -> None:
        pass

    def judge(self) -> None:
        rows = Counter(FollowUp.objects.filter(kind__in=["resume", "form"]).values_list("kind", "state"))
        assert rows == {("resume", "done"): 1, ("form", "done"): 1}, rows
        assert len(files(self.company)) == 1 and len(forms(self.company)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("block", range(BLOCKS))
def test_two_workers_in_any_order_send_one_file_and_one_form(
    block: int, monkeypatch: Any, settings: Any
) -> None:
    with stage(monkeypatch, settings) as (company, time):
        with_form(company)
        prospect = company.person(emails=("ingrid@solheim.example",), sourced_via="pin")
        play_all(ArtefactPiece(company, prospect, time, seed) for seed in seeds(block, PIECES))
