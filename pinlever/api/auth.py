"""Bearer tokens at the door of the API. Sessions and cookies mean nothing here, so no page can call it by stealth."""

import time
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from ninja.security import HttpBearer

from pinlever.api.errors import ApiError
from pinlever.api.models import ApiToken
from pinlever.api.tokens import note_use, token_of

FAILURES_A_MINUTE = (
    30  # of one address; a good token passes all the same, so nobody is locked out by a neighbour
)
WINDOW = 60
HOW = (
    "Send a token as 'Authorization: Bearer pl_…'. A super admin makes one: manage.py api_token create NAME."
)


class BearerToken(HttpBearer):
    """Puts the ApiToken into `request.auth`, or raises the refusal."""

    def __call__(self, request: HttpRequest) -> ApiToken:
        scheme, _, text = request.headers.get("Authorization", "").strip().partition(" ")
        if not scheme:
            raise _refused(request, "no_token", f"No API token was sent. {HOW}")
        if scheme.lower() != "bearer" or not text.strip():
            raise _refused(
                request, "no_bearer_token", f"The Authorization header holds no bearer token. {HOW}"
            )
        return self.authenticate(request, text.strip())

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        row = token_of(token)
        if row is None:
            raise _refused(request, "unknown_token", f"This token is not known here. {HOW}")
        if row.revoked_at is not None:
            told = (
                f"The token {row} was revoked on {row.revoked_at:%d %b %Y}. Ask a super admin for a new one."
            )
            raise _refused(request, "revoked_token", told)
        note_use(row)
        return row


def token_behind(request: HttpRequest) -> ApiToken:
    """Whose call it is."""
    token: Any = getattr(request, "auth", None)
    assert isinstance(token, ApiToken)
    return token


def _refused(request: HttpRequest, code: str, message: str) -> ApiError:
    counter = f"api-refused:{request.META.get('REMOTE_ADDR', '')}:{int(time.time()) // WINDOW}"
    cache.add(counter, 0, 2 * WINDOW)
    try:
        failures = cache.incr(counter)
    except ValueError:  # put out of the cache in between
        failures = 1
    if failures > FAILURES_A_MINUTE:
        told = f"Too many calls without a good token from this address. Wait a minute. {HOW}"
        return ApiError(429, "too_many_refusals", told, headers={"Retry-After": str(WINDOW)})
    return ApiError(401, code, message, headers={"WWW-Authenticate": 'Bearer realm="PinLever"'})
