"""Alerts: what is wrong now, and everything that was, with when it began and ended."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from pinlever.notices.alert_kinds import FOR_ALL
from pinlever.notices.alert_mailing import trouble
from pinlever.notices.models import AlertKind
from pinlever.web.access import person, recruiter
from pinlever.web.alert_words import put_aside, shown, visible_to
from pinlever.web.listing import page_of

SHOWN = {"": "All", "now": "Now", "over": "Over"}
GOES_ON = "It is not over yet, so it stays."


@recruiter
@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """The newest first; by whether it is over, and by kind."""
    user = person(request)
    rows = visible_to(user)
    show, kind = request.GET.get("show", ""), request.GET.get("kind", "")
    if show in ("now", "over"):
        rows = rows.filter(over_at__isnull=show == "now")
    kinds = [one for one in AlertKind.choices if user.is_superuser or one[0] in FOR_ALL]
    kind = kind if kind in dict(kinds) else ""
    page = page_of(request, rows.filter(kind=kind) if kind else rows)
    context: dict[str, Any] = {
        "page": page,
        "rows": [shown(row, user) for row in page.rows],
        "shows": SHOWN.items(),
        "show": show if show in SHOWN else "",
        "kinds": kinds,
        "kind": kind,
        "trouble": trouble() if user.is_superuser else "",
    }
    return render(request, "alerts/alerts.html", context)


@recruiter
@require_POST
def aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Off this person's Home."""
    user = person(request)
    if not put_aside(alert=get_object_or_404(visible_to(user), pk=pk), user=user):
        messages.info(request, GOES_ON)
    back = request.POST.get("back", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, None) else "home")


urlpatterns = [
    path("alerts/", alerts, name="alerts"),
    path("alerts/<int:pk>/aside/", aside, name="alerts-aside"),
]
