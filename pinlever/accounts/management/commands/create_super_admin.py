"""Makes somebody a super admin. Run again, it changes nothing that is so already."""

import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from pinlever.accounts.models import User
from pinlever.accounts.services import password_changed, save_user
from pinlever.audit.services import SYSTEM


class Command(BaseCommand):
    help = "Makes somebody a super admin; prints a password once if they need one and none is given"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--password-file", type=Path, help="a file with the password on its first line")

    def handle(self, *args: Any, email: str, password_file: Path | None, **options: Any) -> None:
        address = email.strip()
        try:
            validate_email(address)
        except ValidationError:
            raise CommandError(f"{email!r} is no email address.") from None
        user = User.objects.named(address) or User(email=address)
        given = _read(password_file)
        password = given or ("" if user.pk else secrets.token_urlsafe(15))
        if password:
            _check(password, user)
        is_new_password = bool(password) and not user.check_password(password)
        user.is_superuser = user.is_active = True
        with transaction.atomic():
            if is_new_password:
                user.set_password(password)
            save_user(by=SYSTEM, user=user)
            if is_new_password:
                password_changed(by=SYSTEM, user=user)
        self.stdout.write(f"{address} is a super admin.")
        if password and not given:
            self.stdout.write(f"Password, shown only now: {password}")


def _read(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        lines = file.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}.") from None
    if not lines or not lines[0].strip():
        raise CommandError(f"{file} holds no password on its first line.")
    return lines[0].strip()


def _check(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise CommandError("The password is too weak. " + " ".join(weak.messages)) from None
