"""Everything that goes wrong has one shape: {"error": {"code", "message", "field"}}. No trace and no secret leaves."""

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field

log = logging.getLogger(__name__)


class Problem(Schema):
    """What went wrong and what to do. `field` leads to the value: `emails.0.value`; empty for the whole request."""

    code: str = Field(description="For programs; does not change.")
    message: str = Field(description="For people: what is wrong and what to do.")
    field: str = Field(default="", description="The value it is about, such as emails.0.value.")


class ErrorOut(Schema):
    error: Problem


class ApiError(Exception):
    """A refusal, as it is answered."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        field: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.headers = status, dict(headers or {})
        self.problem = Problem(code=code, message=message, field=field)


# Every operation may answer these; what an operation adds stands with it.
ALWAYS = frozenset({400, 401, 413, 415, 422, 429, 500, 503})
NOT_FOUND = "There is nothing at {path}. GET /api/v1/openapi.json lists what there is."
NOT_ALLOWED = "{method} is not possible at {path}. Possible: {allowed}."
TOO_BIG = "The body is larger than {most} bytes. Send it in parts."
CUT_SHORT = "The request ended before its body was complete. Send it again."
UNAVAILABLE = "The database did not answer in time. Send the request again in a moment: repeats are harmless."
FAULT = (
    "PinLever failed at this, and the fault is in its log. Send it again: repeats are harmless. "
    "Should it fail again, tell a super admin."
)


def answer(error: ApiError) -> HttpResponse:
    response = JsonResponse({"error": error.problem.model_dump()}, status=error.status)
    for name, value in error.headers.items():
        response[name] = value
    return response


def not_found(request: HttpRequest, **_: Any) -> HttpResponse:
    return answer(ApiError(404, "no_such_address", NOT_FOUND.format(path=request.path[:200])))


def not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    told = NOT_ALLOWED.format(method=request.method, path=request.path[:200], allowed=allowed)
    return answer(ApiError(405, "method_not_allowed", told, headers={"Allow": allowed}))


def answer_in_our_shape(api: NinjaAPI, most_bytes: int) -> None:
    """Has the API answer every exception in the one shape."""
    too_big = ApiError(413, "too_large", TOO_BIG.format(most=most_bytes))
    cut_short = ApiError(400, "cut_short", CUT_SHORT)
    later = ApiError(503, "unavailable", UNAVAILABLE, headers={"Retry-After": "5"})
    api.add_exception_handler(ApiError, lambda request, exc: answer(exc))  # type: ignore[arg-type]
    api.add_exception_handler(HttpError, _http_error)  # type: ignore[arg-type]
    api.add_exception_handler(ValidationError, _invalid)  # type: ignore[arg-type]
    api.add_exception_handler(Http404, lambda request, exc: not_found(request))
    api.add_exception_handler(RequestDataTooBig, lambda request, exc: answer(too_big))
    api.add_exception_handler(SuspiciousOperation, lambda request, exc: answer(cut_short))
    api.add_exception_handler(UnreadablePostError, lambda request, exc: answer(cut_short))
    api.add_exception_handler(OperationalError, lambda request, exc: _logged(request, exc, later))
    api.add_exception_handler(InterfaceError, lambda request, exc: _logged(request, exc, later))
    api.add_exception_handler(Exception, _fault)


def problem_of(details: Mapping[str, Any], within: tuple[str | int, ...] = ()) -> Problem:
    """One entry of a validation error. `within` is where the validated value stands."""
    where = ".".join(str(part) for part in (*within, *details["loc"]))
    told = str(details["msg"]).removeprefix("Value error, ")
    message = f"{where}: {told[:1].lower()}{told[1:]}." if where else f"{told}."
    return Problem(code=f"invalid.{details['type']}", message=message.replace("..", "."), field=where)


def _invalid(request: HttpRequest, exc: ValidationError) -> HttpResponse:
    """The first thing that is wrong; `loc` begins with the part of the request and the parameter's name."""
    details = dict(exc.errors[0])
    part, *rest = details["loc"]
    details["loc"] = rest[1:] if part == "body" else rest
    problem = problem_of(details)
    if part == "body" and not rest[1:] and details["type"] == "missing":
        problem = Problem(code="no_body", message="The request has no body. Send a JSON object.")
    if more := len(exc.errors) - 1:
        problem.message += f" {more} more {'value is' if more == 1 else 'values are'} wrong."
    return answer(ApiError(422, problem.code, problem.message, problem.field))


def _http_error(request: HttpRequest, exc: HttpError) -> HttpResponse:
    """What ninja raises itself. A refusal of our parser comes wrapped in one."""
    if isinstance(exc.__cause__, ApiError):
        return answer(exc.__cause__)
    return answer(ApiError(exc.status_code, "refused", str(exc)))


def _logged(request: HttpRequest, exc: Any, error: ApiError) -> HttpResponse:
    log.error("%s at %s %s", type(exc).__name__, request.method, _route(request), exc_info=exc)
    return answer(error)


def _fault(request: HttpRequest, exc: Any) -> HttpResponse:
    return _logged(request, exc, ApiError(500, "fault", FAULT))


def _route(request: HttpRequest) -> str:
    """The address without the ids in it."""
    return request.resolver_match.route if request.resolver_match else ""
