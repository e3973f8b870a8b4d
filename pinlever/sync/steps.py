"""A record's story as steps for its card: what has been reached, where it stands, what is still ahead."""

from dataclasses import dataclass
from datetime import datetime

from pinlever.connection.models import KnownOpportunity, Posting, Stage
from pinlever.connection.names import names_of
from pinlever.lever.types import NewOpportunity
from pinlever.sync.key_words import LABELS, kinds_told
from pinlever.sync.models import IN_LEVER_STATES, WORKABLE, Intent, State, SyncRecord

DONE, NOW, STUCK, AHEAD = "done", "now", "stuck", "ahead"
OVER = (State.CANCELLED, State.UNDONE, State.REMOVED)


@dataclass(frozen=True)
class Step:
    """`state`: done, now (under way), stuck (somebody or something is needed), ahead."""

    name: str
    state: str
    told: str
    at: datetime | None = None


def steps_of(record: SyncRecord) -> list[Step]:
    """In order; a few queries. The last one tells how the person stands in Lever, as last read."""
    intent = record.intents.order_by("-id").first()
    is_in = record.state in IN_LEVER_STATES
    return [
        Step("Trigger reached", DONE, _origin(record), record.created_at),
        _duplicate_check(record, intent, is_in),
        _profile(record, intent, is_in),
        _in_lever(record, is_in),
    ]


def _origin(record: SyncRecord) -> str:
    kind, _, detail = record.origin.partition(" ")
    if kind == "rule:":
        return detail
    return {"import": "Named by an import", "export": "Exported by hand"}.get(
        kind, record.origin or "Exported by hand"
    )


def _duplicate_check(record: SyncRecord, intent: Intent | None, is_in: bool) -> Step:
    name = "Duplicate check"
    if is_in and not record.created_by_us:
        return Step(name, DONE, _matched(record), record.synced_at)
    if intent is not None:
        told = "Nobody with these keys was in Lever" if _is_new_person(intent) else "Already in Lever"
        return Step(name, DONE, told, intent.made_at)
    if is_in:
        return Step(name, DONE, "Our own earlier work was found again", record.synced_at)
    if record.state in OVER:
        return Step(name, AHEAD, record.get_state_display())
    if record.state in WORKABLE:
        return Step(name, NOW, "Comes next")
    return Step(
        name,
        STUCK,
        {State.NEEDS_YOU: "Needs a decision"}.get(State(record.state), record.get_state_display()),
    )


def _matched(record: SyncRecord) -> str:
    kinds = kinds_told(key for key in record.matched_on if key[0] in LABELS)
    return f"Matched on {kinds}" if kinds else "Linked"


def _is_new_person(intent: Intent) -> bool:
    return not NewOpportunity.from_json(intent.payload).contact_id


def _profile(record: SyncRecord, intent: Intent | None, is_in: bool) -> Step:
    if is_in and not record.created_by_us:
        return Step("Link", DONE, "No new profile: linked", record.synced_at)
    name = _profile_name(intent)
    if is_in:
        return Step(name, DONE, _posting(record), record.synced_at)
    if record.state == State.UNDONE and record.undone_at is not None:
        return Step(name, DONE, _posting(record), record.synced_at)
    if intent is None or record.state in OVER:
        return Step(name, AHEAD, "")
    if intent.outcome == Intent.Outcome.OPEN:
        return Step(
            name,
            STUCK if record.state == State.NEEDS_YOU else NOW,
            "Sent; the answer was lost",
            intent.made_at,
        )
    state = NOW if record.state in WORKABLE else STUCK
    told = "Lever did not take it" if record.state == State.FAILED else "Tried; Lever has not taken it yet"
    return Step(name, state, told, intent.made_at)


def _profile_name(intent: Intent | None) -> str:
    if intent is None:
        return "Profile"
    if not _is_new_person(intent):
        return "New opportunity"
    return "Profile + résumé" if intent.resume_id else "Profile"


def _posting(record: SyncRecord) -> str:
    name = names_of(Posting, record.account_id, [record.posting_id]).get(record.posting_id)
    return f"Lead on {name}" if name else "Lead without a Lever job"


def _in_lever(record: SyncRecord, is_in: bool) -> Step:
    if record.state == State.REMOVED:
        return Step("In Lever", STUCK, "Removed there", record.updated_at)
    if record.state == State.UNDONE and record.undone_at is not None:
        return Step("In Lever", STUCK, "Archived: taken back", record.undone_at)
    known = KnownOpportunity.objects.filter(account_id=record.account_id, lever_id=record.opportunity_id)
    row = known.defer("payload").first() if is_in else None
    if row is None:
        return Step("In Lever", DONE if is_in else AHEAD, "Linked" if is_in else "")
    stages = names_of(Stage, record.account_id, [row.stage_id])
    told = "Archived" if row.archived_at else stages.get(row.stage_id, "In Lever")
    return Step("In Lever", DONE, told, row.seen_at)
