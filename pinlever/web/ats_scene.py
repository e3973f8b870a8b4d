"""What the cards of Settings → ATS integration show. What several of them need is read once for the page."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.conf import settings

from pinlever.connection import undo_reasons
from pinlever.connection.looking import Sourcer, active_users, facts_of, label, sourcers
from pinlever.connection.models import (
    AllowedJob,
    AllowedPerson,
    LeverAccount,
    LeverConnection,
    LeverUser,
    Pace,
)
from pinlever.connection.oauth_apps import can_sign_in, hosts_of
from pinlever.connection.pace import REGAINED
from pinlever.connection.progress import index_of
from pinlever.connection.readiness import OK, UNDER_WAY, checks
from pinlever.connection.reconciling import looks_of
from pinlever.foundation.clock import db_now
from pinlever.inbound.looking import webhooks_of
from pinlever.recruiting.cleaning import name_key
from pinlever.recruiting.models import Candidate, Job
from pinlever.sync.models.story import Call
from pinlever.sync.outgoing import Outgoing, outgoing
from pinlever.sync.queue import queue_of, spoken
from pinlever.web import match_rules

Context = dict[str, Any]
WINDOW = 10  # seconds over which used budget is counted
MOST_SOURCERS = 50
MOST_FOUND = 8


class Scene:
    """The connected account as it is now; `asked` is what is searched for the allow-list."""

    def __init__(self, connection: LeverConnection, asked: str = "") -> None:
        self.connection = connection
        self.account = connection.account
        self.asked = asked.strip()

    @cached_property
    def users(self) -> list[LeverUser]:
        return list(active_users(self.account))

    @cached_property
    def sourcers(self) -> list[Sourcer]:
        return sourcers(self.account)

    @cached_property
    def outgoing(self) -> Outgoing:
        return outgoing(self.account)


def _connection(scene: Scene) -> Context:
    environment = scene.account.environment
    return {
        "connection": scene.connection,
        "account": scene.account,
        "host": hosts_of(environment).app_url,
        "can_sign_in": can_sign_in(environment),
    }


def _progress(scene: Scene) -> Context:
    return {"connection": scene.connection, "index": index_of(scene.account)}


def _readiness(scene: Scene) -> Context:
    lines = checks(facts_of(scene.connection, scene.sourcers, webhooks_of(scene.account)))
    wrong = sum(line.state not in (OK, UNDER_WAY) for line in lines)
    return {"connection": scene.connection, "lines": lines, "to_look_at": wrong}


def _people(scene: Scene) -> Context:
    default = next((user for user in scene.users if user.lever_id == scene.account.default_user_id), None)
    found = scene.sourcers
    rows = [(row, label(row.user) if row.user else "") for row in found[:MOST_SOURCERS]]
    more = max(0, len(found) - MOST_SOURCERS)
    return {
        "account": scene.account,
        "default_user": label(default) if default else "",
        "sourcers": rows,
        "more": more,
    }


def _sending(scene: Scene) -> Context:
    return {"account": scene.account, "outgoing": scene.outgoing}


def _allowing(scene: Scene) -> Context:
    jobs = AllowedJob.objects.filter(account=scene.account).select_related("job")
    people = AllowedPerson.objects.filter(account=scene.account).select_related("candidate")
    return {
        "account": scene.account,
        "outgoing": scene.outgoing,
        "allowed_jobs": jobs.order_by("job__title", "pk"),
        "allowed_people": people.order_by("pk"),
        "q": scene.asked,
        **found(scene.account, scene.asked),
    }


def found(account: LeverAccount, asked: str) -> Context:
    """What matches a search and is not on the list yet."""
    folded = name_key(asked)
    if len(folded) < 2:
        return {"jobs": (), "people": ()}
    listed_jobs = AllowedJob.objects.filter(account=account).values("job")
    listed_people = AllowedPerson.objects.filter(account=account).values("candidate")
    jobs = Job.objects.filter(title__icontains=asked).exclude(pk__in=listed_jobs)
    people = Candidate.objects.filter(search_name__contains=folded, merged_into=None)
    return {
        "jobs": jobs.order_by("title", "pk")[:MOST_FOUND],
        "people": people.exclude(pk__in=listed_people).order_by("search_name", "pk")[:MOST_FOUND],
    }


def _duplicates(scene: Scene) -> Context:
    return {
        "account": scene.account,
        "keys": match_rules.KEYS,
        "actions": match_rules.ACTIONS,
        "near": match_rules.NEAR,
        "primaries": match_rules.primaries(scene.account),
        "conflicting": match_rules.conflicting(scene.account),
    }


def _asking(scene: Scene) -> Context:
    return {"account": scene.account}


def _skills(scene: Scene) -> Context:
    return {"account": scene.account}


def _undo(scene: Scene) -> Context:
    return {
        "account": scene.account,
        "undo_reason": undo_reasons.reason_of(scene.account),
        "undo_reasons": undo_reasons.choices(scene.account),
    }


def _budget(scene: Scene) -> Context:
    """The rate now, what the sync used of it in the last seconds, what waits."""
    rate = rate_now(scene.connection)
    since = db_now() - timedelta(seconds=WINDOW)
    latest = Call.objects.order_by("-id").values_list("at", flat=True)[: WINDOW * 20]
    used = sum(at >= since for at in latest) / WINDOW
    queue = queue_of(scene.account)
    return {
        "account": scene.account,
        "rate": rate,
        "full": settings.LEVER_RATE,
        "used": used,
        "queue": queue,
        "ready_in": spoken(queue.seconds),
        "is_slowed": rate < settings.LEVER_RATE * 0.99,
    }


def _looks(scene: Scene) -> Context:
    """What our looks at Lever found; a page of Lever's list holds a hundred candidacies."""
    index = index_of(scene.account)
    looks = looks_of(scene.account)
    about = looks.full.read if looks.full and looks.full.read else index.crawl_seen
    return {
        "account": scene.account,
        "index": index,
        "looks": looks,
        "every": spoken(settings.POLL_EVERY).removeprefix("about "),
        "hour": f"{settings.FULL_CRAWL_AT:02}",
        "share": round(settings.CRAWL_SHARE * 100),
        "about": about,
        "calls": max(1, about // 100),
    }


def rate_now(connection: LeverConnection) -> float:
    """Requests a second: what a 429 left of the full rate, and what has been regained since."""
    pace = Pace.objects.filter(connection=connection).first()
    if pace is None:
        return float(settings.LEVER_RATE)
    regained = settings.LEVER_RATE * REGAINED * max(0.0, time.time() - pace.slowed_at)
    return float(min(settings.LEVER_RATE, pace.rate + regained))


CARDS: dict[str, Callable[[Scene], Context]] = {
    "connection": _connection,
    "progress": _progress,
    "readiness": _readiness,
    "people": _people,
    "sending": _sending,
    "allowing": _allowing,
    "duplicates": _duplicates,
    "asking": _asking,
    "skills": _skills,
    "undo": _undo,
    "budget": _budget,
    "looks": _looks,
}
