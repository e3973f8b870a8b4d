"""What needs somebody: decisions by kind, failures and waiting by cause, each with its cure and where to find them."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Min
from django.urls import reverse

from pinlever.accounts.models import User
from pinlever.connection.models import LeverAccount, LeverConnection
from pinlever.connection.readiness import webhooks_line
from pinlever.inbound import drift_effects
from pinlever.inbound.drifting import standing_drift
from pinlever.inbound.looking import webhooks_of
from pinlever.notices.models import AlertKind
from pinlever.recruiting.models import IdentityQuestion
from pinlever.sync.activity import FAILED, HELD, Group, groups
from pinlever.sync.cures import cause_of
from pinlever.sync.models import Question, State, SyncRecord


@dataclass(frozen=True)
class Need:
    """One line: how many, what, why, and the button that leads to all of them."""

    colour: str
    icon: str
    count: int
    title: str
    sentence: str
    button: str
    url: str


def counts_of(account: LeverAccount | None) -> dict[str, int]:
    """How many records are in each state."""
    if account is None:
        return {}
    rows = SyncRecord.objects.filter(account=account).order_by().values("state").annotate(count=Count("pk"))
    return dict(rows.values_list("state", "count"))


def needs_of(
    user: User,
    account: LeverAccount | None,
    connection: LeverConnection | None,
    counts: dict[str, int],
    alerted: frozenset[str] = frozenset(),
) -> list[Need]:
    """The most urgent first. A handful of queries, none of which grows with the people. `alerted`: kinds of alerts
    that are shown already."""
    needs = [] if AlertKind.CONNECTION in alerted else [*_connection(user, connection)]
    if account is not None:
        needs += _decisions(account) if counts.get(State.NEEDS_YOU) else []
        needs += _failures(account) if counts.get(State.FAILED) else []
        needs += _held(user, account) if counts.get(State.HELD) else []
        needs += [] if AlertKind.DRIFT in alerted else _drift(account)
        needs += [] if AlertKind.WEBHOOKS in alerted else _silence(user, account, connection)
    return [*needs, *_identities()]


def _connection(user: User, connection: LeverConnection | None) -> Iterator[Need]:
    if connection is None or connection.state == LeverConnection.State.ACTIVE:
        return
    sentence = connection.broken_why or "Lever no longer accepts our sign-in."
    if not user.is_superuser:
        sentence += " Ask a super admin to connect Lever again. Nothing is lost meanwhile."
    button = "Connect again" if user.is_superuser else ""
    yield Need("red", "plug-off", 0, "Lever must be connected again", sentence, button, reverse("ats"))


def _decisions(account: LeverAccount) -> Iterator[Need]:
    """By kind. Who somebody is in Pin is asked about the person, once, and not for each of their records."""
    asked = Question.objects.filter(record__account=account, record__state=State.NEEDS_YOU, answered_at=None)
    rows = asked.exclude(kind=Question.Kind.IDENTITY).order_by().values("kind")
    counted = rows.annotate(count=Count("pk"), first=Min("record")).values_list("kind", "count", "first")
    for kind, count, first in sorted(counted, key=lambda row: -row[1]):
        cause = cause_of(f"ask_{kind}")
        title, means = (cause.title, cause.means) if cause else ("A decision waits", "")
        button = "Decide" if count == 1 else f"Decide about {_people(count)}"
        url = f"{reverse('duplicates')}?{urlencode({'record': first})}"
        yield Need("yellow", "help-circle", count, f"{_people(count)}: {_within(title)}", means, button, url)


def _failures(account: LeverAccount) -> Iterator[Need]:
    for group in groups(account, FAILED, examples=0, by_words=False):
        button = f"Look, and retry {'it' if group.count == 1 else 'all'}"
        yield _stopped("red", "alert-triangle", group, "failed", button, _found(FAILED, group))


def _held(user: User, account: LeverAccount) -> Iterator[Need]:
    for group in groups(account, HELD, examples=0, by_words=False):
        action = group.cause.action
        is_mine = user.is_superuser and action.needs_super_admin
        url = reverse("ats") if is_mine else _found(HELD, group)
        verb = "waits" if group.count == 1 else "wait"
        yield _stopped("orange", "player-pause", group, verb, action.label if is_mine else "See who", url)


def _stopped(colour: str, icon: str, group: Group, verb: str, button: str, url: str) -> Need:
    title = f"{_people(group.count)} {verb}: {_within(group.cause.title)}"
    return Need(colour, icon, group.count, title, group.cause.cure, button, url)


def _drift(account: LeverAccount) -> Iterator[Need]:
    """What is no longer in Lever as jobs or rules here name it; the first by name, all of them on their page."""
    told = [one for one in drift_effects.told(account, standing_drift(account)) if one.hurts]
    if told:
        first = told[0]
        title = first.title if len(told) == 1 else f"{len(told)} things changed in Lever"
        jobs = ", ".join(job.title for job in first.jobs[:3])
        sentence = f"{first.sentence}{f' Concerns {jobs}.' if jobs else ''}"
        if len(told) > 1:
            sentence = f"{first.title}, and more. Jobs or rules here name them."
        url = f"{reverse('ats-status')}#drift"
        yield Need("yellow", "alert-triangle", len(told), title, sentence, "Look", url)


def _silence(user: User, account: LeverAccount, connection: LeverConnection | None) -> Iterator[Need]:
    """Webhooks that should come and do not. Without a public address none should, and readiness alone says so."""
    is_active = connection is not None and connection.state == LeverConnection.State.ACTIVE
    found = webhooks_of(account) if is_active and user.is_superuser else None
    if found and found.is_reachable and (found.trouble or found.missed):
        sentence = webhooks_line(found).sentence
        url = reverse("ats-webhooks")
        yield Need("yellow", "webhook", 0, "Lever does not tell of every change", sentence, "Look", url)


def _identities() -> Iterator[Need]:
    asked = IdentityQuestion.objects.filter(answered_at=None, is_blocking=True)
    found = asked.aggregate(count=Count("pk"), first=Min("pk"))
    if found["count"]:
        title = f"{_people(found['count'])} may be somebody we know already"
        means = (
            "Their email addresses or LinkedIn profiles belong to different people here. Say who they are."
        )
        url = f"{reverse('duplicates')}?at=person-{found['first']}"
        yield Need("yellow", "users", found["count"], title, means, "Decide", url)


def _found(show: str, group: Group) -> str:
    return f"{reverse('activity')}?{urlencode({'show': show, 'cause': group.code})}"


def _within(title: str) -> str:
    """The title after a colon: in small letters, names excepted."""
    return title if title.startswith(("Lever", "PinLever")) else f"{title[0].lower()}{title[1:]}"


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"
