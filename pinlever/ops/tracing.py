"""One log line for every request, an id that leads from an answer to its lines, and one for all lines of a task.

A line names the address's pattern and the numbers and keys in it, never the address itself: it may hold a token, a
search, somebody's email. The person is their number.
"""

import re
import time
import uuid
from typing import Any, cast

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

HEADER = "X-Request-ID"
QUIET = ("/healthz", "/readyz", settings.STATIC_URL)  # asked all the time: a line only if something is wrong
NOTHING_NEW = 204  # what an open page is told every second or two
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id(request: HttpRequest) -> str:
    """The id of the request being answered; "" before the middleware saw it."""
    return getattr(request, "request_id", "")


def begin_task(**signal: Any) -> None:
    """Binds the queue's id of the task and what it runs; not what it was given."""
    task = signal["task"]
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(task_id=task["id"], task=str(task["func"]))


def end_task(**signal: Any) -> None:
    structlog.contextvars.clear_contextvars()


class RequestLog(RequestMiddleware):
    """django-structlog's middleware with our own idea of what may be written."""

    def prepare(self, request: HttpRequest) -> None:
        given = request.headers.get(HEADER, "") if settings.TRUST_PROXY else ""
        request.request_id = given if _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
        request.began_at = time.perf_counter()  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id(request))

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response.headers.setdefault(HEADER, request_id(request))
        is_asked_all_the_time = request.path.startswith(QUIET) or response.status_code == NOTHING_NEW
        if response.status_code < 400 and is_asked_all_the_time:
            structlog.contextvars.clear_contextvars()
            return
        began_at = cast("float", request.began_at)  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(ms=round((time.perf_counter() - began_at) * 1000))
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        found = request.resolver_match
        if found is None:
            return f"{request.method} (no page of ours)"
        harmless = {
            name: str(value) for name, value in found.kwargs.items() if isinstance(value, (int, uuid.UUID))
        }
        return " ".join([f"{request.method} /{found.route}", *map("=".join, harmless.items())])

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        user = getattr(
            request, "_cached_user", None
        )  # only if the page asked who it is: no query for a log line
        if user is not None and user.pk:
            structlog.contextvars.bind_contextvars(user_id=user.pk)
