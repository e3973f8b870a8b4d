"""Why a person is, or is not, in Lever: one sentence and one action, the same on every page, in the API and the admin.

`explanations` reads what is needed for many prospects in a constant number of queries; `explain` is pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pinlever.connection.accounts import current_connection, home_account
from pinlever.connection.models import LeverAccount
from pinlever.recruiting.models import Prospect
from pinlever.sync.firing import facts_of
from pinlever.sync.models import JobRule, State, SyncRecord, Trigger
from pinlever.sync.triggers import CONTACT_POINT, IN_OUTREACH, Fact, Kind, fires, reached

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


@dataclass(frozen=True)
class Action:
    """What can be done about it. `code` names the button; `needs_super_admin` hides it from others."""

    code: str
    label: str
    needs_super_admin: bool = False


EXPORT = Action("export", "Export now")
EXPORT_AGAIN = Action("export", "Export again")
CANCEL = Action("cancel", "Cancel")
RETRY = Action("retry", "Retry now")
DECIDE = Action("decide", "Decide")
OPEN = Action("open", "Open in Lever")
CONNECT = Action("connect", "Connect Lever", needs_super_admin=True)
SETTINGS = Action("settings", "Open the settings", needs_super_admin=True)
OUTREACH = Action("add_to_outreach", "Add to outreach")
CHOOSE_POSTING = Action("job_settings", "Choose another Lever job")
NOTHING = Action("", "")


@dataclass(frozen=True)
class Explanation:
    """A prospect's standing. `colour` is Tabler's; `sentence` is for people."""

    state: str
    label: str
    colour: str
    sentence: str
    action: Action = NOTHING
    record: SyncRecord | None = None

    @property
    def is_in_lever(self) -> bool:
        return self.state in (State.SYNCED, State.IN_LEVER)

    @property
    def lever_url(self) -> str:
        return self.record.lever_url if self.record and self.is_in_lever else ""


def explanations(prospects: Sequence[Prospect]) -> dict[int, Explanation]:
    """By prospect id. Six queries or so, however many they are."""
    account = home_account()
    rows = SyncRecord.objects.filter(account=account, prospect__in=prospects) if account else []
    records = {record.prospect_id: record for record in rows}
    without = [prospect for prospect in prospects if prospect.pk not in records]
    rules = {rule.job_id: rule for rule in JobRule.objects.filter(job__in={one.job_id for one in without})}
    facts = facts_of(without) if without else {}
    is_connected = current_connection() is not None
    found = {}
    for prospect in prospects:
        record = records.get(prospect.pk)
        found[prospect.pk] = (
            explain_record(record)
            if record
            else explain_without(account, is_connected, rules.get(prospect.job_id), facts.get(prospect.pk, ()))
        )
    return found


def explain_record(record: SyncRecord) -> Explanation:
    """A prospect that has a record."""
    state = State(record.state)
    sentence = record.reason or SENTENCES.get(state, "")
    return Explanation(
        state, state.label, COLOURS[state], sentence, ACTIONS_BY_CAUSE.get(record.cause, ACTIONS[state]), record
    )


def explain_without(
    account: LeverAccount | None, is_connected: bool, rule: JobRule | None, facts: Iterable[Fact]
) -> Explanation:
    """A prospect nobody has set out to send: what it waits for."""
    known = tuple(facts)
    trigger = rule.trigger if rule else Trigger.NEVER
    if account is None:
        return _not_yet("No Lever account is connected yet.", CONNECT)
    if rule is None or trigger == Trigger.NEVER:
        return _not_yet("This job's rule is Never: people go to Lever only when somebody exports them.", EXPORT)
    begins = max(rule.trigger_set_at, account.first_connected_at)
    if fires(trigger, known, not_before=begins):
        return _not_yet("Has just reached the job's rule and is about to be queued.", NOTHING)
    first_at = reached(trigger, known).first_at
    if first_at is not None:
        return _not_yet(_passed(first_at, begins), EXPORT)
    return _waits(trigger, known, is_connected)


def _passed(first_at: datetime, begins: datetime) -> str:
    if first_at < begins:
        return f"Was past this job's rule before the rule began on {begins:%d %b %Y}; rules look forward."
    return "Is past this job's rule by an import alone, and imports fire no rule by themselves."


def _waits(trigger: str, facts: tuple[Fact, ...], is_connected: bool) -> Explanation:
    kinds = {fact.kind for fact in facts}
    if trigger == Trigger.CONTACT_FOUND:
        if not kinds & IN_OUTREACH:
            return _not_yet("Waits to be added to outreach (job setting: contact information is found).", OUTREACH)
        if not kinds & {CONTACT_POINT, Kind.CONTACT_FOUND}:
            return _not_yet("Waits for contact information (job setting).", EXPORT)
    return _not_yet(f"Waits for {WAITS_FOR[trigger]} (job setting).", EXPORT)


def _not_yet(sentence: str, action: Action) -> Explanation:
    return Explanation(NOT_YET, "Not yet", COLOURS[NOT_YET], sentence, action)


WAITS_FOR: dict[str, str] = {
    Trigger.CONTACT_FOUND: "contact information",
    Trigger.MESSAGED: "the first message",
    Trigger.REPLIED: "a reply to an email",
    Trigger.INTERESTED: "a reply to an email that shows interest",
}
SENTENCES: dict[str, str] = {
    State.QUEUED: "Is on the way to Lever.",
    State.RETRYING: "Is tried again.",
    State.SYNCED: "Created in Lever.",
    State.IN_LEVER: "Was in Lever already.",
}
ACTIONS: dict[str, Action] = {
    State.QUEUED: CANCEL,
    State.RETRYING: RETRY,
    State.HELD: SETTINGS,
    State.NEEDS_YOU: DECIDE,
    State.SYNCED: OPEN,
    State.IN_LEVER: OPEN,
    State.FAILED: RETRY,
    State.UNDONE: EXPORT_AGAIN,
    State.CANCELLED: EXPORT_AGAIN,
    State.REMOVED: EXPORT_AGAIN,
}
ACTIONS_BY_CAUSE: dict[str, Action] = {
    "not_connected": CONNECT,
    "reconnect": CONNECT,
    "forbidden": CONNECT,
    "posting_gone": CHOOSE_POSTING,
    "posting_confidential": CHOOSE_POSTING,
}
