"""What a worker takes next: people first, but nothing waits for ever behind them."""

from collections.abc import Iterator

import pytest

from pinlever.audit.services import SYSTEM
from pinlever.connection import rules
from pinlever.sync import tasks
from pinlever.sync.models import FollowUp, Priority, State, SyncRecord, UndoItem
from tests.sync.lever_story import in_lever
from tests.sync.play import no_pace
from tests.sync.test_undo import MISTAKE, undo
from tests.sync.world import World

TURNS = 8


@pytest.fixture(autouse=True)
def _ready(company: World) -> Iterator[None]:
    rules.set_undo_reason(by=SYSTEM, account=company.account, reason_id=MISTAKE)
    with no_pace():
        yield


def test_while_people_keep_coming_what_follows_and_a_whole_run_of_undo_get_turns_too(company: World) -> None:
    taken_back, other = in_lever(company), in_lever(company)
    undo(company, taken_back)
    UndoItem.objects.update(priority=Priority.BULK)
    company.export(*[company.person() for _ in range(TURNS)])
    for turn in range(1, TURNS + 1):
        assert tasks.work_due(turn)
    assert SyncRecord.objects.filter(state=State.QUEUED).exists()
    assert FollowUp.objects.filter(record=other, state="done").exists()
    assert UndoItem.objects.get().state == "taken_back"


def test_nothing_is_left_to_do_when_nothing_is_due(company: World) -> None:
    assert [tasks.work_due(turn) for turn in range(4)] == [False] * 4
