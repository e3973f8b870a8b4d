"""What is wrong with the installation right now, told from rows alone in a constant number of queries.

Sentences hold numbers and names of kinds, nobody's name: they go out by mail.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max
from django.urls import reverse

from pinlever.connection.accounts import current_connection, home_account
from pinlever.connection.models import LeverAccount, LeverConnection
from pinlever.connection.readiness import webhooks_line
from pinlever.inbound.drift_effects import told as effects_of
from pinlever.inbound.drifting import standing_drift
from pinlever.inbound.looking import webhooks_of
from pinlever.inbound.models import Drift
from pinlever.notices.alerting import Wrong
from pinlever.notices.models import AlertKind, AlertRules
from pinlever.ops import failing
from pinlever.ops.failing import Failing
from pinlever.ops.liveness import SEEN_WITHIN
from pinlever.ops.models import WorkerGroup
from pinlever.sync.models import WORKABLE, FollowUp, State, SyncRecord

HOUR = timedelta(hours=1)
PATIENCE = 300.0  # seconds beyond POLL_EVERY without a good answer of Lever
WAITING = (*WORKABLE, State.HELD)
WAYS = {"to": failing.on_their_way, "back": failing.taken_back}
FAIL = {
    "to": (
        "Many people fail on their way to Lever",
        "Within an hour more of them failed than the threshold allows.",
    ),
    "back": (
        "Many people cannot be taken back from Lever",
        "Within an hour more undos failed than the threshold allows.",
    ),
    "toback": (
        "Many people fail on their way to Lever, and on being taken back",
        "Within an hour more of both failed than the threshold allows.",
    ),
}


@dataclass
class Scene:
    """What is looked at. `standing`: kinds that are told already, whose end needs more than their beginning did."""

    now: datetime
    rules: AlertRules
    standing: frozenset[str]
    account: LeverAccount | None
    connection: LeverConnection | None

    @classmethod
    def now_with(cls, rules: AlertRules, standing: frozenset[str], now: datetime) -> "Scene":
        return cls(now, rules, standing, home_account(), current_connection())

    @property
    def active(self) -> LeverConnection | None:
        """The connection, if it is meant to work and does."""
        works = self.connection is not None and self.connection.state == LeverConnection.State.ACTIVE
        return self.connection if works else None

    @property
    def subject(self) -> str:
        return f"account {self.account.pk}" if self.account else ""

    def waiting(self) -> int:
        return SyncRecord.objects.filter(account=self.account, state__in=WAITING).count()


def worker(scene: Scene) -> Iterator[Wrong]:
    """None was seen lately, and there was one before: an installation that was never started is no alert."""
    seen = WorkerGroup.objects.aggregate(latest=Max("stamped_at"))["latest"]
    if seen is not None and scene.now - seen > SEEN_WITHIN:
        yield Wrong(
            AlertKind.WORKER,
            "",
            "No worker runs",
            "Nothing is sent to Lever, nothing that changes there is read, and no import goes on.",
            _waits(scene.waiting() if scene.account else 0),
            reverse("alerts"),
            since=seen,
        )


def connection(scene: Scene) -> Iterator[Wrong]:
    """Lever took our access away. Being disconnected by a person is no alert."""
    found = scene.connection
    if found is not None and found.state == LeverConnection.State.BROKEN:
        why = found.broken_why or "Lever no longer accepts our access."
        waiting = _waits(scene.waiting())
        yield Wrong(
            AlertKind.CONNECTION,
            scene.subject,
            "Lever must be connected again",
            _without_addresses(why),
            waiting,
            reverse("ats"),
        )


def silent(scene: Scene) -> Iterator[Wrong]:
    """Connected, and nothing of what the workers asked was answered well for long."""
    found = scene.active
    longest = timedelta(seconds=float(settings.POLL_EVERY) + PATIENCE)
    if found is None or found.last_ok_at is None or scene.now - found.last_ok_at <= longest:
        return
    if WorkerGroup.objects.filter(stamped_at__gte=scene.now - SEEN_WITHIN).exists():
        yield Wrong(
            AlertKind.SILENT,
            scene.subject,
            "Lever does not answer",
            f"It has answered nothing that PinLever asked for more than {longest.total_seconds() / 60:.0f} minutes.",
            _waits(scene.waiting()),
            reverse("ats"),
        )


def failures(scene: Scene) -> Iterator[Wrong]:
    """Of whom something came within the hour, too many failed, on their way or on being taken back: each measured by
    itself, for those who got there must not hide the others. It is over at half of what began it."""
    found = {
        way: each
        for way, count in WAYS.items()
        if _is_too_many(scene, AlertKind.FAILURES, (each := count(scene.account, scene.now - HOUR)))
    }
    if found:
        title, sentence = FAIL["".join(found)]
        undo = None if "to" in found else failing.latest_undo(scene.account)
        url = f"{reverse('undo-run', args=[undo])}?list=could_not" if undo else ""
        yield Wrong(
            AlertKind.FAILURES,
            scene.subject,
            title,
            sentence,
            " ".join(each.told for each in found.values()),
            url or f"{reverse('activity')}?show=failed",
            parts=tuple(found),
        )


def followups(scene: Scene) -> Iterator[Wrong]:
    """The same for what is written about people who are there."""
    made = FollowUp.objects.filter(state=FollowUp.State.FAILED, done_at__gte=scene.now - HOUR)
    failed = made.filter(record__account=scene.account).count()
    if _is_too_many(scene, AlertKind.FOLLOWUPS, Failing(failed, failed)):
        things = "1 thing" if failed == 1 else f"{failed:,} things"
        yield Wrong(
            AlertKind.FOLLOWUPS,
            scene.subject,
            "Many things fail that are written after people are in Lever",
            "Notes, stages or new facts that belong to people in Lever were refused there or never showed.",
            f"{things} failed within the last hour.",
            reverse("ats-timeline"),
        )


def webhooks(scene: Scene) -> Iterator[Wrong]:
    """Those that should come and do not. Without a public address none should, and readiness alone says so."""
    found = webhooks_of(scene.account) if scene.active and scene.account else None
    if found and found.is_reachable and (found.trouble or found.missed):
        yield Wrong(
            AlertKind.WEBHOOKS,
            scene.subject,
            "Lever does not tell of every change",
            _without_addresses(webhooks_line(found).sentence),
            "Changes in Lever are seen minutes later.",
            reverse("ats-webhooks"),
        )


def drift(scene: Scene) -> Iterator[Wrong]:
    """What changed in Lever that jobs or rules here name, as many as have a kind in common."""
    rows = standing_drift(scene.account) if scene.account else []
    hurting = [one for one in effects_of(scene.account, rows) if one.hurts] if scene.account and rows else []
    if not hurting:
        return
    kinds = Counter(Drift.Kind(one.drift.kind).label for one in hurting)
    jobs = len({job.pk for one in hurting for job in one.jobs})
    what = ", ".join(f"{label.lower()}: {count:,}" for label, count in sorted(kinds.items()))
    yield Wrong(
        AlertKind.DRIFT,
        scene.subject,
        "Something that jobs or rules name changed in Lever",
        f"{what[0].upper()}{what[1:]}.",
        "" if not jobs else "1 job is concerned." if jobs == 1 else f"{jobs:,} jobs are concerned.",
        f"{reverse('ats-status')}#drift",
        since=min(one.drift.noticed_at for one in hurting),
        parts=tuple(str(one.drift.pk) for one in hurting),
    )


def paused(scene: Scene) -> Iterator[Wrong]:
    """Sending is off, and people wait for it."""
    if scene.active is None or scene.account is None or scene.account.outgoing_on:
        return
    if waiting := scene.waiting():
        yield Wrong(
            AlertKind.PAUSED,
            scene.subject,
            "Sending is off while people wait",
            "Nothing is written to Lever until it is switched on.",
            _waits(waiting),
            reverse("ats"),
            since=scene.account.paused_at,
        )


LOOKS: dict[str, Callable[[Scene], Iterator[Wrong]]] = {
    AlertKind.WORKER: worker,
    AlertKind.CONNECTION: connection,
    AlertKind.SILENT: silent,
    AlertKind.FAILURES: failures,
    AlertKind.FOLLOWUPS: followups,
    AlertKind.WEBHOOKS: webhooks,
    AlertKind.DRIFT: drift,
    AlertKind.PAUSED: paused,
}


def _is_too_many(scene: Scene, kind: str, found: Failing) -> bool:
    least, share = float(scene.rules.failures), float(scene.rules.share)
    if kind in scene.standing:
        least, share = least / 2, share / 2
    return found.failed > 0 and found.failed >= least and found.failed * 100 >= share * found.ended


def _waits(count: int) -> str:
    if not count:
        return "Nobody waits at the moment."
    return "1 person waits." if count == 1 else f"{count:,} people wait."


def _without_addresses(text: str) -> str:
    """What Lever said may name a colleague by address."""
    return " ".join("…" if "@" in word else word for word in text.split())
