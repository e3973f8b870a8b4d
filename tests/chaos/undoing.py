"""Taking back and bringing back during a run: who asks for it, who touches people at Lever before, and the verdict."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pinlever.audit.services import PIN
from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.practice import seed
from pinlever.sync import services
from pinlever.sync.models import State, SyncRecord, UndoItem, UndoRun
from pinlever.sync.stage_moves import known_moves
from pinlever.sync.undo_plan import plan_undo
from pinlever.sync.undo_runs import start_undo, try_again
from tests.chaos.practice import Practice
from tests.chaos.waits import LATE

Row = dict[str, Any]
REASON = seed.archive_reason_id("withdrew")
BY_HAND = "Spoke to them on the phone."
MOST, TOUCHED_EVERY = 30, 6


def take_back(lever: Practice, account: LeverAccount, counts: "Counter[str]") -> None:
    """Some of those whom we created; of some of them somebody at Lever has written a note by then."""
    ours = SyncRecord.objects.filter(account=account, state=State.SYNCED, created_by_us=True)
    fresh = ours.exclude(undo_items__state=UndoItem.State.LEFT_ALONE).order_by("?")
    records = list(fresh[:MOST])
    for record in records[::TOUCHED_EVERY]:
        lever.control("notes", {"opportunity": record.opportunity_id, "value": BY_HAND})
    plan = plan_undo(account, [record.pk for record in records])
    if plan.going:
        start_undo(by=PIN, account=account, plan=plan, scope=UndoRun.Scope.SELECTION)
        counts["taken back"] += len(plan.going)


def bring_back(counts: "Counter[str]") -> None:
    """Two of three whom we took back are exported again."""
    gone = SyncRecord.objects.filter(state=State.UNDONE).select_related("prospect").order_by("pk")
    wanted = [record.prospect for place, record in enumerate(gone) if place % 3]
    services.export(by=PIN, prospects=wanted)
    counts["brought back"] += len(wanted)


def are_waited_for() -> bool:
    return UndoItem.objects.filter(state=UndoItem.State.WAITING).exists()


def press_again(counts: "Counter[str]") -> None:
    """Instead of waiting for the growing delays; and whoever could not be taken back, once more."""
    late = UndoItem.objects.filter(state=UndoItem.State.WAITING, cause__in=LATE, locked_by="")
    counts["retry now"] += late.filter(due_at__gt=db_now()).update(due_at=db_now())
    failed = UndoItem.objects.filter(
        state=UndoItem.State.COULD_NOT, cause__in=("undo_never_shown", "undo_worker_dies")
    )
    for run in UndoRun.objects.filter(items__in=failed).distinct():
        counts["retry now"] += try_again(by=PIN, run=run)


def judge(state: Row, log: list[Row], *, was_restored: bool) -> Iterator[str]:
    """`state` and `log` are Practice Lever's. With a restored database moves of ours may be forgotten: these are taken
    for somebody's, and the person is left alone."""
    created = {
        row["opportunity"]
        for row in log
        if row["method"] == "POST" and row["path"] == "/v1/opportunities" and row["outcome"] == 201
    }
    rows = {row["id"]: row for row in state["opportunities"]}
    touched = {note["opportunity"] for note in state["notes"] if BY_HAND in str(note["fields"])}
    for row in rows.values():
        if (row["archived"] or {}).get("reason") != REASON:
            continue
        if row["id"] not in created:
            yield f"{row['id']} was archived by us, and is not ours"
        if row["id"] in touched:
            yield f"{row['id']} was archived by us, and somebody had touched them"
    for item in UndoItem.objects.select_related("record"):
        forgot_a_move = was_restored and _has_a_move_nobody_knows(rows.get(item.opportunity_id))
        yield from _item(item, touched=item.opportunity_id in touched or forgot_a_move)
    for record in SyncRecord.objects.filter(state=State.SYNCED, created_by_us=True):
        row = rows.get(record.opportunity_id)
        if row and (row["archived"] or {}).get("reason") == REASON:
            yield f"record {record.pk} is in Lever, and archived there by us"


def undone(record: SyncRecord, rows: dict[str, Row]) -> Iterator[str]:
    """The story of a record that was taken back."""
    if record.return_over_at is not None:
        yield "taken back, and its way back is not settled"
    row = rows.get(record.opportunity_id)
    if record.created_by_us and (record.undone_at is None or record.undone_reason_id != REASON):
        yield f"taken back at {record.undone_at} by reason {record.undone_reason_id!r}: it would not be brought back"
    if record.created_by_us and (row is None or (row["archived"] or {}).get("reason") != REASON):
        yield "says that it was taken back, and is not archived in Lever"


def _has_a_move_nobody_knows(row: Row | None) -> bool:
    """Nobody but us moves stages in a run; the first change is the creation."""
    known = set(known_moves(row["id"])) if row else set()
    changes = row["stageChanges"][1:] if row else []
    return any((change["toStageId"], change["updatedAt"]) not in known for change in changes)


def _item(item: UndoItem, *, touched: bool) -> Iterator[str]:
    what = f"record {item.record_id} (undo {item.pk}, {item.cause})"
    if item.locked_by:
        yield f"{what} is still locked"
    if item.state == UndoItem.State.WAITING:
        yield f"{what} still waits: {item.reason}"
    if item.state == UndoItem.State.COULD_NOT:
        yield f"{what} could not: {item.reason}"
    if item.state == UndoItem.State.LEFT_ALONE and not touched:
        yield f"{what} was left alone, and nobody had touched them: {item.reason}"
