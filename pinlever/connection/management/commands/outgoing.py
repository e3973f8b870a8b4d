"""The outgoing switch of the connected account: while it is off nothing is written to Lever and what is due waits."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pinlever.audit.services import Actor
from pinlever.connection.accounts import current_connection
from pinlever.connection.rules import set_outgoing


class Command(BaseCommand):
    help = "Switches sending to Lever on or off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("switch", choices=["on", "off"])
        parser.add_argument("--why", default="", help="shown to everybody while sending is off")

    def handle(self, *args: Any, **options: Any) -> None:
        connection = current_connection()
        if connection is None:
            raise CommandError(
                "Lever is not connected. Connect it first: manage.py connect_lever --api-key-file FILE"
            )
        by = Actor.command("outgoing")
        set_outgoing(by=by, account=connection.account, on=options["switch"] == "on", why=options["why"])
        self.stdout.write(f"Sending to {connection.account} is {options['switch']}.")
