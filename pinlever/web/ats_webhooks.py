"""Settings → ATS integration → Webhooks: what Lever tells us by itself, and what must be switched on there."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinlever.connection.accounts import current_connection
from pinlever.inbound.looking import arrived, lines_of, webhooks_of
from pinlever.inbound.subscriptions import look_again, rotate
from pinlever.inbound.waking import wake_keeping
from pinlever.web.access import actor, person, recruiter, super_admin
from pinlever.web.dialogs import dialog, onwards

NOT_CONNECTED = "No Lever account is connected. Connect one first."


@require_safe
@recruiter
def page(request: HttpRequest) -> HttpResponse:
    """Each event with its group in Lever and when it arrived last; what waits and what failed."""
    connection = current_connection()
    if connection is None:
        messages.info(request, NOT_CONNECTED)
        return redirect("ats")
    account = connection.account
    context = {
        "account": account,
        "lines": lines_of(account),
        "found": webhooks_of(account),
        "arrived": arrived(account),
        "own_url": settings.PINLEVER_URL,
        "poll_minutes": max(1, round(settings.POLL_EVERY / 60)),
        "may_change": person(request).is_superuser,
    }
    return render(request, "ats/webhooks.html", context)


@require_POST
@super_admin
def again(request: HttpRequest) -> HttpResponse:
    """Lever is asked now whether they are all there; missing ones are made."""
    connection = current_connection()
    if connection is None:
        messages.error(request, NOT_CONNECTED)
        return redirect("ats")
    look_again(by=actor(request), account=connection.account)
    wake_keeping()
    messages.success(request, "Lever is being asked which webhooks are there; missing ones are made.")
    return redirect("ats-webhooks")


@require_http_methods(["GET", "POST"])
@super_admin
def signatures(request: HttpRequest) -> HttpResponse:
    """What new signatures mean, then making them."""
    connection = current_connection()
    if connection is None:
        messages.error(request, NOT_CONNECTED)
        return onwards(request, "/settings/ats/")
    if request.method == "GET":
        return dialog(request, "ats/signatures.html", {"account": connection.account})
    count = rotate(by=actor(request), account=connection.account)
    wake_keeping()
    told = "1 webhook is" if count == 1 else f"{count} webhooks are"
    messages.success(request, f"{told} being replaced. Nothing is missed meanwhile: both signatures count.")
    return redirect("ats-webhooks")


urlpatterns = [
    path("settings/ats/webhooks/", page, name="ats-webhooks"),
    path("settings/ats/webhooks/check/", again, name="ats-webhooks-check"),
    path("settings/ats/webhooks/signatures/", signatures, name="ats-webhooks-signatures"),
]
