"""The cards of Settings → ATS integration, each by itself for what is changed or polled."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from pinlever.connection.accounts import current_connection
from pinlever.connection.looking import check_again, label
from pinlever.connection.models import LeverConnection
from pinlever.connection.progress import is_complete
from pinlever.web.access import person, recruiter, super_admin
from pinlever.web.ats_scene import CARDS, Context, Scene


def everything(request: HttpRequest, connection: LeverConnection) -> Context:
    """What the whole page of a connected account needs."""
    scene = Scene(connection, request.GET.get("q", ""))
    found: Context = {"users": [label(user) for user in scene.users]}
    for make in CARDS.values():
        found |= make(scene)
    return found


def card(request: HttpRequest, name: str, *, saved: str = "", wrong: str = "", **more: Any) -> HttpResponse:
    """The card after a change: by itself where only it was asked for, else the page again with the sentence."""
    if not request.htmx:  # type: ignore[attr-defined]
        if saved or wrong:
            (messages.error if wrong else messages.success)(request, wrong or saved)
        return redirect("ats")
    connection = current_connection()
    if connection is None:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    context = {"saved": saved, "wrong": wrong, "may_change": person(request).is_superuser}
    return render(request, f"ats/_{name}.html", {**context, **CARDS[name](Scene(connection)), **more})


@require_safe
@recruiter
def progress(request: HttpRequest) -> HttpResponse:
    """How far the first reading has come; polled until it is done, which the other cards are told."""
    answer = card(request, "progress")
    connection = current_connection()
    if connection is not None and is_complete(connection.account):
        answer["HX-Trigger"] = "index-complete"
    return answer


@require_safe
@recruiter
def readiness(request: HttpRequest) -> HttpResponse:
    """The check list as it is by now."""
    return card(request, "readiness")


@require_safe
@recruiter
def budget(request: HttpRequest) -> HttpResponse:
    """The queue and the pace, polled."""
    return card(request, "budget")


@require_POST
@super_admin
def again(request: HttpRequest) -> HttpResponse:
    """Readiness, after asking Lever."""
    connection = current_connection()
    if connection is None:
        return card(request, "readiness", wrong="No Lever account is connected. Connect one first.")
    wrong = check_again(connection)
    return card(request, "readiness", saved="" if wrong else "Checked just now", wrong=wrong)


urlpatterns = [
    path("settings/ats/progress/", progress, name="ats-progress"),
    path("settings/ats/readiness/", readiness, name="ats-readiness"),
    path("settings/ats/budget/", budget, name="ats-budget"),
    path("settings/ats/check/", again, name="ats-check"),
]
