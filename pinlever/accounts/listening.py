"""What people change about how they sign in, on allauth's pages, goes to the audit log."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator

from pinlever.accounts.models import User
from pinlever.accounts.services import password_changed
from pinlever.audit.services import Actor, record

NAMES = {Authenticator.Type.TOTP: "second_factor", Authenticator.Type.RECOVERY_CODES: "recovery_codes"}


def connect() -> None:
    """Called once, when the application starts."""
    for signal in (account.password_changed, account.password_set, account.password_reset):
        signal.connect(_password, dispatch_uid="accounts.listening")
    mfa.authenticator_added.connect(_added, dispatch_uid="accounts.listening")
    mfa.authenticator_removed.connect(_removed, dispatch_uid="accounts.listening")
    mfa.authenticator_reset.connect(_renewed, dispatch_uid="accounts.listening")


def _password(user: User, **given: Any) -> None:
    password_changed(by=Actor.person(user), user=user)


def _added(user: User, authenticator: Authenticator, **given: Any) -> None:
    _tell(user, authenticator, "added")


def _removed(user: User, authenticator: Authenticator, **given: Any) -> None:
    _tell(user, authenticator, "removed")


def _renewed(user: User, authenticator: Authenticator, **given: Any) -> None:
    _tell(user, authenticator, "renewed")


def _tell(user: User, authenticator: Authenticator, what: str) -> None:
    name = NAMES.get(authenticator.type, authenticator.type)
    record(by=Actor.person(user), action=f"user.{name}_{what}", subject=user)
