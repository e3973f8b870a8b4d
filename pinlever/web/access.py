"""Who may see a page. Recruiters see all jobs: it is an in-house tool."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from allauth.account.decorators import secure_admin_login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render

from pinlever.accounts.models import User
from pinlever.audit.services import Actor

NUL = "\x00"
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def recruiter(view: View) -> View:
    """Anybody who is signed in.

    A part of a page is answered with 401 instead of the sign-in page: what is open stays open, with what was typed.
    What the view reads of the request holds no NUL: PostgreSQL stores and compares none, and nobody means one.
    """
    secured = login_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and request.headers.get("HX-Request"):
            return HttpResponse("You are signed out. Sign in again and repeat it.", status=401)
        if not request.user.is_authenticated and request.method == "POST":
            return redirect_to_login(_page_of(request))
        if request.user.is_authenticated:
            _leave_out_nul(request)
        return secured(request, *args, **given)

    return guarded  # type: ignore[return-value]


def _leave_out_nul(request: HttpRequest) -> None:
    request.GET = _without_nul(request.GET)  # type: ignore[assignment]
    if request.method == "POST":
        request.POST = _without_nul(request.POST)  # type: ignore[assignment]


def _without_nul(said: QueryDict) -> QueryDict:
    if not any(NUL in value for _, values in said.lists() for value in values):
        return said
    clean = said.copy()
    for name, values in said.lists():
        clean.setlist(name, [value.replace(NUL, "") for value in values])
    clean._mutable = False
    return clean


def _page_of(request: HttpRequest) -> str:
    """The page a form was on: after signing in one is there again, not at an address that only takes forms."""
    try:
        page = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # what some program wrote there
        return request.get_full_path()
    if page.netloc != request.get_host() or not page.path.startswith("/") or page.path.startswith("//"):
        return request.get_full_path()
    return f"{page.path}?{page.query}" if page.query else page.path


def super_admin(view: View) -> View:
    """Super admins; others get a sentence that says whom to ask."""

    @recruiter
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        if not person(request).is_superuser:
            return refused(request, "Only super admins may do this. Ask one of them to do it for you.")
        return view(request, *args, **given)

    return guarded  # type: ignore[return-value]


def admin_door(login: View) -> View:
    """The admin's own way to sign in: by our pages; whoever is signed in without the rights gets a sentence."""
    secured = secure_admin_login(login)

    @wraps(login)
    def guarded(request: HttpRequest, **given: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.is_staff:
            return refused(
                request, "The administration is for super admins. Ask one of them to do it for you."
            )
        return secured(request, **given)  # type: ignore[no-any-return]

    return guarded  # type: ignore[return-value]


def person(request: HttpRequest) -> User:
    """Who is signed in."""
    assert isinstance(request.user, User)
    return request.user


def actor(request: HttpRequest) -> Actor:
    """The same person, for services and the audit log."""
    return Actor.person(person(request))


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """403, with the reason as a page of ours."""
    return render(request, "refused.html", {"sentence": sentence}, status=403)
