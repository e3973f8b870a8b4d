"""The queue on Sync activity: how much waits and for how long, pausing and resuming it all, cancelling what waits."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from pinlever.connection.accounts import home_account
from pinlever.connection.models import LeverAccount
from pinlever.connection.rules import LONGEST_WHY
from pinlever.foundation.row_ids import row_id
from pinlever.recruiting.models import Job
from pinlever.sync import pausing
from pinlever.sync.emptying import Scope, empty, numbers
from pinlever.sync.models import Priority
from pinlever.sync.queue import queue_of
from pinlever.sync.surroundings import holds_everybody
from pinlever.web.access import actor, person, recruiter, super_admin
from pinlever.web.dialogs import dialog, onwards

MOST_JOBS = 30
NOT_CONNECTED = "No Lever account has been connected, so nothing is sent and nobody waits."


def queue_context(request: HttpRequest, account: LeverAccount | None) -> dict[str, Any]:
    """What the card shows. A constant number of queries."""
    queue = queue_of(account)
    pause = pausing.standing(account) if account else None
    is_paused = pause is not None and not pause.is_on
    return {
        "queue": queue,
        "used": queue.used,
        "stopped_by": holds_everybody(account) if account else "",
        "pause": pause,
        "whom_to_ask": pausing.who_may() if is_paused and not person(request).is_superuser else "",
        "may_pause": person(request).is_superuser,
    }


@recruiter
def card(request: HttpRequest) -> HttpResponse:
    """The card again, while the page stays open."""
    return render(request, "activity/_budget.html", queue_context(request, home_account()))


@super_admin
def pause(request: HttpRequest) -> HttpResponse:
    """Says what pausing means, in numbers; done on POST."""
    account = home_account()
    if account is None:
        return _nothing(request)
    if request.method == "POST":
        pausing.pause(by=actor(request), account=account, why=request.POST.get("why", ""))
        messages.success(request, "Sending to Lever is paused. What becomes due waits; nothing is lost.")
        return onwards(request, reverse("activity"))
    context = {"queue": queue_of(account), "longest": LONGEST_WHY, "pause": pausing.standing(account)}
    return dialog(request, "activity/pause.html", context)


@super_admin
def resume(request: HttpRequest) -> HttpResponse:
    """Says who goes, in numbers; done on POST."""
    account = home_account()
    if account is None:
        return _nothing(request)
    if request.method == "POST":
        freed = pausing.resume(by=actor(request), account=account)
        who = "1 person goes" if freed == 1 else f"{freed:,} people go"
        messages.success(request, f"Sending to Lever goes on. {f'{who} on now.' if freed else ''}".strip())
        return onwards(request, reverse("activity"))
    standing = pausing.standing(account)
    queue = queue_of(account)
    context = {"pause": standing, "queue": queue, "going": queue.waiting}
    return dialog(request, "activity/resume.html", context)


@recruiter
def cancel(request: HttpRequest) -> HttpResponse:
    """Who would be taken out of the queue; `priority` and `job` narrow it. Done on POST."""
    account = home_account()
    if account is None:
        return _nothing(request)
    scope = _scope(request)
    if request.method == "POST":
        outcome = empty(by=actor(request), account=account, scope=scope)
        tell = messages.success if outcome.done else messages.warning
        tell(request, outcome.told("no longer on the way to Lever"))
        return onwards(request, f"{reverse('activity')}?show=waiting")
    context = {
        "scope": scope,
        "numbers": numbers(account, scope),
        "priorities": Priority.choices,
        "jobs": _jobs(account),
    }
    return dialog(request, "activity/cancel.html", context)


def _scope(request: HttpRequest) -> Scope:
    """From the address, or from the form; what makes no sense asks for everybody, whose number is then told."""
    given = request.POST if request.method == "POST" else request.GET
    priority, job = given.get("priority", ""), row_id(given.get("job", ""))
    return Scope(
        priority=int(priority) if priority in map(str, Priority.values) else None,
        job=None if job is None else Job.objects.filter(pk=job).first(),
    )


def _jobs(account: LeverAccount) -> QuerySet[Job]:
    """Jobs with people who wait, the largest first."""
    rows = Scope().rows(account).values("prospect__job").annotate(count=Count("pk")).order_by("-count")
    return Job.objects.filter(pk__in=list(rows.values_list("prospect__job", flat=True)[:MOST_JOBS]))


def _nothing(request: HttpRequest) -> HttpResponse:
    messages.warning(request, NOT_CONNECTED)
    return redirect("activity")


urlpatterns = [
    path("activity/budget/", card, name="activity-budget"),
    path("activity/pause/", pause, name="activity-pause"),
    path("activity/resume/", resume, name="activity-resume"),
    path("activity/cancel/", cancel, name="activity-cancel"),
]
