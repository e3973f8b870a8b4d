"""Where each environment of Lever is, and who we are there: from the settings alone, never from the database."""

from dataclasses import replace

from django.conf import settings

from pinlever.connection.models import Environment
from pinlever.lever.errors import ConfigurationError
from pinlever.lever.hosts import PRODUCTION, SANDBOX, SCOPES, Hosts, hosts_at
from pinlever.lever.oauth import OAuthApp

CALLBACK_PATH = "/connect/lever/callback/"
PRACTICE_CLIENT = ("practice-client", "practice-secret")


def app_for(environment: str) -> OAuthApp:
    """Our app at Lever's sign-in; ConfigurationError if this installation has none for the environment."""
    client_id, client_secret = _client(environment)
    if not (client_id and client_secret):
        name = Environment(environment).label
        raise ConfigurationError(f"Signing in at {name} needs its client id and secret in the settings.")
    hosts = hosts_of(environment)
    return OAuthApp(
        client_id=client_id,
        client_secret=client_secret,
        authorize_url=hosts.authorize_url,
        token_url=hosts.token_url,
        audience=hosts.audience,
        redirect_uri=settings.PINLEVER_URL + CALLBACK_PATH,
        scopes=SCOPES,
        deadline=settings.LEVER_DEADLINE,
    )


def can_sign_in(environment: str) -> bool:
    """Whether this installation has an app at the environment's sign-in."""
    return all(_client(environment))


def api_base(environment: str) -> str:
    """The address that API paths are appended to."""
    return hosts_of(environment).api_url


def hosts_of(environment: str) -> Hosts:
    """The environment's addresses; LEVER_API_URL and LEVER_AUTH_URL replace those of production only."""
    if environment == Environment.PRACTICE:
        return hosts_at(settings.PRACTICE_LEVER_URL)
    if environment == Environment.SANDBOX:
        return SANDBOX
    hosts = PRODUCTION
    if settings.LEVER_API_URL:
        hosts = replace(hosts, api_url=_versioned(settings.LEVER_API_URL))
    if settings.LEVER_AUTH_URL:
        # A sign-in of its own grants tokens for the API beside it; Lever's own keeps Lever's audience.
        hosts = replace(
            hosts,
            authorize_url=f"{settings.LEVER_AUTH_URL}/authorize",
            token_url=f"{settings.LEVER_AUTH_URL}/oauth/token",
            audience=f"{hosts.api_url}/",
        )
    return hosts


def _versioned(url: str) -> str:
    return url if url.endswith("/v1") else f"{url}/v1"


def _client(environment: str) -> tuple[str, str]:
    return {
        Environment.PRODUCTION.value: (settings.LEVER_CLIENT_ID, settings.LEVER_CLIENT_SECRET),
        Environment.SANDBOX.value: (settings.LEVER_SANDBOX_CLIENT_ID, settings.LEVER_SANDBOX_CLIENT_SECRET),
        Environment.PRACTICE.value: PRACTICE_CLIENT,
    }[str(environment)]
