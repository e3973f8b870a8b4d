"""From what is known about a prospect to a record: the one place that lets a rule fire."""

from collections import defaultdict
from collections.abc import Iterable

from pinlever.audit.services import SYSTEM, record as audit
from pinlever.connection.accounts import home_account
from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting.models import ContactPoint, Prospect
from pinlever.recruiting.services import families
from pinlever.sync.models import WORKABLE, JobRule, Priority, SyncRecord, Trigger
from pinlever.sync.triggers import CONTACT_POINT, Fact, fact_time, fires
from pinlever.sync.waking import wake

REPLIES = frozenset({OutreachEvent.Kind.REPLIED, OutreachEvent.Kind.INTERESTED})


def heard(event: OutreachEvent) -> None:
    """An event arrived, in this transaction: makes the record if the prospect has reached its job's rule."""
    prospect = event.prospect
    if event.kind in REPLIES:
        hurry(prospect)
    if prospect.outreach_stage == Prospect.Stage.SOURCED:
        return  # every condition needs an event that moves the stage; imports of thousands end here
    rule = JobRule.objects.filter(job_id=prospect.job_id).exclude(trigger=Trigger.NEVER).first()
    account = home_account() if rule is not None else None
    if rule is not None and account is not None:
        consider(account, [(prospect, rule)])


def consider(account: LeverAccount, pairs: Iterable[tuple[Prospect, JobRule]]) -> int:
    """Makes the missing records of prospects past their rule; answers how many. Constant queries but for new ones."""
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
    made = 0
    for prospect, rule in open_rows:
        begins = max(rule.trigger_set_at, account.first_connected_at)
        if fires(rule.trigger, facts[prospect.pk], not_before=begins):
            made += make_record(account, prospect, rule, facts[prospect.pk])
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


def make_record(account: LeverAccount, prospect: Prospect, rule: JobRule, facts: list[Fact]) -> bool:
    """The row is the promise; the queue is only woken."""
    priority = Priority.REPLIED if any(fact.kind in REPLIES for fact in facts) else Priority.BULK
    record, is_new = SyncRecord.objects.get_or_create(
        account=account,
        prospect=prospect,
        defaults={"priority": priority, "origin": f"rule: {rule.get_trigger_display()}", "due_at": db_now()},
    )
    if is_new:
        audit(by=SYSTEM, action="sync.queued", subject=record, after={"origin": record.origin})
    return is_new


def hurry(prospect: Prospect) -> None:
    """People who replied go first."""
    SyncRecord.objects.filter(prospect=prospect, state__in=WORKABLE, priority__gt=Priority.REPLIED).update(
        priority=Priority.REPLIED
    )


def _points_by_candidate(ids: set[int]) -> dict[int, list[Fact]]:
    found: dict[int, list[Fact]] = defaultdict(list)
    rows = ContactPoint.objects.filter(candidate_id__in=ids)
    columns = rows.values_list("candidate_id", "found_at", "arrived_at", "is_quiet")
    for candidate_id, found_at, arrived_at, is_quiet in columns:
        found[candidate_id].append(Fact(CONTACT_POINT, fact_time(found_at, arrived_at), "", is_quiet))
    return found
