"""From what is known about a prospect to a record: the one place that lets a rule fire."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model

from pinlever.audit.services import SYSTEM, record_many as audit_many
from pinlever.connection.accounts import home_account
from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting.models import ContactPoint, Prospect
from pinlever.recruiting.services import families
from pinlever.sync.models import WORKABLE, JobRule, Priority, SyncRecord, Trigger
from pinlever.sync.triggers import CONTACT_POINT, Fact, fact_time, fires
from pinlever.sync.waking import wake

_FIRST = Prospect.Stage.SOURCED
REPLIES = frozenset({OutreachEvent.Kind.REPLIED, OutreachEvent.Kind.INTERESTED})


def heard(events: Iterable[OutreachEvent]) -> None:
    """Events arrived, in this transaction: makes the records of prospects who have reached their job's rule."""
    told = list(events)
    if replied := {event.prospect_id for event in told if event.kind in REPLIES}:
        hurry(replied)
    # Every condition needs an event that moves the stage; imports of thousands end here.
    moved = {event.prospect_id: event.prospect for event in told if event.prospect.outreach_stage != _FIRST}
    rules = _rules({prospect.job_id for prospect in moved.values()}) if moved else {}
    account = home_account() if rules else None
    if account is not None:
        consider(account, [(one, rules[one.job_id]) for one in moved.values() if one.job_id in rules])


def _rules(job_ids: set[int]) -> dict[int, JobRule]:
    rows = JobRule.objects.filter(job__in=job_ids).exclude(trigger=Trigger.NEVER)
    return {rule.job_id: rule for rule in rows}


def consider(account: LeverAccount, pairs: Iterable[tuple[Prospect, JobRule]]) -> int:
    """Makes the missing records of prospects past their rule; answers how many. Constant queries."""
    rows = list(pairs)
    known = set(
        SyncRecord.objects.filter(
            account=account, prospect__in=[prospect for prospect, _ in rows]
        ).values_list("prospect_id", flat=True)
    )
    open_rows = [(prospect, rule) for prospect, rule in rows if prospect.pk not in known]
    if not open_rows:
        return 0
    facts = facts_of([prospect for prospect, _ in open_rows])
    fired = [
        _record(account, prospect, rule, facts[prospect.pk])
        for prospect, rule in sorted(open_rows, key=lambda row: row[0].pk)
        if fires(
            rule.trigger,
            facts[prospect.pk],
            not_before=max(rule.trigger_set_at, account.first_connected_at),
        )
    ]
    made = _store(fired) if fired else 0
    if made:
        wake()
    return made


def facts_of(prospects: list[Prospect]) -> dict[int, list[Fact]]:
    """Events of the prospects themselves, and contact points of all rows of the person."""
    found: dict[int, list[Fact]] = defaultdict(list)
    for event in OutreachEvent.objects.filter(prospect__in=prospects):
        at = fact_time(event.occurred_at, event.arrived_at)
        found[event.prospect_id].append(Fact(event.kind, at, event.channel, event.is_quiet))
    members = families([prospect.candidate_id for prospect in prospects])
    points = _points_by_candidate({member.pk for rows in members.values() for member in rows.members})
    for prospect in prospects:
        for member in members[prospect.candidate_id].members:
            found[prospect.pk].extend(points[member.pk])
    return found


def _record(account: LeverAccount, prospect: Prospect, rule: JobRule, facts: list[Fact]) -> SyncRecord:
    """The row is the promise; the queue is only woken."""
    priority = Priority.REPLIED if any(fact.kind in REPLIES for fact in facts) else Priority.BULK
    origin = f"rule: {rule.get_trigger_display()}"
    return SyncRecord(account=account, prospect=prospect, priority=priority, origin=origin)


def _store(records: list[SyncRecord]) -> int:
    """Stores the new records in one order for everybody; who was given one meanwhile keeps that one."""
    now = db_now()
    for row in records:
        row.due_at = now
    try:
        with transaction.atomic():
            SyncRecord.objects.bulk_create(records)
            told: list[tuple[Model, Mapping[str, Any]]] = [(row, {"origin": row.origin}) for row in records]
            audit_many(by=SYSTEM, action="sync.queued", subjects=told)
    except IntegrityError:
        if len(records) == 1:
            return 0
        for row in records:
            row.pk = None
        return sum(_store([row]) for row in records)
    return len(records)


def hurry(prospect_ids: set[int]) -> None:
    """People who replied go first."""
    theirs = SyncRecord.objects.filter(prospect__in=prospect_ids, state__in=WORKABLE)
    theirs.filter(priority__gt=Priority.REPLIED).update(priority=Priority.REPLIED)


def _points_by_candidate(ids: set[int]) -> dict[int, list[Fact]]:
    found: dict[int, list[Fact]] = defaultdict(list)
    rows = ContactPoint.objects.filter(candidate_id__in=ids)
    columns = rows.values_list("candidate_id", "found_at", "arrived_at", "is_quiet")
    for candidate_id, found_at, arrived_at, is_quiet in columns:
        found[candidate_id].append(Fact(CONTACT_POINT, fact_time(found_at, arrived_at), "", is_quiet))
    return found
