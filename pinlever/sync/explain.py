"""Why a person is, or is not, in Lever: one sentence and one action, the same on every page, in the API and the admin.

`explanations` reads what is needed for many prospects in a constant number of queries; `explain_record` is pure.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pinlever.connection.accounts import home_account
from pinlever.connection.models import LeverAccount
from pinlever.recruiting.models import Prospect
from pinlever.sync import causes
from pinlever.sync.cures import (
    ACTIONS_BY_CAUSE,
    ADD,
    ALLOW,
    CANCEL,
    CHOOSE_POSTING,
    CONNECT,
    DECIDE,
    EXPORT,
    EXPORT_AGAIN,
    NOTHING,
    OPEN,
    OUTREACH,
    RETRY,
    Action,
    cause_of,
)
from pinlever.sync.firing import facts_of
from pinlever.sync.key_words import LABELS
from pinlever.sync.models import JobRule, State, SyncRecord, Wish
from pinlever.sync.moments import ago, ahead
from pinlever.sync.not_yet import BESIDES, not_yet
from pinlever.sync.queue import place_told
from pinlever.sync.surroundings import LeverStatus, Surroundings, around
from pinlever.sync.triggers import Fact

__all__ = [
    "ACTIONS_BY_CAUSE",
    "ADD",
    "ALLOW",
    "CANCEL",
    "CHOOSE_POSTING",
    "COLOURS",
    "CONNECT",
    "DECIDE",
    "EXPORT",
    "EXPORT_AGAIN",
    "NOTHING",
    "NOT_YET",
    "OPEN",
    "OUTREACH",
    "RETRY",
    "Action",
    "Explanation",
    "explain_record",
    "explain_without",
    "explanations",
    "explanations_of_records",
]

NOT_YET = "not_yet"
COLOURS = {
    NOT_YET: "secondary",
    State.QUEUED: "azure",
    State.RETRYING: "azure",
    State.HELD: "orange",
    State.NEEDS_YOU: "yellow",
    State.SYNCED: "green",
    State.IN_LEVER: "green",
    State.FAILED: "red",
    State.UNDONE: "secondary",
    State.CANCELLED: "secondary",
    State.REMOVED: "secondary",
}
COMPARED = (State.SYNCED, State.IN_LEVER, State.NEEDS_YOU, State.FAILED, State.HELD)
BRING_BACK = "Exporting them again takes the same opportunity out of the archive."
LET_GO = "Nothing holds this person any more; they go within seconds."


@dataclass(frozen=True)
class Explanation:
    """A prospect's standing. `colour` is Tabler's; `sentence` is for people; `since`: when this state began."""

    state: str
    label: str
    colour: str
    sentence: str
    action: Action = NOTHING
    record: SyncRecord | None = None
    since: datetime | None = None
    status: LeverStatus | None = None

    @property
    def is_in_lever(self) -> bool:
        return self.state in (State.SYNCED, State.IN_LEVER)

    @property
    def is_moving(self) -> bool:
        """Whether it may change by itself within seconds: pages ask again."""
        return self.state in (State.QUEUED, State.RETRYING) or (
            self.state == NOT_YET and self.action == NOTHING
        )

    @property
    def difference(self) -> str:
        """What made it come out otherwise than the plan of the export said; "" where nothing did."""
        return self.record.difference if self.record and self.state in COMPARED else ""

    @property
    def lever_url(self) -> str:
        return self.record.lever_url if self.record and self.is_in_lever else ""


def explanations(prospects: Sequence[Prospect]) -> dict[int, Explanation]:
    """By prospect id. A constant number of queries, however many they are."""
    account = home_account()
    rows = SyncRecord.objects.filter(account=account, prospect__in=prospects) if account else []
    records = {record.prospect_id: record for record in rows}
    without = [prospect for prospect in prospects if prospect.pk not in records]
    rules = {rule.job_id: rule for rule in JobRule.objects.filter(job__in={one.job_id for one in without})}
    facts = facts_of(without) if without else {}
    near = around(account, prospects, list(records.values()))
    found = {pk: explain_record(record, near) for pk, record in records.items()}
    for prospect in without:
        found[prospect.pk] = explain_without(
            account, near, rules.get(prospect.job_id), facts.get(prospect.pk, ()), prospect
        )
    return found


def explanations_of_records(records: Sequence[SyncRecord]) -> dict[int, Explanation]:
    """By record id, for records (with their prospects) that are at hand."""
    account = home_account()
    own = [record for record in records if account is not None and record.account_id == account.pk]
    near = around(account, [record.prospect for record in records], own)
    return {record.pk: explain_record(record, near) for record in records}


def explain_record(record: SyncRecord, near: Surroundings) -> Explanation:
    """A prospect that has a record."""
    state = State(record.state)
    sentence, action = TOLD[state](record, near)
    sentence = f"{sentence} {near.undos.get(record.pk, '')}".rstrip()
    return Explanation(
        state,
        state.label,
        COLOURS[state],
        sentence,
        action,
        record,
        _since(record),
        near.statuses.get(record.pk),
    )


def explain_without(
    account: LeverAccount | None,
    near: Surroundings,
    rule: JobRule | None,
    facts: Iterable[Fact],
    prospect: Prospect | None = None,
) -> Explanation:
    """A prospect nobody has set out to send: what it waits for."""
    told = not_yet(
        rule,
        facts,
        first_connected_at=account.first_connected_at if account else None,
        held_by=near.holds_everybody(),
        is_left_out=prospect is not None and near.is_left_out(prospect),
    )
    return Explanation(NOT_YET, "Not yet", COLOURS[NOT_YET], told.sentence, told.action)


Told = tuple[str, Action]


def _queued(record: SyncRecord, near: Surroundings) -> Told:
    if record.cause == causes.TWIN and (job := near.twins.get(record.pk)):
        return (
            f"The same person is on their way into Lever through the job “{job}”; this follows by itself.",
            CANCEL,
        )
    standing = near.standings.get(record.pk)
    if standing is not None and standing.place != 0 and (stop := BESIDES.get(near.holds_everybody())):
        return f"In the queue; {stop}.", CANCEL
    if standing is not None:
        return place_told(standing), CANCEL
    reason = record.reason or "Is on the way to Lever."
    return f"{reason} It is taken up again {ahead(record.due_at, near.now)}.", CANCEL


def _retrying(record: SyncRecord, near: Surroundings) -> Told:
    cause = cause_of(record.cause)
    standing = near.standings.get(record.pk)
    when = ahead(record.due_at, near.now)
    if standing is not None and standing.place == 0:
        when = "right now"
    try_number = f" (after {record.tries} tries)" if record.tries > 1 else ""
    what = "look" if record.cause == causes.OUTCOME_UNKNOWN else "try"
    said = f"{record.reason or 'Is tried again.'} Next {what} {when}{try_number}."
    return said, cause.action if cause and cause.action.code else RETRY


def _held(record: SyncRecord, near: Surroundings) -> Told:
    if near.is_let_go(record.cause):
        return LET_GO, RETRY
    cause = cause_of(record.cause)
    return record.reason, cause.action if cause and cause.action.code else RETRY


def _needs_you(record: SyncRecord, near: Surroundings) -> Told:
    return record.reason, DECIDE


def _synced(record: SyncRecord, near: Surroundings) -> Told:
    """By us, when, as whom, on which posting."""
    head, _, rest = (record.reason or "Created in Lever by PinLever.").partition(". ")
    details = [_when(record, near)]
    if who := near.users.get(record.performed_as):
        details.append(f"as {who}")
    posting = near.postings.get(record.posting_id)
    details.append(f"on {posting}" if posting else "without a Lever job" if not record.posting_id else "")
    said = f"{head.rstrip('.')} {', '.join(part for part in details if part)}."
    return " ".join(part for part in (said, rest, record.resume_note) if part), OPEN


def _in_lever(record: SyncRecord, near: Surroundings) -> Told:
    """Matched on what, when; and whether on this job's posting."""
    said = f"{_matched(record).rstrip('.')}, linked {_when(record, near)}".rstrip(", ")
    wanted = near.wanted_posting(record)
    status = near.statuses.get(record.pk)  # somebody may have moved the person to another posting since
    is_on = status.posting_id if status else record.posting_id
    there = "" if status and status.is_hidden else near.postings.get(is_on, "")
    if wanted and wanted != is_on:
        name = near.postings.get(wanted, "this job's Lever job")
        told = f"{said}; {f'on {there}, ' if there else ''}not on {name} yet. {record.match_note}"
        return told.rstrip(), ADD
    return f"{said}{f'; on {there}' if there else ''}. {record.match_note}".rstrip(), OPEN


def _matched(record: SyncRecord) -> str:
    """The engine's sentence; a link somebody chose, or a file named, says so."""
    if record.wish != Wish.LINK or any(kind in LABELS for kind, _ in record.matched_on):
        return record.reason.removesuffix(record.match_note).rstrip() or "In Lever already"
    by_file = record.wish_opportunity_id and record.origin.startswith("import")
    return (
        "In Lever already: the file named this profile"
        if by_file
        else "In Lever already: somebody chose this profile"
    )


def _failed(record: SyncRecord, near: Surroundings) -> Told:
    cause = cause_of(record.cause)
    if cause is None:
        return record.reason, RETRY
    cure = "" if _names_its_cure(record.reason) else f" {cause.cure}"
    return f"{record.reason}{cure}", cause.action if cause.action.code else RETRY


def _names_its_cure(reason: str) -> bool:
    return any(word in reason for word in ("Choose ", "Correct "))


def _over(record: SyncRecord, near: Surroundings) -> Told:
    """Cancelled, undone or removed: by whom, and when."""
    head, _, rest = (record.reason or f"{State(record.state).label}.").partition(". ")
    back = BRING_BACK if record.state == State.UNDONE and record.undone_at is not None else ""
    return f"{head.rstrip('.')}, {ago(record.updated_at, near.now)}. {rest} {back}".strip(), EXPORT_AGAIN


def _when(record: SyncRecord, near: Surroundings) -> str:
    return ago(record.synced_at, near.now) if record.synced_at else ""


def _since(record: SyncRecord) -> datetime:
    in_lever = record.state in (State.SYNCED, State.IN_LEVER)
    return (record.synced_at if in_lever else None) or record.updated_at


TOLD: dict[State, Callable[[SyncRecord, Surroundings], Told]] = {
    State.QUEUED: _queued,
    State.RETRYING: _retrying,
    State.HELD: _held,
    State.NEEDS_YOU: _needs_you,
    State.SYNCED: _synced,
    State.IN_LEVER: _in_lever,
    State.FAILED: _failed,
    State.UNDONE: _over,
    State.CANCELLED: _over,
    State.REMOVED: _over,
}
