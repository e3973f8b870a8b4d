"""Settings → ATS integration: what can be connected, and how what is connected stands."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from pinlever.connection.accounts import current_connection, home_account
from pinlever.connection.models import Environment, LeverConnection
from pinlever.connection.oauth_apps import app_for, hosts_of
from pinlever.lever.errors import ConfigurationError
from pinlever.web import ats_cards, ats_connecting, ats_looks, ats_rules, ats_webhooks
from pinlever.web.access import person, recruiter

TOLD = {
    Environment.PRODUCTION.value: (
        "For real. A super admin here, who is also a Super Admin of your Lever account, signs in at Lever and "
        "grants the access.",
        "L",
    ),
    Environment.SANDBOX.value: (
        "Lever's own test environment, with an account of its own. Ask Lever for one. A Super Admin of it signs in.",
        "L",
    ),
    Environment.PRACTICE.value: (
        "Our stand-in for Lever, to try everything without an account. Nobody real is in it.",
        "P",
    ),
}


@dataclass(frozen=True)
class Choice:
    """A system that can be connected; `missing` says what the installation lacks for signing in there."""

    environment: str
    name: str
    told: str
    letter: str
    host: str
    missing: str

    @property
    def is_first(self) -> bool:
        return self.environment == Environment.PRODUCTION


@require_safe
@recruiter
def page(request: HttpRequest) -> HttpResponse:
    """Connected: how it stands and the rules. Else: the list of what can be connected."""
    return shown(request)


def shown(request: HttpRequest, **more: Any) -> HttpResponse:
    """The page as it is now; `more` is what a form that was refused has to say."""
    connection = current_connection()
    may_change = person(request).is_superuser
    context: dict[str, Any] = {"may_change": may_change, "environments": Environment.choices, **more}
    if connection is None:
        context |= {"choices": choices(), "former": former()}
        return render(request, "ats/choose.html", context)
    context |= ats_cards.everything(request, connection)
    return render(request, "ats/connected.html", context)


def choices() -> list[Choice]:
    """In the order in which they are offered."""
    return [_choice(environment.value) for environment in Environment]


def former() -> LeverConnection | None:
    """The connection that ended last, with the account whose records stay."""
    account = home_account()
    if account is None:
        return None
    return LeverConnection.objects.select_related("account").filter(account=account).order_by("-id").first()


def _choice(environment: str) -> Choice:
    told, letter = TOLD[environment]
    missing = ""
    try:
        app_for(environment)
    except ConfigurationError as error:
        missing = error.what
    name = Environment(environment).label
    return Choice(environment, name, told, letter, hosts_of(environment).app_url, missing)


urlpatterns = [
    path("settings/ats/", page, name="ats"),
    *ats_connecting.urlpatterns,
    *ats_cards.urlpatterns,
    *ats_rules.urlpatterns,
    *ats_looks.urlpatterns,
    *ats_webhooks.urlpatterns,
]
