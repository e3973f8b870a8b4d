"""When a job's rule is fulfilled: a pure reading of what is known about a prospect.

Reaching a later point implies the earlier ones. Times are the facts' own, never later than their arrival.
Quiet facts (from an import) count, but at least one fact that is not quiet has to complete the condition.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from pinlever.outreach.models import OutreachEvent
from pinlever.sync.models import Trigger

Kind = OutreachEvent.Kind
CONTACT_POINT = "contact_point"

IN_OUTREACH = frozenset(
    {
        Kind.ADDED_TO_OUTREACH,
        Kind.MESSAGE_SENT,
        Kind.OPENED,
        Kind.REPLIED,
        Kind.INTERESTED,
        Kind.BOUNCED,
        Kind.UNSUBSCRIBED,
    }
)
MESSAGED = frozenset({Kind.MESSAGE_SENT, Kind.OPENED, Kind.REPLIED, Kind.INTERESTED, Kind.UNSUBSCRIBED})
EMAIL = OutreachEvent.Channel.EMAIL


@dataclass(frozen=True)
class Fact:
    """An outreach event, or a contact point (kind CONTACT_POINT)."""

    kind: str
    at: datetime
    channel: str = ""
    is_quiet: bool = False


@dataclass(frozen=True)
class Reached:
    """`first_at`: when the condition became true. `fires_at`: when a fact that is not quiet found it true."""

    first_at: datetime | None
    fires_at: datetime | None


def fact_time(occurred_at: datetime, arrived_at: datetime) -> datetime:
    """A fact's own time, never later than its arrival."""
    return min(occurred_at, arrived_at)


def reached(trigger: str, facts: Iterable[Fact]) -> Reached:
    """When `trigger` was reached by these facts; Reached(None, None) when it is not."""
    holds = CONDITIONS.get(trigger)
    if holds is None:
        return Reached(None, None)
    known: list[Fact] = []
    first_at = fires_at = None
    for fact in sorted(facts, key=lambda fact: (fact.at, fact.is_quiet)):
        known.append(fact)
        if not holds(known):
            continue
        first_at = first_at or fact.at
        if not fact.is_quiet and COMPLETES[trigger](fact):
            fires_at = fact.at
            break
    return Reached(first_at, fires_at)


def fires(trigger: str, facts: Iterable[Fact], *, not_before: datetime) -> bool:
    """Whether the prospect goes to Lever: reached, by a fact that is not quiet, and not before the rule began."""
    found = reached(trigger, facts)
    return found.first_at is not None and found.fires_at is not None and found.first_at >= not_before


def _contact_found(facts: list[Fact]) -> bool:
    if _messaged(facts):
        return True
    known = any(fact.kind in (CONTACT_POINT, Kind.CONTACT_FOUND) for fact in facts)
    return known and any(fact.kind in IN_OUTREACH for fact in facts)


def _messaged(facts: list[Fact]) -> bool:
    return any(fact.kind in MESSAGED for fact in facts)


def _replied(facts: list[Fact]) -> bool:
    """Only replies by email count; being interested by email implies one."""
    return any(fact.kind in (Kind.REPLIED, Kind.INTERESTED) and fact.channel == EMAIL for fact in facts)


def _interested(facts: list[Fact]) -> bool:
    return _replied(facts) and any(fact.kind == Kind.INTERESTED for fact in facts)


CONDITIONS: dict[str, Callable[[list[Fact]], bool]] = {
    Trigger.CONTACT_FOUND: _contact_found,
    Trigger.MESSAGED: _messaged,
    Trigger.REPLIED: _replied,
    Trigger.INTERESTED: _interested,
}
COMPLETES: dict[str, Callable[[Fact], bool]] = {
    Trigger.CONTACT_FOUND: lambda fact: fact.kind in IN_OUTREACH | {CONTACT_POINT, Kind.CONTACT_FOUND},
    Trigger.MESSAGED: lambda fact: fact.kind in MESSAGED,
    Trigger.REPLIED: lambda fact: _replied([fact]),
    Trigger.INTERESTED: lambda fact: fact.kind == Kind.INTERESTED or _replied([fact]),
}
