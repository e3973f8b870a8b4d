"""Lever as a provider of allauth: its sign-in connects the installation and signs nobody in.

Nothing of allauth's is stored: no account, no token, no user. What Lever gives goes to `connect_with_tokens`, for
super admins only, and the flow ends there. Nothing of the request reaches the address Lever is asked at.
"""

import secrets
from typing import Any, ClassVar, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter, OAuth2CallbackView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from pinlever.accounts.models import User
from pinlever.audit.services import Actor
from pinlever.connection.accounts import CannotConnect, connect_with_tokens
from pinlever.connection.models import Environment
from pinlever.connection.oauth_apps import CALLBACK_PATH, app_for
from pinlever.connection.refusals import (
    NOT_OURS,
    NOT_SUPER_ADMIN,
    why_denied,
    why_no_tokens,
    without_scopes,
)
from pinlever.lever.errors import LeverError
from pinlever.lever.hosts import SCOPES
from pinlever.lever.oauth import OAuthApp, Tokens

PAGE = "ats"


class LeverClient(OAuth2Client):
    """Says where to sign in; the exchange of the code is the adapter's, by our own client."""

    def __init__(self, app: OAuthApp) -> None:
        self.app = app
        self.state = ""

    def get_redirect_url(self, authorization_url: str, scope: list[str], extra_params: dict[str, str]) -> str:
        return self.app.authorize_address(self.state)


class LeverAdapter(OAuth2Adapter):
    """From Lever's answer to a connection. Every way out is a redirect to our page with a sentence."""

    environment: ClassVar[str] = Environment.PRODUCTION
    provider_id = "lever"

    @property
    def authorize_url(self) -> str:
        return app_for(self.environment).authorize_url

    def get_client(self, request: HttpRequest, app: SocialApp) -> LeverClient:
        return LeverClient(app_for(self.environment))

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return app_for(self.environment).redirect_uri

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: LeverClient, **_: Any
    ) -> Tokens:
        _require_super_admin(request)
        try:
            tokens = client.app.exchange_code(request.GET["code"])
        except LeverError as error:
            _leave(request, why_no_tokens(self.environment, error))
        if tokens.scopes and set(tokens.scopes) <= {"offline_access"}:
            _leave(request, without_scopes(self.environment))
        return tokens

    def parse_token(self, data: Tokens) -> SocialToken:
        return SocialToken()  # empty: the tokens themselves never enter allauth's models

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, *, response: Tokens
    ) -> NoReturn:
        user = _require_super_admin(request)
        try:
            connect_with_tokens(by=Actor.person(user), environment=self.environment, tokens=response)
        except CannotConnect as refused:
            _leave(request, str(refused))
        name = Environment(self.environment).label
        messages.success(request, f"{name} is connected. Who is in Lever is being read now; see below.")
        raise ImmediateHttpResponse(_page())


class SandboxAdapter(LeverAdapter):
    environment = Environment.SANDBOX
    provider_id = "lever-sandbox"


class PracticeAdapter(LeverAdapter):
    environment = Environment.PRACTICE
    provider_id = "practice-lever"


class LeverProvider(OAuth2Provider):
    """One for each environment; what Lever calls our app is in the settings, never in the database."""

    id = LeverAdapter.provider_id
    name: str = Environment.PRODUCTION.label
    uses_apps = False
    oauth2_adapter_class = LeverAdapter

    def __init__(self, request: HttpRequest, app: SocialApp | None = None) -> None:
        super().__init__(request, app)
        self.app = SocialApp(
            provider=self.id, name=self.name
        )  # allauth's views ask for one; it is never saved

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse(PAGE)

    def get_callback_url(self) -> str:
        return CALLBACK_PATH

    def get_auth_params(self) -> dict[str, str]:
        return {}

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        return {}

    def get_scope(self) -> list[str]:
        return list(SCOPES)

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        return self.get_scope()

    def get_pkce_params(self) -> dict[str, str]:
        return {}  # Lever's documentation knows no code challenge; the exchange needs our secret


class SandboxProvider(LeverProvider):
    id = SandboxAdapter.provider_id
    name = Environment.SANDBOX.label
    oauth2_adapter_class = SandboxAdapter


class PracticeProvider(LeverProvider):
    id = PracticeAdapter.provider_id
    name = Environment.PRACTICE.label
    oauth2_adapter_class = PracticeAdapter


provider_classes = [LeverProvider, SandboxProvider, PracticeProvider]
_BY_ENVIRONMENT = {row.oauth2_adapter_class.environment: row for row in provider_classes}
_BY_ID = {row.id: row.oauth2_adapter_class for row in provider_classes}


class ConnectsOnly(DefaultSocialAccountAdapter):
    """allauth's rules for providers: none is offered for signing in, and nobody signs up."""

    def list_providers(self, request: HttpRequest) -> list[OAuth2Provider]:
        return []

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: LeverProvider,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> NoReturn:
        """What Lever said is shown only if the answer belongs to a sign-in begun here."""
        if not (extra_context or {}).get("state"):
            _leave(request, NOT_OURS)
        environment = provider.oauth2_adapter_class.environment
        told = (request.GET.get("error", ""), request.GET.get("error_description", ""))
        _leave(request, why_denied(environment, *told))


def begin(request: HttpRequest, environment: str) -> HttpResponse:
    """The redirect to Lever's sign-in. ConfigurationError if this installation has no app there.

    The state begins with the provider's name, by which the one callback address tells whose answer it is; what
    counts is that the state was stored in this session for that provider.
    """
    app_for(environment)
    provider = _BY_ENVIRONMENT[Environment(environment)](request)
    state = f"{provider.id}.{secrets.token_urlsafe(24)}"
    answer: HttpResponse = provider.redirect(request, process="connect", state_id=state)
    return answer


def finish(request: HttpRequest) -> HttpResponse:
    """Lever's answer, as it comes back with the browser."""
    provider_id = request.GET.get("state", "").partition(".")[0]
    adapter = _BY_ID.get(provider_id, LeverAdapter)
    answer: HttpResponse = OAuth2CallbackView.adapter_view(adapter)(request)
    return answer


def _require_super_admin(request: HttpRequest) -> User:
    user = request.user
    if not (isinstance(user, User) and user.is_active and user.is_superuser):
        _leave(request, NOT_SUPER_ADMIN)
    return user


def _leave(request: HttpRequest, sentence: str) -> NoReturn:
    messages.error(request, sentence)
    raise ImmediateHttpResponse(_page())


def _page() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(PAGE))
