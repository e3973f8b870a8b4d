"""Connects Lever with an API key that lies in a file. A key is never taken as an argument: those are seen by all."""

import os
import stat
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pinlever.audit.services import Actor
from pinlever.connection.accounts import CannotConnect, connect_with_key
from pinlever.connection.models import Environment

OTHERS = stat.S_IRGRP | stat.S_IROTH


class Command(BaseCommand):
    help = "Connects Lever with the API key in a file that only its owner can read (mode 600), or from stdin (-)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--api-key-file", required=True, metavar="FILE", help="- reads from standard input"
        )
        parser.add_argument("--environment", choices=Environment.values, default=Environment.PRODUCTION.value)

    def handle(self, *args: Any, **options: Any) -> None:
        key = _key_from(options["api_key_file"])
        by = Actor.command("connect_lever")
        try:
            connection = connect_with_key(by=by, environment=options["environment"], api_key=key)
        except CannotConnect as why:
            raise CommandError(str(why)) from None
        account = connection.account
        self.stdout.write(f"Connected: {account} ({account.get_environment_display()}).")
        if not account.outgoing_on:
            self.stdout.write("Nothing is sent yet. Switch sending on with: manage.py outgoing on")
        if account.confidential_access is False:
            self.stdout.write("This key does not show confidential postings and people; they are left out.")


def _key_from(name: str) -> str:
    if name == "-":
        return sys.stdin.readline()
    path = Path(name)
    try:
        with path.open() as file:
            if os.fstat(file.fileno()).st_mode & OTHERS:
                raise CommandError(f"Others can read {name}. Make it yours alone first: chmod 600 {name}")
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{name} cannot be read: {error}") from None
