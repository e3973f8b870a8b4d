"""Résumé and fields form as steps of their own: promised when somebody was created, sent or left out by hand.

Only opportunities that we created get either; a résumé of ours only people sourced in Pin.
"""

from collections.abc import Mapping

from django.db import transaction

from pinlever.audit.services import Actor, record as audit
from pinlever.foundation.clock import db_now
from pinlever.lever.types import NewOpportunity
from pinlever.recruiting.models import Prospect, SourcedVia
from pinlever.recruiting.services import family
from pinlever.sync.form_rules import rule_of
from pinlever.sync.models import IN_LEVER_STATES, FollowUp, Intent, SyncRecord
from pinlever.sync.promises import ANEW, NothingToTry, promise_many, promised
from pinlever.sync.resume_files import KEY
from pinlever.sync.waking import wake

Kind, State = FollowUp.Kind, FollowUp.State
NOT_OURS = "Only people whom PinLever created in Lever get this; their profile there stays as it is."
IMPORTED = "They were imported and have a résumé of their own: none is made or sent."
WENT_ALONG = "The résumé went along with the profile."
FORM_OFF = (
    "No fields form is written: a super admin switches it on in Settings → ATS integration → Fields form."
)
SENT = "It is in Lever already."
ON_ITS_WAY = "It is on its way already."
NOT_FAILED = "Only what has failed can be left out."
LEFT_OUT, LEFT_OUT_TOLD = "left_out", "{by} left it out."


def promise_after_creation(record: SyncRecord, intent: Intent | None) -> None:
    """In the transaction that says that our opportunity is there. `intent`: what was sent; None: found again as our
    earlier work, of which it is not known whether the résumé went along."""
    now, rows = db_now(), []
    if intent is not None and _lacks_resume(record, intent):
        rows.append(promised(record, Kind.RESUME, KEY, place=now, now=now))
    rule = rule_of(record.account_id)
    if rule.is_on:
        rows.append(promised(record, Kind.FORM, rule.template_id, place=now, now=now))
    promise_many(rows)


@transaction.atomic
def send_resume(*, by: Actor, record: SyncRecord) -> None:
    """As a file, whatever the rules say by themselves. Raises NothingToTry."""
    row = _held(record)
    intent = row.intents.filter(outcome=Intent.Outcome.DONE).order_by("-id").first()
    if intent is not None and intent.resume_id is not None:
        raise NothingToTry(WENT_ALONG)
    if not is_sourced_in_pin(row):
        raise NothingToTry(IMPORTED)
    _send(by, row, Kind.RESUME, KEY)


@transaction.atomic
def send_form(*, by: Actor, record: SyncRecord) -> None:
    """The form of the rule. Raises NothingToTry."""
    row = _held(record)
    rule = rule_of(row.account_id)
    if not rule.is_on:
        raise NothingToTry(FORM_OFF)
    _send(by, row, Kind.FORM, rule.template_id)


@transaction.atomic
def leave_out(*, by: Actor, record: SyncRecord, kind: str) -> int:
    """What has failed of this kind is no longer wanted; answers how many rows. Raises NothingToTry."""
    rows = FollowUp.objects.select_for_update().filter(record=record, kind=kind, state=State.FAILED)
    told = LEFT_OUT_TOLD.format(by=by.label)
    count = rows.update(state=State.SKIPPED, cause=LEFT_OUT, reason=told, done_at=db_now())
    if not count:
        raise NothingToTry(NOT_FAILED)
    audit(by=by, action="follow_up.left_out", subject=record, after={"kind": kind, "count": count})
    return count


@transaction.atomic
def try_step_again(*, by: Actor, record: SyncRecord, kinds: tuple[str, ...]) -> int:
    """What failed or waits of these kinds, next; answers how many rows. Raises NothingToTry."""
    now = db_now()
    rows = FollowUp.objects.filter(record=record, kind__in=kinds)
    count = rows.filter(state=State.FAILED).update(**ANEW, due_at=now)
    count += rows.filter(state=State.WAITING, due_at__gt=now).exclude(kind=Kind.OPENS).update(due_at=now)
    if not count:
        raise NothingToTry("Nothing of this step waits or has failed.")
    audit(by=by, action="follow_up.retry", subject=record, after={"kinds": list(kinds), "count": count})
    wake()
    return count


def is_sourced_in_pin(record: SyncRecord) -> bool:
    """Whether the person gets a résumé of ours at all."""
    prospect = Prospect.objects.select_related("candidate").get(pk=record.prospect_id)
    return family(prospect.candidate).root.sourced_via == SourcedVia.PIN


def _lacks_resume(record: SyncRecord, intent: Intent) -> bool:
    """Wanted, and not sent: it could not be made, or Lever refused it."""
    if intent.resume_id is not None or NewOpportunity.from_json(intent.payload).contact_id:
        return False
    return is_sourced_in_pin(record)


def _held(record: SyncRecord) -> SyncRecord:
    row = SyncRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if row.state not in IN_LEVER_STATES or not row.created_by_us or not row.opportunity_id:
        raise NothingToTry(NOT_OURS)
    return row


def _send(by: Actor, record: SyncRecord, kind: FollowUp.Kind, key: str) -> None:
    now = db_now()
    known = FollowUp.objects.filter(
        record=record, kind=kind, opportunity_id=record.opportunity_id, key=key
    ).first()
    if known is None:
        promise_many([promised(record, kind, key, place=now, now=now)])
    elif known.state in _NOTHING_TO_SEND:
        raise NothingToTry(_NOTHING_TO_SEND[known.state])
    else:
        again = FollowUp.objects.filter(pk=known.pk, state__in=(State.SKIPPED, State.FAILED))
        again.update(**ANEW, due_at=now)
        wake()
    audit(by=by, action="follow_up.sent_by_hand", subject=record, after={"kind": kind})


_NOTHING_TO_SEND: Mapping[str, str] = {State.DONE: SENT, State.WAITING: ON_ITS_WAY}
