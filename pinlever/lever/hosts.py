"""Where Lever is, and what we ask its owner to allow. Plain http goes to this machine alone."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

# Lever's documentation: at most 20 scopes for an app; `write` includes `read`; `contact` is singular.
SCOPES = (
    "offline_access",
    "opportunities:write:admin",
    # Not known to be needed for `expand=applications`, on which matching depends; so it is asked for.
    "applications:read:admin",
    "contact:write:admin",
    "notes:write:admin",
    "files:write:admin",
    "forms:write:admin",
    "form_templates:read:admin",
    "resumes:read:admin",
    # Whether somebody at Lever has touched a person is looked at before an export is taken back.
    "feedback:read:admin",
    "interviews:read:admin",
    "postings:read:admin",
    "stages:read:admin",
    "archive_reasons:read:admin",
    "users:read:admin",
    "sources:read:admin",
    "tags:read:admin",
    "webhooks:write:admin",
    "confidential:access:admin",
)


@dataclass(frozen=True, slots=True)
class Hosts:
    """The addresses of one environment. `audience` ends in a slash: without it Lever grants no scopes."""

    api_url: str
    authorize_url: str
    token_url: str
    audience: str
    app_url: str


PRODUCTION = Hosts(
    api_url="https://api.lever.co/v1",
    authorize_url="https://auth.lever.co/authorize",
    token_url="https://auth.lever.co/oauth/token",  # noqa: S106 (an address)
    audience="https://api.lever.co/v1/",
    app_url="https://hire.lever.co",
)
SANDBOX = Hosts(
    api_url="https://api.sandbox.lever.co/v1",
    authorize_url="https://sandbox-lever.auth0.com/authorize",
    token_url="https://sandbox-lever.auth0.com/oauth/token",  # noqa: S106 (an address)
    audience="https://api.sandbox.lever.co/v1/",
    app_url="https://hire.sandbox.lever.co",
)


def hosts_at(url: str) -> Hosts:
    """The addresses of a stand-in that serves API, sign-in and pages from one place."""
    root = url.rstrip("/")
    return Hosts(
        api_url=f"{root}/v1",
        authorize_url=f"{root}/authorize",
        token_url=f"{root}/oauth/token",
        audience=f"{root}/v1/",
        app_url=root,
    )


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def safe_address(url: str) -> str:
    """The address without a trailing slash; ValueError if a credential must not be sent there."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is not a web address.")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("An address of Lever may hold no user name, query or fragment.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError(
            f"{url!r} is a plain http address; those are only for this machine itself. Use https."
        )
    return url.rstrip("/")
