"""OAuth as Lever's Auth0 does it: authorize by a super admin only, code exchange, refresh with rotation."""

import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from werkzeug.datastructures import MultiDict

from . import credentials
from .records import Json
from .world import World

LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
_LEVER_AUDIENCES = ("https://api.lever.co/v1/", "https://api.sandbox.lever.co/v1/")
CODE_LIFE = 600
REFRESH_LIFE, REFRESH_IDLE = 365 * 86400, 90 * 86400


class OAuthError(Exception):
    """An error of the token endpoint, in Auth0's shape."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.document = {"error": error, "error_description": description}


@dataclass(frozen=True)
class Authorization:
    """A checked authorize request. `error` is told to the application, by redirect."""

    client: str
    redirect_uri: str
    state: str
    scopes: tuple[str, ...]
    audience: str
    error: tuple[str, str] | None

    def redirect(self, **params: str) -> str:
        joint = "&" if urlsplit(self.redirect_uri).query else "?"
        state = {"state": self.state} if self.state else {}
        return f"{self.redirect_uri}{joint}{urlencode({**params, **state})}"

    def denied(self, error: str, description: str) -> str:
        return self.redirect(error=error, error_description=description)


def read_authorization(world: World, args: "MultiDict[str, str]") -> Authorization | str:
    """What was asked for; or, where nobody can be sent back, the sentence to show."""
    client = world.store.documents["client"].get(args.get("client_id", ""))
    if client is None:
        return "This application is not known to Practice Lever: client_id is missing or wrong."
    redirect_uri = args.get("redirect_uri", "")
    if not _registered(client, redirect_uri):
        return "redirect_uri is not one this application has registered."
    audience = args.get("audience", "")
    error = None
    if args.get("response_type") != "code":
        error = ("unsupported_response_type", "response_type must be code")
    elif not _is_audience(audience):
        error = ("access_denied", f"Service not found: {audience}")
    scopes = tuple(dict.fromkeys(args.get("scope", "").split()))
    return Authorization(client["id"], redirect_uri, args.get("state", ""), scopes, audience, error)


def _registered(client: Json, redirect_uri: str) -> bool:
    """A client without a list of its own may be sent back to any loopback address."""
    if client["redirect_uris"] is not None:
        return redirect_uri in client["redirect_uris"]
    parts = urlsplit(redirect_uri)
    return parts.scheme in ("http", "https") and parts.hostname in LOOPBACK


def _is_audience(audience: str) -> bool:
    """Lever's own or ours; the trailing slash matters."""
    parts = urlsplit(audience)
    return audience in _LEVER_AUDIENCES or (parts.hostname in LOOPBACK and parts.path == "/v1/")


def answer_as(world: World, asked: Authorization, person: str) -> str:
    """Where the browser goes next, after `person` ("super-admin", "user" or "deny") has decided."""
    if asked.error is not None:
        return asked.denied(*asked.error)
    if person == "deny":
        return asked.denied("access_denied", "User did not authorize the request")
    if person != "super-admin":
        return asked.denied(
            "access_denied", "Only a Super Admin can authorize an application for this account."
        )
    code = secrets.token_urlsafe(24)
    world.store.put(
        "code",
        {
            "id": code,
            "client": asked.client,
            "redirect_uri": asked.redirect_uri,
            "scopes": list(asked.scopes),
            "audience": asked.audience,
            "expires_at": world.now() + CODE_LIFE,
        },
    )
    return asked.redirect(code=code)


def token(world: World, fields: Json, issuer: str) -> Json:
    """POST /oauth/token."""
    fields = {name: value for name, value in fields.items() if isinstance(value, str)}
    grants = {"authorization_code": _exchange, "refresh_token": _refresh}
    if "grant_type" not in fields:
        raise OAuthError(400, "invalid_request", "grant_type is missing")
    grant = grants.get(fields["grant_type"])
    if grant is None:
        raise OAuthError(403, "unsupported_grant_type", f"Unsupported grant type: {fields['grant_type']}")
    client = world.store.documents["client"].get(fields.get("client_id", ""))
    secret = fields.get("client_secret", "")
    if client is None or not hmac.compare_digest(client["secret"].encode(), secret.encode()):
        raise OAuthError(401, "invalid_client", "Client authentication failed")
    return grant(world, client, fields, issuer)


def _exchange(world: World, client: Json, fields: Json, issuer: str) -> Json:
    code = world.store.documents["code"].get(fields.get("code", ""))
    if code is None or code["client"] != client["id"] or code["expires_at"] <= world.now():
        raise OAuthError(403, "invalid_grant", "Invalid authorization code")
    world.store.remove("code", code["id"])  # once only, even for a wrong redirect_uri
    if code["redirect_uri"] != fields.get("redirect_uri"):
        raise OAuthError(403, "invalid_grant", "redirect_uri is not the one of the authorization request")
    return _tokens(world, code, issuer, world.now())


def _refresh(world: World, client: Json, fields: Json, issuer: str) -> Json:
    held = world.store.documents["refresh"].get(fields.get("refresh_token", ""))
    if held is None or held["client"] != client["id"] or not _lives(world, held):
        raise OAuthError(403, "invalid_grant", "Unknown or invalid refresh token.")
    world.store.put("refresh", {**held, "rotated": True, "used_at": world.now()})
    return _tokens(world, held, issuer, held["granted_at"])


def _lives(world: World, held: Json) -> bool:
    now = world.now()
    reusable = world.switches["reuse_old_refresh_token"] != "deny"  # noqa: S105  (a switch's name)
    if held["rotated"] and not reusable:
        return False
    return bool(now < held["granted_at"] + REFRESH_LIFE and now < held["used_at"] + REFRESH_IDLE)


def _tokens(world: World, grant: Json, issuer: str, granted_at: float) -> Json:
    client, scopes, audience = grant["client"], grant["scopes"], grant["audience"]
    answer = credentials.issue(world, client, scopes, issuer, audience)
    if "offline_access" not in scopes:
        return answer
    refresh_token = f"v1.{secrets.token_urlsafe(32)}"
    world.store.put(
        "refresh",
        {
            "id": refresh_token,
            "client": client,
            "scopes": scopes,
            "audience": audience,
            "granted_at": granted_at,
            "used_at": world.now(),
            "rotated": False,
        },
    )
    return {**answer, "refresh_token": refresh_token}
