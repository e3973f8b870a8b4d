"""What the worker runs for telling other systems."""

import time
from datetime import timedelta

from pinlever.foundation.clock import db_now
from pinlever.notices import alert_mailing
from pinlever.notices.models import (
    TOO_LATE,
    Alert,
    AlertMail,
    Announcement,
    Delivery,
    Endpoint,
    Mailing,
    Sending,
)
from pinlever.notices.sending import is_more_due, send_to_one
from pinlever.notices.waking import wake, wake_mail

SEND_FOR = 8.0  # seconds; a worker that is asked to end is given ten
KEPT = timedelta(days=30)
ALERTS_KEPT = timedelta(days=365)
AT_ONCE = 1_000


def send() -> None:
    """Sends what is due until there is nothing or the time is over."""
    Sending.taken()
    ends = time.monotonic() + SEND_FOR
    while send_to_one():
        if time.monotonic() > ends:
            wake()
            return


def mail() -> None:
    """Sends the mails of alerts that are due until there is none or the time is over."""
    Mailing.taken()
    ends = time.monotonic() + SEND_FOR
    while alert_mailing.send_to_one():
        if time.monotonic() > ends:
            wake_mail()
            return


def sweep() -> None:
    """Wakes a worker while deliveries or mails are due; gives up what is overdue, and forgets former secrets."""
    now = db_now()
    overdue = Delivery.objects.filter(state=Delivery.State.WAITING, give_up_at__lt=now)
    overdue.filter(error="").update(error=TOO_LATE)
    overdue.update(state=Delivery.State.GIVEN_UP)
    Endpoint.objects.filter(former_until__lt=now).update(former_until=None, former_secret="")
    if is_more_due():
        wake()
    if alert_mailing.is_more_due():
        wake_mail()


def forget_alerts() -> int:
    """Removes alerts that were over a year ago, with their mails, and tests; answers how many alerts."""
    before = db_now() - ALERTS_KEPT
    AlertMail.objects.filter(alert=None, made_at__lt=before).delete()
    gone = list(Alert.objects.filter(over_at__lt=before).values_list("pk", flat=True)[:AT_ONCE])
    Alert.objects.filter(pk__in=gone).delete()
    return len(gone)


def forget(*, most: int = 200) -> int:
    """Removes what was announced more than thirty days ago, with its deliveries; answers how many."""
    old = Announcement.objects.filter(happened_at__lt=db_now() - KEPT).order_by("happened_at")
    removed = 0
    for _ in range(most):
        ids = list(old.values_list("pk", flat=True)[:AT_ONCE])
        if not ids:
            break
        Delivery.objects.filter(announcement__in=ids).delete()
        Announcement.objects.filter(pk__in=ids).delete()
        removed += len(ids)
    return removed
