"""Who may see a page. Recruiters see all jobs: it is an in-house tool."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from pinlever.accounts.models import User
from pinlever.audit.services import Actor

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def recruiter(view: View) -> View:
    """Anybody who is signed in."""
    return login_required(view)  # type: ignore[return-value]


def super_admin(view: View) -> View:
    """Super admins; others get a sentence that says whom to ask."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        if not person(request).is_superuser:
            return refused(request, "Only super admins may do this. Ask one of them to do it for you.")
        return view(request, *args, **given)

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
