"""The verdict on what follows the sync: each note once, in order, each stage moved by us once, nothing left over."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from pinlever.sync.models import FollowUp
from pinlever.sync.note_texts import marked_with

Row = dict[str, Any]
State, Kind = FollowUp.State, FollowUp.Kind
# Opens wait to be gathered; nobody waits for them.
WAITED_FOR = (Kind.NOTE, Kind.STAGE, Kind.DETAILS)


def are_waited_for() -> bool:
    """Whether anything is still to be written."""
    return FollowUp.objects.filter(state=State.WAITING, kind__in=WAITED_FOR).exists()


def judge(state: Row) -> Iterator[str]:
    """`state` is Practice Lever's."""
    notes = [row for row in state["notes"] if marked_with(_text(row))]
    marks = Counter((row["opportunity"], marked_with(_text(row))) for row in notes)
    for (opportunity, mark), number in marks.items():
        if number > 1:
            yield f"note {mark} stands {number} times on {opportunity}"
    yield from _stages(state)
    there = {row["id"] for row in notes}
    for row in FollowUp.objects.filter(kind=Kind.NOTE, state=State.DONE):
        if row.lever_id not in there:
            yield f"{row} ({row.key}) says it wrote note {row.lever_id}, and Lever has none"
    for row in FollowUp.objects.filter(state=State.FAILED):
        yield f"{row} ({row.key}, {row.cause}): {row.reason}"
    for row in FollowUp.objects.exclude(locked_by=""):
        yield f"{row} is still locked"


def _stages(state: Row) -> Iterator[str]:
    """Nobody but us moves stages in a run, and forward only: each stage is reached once."""
    reached: dict[str, Counter[str]] = defaultdict(Counter)
    for row in state["opportunities"]:
        reached[row["id"]].update(change["toStageId"] for change in row["stageChanges"])
    for opportunity, stages in reached.items():
        twice = {stage for stage, number in stages.items() if number > 1}
        if twice:
            yield f"{opportunity} was moved to {', '.join(sorted(twice))} more than once"


def _text(row: Row) -> str:
    return str(row["fields"][0]["value"]) if row["fields"] else ""
