"""Connecting and disconnecting: by signing in at Lever, by API key; and what disconnecting means, in numbers."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pinlever.connection import provider
from pinlever.connection.accounts import CannotConnect, connect_with_key, current_connection, disconnect
from pinlever.connection.models import Environment
from pinlever.connection.oauth_apps import CALLBACK_PATH
from pinlever.connection.refusals import NOT_SUPER_ADMIN
from pinlever.connection.trial import is_there
from pinlever.lever.errors import ConfigurationError
from pinlever.sync.outgoing import kept
from pinlever.web.access import actor, person, refused, super_admin

ELSEWHERE = (
    "You opened PinLever at {here}, but Lever sends people back to {there} (PINLEVER_URL), where you are not signed "
    "in. Open PinLever there and connect again."
)

NOT_RUNNING = (
    "Practice Lever does not answer at {url}. Start it with “python manage.py practice_lever”, then connect again. "
    "Nothing was changed."
)


@require_POST
@super_admin
def sign_in(request: HttpRequest, environment: str) -> HttpResponse:
    """Sends the browser to Lever's sign-in. Nothing of this request but its path has a say in where that is."""
    if environment not in Environment.values:
        raise Http404
    there = urlsplit(settings.PINLEVER_URL).netloc
    if request.get_host() != there:
        messages.error(request, ELSEWHERE.format(here=request.get_host(), there=there))
        return _to(request, redirect("ats"))
    if environment == Environment.PRACTICE and not is_there(environment):
        messages.error(request, NOT_RUNNING.format(url=settings.PRACTICE_LEVER_URL))
        return _to(request, redirect("ats"))
    try:
        return _to(request, provider.begin(request, environment))
    except ConfigurationError as error:
        messages.error(request, f"{error.what} Set both, restart PinLever, and connect again.")
        return _to(request, redirect("ats"))


@require_GET
def came_back(request: HttpRequest) -> HttpResponseBase:
    """Where Lever sends the browser. A code that arrives for anybody but a super admin is not even looked at."""
    if not request.user.is_authenticated:
        messages.error(
            request, "You were signed out meanwhile, so nothing was changed. Sign in and connect again."
        )
        return redirect(f"{settings.LOGIN_URL}?next=/settings/ats/")
    if not person(request).is_superuser:
        return refused(request, NOT_SUPER_ADMIN)
    return provider.finish(request)


@require_POST
@super_admin
def key(request: HttpRequest) -> HttpResponse:
    """Connects with an API key. The key is stored encrypted and shown nowhere again, not even after a refusal."""
    environment = request.POST.get("environment", "")
    if environment not in Environment.values:
        return _key_refused(request, "", "Choose which Lever the key is for.")
    try:
        connect_with_key(by=actor(request), environment=environment, api_key=request.POST.get("api_key", ""))
    except CannotConnect as error:
        return _key_refused(request, environment, str(error))
    name = Environment(environment).label
    messages.success(request, f"{name} is connected. Who is in Lever is being read now; see below.")
    return redirect("ats")


@require_http_methods(["GET", "POST"])
@super_admin
def leave(request: HttpRequest) -> HttpResponse:
    """What disconnecting means, then disconnecting."""
    connection = current_connection()
    if connection is None:
        messages.info(request, "No Lever account is connected.")
        return _to(request, redirect("ats"))
    if request.method == "POST":
        disconnect(by=actor(request))
        messages.success(
            request, f"{connection.account} is disconnected. Nothing was lost; connect again any time."
        )
        return redirect("ats")
    template = "ats/disconnect_dialog.html" if request.htmx else "ats/disconnect.html"  # type: ignore[attr-defined]
    return render(request, template, {"connection": connection, "kept": kept(connection.account)})


def _key_refused(request: HttpRequest, environment: str, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return redirect(f"/settings/ats/?key={environment or 'production'}")


def _to(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """By script the browser goes there as if by a link: the sign-in of some company may redirect on to hosts that no
    content policy of ours can name. Without script it is the redirect itself."""
    if not request.htmx:  # type: ignore[attr-defined]
        return answer
    moved = HttpResponse()
    moved["HX-Redirect"] = answer["Location"]
    return moved


urlpatterns = [
    path("settings/ats/connect/<slug:environment>/", sign_in, name="ats-sign-in"),
    path(CALLBACK_PATH.lstrip("/"), came_back, name="ats-callback"),
    path("settings/ats/key/", key, name="ats-key"),
    path("settings/ats/disconnect/", leave, name="ats-disconnect"),
]
