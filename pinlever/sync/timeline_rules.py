"""The rule of an account's timeline: what it is, what it lets through, and how it is changed."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from pinlever.audit.services import Actor, record as audit
from pinlever.connection.models import LeverAccount
from pinlever.connection.rules import InvalidRule
from pinlever.foundation.clock import db_now
from pinlever.outreach.event_holds import MARKED_IN_LEVER
from pinlever.outreach.models import OutreachEvent
from pinlever.sync.models import NOTEWORTHY, Bodies, SyncRecord, TimelineRule

SOURCED, LINKED, OPENS, MOVES = "sourced", "linked", "opens", "moves_stage"
_SWITCHES = (SOURCED, LINKED, OPENS, MOVES)


def rule_of(account_id: int) -> TimelineRule:
    """The account's rule as it stands now; unsaved where nobody has changed anything."""
    return TimelineRule.objects.filter(account=account_id).first() or TimelineRule(account_id=account_id)


def lets_through(rule: TimelineRule, record: SyncRecord) -> bool:
    """Whether anything is told about this record's person."""
    return record.created_by_us or rule.linked


def wants(rule: TimelineRule, record: SyncRecord, event: OutreachEvent) -> bool:
    """Whether the event becomes a note. What was switched on later does not reach back to people in Lever by then."""
    if event.kind not in rule.kinds or not lets_through(rule, record):
        return False
    return _reaches(rule, record, event, event.kind)


def wants_opens(rule: TimelineRule, record: SyncRecord, event: OutreachEvent) -> bool:
    """Whether this open is summed up on its message's note."""
    return rule.opens and lets_through(rule, record) and _reaches(rule, record, event, OPENS)


def wants_sourced(rule: TimelineRule, record: SyncRecord) -> bool:
    """Whether there is a note about who sourced them. They must have come to Lever after it was switched on."""
    on_since = [rule.since_of(SOURCED), *([] if record.created_by_us else [rule.since_of(LINKED)])]
    synced_at = record.synced_at
    is_later = all(since is None or (synced_at and synced_at >= since) for since in on_since)
    return rule.sourced and lets_through(rule, record) and is_later


def moves(rule: TimelineRule, record: SyncRecord, event: OutreachEvent) -> bool:
    """Whether the event may move the stage: never for people who were in Lever already, nor by an import."""
    if not rule.moves_stage or not record.created_by_us or event.is_quiet:
        return False
    return _reaches(rule, record, event, MOVES)


def _reaches(rule: TimelineRule, record: SyncRecord, event: OutreachEvent, what: str) -> bool:
    if event.source == MARKED_IN_LEVER:
        return False  # Lever told us
    latest = max(event.arrived_at, record.synced_at or event.arrived_at)
    of = [what] if record.created_by_us else [what, LINKED]
    return all(since is None or latest >= since for since in map(rule.since_of, of))


@transaction.atomic
def change(
    *,
    by: Actor,
    account: LeverAccount,
    kinds: Iterable[str] | None = None,
    bodies: str | None = None,
    **switches: bool,
) -> TimelineRule:
    """Changes what is given, and keeps when something was switched on. Raises InvalidRule."""
    wanted: dict[str, Any] = _checked(kinds, bodies, switches)
    TimelineRule.objects.get_or_create(account=account)
    rule = TimelineRule.objects.select_for_update().get(account=account)
    news = {name: value for name, value in wanted.items() if getattr(rule, name) != value}
    if not news:
        return rule
    before = {name: getattr(rule, name) for name in news}
    news["since"] = rule.since | dict.fromkeys(_switched_on(rule, news), db_now().isoformat())
    TimelineRule.objects.filter(pk=rule.pk).update(**news)
    for name, value in news.items():
        setattr(rule, name, value)
    after = {name: value for name, value in news.items() if name != "since"}
    audit(by=by, action="account.timeline", subject=account, before=before, after=after)
    return rule


def _checked(kinds: Iterable[str] | None, bodies: str | None, switches: dict[str, bool]) -> dict[str, Any]:
    wanted: dict[str, Any] = dict(switches)
    if unknown := set(switches) - set(_SWITCHES):
        raise InvalidRule(f"There is no rule named {', '.join(sorted(unknown))}.")
    if kinds is not None:
        asked = set(kinds)
        if asked - set(NOTEWORTHY):
            raise InvalidRule("Choose kinds of events out of the list.")
        wanted["kinds"] = [kind.value for kind in NOTEWORTHY if kind in asked]
    if bodies is not None:
        if bodies not in Bodies.values:
            raise InvalidRule("Choose what becomes of the words of a message: never, notes, or secret notes.")
        wanted["bodies"] = bodies
    return wanted


def _switched_on(rule: TimelineRule, news: dict[str, Any]) -> list[str]:
    on = [name for name in _SWITCHES if news.get(name) is True]
    return on + [kind for kind in news.get("kinds", ()) if kind not in rule.kinds]
