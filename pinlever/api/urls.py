"""The API's addresses, under /api/v1/. Sessions, cookies and CSRF play no part: who calls is told by a token."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from ninja import NinjaAPI

from pinlever.api import candidates, events, exports, holds, jobs, prospects, queue
from pinlever.api.auth import BearerToken
from pinlever.api.errors import answer_in_our_shape, not_allowed, not_found
from pinlever.api.parsing import StrictParser

DESCRIPTION = """For Pin's own systems. Everything is addressed by your own ids, which count within your token's source.
Every request may be repeated: what was done is not done again. Whatever goes wrong is answered as
`{"error": {"code", "message", "field"}}`, with a code for programs and a message for people."""

api = NinjaAPI(
    title="PinLever",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    docs_decorator=require_GET,
    urls_namespace="api-v1",
    auth=BearerToken(),
    parser=StrictParser(),
    servers=[{"url": settings.PINLEVER_URL}],
)
for subject in (jobs, candidates, events, prospects, exports, holds, queue):
    api.add_router("", subject.router)
answer_in_our_shape(api, settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)


def _in_our_shape(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answers a method that is not there as everything else that goes wrong is answered."""

    @wraps(view)
    def shaped(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        response = view(request, *args, **given)
        return not_allowed(request, response["Allow"]) if response.status_code == 405 else response

    shaped.csrf_exempt = True  # type: ignore[attr-defined]  # nothing here trusts a cookie
    return shaped


def _patterns() -> list[URLPattern]:
    """Ninja's, in our shape; what is at none of them is answered in it too."""
    found = [path("", csrf_exempt(not_found), name="api-root")]
    for pattern in api.urls[0]:
        assert isinstance(pattern, URLPattern)
        if pattern.name != "api-root":
            pattern.callback = _in_our_shape(pattern.callback)
            found.append(pattern)
    return [*found, path("<path:rest>", csrf_exempt(not_found))]


app_name = "api-v1"
urlpatterns = _patterns()
