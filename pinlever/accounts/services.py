"""People who sign in: added, changed, given another password."""

from django.db import transaction
from django.forms import model_to_dict

from pinlever.accounts.models import User
from pinlever.audit.services import Actor, record

_COLUMNS = ("email", "first_name", "last_name", "time_zone", "is_active", "is_staff", "is_superuser")


def save_user(*, by: Actor, user: User) -> User:
    """Stores a new user, or what differs from the stored one. Passwords appear in no audit row."""
    with transaction.atomic():
        stored = User.objects.filter(pk=user.pk).first()
        before = model_to_dict(stored, _COLUMNS) if stored else {}
        after = model_to_dict(user, _COLUMNS)
        changed = [name for name in _COLUMNS if before.get(name) != after[name]]
        user.save()
        if changed:
            record(
                by=by,
                action="user.changed" if stored else "user.added",
                subject=user,
                before={name: before[name] for name in changed if stored},
                after={name: after[name] for name in changed},
            )
    return user


def password_changed(*, by: Actor, user: User) -> None:
    """Tells the audit log that somebody's password was set."""
    record(by=by, action="user.password_changed", subject=user)
