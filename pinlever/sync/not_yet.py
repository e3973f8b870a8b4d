"""Why somebody without a sync record is not in Lever: what the job's rule waits for, or why it never fires."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pinlever.sync import causes
from pinlever.sync.cures import CONNECT, EXPORT, NOTHING, OUTREACH, Action
from pinlever.sync.models import JobRule, Trigger
from pinlever.sync.moments import day
from pinlever.sync.triggers import CONTACT_POINT, EMAIL, IN_OUTREACH, Fact, Kind, fires, reached

NO_ACCOUNT = "No Lever account is connected yet."
NEVER = "This job's rule is Never: people go to Lever only when somebody exports them."
ABOUT_TO = "Has just reached the job's rule and is about to be queued."
BY_IMPORT = "Is past the job's rule by an import alone, and an import fires no rule by itself."
WAITS_FOR: dict[str, str] = {
    Trigger.CONTACT_FOUND: "Waits for contact information (job setting)",
    Trigger.MESSAGED: "Waits for the first message (job setting)",
    Trigger.REPLIED: "Waits for a reply to an email (job setting)",
    Trigger.INTERESTED: "Waits for a reply to an email that shows interest (job setting)",
}
IS_PAST: dict[str, str] = {
    Trigger.CONTACT_FOUND: "Contact information was found",
    Trigger.MESSAGED: "Was messaged",
    Trigger.REPLIED: "Replied",
    Trigger.INTERESTED: "Replied and was interested",
}
BESIDES: dict[str, str] = {
    causes.NOT_CONNECTED: "nothing goes while Lever is not connected",
    causes.RECONNECT: "nothing goes until Lever is connected again",
    causes.OUTGOING_OFF: "nothing goes while sending is switched off",
    causes.FIRST_CRAWL: "nobody goes before we have read who is in Lever",
}
ELSEWHERE = {"linkedin": "on LinkedIn", "sms": "by SMS"}


@dataclass(frozen=True)
class NotYet:
    """One sentence and one action."""

    sentence: str
    action: Action


def not_yet(
    rule: JobRule | None,
    facts: Iterable[Fact],
    *,
    first_connected_at: datetime | None,
    held_by: str = "",
    is_left_out: bool = False,
) -> NotYet:
    """What a prospect waits for. `held_by`: what would hold them even then; `is_left_out`: by the allow-list."""
    known = tuple(facts)
    if first_connected_at is None:
        return NotYet(NO_ACCOUNT, CONNECT)
    if rule is None or rule.trigger == Trigger.NEVER:
        return NotYet(NEVER, EXPORT)
    begins = max(rule.trigger_set_at, first_connected_at)
    if fires(rule.trigger, known, not_before=begins):
        return NotYet(ABOUT_TO, NOTHING)
    first_at = reached(rule.trigger, known).first_at
    if first_at is not None:
        return NotYet(_passed(rule, first_at, first_connected_at), EXPORT)
    waits = _waits(rule.trigger, known)
    also = "the allow-list leaves them out even then" if is_left_out else BESIDES.get(held_by, "")
    return NotYet(f"{waits.sentence}; {also}." if also else f"{waits.sentence}.", waits.action)


def _passed(rule: JobRule, first_at: datetime, connected_at: datetime) -> str:
    if first_at >= max(rule.trigger_set_at, connected_at):
        return BY_IMPORT
    since = "the rule was set" if rule.trigger_set_at >= connected_at else "Lever was first connected"
    began = max(rule.trigger_set_at, connected_at)
    return f"{IS_PAST[rule.trigger]} on {day(first_at)}, before {since} on {day(began)}; rules look forward."


def _waits(trigger: str, facts: tuple[Fact, ...]) -> NotYet:
    kinds = {fact.kind for fact in facts}
    if trigger == Trigger.CONTACT_FOUND:
        if not kinds & IN_OUTREACH:
            return NotYet(
                "Waits to be added to outreach (job setting: contact information is found)", OUTREACH
            )
        return NotYet("Waits for contact information: no email or phone is known (job setting)", EXPORT)
    if trigger == Trigger.INTERESTED and any(
        fact.kind == Kind.REPLIED and fact.channel == EMAIL for fact in facts
    ):
        return NotYet("Replied, but not yet with interest; the job setting waits for that", EXPORT)
    if trigger in (Trigger.REPLIED, Trigger.INTERESTED) and (where := _replied_elsewhere(facts)):
        return NotYet(f"Replied {where}; the job setting waits for a reply to an email", EXPORT)
    if not kinds & (IN_OUTREACH | {Kind.CONTACT_FOUND}) and not kinds - {CONTACT_POINT}:
        return NotYet(f"{WAITS_FOR[trigger]} and is not in outreach yet", EXPORT)
    return NotYet(WAITS_FOR[trigger], EXPORT)


def _replied_elsewhere(facts: tuple[Fact, ...]) -> str:
    replies = (fact for fact in facts if fact.kind in (Kind.REPLIED, Kind.INTERESTED))
    return next((ELSEWHERE[fact.channel] for fact in replies if fact.channel in ELSEWHERE), "")
