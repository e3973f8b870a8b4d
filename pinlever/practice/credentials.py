"""Who is calling: API keys by Basic, access tokens by Bearer; and the tokens themselves."""

import base64
import binascii
import json
import secrets

from . import seed
from .errors import forbidden, unauthorized
from .records import Json
from .routing import NOBODY, Credential
from .world import World

SUPER_ADMIN = seed.user_id("aud")


def identify(world: World, header: str) -> Credential:
    """NOBODY for anything missing, unknown or expired; never raises, since even strangers are rate limited."""
    kind, _, value = header.partition(" ")
    readers = {"basic": _by_key, "bearer": _by_token}
    reader = readers.get(kind.lower())
    return reader(world, value.strip()) if reader else NOBODY


def _by_key(world: World, value: str) -> Credential:
    try:
        user, _, _ = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return NOBODY
    key = world.store.documents["key"].get(user)
    if key is None:
        return NOBODY
    scopes = None if key["scopes"] is None else frozenset(key["scopes"])
    return Credential(f"key:{key['name']}", scopes, key["confidential"])


def _by_token(world: World, value: str) -> Credential:
    token = world.store.documents["token"].get(value)
    if token is None or token["expires_at"] <= world.now():
        return NOBODY
    scopes = frozenset(token["scopes"])
    return Credential(f"oauth:{token['client']}", scopes, "confidential:access:admin" in scopes)


def require(credential: Credential, scope: str | None) -> None:
    if credential is NOBODY:
        raise unauthorized()
    if scope is not None and not credential.may(scope):
        raise forbidden(f"These credentials lack the scope {scope}.")


def issue(world: World, client: str, scopes: list[str], issuer: str, audience: str) -> Json:
    """A new access token, shaped as Lever's sample; the answer of the token endpoint without the refresh token."""
    now, life = world.now(), int(world.switches["token_life_seconds"])
    claims = {
        "https://oauth.lever.co/userId": SUPER_ADMIN,
        "https://oauth.lever.co/accountId": seed.ACCOUNT_ID,
        "https://oauth.lever.co/clientId": client,
        "iss": issuer,
        "sub": f"practice|{SUPER_ADMIN}",
        "aud": audience,
        "iat": int(now),
        "exp": int(now) + life,
        "azp": client,
        "scope": " ".join(scopes),
    }
    head = _segment({"alg": "RS256", "typ": "JWT", "kid": "practice"})
    access_token = f"{head}.{_segment(claims)}.{secrets.token_urlsafe(32)}"
    world.store.put(
        "token", {"id": access_token, "client": client, "scopes": scopes, "expires_at": now + life}
    )
    scope = " ".join(scopes)
    return {"access_token": access_token, "token_type": "Bearer", "scope": scope, "expires_in": life}


def _segment(part: Json) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def revoke(world: World, client: str | None) -> int:
    """Ends all tokens, or those of one client, as a super admin does in Lever's settings."""
    ended = 0
    for kind in ("token", "refresh", "code"):
        for id, document in list(world.store.documents[kind].items()):
            if client in (None, document["client"]):
                world.store.remove(kind, id)
                ended += 1
    return ended
