"""What our looks at Lever found, on Settings → ATS integration, and the two things a super admin may ask for."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from pinlever.audit.services import Actor
from pinlever.connection import reconciling
from pinlever.connection.models import LeverAccount
from pinlever.web.access import recruiter
from pinlever.web.ats_cards import card
from pinlever.web.ats_rules import changes


@require_safe
@recruiter
def looks(request: HttpRequest) -> HttpResponse:
    """The latest looks, polled."""
    return card(request, "looks")


@changes("looks")
def everybody(request: HttpRequest, by: Actor, account: LeverAccount) -> str:
    """Reads everybody in Lever again, now."""
    reconciling.read_everybody(by=by, account=account)
    return "Everybody in Lever is read again. It begins within a minute."


@changes("looks")
def check(request: HttpRequest, by: Actor, account: LeverAccount) -> str:
    """Asks after each of those who were not in Lever's list."""
    look = reconciling.check_anyway(by=by, account=account)
    return f"{look.not_met:,} candidacies are checked one by one. It begins within a minute."


urlpatterns = [
    path("settings/ats/looks/", looks, name="ats-looks"),
    path("settings/ats/looks/everybody/", everybody, name="ats-read-everybody"),
    path("settings/ats/looks/check/", check, name="ats-check-gone"),
]
