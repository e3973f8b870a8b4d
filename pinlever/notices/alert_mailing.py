"""The mails of an alert: promised in the transaction of what they tell, sent by whoever comes first, tried for a day.

A mail server knows no idempotency. That a mail is about to be sent is committed before; a crash between the server's
answer and our note of it sends the mail again, with the same Message-ID, which most programs show once.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from pinlever.accounts.models import User
from pinlever.audit.services import Actor, record
from pinlever.foundation.backoff import delay
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.leases import Lease, LeaseLost, claim_first, free, release, write_held
from pinlever.notices.alert_kinds import WORDS
from pinlever.notices.alert_models import Alert, AlertMail, AlertRules
from pinlever.notices.alert_texts import message_of
from pinlever.notices.mail_server import NOWHERE, goes_nowhere, why_not
from pinlever.notices.waking import wake_mail

TRIED_FOR = timedelta(days=1)
LEASE = 120.0  # seconds; a mail server answers within EMAIL_TIMEOUT at each of its few steps
FIRST, LONGEST = 30.0, 3600.0
MOST_DEATHS = 5
DIED = "Processes ended {times} times while they sent it; it may have arrived."
OVER_BEFORE = "It was over before this could be sent."
NO_LONGER = "They are no active super admin any more."
State, Change = AlertMail.State, AlertMail.Change

log = logging.getLogger(__name__)


def promise(alert: Alert, change: str, hearers: Collection[int], *, now: datetime) -> None:
    """One mail to each hearer, in the caller's transaction. Of an end hears whoever was to hear of the beginning."""
    if change == Change.OVER:
        waiting = alert.mails.filter(free(now), state=State.WAITING)
        hearers = set(alert.mails.values_list("to", flat=True))
        waiting.update(state=State.NOT_NEEDED, error=OVER_BEFORE)
    told = _told(alert)
    mails = [_mail(alert, user, change, told, now) for user in sorted(hearers)]
    AlertMail.objects.bulk_create(mails, ignore_conflicts=True)
    if mails:
        wake_mail()


def send_test(*, by: Actor, to: User) -> AlertMail:
    """Somebody looks on: first in line, tried once."""
    now = db_now()
    with transaction.atomic():
        mail = AlertMail.objects.create(
            to=to, change=Change.TEST, made_at=now, due_at=now, give_up_at=now, told={}
        )
        record(by=by, action="alert.mail_tested", subject=AlertRules.kept(), after={"to": to})
        wake_mail()
    return mail


def send_to_one() -> bool:
    """Sends the mail that waits longest; False when none is due. Raises nothing for what a mail server does."""
    claimed = claim_first(AlertMail.objects.due(db_now()), seconds=LEASE)
    if claimed is None:
        return False
    mail, lease = claimed
    try:
        _send(mail, lease)
    except LeaseLost:
        log.info("Mail %s of an alert was taken over.", mail.pk)
    return True


def is_more_due() -> bool:
    """Whether a mail is due that nobody sends."""
    now = db_now()
    return AlertMail.objects.due(now).filter(free(now)).exists()


def trouble() -> str:
    """Why alerts do not arrive by email, as the latest one met it, in a sentence; empty while all is well."""
    if goes_nowhere():
        return NOWHERE
    tried = AlertMail.objects.exclude(tried_at=None).order_by("-tried_at", "-pk")
    latest = tried.values("state", "error").first()
    return latest["error"] if latest and latest["state"] in (State.WAITING, State.GIVEN_UP) else ""


def _send(mail: AlertMail, lease: Lease) -> None:
    to = mail.to
    if not (to.is_active and to.is_superuser):
        release(mail, lease, state=State.NOT_NEEDED, error=NO_LONGER)
        return
    if mail.claims_unended > MOST_DEATHS:
        release(mail, lease, state=State.GIVEN_UP, error=DIED.format(times=MOST_DEATHS))
        return
    write_held(mail, lease, tries=mail.tries + 1, tried_at=db_now())
    error = NOWHERE if goes_nowhere() else _hand_over(mail)
    failpoint("alert_mail.sent")
    if error:
        _failed(mail, lease, error)
    else:
        release(mail, lease, state=State.SENT, sent_at=db_now(), error="")


def _hand_over(mail: AlertMail) -> str:
    """Why the mail server did not take it, in a sentence; empty if it did."""
    try:
        message_of(mail).send()
    except Exception as error:  # backends raise what they like, and no mail may stop anything
        log.warning("Mail %s of an alert was not sent: %s", mail.pk, type(error).__name__)
        return why_not(error)
    return ""


def _failed(mail: AlertMail, lease: Lease, error: str) -> None:
    due_at = db_now() + timedelta(seconds=delay(mail.tries, first=FIRST, longest=LONGEST))
    state = State.GIVEN_UP if due_at > mail.give_up_at else State.WAITING
    release(mail, lease, state=state, due_at=due_at, error=error)


def _mail(alert: Alert, user: int, change: str, told: dict[str, Any], now: datetime) -> AlertMail:
    return AlertMail(
        alert=alert,
        to_id=user,
        round=alert.round,
        change=change,
        told=told,
        made_at=now,
        due_at=now,
        give_up_at=now + TRIED_FOR,
    )


def _told(alert: Alert) -> dict[str, Any]:
    """What the mail says, whatever becomes of the alert until it is sent."""
    words = WORDS[alert.kind]
    return {
        "title": alert.title,
        "sentence": alert.sentence,
        "affected": alert.affected,
        "over": words.over,
        "cure": words.cure,
        "button": words.button,
        "url": alert.url,
        "since": alert.since.isoformat(),
        "over_at": alert.ended_at.isoformat() if alert.ended_at else "",
    }
