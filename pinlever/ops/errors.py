"""Pages for what went wrong: what happened, what to do, and the id under which the log knows more.

They ask nothing of the database, so that they also appear while it is away. The API and htmx get their answers in
their own form.
"""

import logging
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.template.loader import render_to_string

from pinlever.ops.tracing import request_id

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trouble:
    """`sentence` says what happened, `cure` what to do now."""

    status: int
    title: str
    sentence: str
    cure: str


BAD_REQUEST = Trouble(
    400,
    "This request could not be read",
    "Something in the address or in what was sent is not as PinLever expects it. Nothing was changed.",
    "Go back and try again. If you followed a link, ask whoever gave it to you for a new one.",
)
NOT_ALLOWED = Trouble(
    403,
    "You may not do this",
    "Your account has no right to it. Nothing was changed.",
    "Ask a super admin to do it for you, or to give you the right.",
)
FORM_EXPIRED = Trouble(
    403,
    "Your session ended while the form was open",
    "To keep others from sending forms in your name, PinLever accepts a form only from the session it was opened in. "
    "Nothing was changed, and nothing you entered is lost.",
    "Go back with your browser's Back button: what you entered is still there. Copy longer texts, open the page again "
    "in a new tab and sign in if it asks you to; then send the form once more.",
)
NO_COOKIES = Trouble(
    403,
    "Your browser sent no cookie",
    "PinLever needs one cookie to know that a form is yours. Nothing was changed.",
    "Permit cookies for this site, go back, load the page again and send the form once more.",
)
NOT_FOUND = Trouble(
    404,
    "There is nothing here",
    "The address is misspelt, or what it led to is gone: a person was merged with another one, a job removed.",
    "Look for it from the start page.",
)
BROKEN = Trouble(
    500,
    "PinLever could not do this",
    "Something failed on our side. What was saved before is safe, and what goes to Lever goes on by itself.",
    "Try again in a minute. If it happens again, give the number below to whoever runs PinLever: the log tells more "
    "under it.",
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    return answer(request, BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    return answer(request, NOT_ALLOWED)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    return answer(request, NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponseBase:
    return answer(request, BROKEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    log.info("A form was refused: %s", reason)
    return answer(request, NO_COOKIES if reason == REASON_NO_CSRF_COOKIE else FORM_EXPIRED)


def answer(request: HttpRequest, trouble: Trouble) -> HttpResponseBase:
    """The trouble as a page, or as JSON to callers of the API."""
    if request.path.startswith("/api/"):
        told = {"error": f"{trouble.title}. {trouble.sentence}", "request_id": request_id(request)}
        return JsonResponse(told, status=trouble.status)
    return HttpResponse(_page(request, trouble), status=trouble.status)


def _page(request: HttpRequest, trouble: Trouble) -> str:
    given = {"trouble": trouble, "request_id": request_id(request)}
    try:
        return render_to_string(
            "errors/page.html", given
        )  # without the request: no context processor asks anything
    except Exception:  # such as static files that were never collected; the person still gets the sentence
        log.exception("The error page could not be made.")
        return (
            f"<!doctype html><title>{trouble.title}</title><h1>{trouble.title}</h1><p>{trouble.sentence}</p>"
        )
