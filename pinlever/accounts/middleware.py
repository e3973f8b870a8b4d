"""What holds on every page for whoever is signed in: their time zone, and the second factor of super admins."""

import zoneinfo
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve, reverse
from django.utils import timezone

from pinlever.accounts.models import User

Handler = Callable[[HttpRequest], HttpResponse]
# What a super admin without a second factor may open: setting it up, saying again who they are, signing out.
OPEN_WITHOUT = ("mfa_", "account_logout", "account_reauthenticate", "healthz", "readyz", "api")


class TimeZone:
    """Times are shown in the viewer's zone."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(_zone(request.user)):
            return self.get_response(request)


def _zone(user: object) -> zoneinfo.ZoneInfo:
    return user.zone if isinstance(user, User) else zoneinfo.ZoneInfo("UTC")


class SecondFactor:
    """Super admins set up a second factor before they reach anything else, where SECOND_FACTOR_REQUIRED says so."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.SECOND_FACTOR_REQUIRED or not _lacks_second_factor(request.user):
            return self.get_response(request)
        if _is_open(request):
            request.lacks_second_factor = True  # type: ignore[attr-defined]  # the page says why one is there
            return self.get_response(request)
        url = reverse("mfa_index")
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)


def _lacks_second_factor(user: object) -> bool:
    if not isinstance(user, User) or not user.is_superuser:
        return False
    return not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def _is_open(request: HttpRequest) -> bool:
    match = resolve(request.path_info)
    name = match.url_name or ""
    return name.startswith(OPEN_WITHOUT) or bool(match.namespaces and match.namespaces[0].startswith("api"))
