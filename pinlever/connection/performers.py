"""Which Lever user acts for a sourcer, and how to say so."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from pinlever.connection.models import LeverAccount, LeverUser, UserAlias


@dataclass(frozen=True, slots=True)
class Performer:
    """A Lever user, and in words whom they stand for."""

    user_id: str
    how: str


def find_performer(
    account: LeverAccount, *, sourcer_emails: Sequence[str], job_owner_email: str = ""
) -> Performer | None:
    """The sourcer's Lever user as somebody chose it, else by email; else the job's owner's, else the default user."""
    sourcers = _cleaned(sourcer_emails)
    owner = _cleaned([job_owner_email])
    users = _by_email(account, sourcers + owner)
    if alias := _by_alias(account, sourcers):
        return Performer(alias.lever_id, f"{_named(alias)} is who {_listed(sourcers)} is in Lever")
    if own := next((users[email] for email in sourcers if email in users), None):
        return Performer(own.lever_id, f"{_named(own)} sourced them")
    instead = (
        f"in place of {_listed(sourcers)}, whom Lever does not know" if sourcers else "as no sourcer is known"
    )
    if stand_in := users.get(owner[0]) if owner else None:
        return Performer(stand_in.lever_id, f"{_named(stand_in)} owns the job and stands in, {instead}")
    if default := _present(account).filter(lever_id=account.default_user_id).first():
        return Performer(default.lever_id, f"{_named(default)}, the default user, stands in, {instead}")
    return None


def _present(account: LeverAccount) -> QuerySet[LeverUser]:
    return LeverUser.objects.filter(account=account, gone_at=None)


def _by_email(account: LeverAccount, emails: list[str]) -> dict[str, LeverUser]:
    """For each address its user; one who is active goes before one who is not."""
    found: dict[str, LeverUser] = {}
    for user in _present(account).filter(email__in=emails).order_by("lever_id"):
        if user.email not in found or (found[user.email].deactivated_at and not user.deactivated_at):
            found[user.email] = user
    return found


def _by_alias(account: LeverAccount, emails: list[str]) -> LeverUser | None:
    aliases = dict(
        UserAlias.objects.filter(account=account, email__in=emails).values_list("email", "lever_user_id")
    )
    users = {user.lever_id: user for user in _present(account).filter(lever_id__in=aliases.values())}
    return next((users[aliases[email]] for email in emails if aliases.get(email) in users), None)


def _cleaned(emails: Sequence[str]) -> list[str]:
    return [email.strip().lower() for email in emails if email.strip()]


def _listed(emails: list[str]) -> str:
    return " / ".join(emails)


def _named(user: LeverUser) -> str:
    return (
        f"{user.text} ({user.email})"
        if user.text and user.email
        else user.text or user.email or user.lever_id
    )
