"""Signing in at Lever: the address to send a super admin to, and the exchange and renewal of tokens.

Stores nothing. Tokens appear in no repr, error or record of a call.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from .answers import Answer
from .errors import ConfigurationError, LeverError, ReconnectNeeded
from .hosts import Hosts
from .http import CallMade, Http, no_record
from .reading import parse_json

CLAIM = "https://oauth.lever.co/"
# Lever's documentation: an access token lasts one hour.
USUAL_LIFE = 3_600
LONGEST_LIFE = 31 * 86_400

ERRORS: dict[str, type[LeverError]] = {
    "invalid_grant": ReconnectNeeded,
    "invalid_client": ConfigurationError,
    "unauthorized_client": ConfigurationError,
}


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gave. `account_id` and `user_id` are Lever's, empty if the token is opaque."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    scopes: tuple[str, ...]
    account_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class OAuthApp:
    client_id: str
    client_secret: str = field(repr=False)
    authorize_url: str
    token_url: str
    audience: str
    redirect_uri: str
    scopes: tuple[str, ...]
    deadline: float = 20.0
    after_call: Callable[[CallMade], None] = field(default=no_record, repr=False, compare=False)

    @classmethod
    def at(
        cls, hosts: Hosts, *, client_id: str, client_secret: str, redirect_uri: str, scopes: tuple[str, ...]
    ) -> OAuthApp:
        return cls(
            client_id=client_id,
            client_secret=client_secret,
            authorize_url=hosts.authorize_url,
            token_url=hosts.token_url,
            audience=hosts.audience,
            redirect_uri=redirect_uri,
            scopes=scopes,
        )

    def authorize_address(self, state: str) -> str:
        """Without `prompt`: Lever's documentation asks for none since June 2024."""
        query = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "state": state,
            "audience": self.audience,
            "scope": " ".join(self.scopes),
        }
        return f"{self.authorize_url}?{urlencode(query)}"

    def exchange_code(self, code: str) -> Tokens:
        """The first tokens. ReconnectNeeded for a code that is wrong, used or too old."""
        return self._tokens(
            {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri}
        )

    def refresh(self, refresh_token: str) -> Tokens:
        """New tokens; the refresh token that comes back replaces the one sent, which may be dead by then.

        OutcomeUnknown means that Lever may have rotated it; only another try can tell.
        """
        return self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token}, refresh_token)

    def _tokens(self, grant: Mapping[str, str], known_refresh_token: str = "") -> Tokens:
        asked_at = time.time()
        answer = self._post({**grant, "client_id": self.client_id, "client_secret": self.client_secret})
        body = answer.data if isinstance(answer.data, dict) else {}
        access_token, refresh_token = body.get("access_token"), body.get("refresh_token")
        if not isinstance(access_token, str) or not access_token:
            raise answer.unreadable("no access token")
        claims = claims_of(access_token)
        return Tokens(
            access_token=access_token,
            refresh_token=refresh_token
            if isinstance(refresh_token, str) and refresh_token
            else known_refresh_token,
            expires_at=datetime.fromtimestamp(asked_at, UTC)
            + _life(body.get("expires_in"), claims, asked_at),
            scopes=tuple(str(body.get("scope") or claims.get("scope") or "").split()),
            account_id=_claim(claims, "accountId"),
            user_id=_claim(claims, "userId"),
        )

    def _post(self, form: Mapping[str, str]) -> Answer:
        parts = urlsplit(self.token_url)
        http = Http(
            base_url=f"{parts.scheme}://{parts.netloc}",
            credentials=None,
            deadline=self.deadline,
            after_call=self.after_call,
        )
        try:
            return http.request("POST", parts.path, data=list(form.items()))
        except LeverError as error:
            refused = _refused(error)
        finally:
            http.close()
        raise refused


def _refused(error: LeverError) -> LeverError:
    """The token endpoint's own meaning: a 401 without a known code is a wrong secret (Lever's documentation)."""
    kind = ERRORS.get(error.code) or (ConfigurationError if error.status == 401 else None)
    if kind is None:
        return error
    return kind(
        error.what,
        said=error.said,
        code=error.code,
        status=error.status,
        method=error.method,
        path=error.path,
        retry_after=error.retry_after,
    )


def claims_of(token: str) -> dict[str, Any]:
    """The payload of a JWT, unverified: a hint about whose token it is. Empty for anything else."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        payload = parse_json(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}


def _claim(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(CLAIM + name)
    return value if isinstance(value, str) else ""


def _life(expires_in: Any, claims: Mapping[str, Any], now: float) -> timedelta:
    """How long the token lasts: as said, else by its `exp`, else an hour; never more than a month."""
    seconds = _seconds(expires_in)
    if seconds is None:
        ends_at = _seconds(claims.get("exp"))
        seconds = USUAL_LIFE if ends_at is None else ends_at - now
    return timedelta(seconds=min(max(seconds, 0), LONGEST_LIFE))


def _seconds(value: Any) -> float | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:12])
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
