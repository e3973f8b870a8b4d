"""Alerts from what is wrong now: each told once when it has lasted, once more if it grows, and once when it is over.

Whoever looks says everything that is wrong of the kinds looked at. Two who look at the same moment tell once: a row
changes by one UPDATE that finds it as it was, and its mails and webhooks are rows of the same transaction.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from pinlever.audit.services import SYSTEM, record
from pinlever.notices.alert_kinds import WORDS
from pinlever.notices.alert_mailing import promise
from pinlever.notices.alert_models import Alert, AlertKind, AlertMail, AlertRules
from pinlever.notices.models import Kind
from pinlever.notices.services import announce

BACK_WITHIN = timedelta(minutes=30)  # what comes back sooner after its end is the same alert
MOST_DOUBLINGS = 6
Change = AlertMail.Change


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong now. `since`: when it began, where that is known better than by looking."""

    kind: str
    subject: str
    title: str
    sentence: str = ""
    affected: str = ""
    url: str = ""
    since: datetime | None = None
    parts: tuple[str, ...] = ()

    def columns(self) -> dict[str, str]:
        """What a row says of it; control characters of whoever named things are no part of it."""
        return {
            "title": _line(self.title)[:200],
            "sentence": _line(self.sentence)[:1000],
            "affected": _line(self.affected)[:300],
            "url": self.url,
        }


def compare(
    wrong: Iterable[Wrong],
    *,
    looked_at: Collection[str],
    hearers: Collection[int],
    rules: AlertRules,
    now: datetime,
) -> None:
    """Brings the alerts in line with what is wrong. `hearers`: ids of the users who are mailed."""
    found = {(one.kind, one.subject): one for one in wrong}
    told = _Telling(frozenset(hearers), rules, now)
    for row in Alert.objects.filter(over_at=None, kind__in=looked_at).order_by("pk"):
        one = found.pop((row.kind, row.subject), None)
        if one is None:
            told.missing(row)
        else:
            told.goes_on(row, one)
    for one in found.values():
        told.notice(one)


class _Telling:
    def __init__(self, hearers: frozenset[int], rules: AlertRules, now: datetime) -> None:
        self.hearers, self.rules, self.now = hearers, rules, now

    def notice(self, one: Wrong) -> None:
        since = min(one.since or self.now, self.now)
        try:
            with transaction.atomic():
                row = Alert.objects.create(
                    kind=one.kind, subject=one.subject, since=since, parts=sorted(one.parts), **one.columns()
                )
        except IntegrityError:  # somebody else noticed it at the same moment
            return
        self.goes_on(row, one)

    def goes_on(self, row: Alert, one: Wrong) -> None:
        if row.opened_at is None:
            if self.now - row.since >= self._quiet(row):
                self._open(row, one)
            return
        columns = one.columns()
        parts = sorted({*row.parts, *one.parts})
        if parts != row.parts and self.now - self._told_at(row) >= self._quiet(row):
            self._tell(row, Change.MORE, parts=parts, calm_since=None, **columns)
        elif row.calm_since is not None or any(getattr(row, name) != new for name, new in columns.items()):
            Alert.objects.filter(pk=row.pk, over_at=None).update(calm_since=None, **columns)

    def missing(self, row: Alert) -> None:
        if row.opened_at is None:
            Alert.objects.filter(pk=row.pk, opened_at=None).delete()
            return
        if row.calm_since is None:
            Alert.objects.filter(pk=row.pk, over_at=None, calm_since=None).update(calm_since=self.now)
            row.calm_since = self.now
        if self.now - row.calm_since >= self._calm(row):
            self._tell(row, Change.OVER, over_at=self.now)

    def _open(self, row: Alert, one: Wrong) -> None:
        former = (
            Alert.objects.filter(kind=row.kind, subject=row.subject, over_at__gte=self.now - BACK_WITHIN)
            .order_by("-over_at")
            .first()
        )
        if former is None:
            self._tell(row, Change.OPENED, opened_at=self.now, parts=sorted(one.parts), **one.columns())
            return
        with transaction.atomic():
            gone, _ = Alert.objects.filter(pk=row.pk, opened_at=None).delete()
            if gone:
                back = {"over_at": None, "calm_since": None, "returns": F("returns") + 1}
                self._tell(former, Change.AGAIN, parts=sorted(one.parts), **back, **one.columns())
                former.put_aside_by.clear()

    def _tell(self, row: Alert, change: Change, **columns: object) -> None:
        """Writes the change if nobody else has told since this row was read, and promises the mails."""
        with transaction.atomic():
            rows = Alert.objects.filter(pk=row.pk, round=row.round, over_at=row.over_at)
            if not rows.update(round=F("round") + 1, **columns):
                return
            row.refresh_from_db()
            hearers = frozenset[int]() if row.kind in self.rules.silenced else self.hearers
            promise(row, change, hearers, now=self.now)
            kind = Kind.ALERT_OVER if change == Change.OVER else Kind.ALERT_OPENED
            announce(kind, announced(row, change))
            after = {"kind": row.kind, "change": str(change), "affected": row.affected}
            record(by=SYSTEM, action=f"alert.{change}", subject=row, after=after, note=row.sentence)

    def _told_at(self, row: Alert) -> datetime:
        """When the latest telling was, from its mails; the first one's time where there are none."""
        latest = AlertMail.objects.filter(alert=row).order_by("-made_at").values_list("made_at", flat=True)
        return latest.first() or row.opened_at or self.now

    def _quiet(self, row: Alert) -> timedelta:
        if row.kind == AlertKind.PAUSED:
            return timedelta(hours=self.rules.paused_hours)
        return timedelta(minutes=self.rules.quiet_minutes)

    def _calm(self, row: Alert) -> timedelta:
        """What keeps coming back has to stay away longer each time before its end is told."""
        quiet = timedelta(minutes=self.rules.quiet_minutes)
        return quiet * int(2 ** min(row.returns, MOST_DOUBLINGS))


def announced(row: Alert, change: str) -> dict[str, object]:
    """What other systems are told."""
    words = WORDS[row.kind]
    over = {"over_at": row.ended_at.isoformat(), "says": words.over} if row.ended_at else {}
    return {
        "key": str(row.key),
        "kind": row.kind,
        "change": str(change),
        "title": row.title,
        "sentence": row.sentence,
        "affected": row.affected,
        "cure": words.cure,
        "path": row.url,
        "since": row.since.isoformat(),
        **over,
    }


def _line(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
