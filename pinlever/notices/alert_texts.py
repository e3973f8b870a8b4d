"""An alert as a mail: what happened, since when, who is affected, what to do; times in the reader's zone."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from pinlever.notices.alert_models import AlertMail

Change = AlertMail.Change
SETTINGS = "/settings/alerts/"
ALERTS = "/alerts/"
TEST = "This is a test from PinLever. Alerts for you arrive at this address."


def message_of(mail: AlertMail) -> EmailMultiAlternatives:
    """The same for every sending of the same mail, its Message-ID included."""
    with timezone.override(mail.to.zone):
        told = told_of(mail)
        text = render_to_string("emails/alert.txt", told)
        html = render_to_string("emails/alert.html", told)
    message = EmailMultiAlternatives(subject_of(mail), text, None, [mail.to.email], headers=_headers(mail))
    message.attach_alternative(html, "text/html")
    return message


def subject_of(mail: AlertMail) -> str:
    """One line that says what."""
    told = mail.told
    if mail.change == Change.TEST:
        return "PinLever: a test"
    if mail.change == Change.OVER:
        return f"PinLever: over: {told['over']}"
    again = "again: " if mail.change == Change.AGAIN else ""
    return f"PinLever: {again}{told['title']}"


def told_of(mail: AlertMail) -> dict[str, Any]:
    """For the templates: texts, moments, addresses."""
    told = mail.told
    since, over_at = _moment(told.get("since")), _moment(told.get("over_at"))
    return {
        "mail": mail,
        "told": told,
        "heading": TEST if mail.change == Change.TEST else told["over" if over_at else "title"],
        "is_test": mail.change == Change.TEST,
        "is_over": mail.change == Change.OVER,
        "is_again": mail.change == Change.AGAIN,
        "is_more": mail.change == Change.MORE,
        "since": since,
        "over_at": over_at,
        "lasted": lasted(over_at - since) if since and over_at else "",
        "zone": str(mail.to.zone),
        "url": settings.PINLEVER_URL + (told.get("url") or ALERTS),
        "settings_url": settings.PINLEVER_URL + SETTINGS,
    }


def lasted(span: timedelta) -> str:
    """ "less than a minute", "12 minutes", "3 hours 5 minutes", "2 days 4 hours"."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [(days, "day"), (hours, "hour"), (0 if days else rest, "minute")]
    return " ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count)


def _headers(mail: AlertMail) -> dict[str, str]:
    host = urlsplit(settings.PINLEVER_URL).hostname or "localhost"
    whole = mail.alert.key if mail.alert is not None else f"test-{mail.pk}"
    headers = {
        "Message-ID": f"<alert-{whole}.{mail.round}.{mail.to_id}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if mail.round > 1:
        headers["In-Reply-To"] = headers["References"] = f"<alert-{whole}.1.{mail.to_id}@{host}>"
    return headers


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
