"""Deriving what is due from rows alone: whatever a crash, a lost wake-up or a lost broker left undone."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from pinlever.connection.accounts import current_connection, home_account
from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting.models import ContactPoint, IdentityQuestion, Prospect
from pinlever.recruiting.services import families
from pinlever.sync import asked_holds, claims, gates, new_facts, pairs, removals, timeline, turning_up
from pinlever.sync.answering import answer_by_itself
from pinlever.sync.firing import consider
from pinlever.sync.models import JobRule, Question, State, SyncRecord, Trigger, WakeUp
from pinlever.sync.services import NotPossible
from pinlever.sync.waking import wake

RECENT = timedelta(minutes=15)
HEARD = timedelta(minutes=6)  # longer than the poll is apart
DAY = timedelta(days=1)
BATCH = 500


def sweep(*, everything: bool = False) -> None:
    """Makes missing records, lets go of what nothing holds any more, wakes who waited, and asks for a worker.

    Looks at what arrived lately; with `everything` at every prospect of a job with a rule.
    """
    account = home_account()
    if account is not None:
        derive_missing(account, since=None if everything else db_now() - RECENT)
        timeline.derive_missing(account, since=db_now() - (DAY if everything else RECENT))
        new_facts.derive(account, since=None if everything else db_now() - RECENT)
        gates.let_go(account, current_connection())
        heard_since = db_now() - (DAY if everything else HEARD)
        removals.note_merged(account, since=None if everything else heard_since)
        pairs.follow_merged(account, since=None if everything else heard_since)
        removals.note_removed(account, since=None if everything else heard_since)
        turning_up.note_turned_up(account, since=heard_since)
        asked_holds.settle(account)
    claims.wake_overdue()
    ask_no_more_who_they_are()
    if WakeUp.is_more_due():
        wake()


def ask_no_more_who_they_are() -> int:
    """Records that asked who somebody is, where that has been answered since. In batches, by id."""
    done, last = 0, 0
    asked = SyncRecord.objects.filter(state=State.NEEDS_YOU, cause=f"ask_{Question.Kind.IDENTITY}")
    rows = asked.select_related("prospect").order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        still = _still_asked({record.prospect.candidate_id for record in batch})
        for record in batch:
            if record.prospect.candidate_id not in still:
                done += _go_on(record)
        last = batch[-1].pk
    return done


def _still_asked(candidates: set[int]) -> set[int]:
    """Those of the candidates about whom, or about whose rows, a blocking question is open."""
    of = families(candidates)
    members = {member for each in of.values() for member in each.ids}
    open_ones = IdentityQuestion.objects.filter(
        candidate__in=members, answered_at=None, is_blocking=True
    ).values_list("candidate_id", flat=True)
    asked_about = set(open_ones)
    return {candidate for candidate, each in of.items() if asked_about & set(each.ids)}


def _go_on(record: SyncRecord) -> bool:
    question = record.questions.filter(answered_at=None).first()
    if question is None:
        return False
    with suppress(NotPossible):  # somebody answers at this moment
        answer_by_itself(question)
    return True


def derive_missing(account: LeverAccount, *, since: datetime | None) -> int:
    """Records for prospects past their rule that have none. Reads them in batches, by id."""
    rules = {rule.job_id: rule for rule in JobRule.objects.exclude(trigger=Trigger.NEVER)}
    prospects = _without_record(account, list(rules), since)
    made, last = 0, 0
    while batch := list(prospects.filter(pk__gt=last).select_related("candidate", "job")[:BATCH]):
        made += consider(account, [(prospect, rules[prospect.job_id]) for prospect in batch])
        last = batch[-1].pk
    return made


def _without_record(account: LeverAccount, jobs: list[int], since: datetime | None) -> QuerySet[Prospect]:
    has_record = Exists(SyncRecord.objects.filter(account=account, prospect=OuterRef("pk")))
    events = OutreachEvent.objects.filter(prospect=OuterRef("pk"))
    rows = Prospect.objects.filter(~has_record, job__in=jobs).exclude(outreach_stage=Prospect.Stage.SOURCED)
    if since is None:
        return rows.filter(Exists(events)).order_by("pk")
    points = ContactPoint.objects.filter(candidate=OuterRef("candidate"), arrived_at__gte=since)
    lately = Exists(events.filter(arrived_at__gte=since)) | Exists(points)
    return rows.filter(Exists(events)).filter(lately).order_by("pk")
