"""Trying a credential before it is kept: what Lever says to it, and which account it belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count

from pinlever.connection.catalogue import sees_confidential
from pinlever.connection.models import Environment, LeverAccount, LeverUser
from pinlever.connection.oauth_apps import api_base
from pinlever.lever import types
from pinlever.lever.client import LeverClient
from pinlever.lever.credentials import Credentials
from pinlever.lever.errors import ConfigurationError, Forbidden, LeverError, ReconnectNeeded
from pinlever.lever.http import Http

PATIENCE = 3.0  # seconds


class CannotConnect(Exception):
    """Why Lever could not be connected and what to do about it, in sentences for a person."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a credential was shown."""

    users: tuple[types.LeverUser, ...]
    sees_confidential: bool


def try_out(environment: str, credentials: Credentials) -> Trial:
    """Lists the account's users; CannotConnect unless Lever lets the credential do so."""
    name = Environment(environment).label
    http = Http(base_url=api_base(environment), credentials=credentials, deadline=settings.LEVER_DEADLINE)
    client = LeverClient(http)
    try:
        users = tuple(client.users(include_deactivated=True))
        sees = sees_confidential(client)
        if not sees:
            client.opportunity_page(limit=1)  # refused too: it may read nobody at all
    except LeverError as error:
        raise CannotConnect(_why(name, error)) from error
    finally:
        http.close()
    if not users:
        raise CannotConnect(
            f"{name} lists no users for this credential, so the account cannot be recognised."
        )
    return Trial(users, sees)


def is_there(environment: str) -> bool:
    """Whether anything answers where the environment is; what it answers does not matter."""
    http = Http(base_url=api_base(environment), credentials=None, deadline=PATIENCE)
    try:
        http.request("GET", "/users")
    except LeverError as error:
        return error.status is not None
    finally:
        http.close()
    return True


def account_of(
    environment: str, users: Iterable[types.LeverUser], lever_account_id: str
) -> LeverAccount | None:
    """The account known by its users (deactivated ones and those gone by now included) or by OAuth's accountId."""
    known = LeverAccount.objects.filter(environment=environment)
    shared = LeverUser.objects.filter(account__in=known, lever_id__in=[user.id for user in users])
    overlaps = dict(shared.values_list("account").annotate(count=Count("id")))
    named = known.filter(lever_account_id=lever_account_id) if lever_account_id else known.none()
    candidates = {*overlaps, *named.values_list("pk", flat=True)}
    if len(candidates) > 1:
        raise CannotConnect(
            "This credential's users belong to more than one account known here. Nothing was changed."
        )
    account = known.filter(pk__in=candidates).first()
    if account and lever_account_id and account.lever_account_id not in ("", lever_account_id):
        raise CannotConnect(
            f"Lever names another account than the one {account} was connected with before. Nothing was changed."
        )
    return account


def _why(name: str, error: LeverError) -> str:
    said = f" Lever said: {error.said}" if error.said else ""
    if isinstance(error, Forbidden):
        return (
            f"{name} does not let this credential list users and opportunities. Grant it both, "
            f"signed in as a Super Admin, and connect again.{said}"
        )
    if isinstance(error, ReconnectNeeded):
        return f"{name} does not accept this credential. Check that it is complete and for this environment.{said}"
    if isinstance(error, ConfigurationError):
        return f"The settings for {name} are wrong: {error}"
    return f"{name} could not be asked ({error}). Nothing was changed; try again in a while."
