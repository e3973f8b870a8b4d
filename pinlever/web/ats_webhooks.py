"""Settings → ATS integration → Webhooks: what Lever tells us by itself, and what must be switched on there."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinlever.connection.models import LeverAccount
from pinlever.inbound.looking import arrived, lines_of, webhooks_of
from pinlever.inbound.subscriptions import look_again, rotate
from pinlever.inbound.waking import wake_keeping
from pinlever.web.access import actor, person, recruiter, super_admin
from pinlever.web.ats_pages import connected
from pinlever.web.dialogs import dialog


@require_safe
@recruiter
@connected
def page(request: HttpRequest, account: LeverAccount) -> HttpResponse:
    """Each event with its group in Lever and when it arrived last; what waits and what failed."""
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
@connected
def again(request: HttpRequest, account: LeverAccount) -> HttpResponse:
    """Lever is asked now whether they are all there; missing ones are made."""
    look_again(by=actor(request), account=account)
    wake_keeping()
    messages.success(request, "Lever is being asked which webhooks are there; missing ones are made.")
    return redirect("ats-webhooks")


@require_http_methods(["GET", "POST"])
@super_admin
@connected
def signatures(request: HttpRequest, account: LeverAccount) -> HttpResponse:
    """What new signatures mean, then making them."""
    if request.method == "GET":
        return dialog(request, "ats/signatures.html", {"account": account})
    count = rotate(by=actor(request), account=account)
    wake_keeping()
    told = "1 webhook is" if count == 1 else f"{count} webhooks are"
    messages.success(request, f"{told} being replaced. Nothing is missed meanwhile: both signatures count.")
    return redirect("ats-webhooks")


urlpatterns = [
    path("settings/ats/webhooks/", page, name="ats-webhooks"),
    path("settings/ats/webhooks/check/", again, name="ats-webhooks-check"),
    path("settings/ats/webhooks/signatures/", signatures, name="ats-webhooks-signatures"),
]
