"""Reading Lever's timeline in tests: the notes Practice Lever holds, and follow-ups worked off until none is due."""

from datetime import timedelta
from typing import Any

from pinlever.foundation.clock import db_now
from pinlever.sync.following import follow_one
from pinlever.sync.followups import HANDLERS
from pinlever.sync.models import FollowUp, SyncRecord
from tests.sync.world import World


def follow(most: int = 100) -> int:
    """Turns until nothing is due; answers how many."""
    turns = 0
    while turns < most and follow_one(HANDLERS):
        turns += 1
    return turns


def pass_time(**span: float) -> None:
    """The same moment, later: what waits is due, what was sent is over for that long."""
    passed = timedelta(**(span or {"hours": 1}))
    for row in FollowUp.objects.filter(state="waiting"):
        over_at = row.over_at and row.over_at - passed
        done_at = row.done_at and row.done_at - passed
        FollowUp.objects.filter(pk=row.pk).update(due_at=db_now(), over_at=over_at, done_at=done_at)


def notes(company: World, opportunity_id: str = "") -> list[dict[str, Any]]:
    """All notes of Practice Lever, or those of one opportunity, in the order in which they were written."""
    stored = company.app.world.store.documents["note"].values()
    return [note for note in stored if opportunity_id in ("", note["_opportunity"])]


def texts(company: World, opportunity_id: str = "") -> list[str]:
    return [note["fields"][0]["value"] for note in notes(company, opportunity_id)]


def titles(company: World) -> list[str]:
    """The first line of each note, without the job."""
    return [text.splitlines()[0].partition(" · ")[0] for text in texts(company)]


def in_lever(company: World, **person: Any) -> SyncRecord:
    """Somebody created by us, whose first note is written."""
    (record,) = company.export(company.person(**person))
    company.work()
    record.refresh_from_db()
    assert record.state == "synced", record.reason
    return record
