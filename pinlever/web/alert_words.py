"""An alert as one person sees it: what they may know of it, and the button if the cure is theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse

from pinlever.accounts.models import User
from pinlever.foundation.clock import db_now
from pinlever.notices.alert_kinds import FOR_ALL, WORDS
from pinlever.notices.alert_texts import lasted
from pinlever.notices.models import Alert, AlertKind

LATELY = timedelta(days=1)  # what was over longer ago is in the list alone
CURED_BY_ALL = (AlertKind.FAILURES,)
ICONS = {
    AlertKind.CONNECTION: "plug-off",
    AlertKind.SILENT: "plug-off",
    AlertKind.WORKER: "robot",
    AlertKind.FAILURES: "alert-triangle",
    AlertKind.FOLLOWUPS: "message",
    AlertKind.WEBHOOKS: "webhook",
    AlertKind.DRIFT: "adjustments",
    AlertKind.PAUSED: "player-pause",
}
WARNINGS = (AlertKind.FOLLOWUPS, AlertKind.WEBHOOKS, AlertKind.DRIFT, AlertKind.PAUSED)


@dataclass(frozen=True)
class Shown:
    """`button` is empty where somebody else has the cure; `lasted` while it goes on."""

    alert: Alert
    colour: str
    label: str
    icon: str
    title: str
    sentence: str
    cure: str = ""
    button: str = ""
    url: str = ""
    lasted: str = ""

    @property
    def is_over(self) -> bool:
        return self.alert.over_at is not None

    @property
    def told_at(self) -> datetime | None:
        return self.alert.opened_at


def visible_to(user: User) -> QuerySet[Alert]:
    """Recruiters see what concerns them."""
    rows = Alert.objects.told()
    return rows if user.is_superuser else rows.filter(kind__in=FOR_ALL)


def on_home(user: User) -> list[Shown]:
    """What is wrong now, the newest first, then what was over lately and is not put aside; one query."""
    lately = Q(over_at=None) | Q(over_at__gte=db_now() - LATELY)
    rows = list(visible_to(user).filter(lately).exclude(put_aside_by=user).order_by("-opened_at", "-pk"))
    return [shown(row, user) for row in sorted(rows, key=lambda row: row.over_at is not None)]


def shown(alert: Alert, user: User) -> Shown:
    words = WORDS[alert.kind]
    icon = ICONS[AlertKind(alert.kind)]
    sentence = alert.sentence if user.is_superuser else words.for_all
    if alert.ended_at is not None:
        span = lasted(alert.ended_at - alert.since)
        return Shown(alert, "green", "Over", "circle-check", words.over, f"{alert.title}.", lasted=span)
    colour = "yellow" if alert.kind in WARNINGS else "red"
    sentence = f"{sentence} {alert.affected}".strip()
    is_mine = user.is_superuser or alert.kind in CURED_BY_ALL
    cure, button, url = (words.cure, words.button, alert.url) if is_mine else ("", "", "")
    if url == reverse("alerts"):
        button = ""  # the cure is not on a page
    return Shown(alert, colour, "Now", icon, alert.title, sentence, cure, button, url)


def put_aside(*, alert: Alert, user: User) -> bool:
    """Takes what is over from this person's Home; False while it goes on."""
    if alert.over_at is None:
        return False
    alert.put_aside_by.add(user)
    return True
