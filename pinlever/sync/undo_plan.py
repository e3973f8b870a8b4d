"""What an undo would do to people, by our own rows alone: who is archived, unlinked or taken out of the queue.

The look at Lever comes with the undo itself; whom the index shows as touched already is told here.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pinlever.connection import undo_reasons
from pinlever.connection.models import KnownOpportunity, LeverAccount
from pinlever.foundation.batches import batched
from pinlever.foundation.clock import db_now
from pinlever.sync import undo_words as words
from pinlever.sync.models import IN_LEVER_STATES, FollowUp, Intent, State, SyncRecord, UndoItem
from pinlever.sync.stage_moves import NEW, lead_stages
from pinlever.sync.undoing import NOT_SENT

DAYS = 30
FOR = timedelta(days=DAYS)
MOST = 5000  # people in one undo
BATCH = 500
ALREADY = "They are being taken back already."
UNDONE = "They were taken back already."
NOT_IN_LEVER = "They are not in Lever."
ARCHIVED = "Somebody archived them in Lever already."
MOVED = "Somebody moved them on in Lever."
WAITS = "It is not known yet whether Lever saved them; they are taken back once that is settled."


class Kind(StrEnum):
    ARCHIVE = "archive"
    UNLINK = "unlink"
    CANCEL = "cancel"
    ALONE = "alone"
    STAYS = "stays"


GOING = (Kind.ARCHIVE, Kind.UNLINK, Kind.CANCEL, Kind.ALONE)


@dataclass(frozen=True)
class Outcome:
    """What would become of one record, and why."""

    record: SyncRecord
    name: str
    kind: Kind
    reason: str = ""

    @property
    def is_going(self) -> bool:
        return self.kind in GOING


@dataclass(frozen=True)
class UndoPlan:
    """`reason` is the archive reason's name, "" where somebody has to choose one first."""

    outcomes: tuple[Outcome, ...]
    reason_id: str = ""
    reason: str = ""

    @property
    def going(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.is_going]

    @property
    def needs_reason(self) -> bool:
        return not self.reason_id and any(one.kind in (Kind.ARCHIVE, Kind.ALONE) for one in self.outcomes)

    def counts(self) -> dict[Kind, int]:
        """People by outcome, in the order in which they are told."""
        found: dict[Kind, int] = defaultdict(int)
        for one in self.outcomes:
            found[one.kind] += 1
        return {kind: found[kind] for kind in Kind if found[kind]}

    def reasons(self) -> list[tuple[Kind, str, list[Outcome]]]:
        """Outcomes that need a word, the most frequent first."""
        alike: dict[tuple[Kind, str], list[Outcome]] = defaultdict(list)
        for one in self.outcomes:
            if one.reason:
                alike[one.kind, one.reason].append(one)
        rows = [(kind, reason, each) for (kind, reason), each in alike.items()]
        return sorted(rows, key=lambda row: -len(row[2]))


def plan_undo(account: LeverAccount, records: Iterable[int]) -> UndoPlan:
    """The plan for these records, by id; those of other accounts are left out. Constant queries a batch."""
    ids, outcomes = sorted(set(records)), list[Outcome]()
    rows = SyncRecord.objects.filter(account=account).select_related("prospect__candidate", "prospect__job")
    for some in batched(ids, BATCH):
        outcomes += _outcomes(account, list(rows.filter(pk__in=some).order_by("pk")))
    reason = undo_reasons.reason_of(account)
    return UndoPlan(tuple(outcomes), reason.lever_id if reason else "", reason.text if reason else "")


def _outcomes(account: LeverAccount, records: list[SyncRecord]) -> list[Outcome]:
    open_ones = set(
        UndoItem.objects.filter(record__in=records, state=UndoItem.State.WAITING).values_list(
            "record_id", flat=True
        )
    )
    unsettled = set(
        Intent.objects.filter(record__in=records, outcome="").values_list("record_id", flat=True)
    ) | {one.pk for one in records if one.return_over_at is not None}
    touched, since = _touched(account, records), db_now() - FOR
    found = []
    for record in records:
        kind, reason = _kind(
            record, record.pk in open_ones, record.pk in unsettled, touched.get(record.pk, ""), since
        )
        found.append(Outcome(record, str(record.prospect), kind, reason))
    return found


def _kind(
    record: SyncRecord, is_open: bool, is_unsettled: bool, touched: str, since: datetime
) -> tuple[Kind, str]:
    if is_open:
        return Kind.STAYS, ALREADY
    if record.state in NOT_SENT:
        return Kind.CANCEL, WAITS if is_unsettled else ""
    if record.state not in IN_LEVER_STATES:
        return Kind.STAYS, UNDONE if record.state == State.UNDONE else NOT_IN_LEVER
    if record.synced_at is None or record.synced_at < since:
        return Kind.STAYS, words.TOO_LATE.format(days=DAYS)
    if not record.created_by_us:
        return Kind.UNLINK, ""
    return (Kind.ALONE, touched) if touched else (Kind.ARCHIVE, "")


def _touched(account: LeverAccount, records: list[SyncRecord]) -> dict[int, str]:
    """Whom our copy of Lever shows as archived or moved on; all else is looked at when it is done."""
    ours = {one.opportunity_id: one for one in records if one.state == State.SYNCED and one.created_by_us}
    if not ours:
        return {}
    moves = FollowUp.objects.filter(kind=FollowUp.Kind.STAGE, opportunity_id__in=ours)
    moved = {row.opportunity_id: set[str]() for row in moves}
    for row in moves:
        moved[row.opportunity_id] |= {str(row.result.get("stage")), str(row.payload.get("stage"))}
    first = lead_stages(account).by_name.get(NEW, NEW)
    known = KnownOpportunity.objects.filter(account=account, lever_id__in=ours, deleted_at=None)
    found = {}
    for lever_id, stage, archived_at in known.values_list("lever_id", "stage_id", "archived_at"):
        if archived_at is not None:
            found[ours[lever_id].pk] = ARCHIVED
        elif stage and stage != first and stage not in moved.get(lever_id, ()):
            found[ours[lever_id].pk] = MOVED
    return found


def is_possible(record: SyncRecord) -> bool:
    """Whether taking back is offered at all, by the record alone."""
    if record.state in NOT_SENT:
        return True
    recent = record.synced_at is not None and record.synced_at >= db_now() - FOR
    return record.state in IN_LEVER_STATES and recent
