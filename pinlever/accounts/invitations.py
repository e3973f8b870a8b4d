"""Inviting people. The link is emailed and shown once; it works once, for a week, and only its digest is stored."""

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from pinlever.accounts.models import Invitation, User
from pinlever.accounts.services import PeopleRefused, save_user
from pinlever.audit.services import Actor, record

LASTS = timedelta(days=7)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sent:
    """An invitation with its link, which nobody can see again."""

    invitation: Invitation
    link: str
    was_mailed: bool


def invite(
    *, by: Actor, email: str, first_name: str = "", last_name: str = "", is_super_admin: bool = False
) -> Sent:
    """Asks somebody to join; PeopleRefused if they have an account or an open invitation."""
    address = email.strip()
    user = User.objects.named(address)
    if user is not None:
        state = (
            "has an account"
            if user.is_active
            else "has an account that is deactivated; reactivate it instead"
        )
        raise PeopleRefused(f"{address} {state}.")
    token = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            made = Invitation.objects.create(
                email=address,
                first_name=first_name.strip(),
                last_name=last_name.strip(),
                is_super_admin=is_super_admin,
                invited_by=by.label[:200],
                token_digest=_digest(token),
                expires_at=timezone.now() + LASTS,
            )
            record(
                by=by,
                action="invitation.sent",
                subject=made,
                after={"email": address, "super_admin": is_super_admin},
            )
    except IntegrityError:
        raise PeopleRefused(
            f"{address} is invited already. Make a new link for that invitation, or revoke it, below."
        ) from None
    return _hand_out(made, token)


def renew(*, by: Actor, invitation: Invitation) -> Sent:
    """A new link for another week; the old one stops working."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        row = _open(invitation)
        row.token_digest, row.expires_at = _digest(token), timezone.now() + LASTS
        row.save(update_fields=["token_digest", "expires_at"])
        record(by=by, action="invitation.renewed", subject=row)
    return _hand_out(row, token)


@transaction.atomic
def revoke(*, by: Actor, invitation: Invitation) -> None:
    """The link stops working."""
    row = _open(invitation)
    row.revoked_at = timezone.now()
    row.save(update_fields=["revoked_at"])
    record(by=by, action="invitation.revoked", subject=row)


def invitation_of(token: str) -> Invitation | None:
    """The invitation behind a link, while it can be accepted."""
    found = Invitation.objects.filter(token_digest=_digest(token), accepted_at=None, revoked_at=None).first()
    return found if found and not found.is_expired else None


@transaction.atomic
def accept(*, token: str, password: str, first_name: str, last_name: str) -> User:
    """The invited person's account; PeopleRefused if the link no longer works, ValidationError for a weak password."""
    invitation = Invitation.objects.select_for_update().filter(token_digest=_digest(token)).first()
    if invitation is None or invitation.accepted_at or invitation.revoked_at or invitation.is_expired:
        raise PeopleRefused("This link no longer works. Ask the super admin who invited you for a new one.")
    if User.objects.named(invitation.email):
        raise PeopleRefused(f"{invitation.email} has an account already: sign in.")
    user = User(
        email=invitation.email,
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        is_superuser=invitation.is_super_admin,
    )
    validate_password(password, user)
    user.set_password(password)
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    by = Actor("person", "", f"{invitation} (invited)"[:200])
    save_user(by=by, user=user)
    record(by=by, action="invitation.accepted", subject=invitation, after={"user": user})
    return user


def _open(invitation: Invitation) -> Invitation:
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if row.accepted_at:
        raise PeopleRefused(f"{row} has accepted already.")
    if row.revoked_at:
        raise PeopleRefused(f"The invitation of {row} was revoked already. Invite them again instead.")
    return row


def _hand_out(invitation: Invitation, token: str) -> Sent:
    link = settings.PINLEVER_URL + reverse("invitation", args=[token])
    return Sent(invitation, link, _mail(invitation, link))


def _mail(invitation: Invitation, link: str) -> bool:
    """Whether a mail server took it. In-house tools often have none: then the link is handed on by hand."""
    goes_nowhere = settings.EMAIL_BACKEND.rpartition(".backends.")[2].startswith(("dummy", "console"))
    body = render_to_string("accounts/invitation.txt", {"invitation": invitation, "link": link})
    try:
        return (
            bool(send_mail("Your invitation to PinLever", body, None, [invitation.email]))
            and not goes_nowhere
        )
    except (OSError, SMTPException) as error:
        log.warning("An invitation could not be emailed: %s", type(error).__name__)
        return False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
