"""People who sign in: added, changed, let in, shut out. Each change leaves an audit row; passwords are in none."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import F
from django.forms import model_to_dict

from pinlever.accounts.adapters import another_password_url
from pinlever.accounts.models import User
from pinlever.audit.services import Actor, record

_COLUMNS = ("email", "first_name", "last_name", "time_zone", "is_active", "is_staff", "is_superuser")


class PeopleRefused(Exception):
    """What was asked for cannot be done; the sentence says why and what to do."""


@transaction.atomic
def save_user(*, by: Actor, user: User) -> User:
    """Stores a new user, or what differs from the stored one. Super admins, and nobody else, are staff.

    Whoever is no longer active is signed out everywhere; the last active super admin stays one.
    """
    user.is_staff = user.is_superuser
    stored = User.objects.filter(pk=user.pk).first()
    before = model_to_dict(stored, _COLUMNS) if stored else {}
    after = model_to_dict(user, _COLUMNS)
    changed = [name for name in _COLUMNS if before.get(name) != after[name]]
    if stored and not _is_active_super_admin(user):
        refuse_if_last(stored)
    user.save()
    if changed:
        record(
            by=by,
            action="user.changed" if stored else "user.added",
            subject=user,
            before={name: before[name] for name in changed if stored},
            after={name: after[name] for name in changed},
        )
    if stored and stored.is_active and not user.is_active:
        _end_sessions(user)
    return user


def set_role(*, by: Actor, user: User, is_super_admin: bool) -> None:
    """Makes somebody a super admin, or a recruiter again."""
    user.is_superuser = is_super_admin
    save_user(by=by, user=user)


def deactivate(*, by: Actor, user: User) -> None:
    """They can no longer sign in and are signed out everywhere at once. What they did stays theirs."""
    user.is_active = False
    save_user(by=by, user=user)


def reactivate(*, by: Actor, user: User) -> None:
    """They can sign in again, with the password they had."""
    user.is_active = True
    save_user(by=by, user=user)


@transaction.atomic
def sign_out_everywhere(*, by: Actor, user: User) -> None:
    """Ends all sessions of somebody, on every device."""
    _end_sessions(user)
    record(by=by, action="user.signed_out", subject=user)


@transaction.atomic
def reset_second_factor(*, by: Actor, user: User) -> bool:
    """Takes somebody's app and recovery codes away and signs them out; whether there was anything to take."""
    gone, _ = Authenticator.objects.filter(user=user).delete()
    if gone:
        _end_sessions(user)
        record(by=by, action="user.second_factor_reset", subject=user)
    return bool(gone)


@transaction.atomic
def another_password(*, by: Actor, user: User) -> str:
    """A link on which somebody chooses another password: for three days, once. Where there is no mail server."""
    if not user.is_active:
        raise PeopleRefused(f"{user} is deactivated. Reactivate them first.")
    record(by=by, action="user.password_link_made", subject=user)
    return another_password_url(f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}")


def password_changed(*, by: Actor, user: User) -> None:
    """Tells the audit log that somebody's password was set."""
    record(by=by, action="user.password_changed", subject=user)


def _is_active_super_admin(user: User) -> bool:
    return user.is_active and user.is_superuser


@transaction.atomic
def refuse_if_last(leaving: User) -> None:
    """PeopleRefused if this is the only active super admin.

    All of them are locked, so that two who demote each other at the same moment do not both succeed.
    """
    active = User.objects.select_for_update().filter(is_active=True, is_superuser=True).order_by("pk")
    if {user.pk for user in active} == {leaving.pk}:
        raise PeopleRefused(
            f"{leaving} is the only active super admin. Make somebody else one first, or nobody could manage people "
            "and the connection to Lever."
        )


def _end_sessions(user: User) -> None:
    """The count in their session hash ends even sessions nobody keeps a list of."""
    for session in UserSession.objects.filter(user=user):
        session.end()
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended"])
