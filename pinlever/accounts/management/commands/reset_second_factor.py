"""For the locked-out: takes the second factor away, so that the password alone lets them in once more."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pinlever.accounts.models import User
from pinlever.accounts.services import reset_second_factor
from pinlever.audit.services import SYSTEM


class Command(BaseCommand):
    help = "Takes somebody's authenticator app and recovery codes away and signs them out everywhere"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.named(email)
        if user is None:
            raise CommandError(f"Nobody has the address {email}.")
        if reset_second_factor(by=SYSTEM, user=user):
            self.stdout.write(
                f"{user.email} signs in with the password alone now, and is signed out everywhere. "
                "Super admins are asked to set up a second factor again."
            )
        else:
            self.stdout.write(f"{user.email} has no second factor.")
