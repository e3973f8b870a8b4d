"""Who may see a page. Recruiters see all jobs: it is an in-house tool."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from allauth.account.decorators import secure_admin_login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from pinlever.accounts.models import User
from pinlever.audit.services import Actor

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def recruiter(view: View) -> View:
    """Anybody who is signed in.

    A part of a page is answered with 401 instead of the sign-in page: what is open stays open, with what was typed.
    """
    secured = login_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and request.headers.get("HX-Request"):
            return HttpResponse("You are signed out. Sign in again and repeat it.", status=401)
        if not request.user.is_authenticated and request.method == "POST":
            return redirect_to_login(_page_of(request))
        return secured(request, *args, **given)

    return guarded  # type: ignore[return-value]


def _page_of(request: HttpRequest) -> str:
    """The page a form was on: after signing in one is there again, not at an address that only takes forms."""
    page = urlsplit(request.headers.get("Referer", ""))
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
