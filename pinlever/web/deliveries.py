"""Deliveries that failed: all of a group once more, after a confirmation in numbers. Super admins only."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from pinlever.connection.accounts import home_account
from pinlever.foundation.remedies import Cause
from pinlever.inbound import cures as from_lever
from pinlever.inbound.failing import failed
from pinlever.inbound.replaying import MOST, replay_failed
from pinlever.notices import cures as to_others
from pinlever.notices.failing import given_up
from pinlever.notices.models import Endpoint
from pinlever.notices.repeating import SWITCHED_OFF, NotNow, send_given_up
from pinlever.web.access import actor, super_admin
from pinlever.web.dialogs import dialog, onwards

NOTHING_LEFT = "Nothing of it was left; somebody may have done it meanwhile."


@super_admin
@require_http_methods(["GET", "POST"])
def replay(request: HttpRequest) -> HttpResponse:
    """What Lever told: it is asked again how things stand."""
    account, cause = home_account(), _cause(request, from_lever.BY_CODE)
    if account is None:
        raise Http404
    if request.method == "POST":
        count = replay_failed(by=actor(request), account=account, code=cause.code)
        return _done(request, count, "worked off again")
    count = failed(account, cause.code).count()
    context = {"cause": cause, "count": min(count, MOST), "later": max(0, count - MOST)}
    return dialog(request, "activity/replay.html", context)


@super_admin
@require_http_methods(["GET", "POST"])
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """What an endpoint did not take: it is told once more, under the same keys."""
    endpoint = get_object_or_404(Endpoint.objects.defer("secret", "former_secret"), pk=pk)
    cause = _cause(request, to_others.BY_CODE)
    if request.method == "POST":
        try:
            count = send_given_up(by=actor(request), endpoint=endpoint, code=cause.code)
        except NotNow as refusal:
            messages.error(request, str(refusal))
            return onwards(request, _back())
        return _done(request, count, f"sent to {endpoint} again")
    context = {
        "cause": cause,
        "endpoint": endpoint,
        "count": given_up(endpoint, cause.code).count(),
        "trouble": "" if endpoint.is_on else SWITCHED_OFF,
    }
    return dialog(request, "activity/send_again.html", context)


def _cause(request: HttpRequest, known: dict[str, Cause]) -> Cause:
    cause = known.get(request.GET.get("cause", ""))
    if cause is None:
        raise Http404
    return cause


def _done(request: HttpRequest, count: int, what: str) -> HttpResponse:
    if count:
        told = "1 delivery is" if count == 1 else f"{count:,} deliveries are"
        messages.success(request, f"{told} {what}. Whatever fails once more is listed here again.")
    else:
        messages.warning(request, NOTHING_LEFT)
    return onwards(request, _back())


def _back() -> str:
    return f"{reverse('activity')}?show=failed"


urlpatterns = [
    path("activity/deliveries/replay/", replay, name="activity-replay"),
    path("activity/deliveries/send/<int:pk>/", send_again, name="activity-send-again"),
]
