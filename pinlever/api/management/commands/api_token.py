"""Tokens for Pin's own systems, from the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pinlever.api.models import ApiToken
from pinlever.api.tokens import InvalidToken, make_token, revoke_token
from pinlever.audit.services import Actor

LINE = "{name:30}  {prefix:10}  {source:20}  {made:16}  {used:16}  {state}"


class Command(BaseCommand):
    help = "Makes, lists and revokes tokens for the API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="makes a token and prints it, once")
        create.add_argument("name", help="what uses it, such as 'Pin production'")
        create.add_argument(
            "--source",
            default="",
            help="the system whose ids it sends; a token that replaces another has the same source "
            "(default: made from the name)",
        )
        actions.add_parser("list", help="lists all tokens, not their secrets")
        revoke = actions.add_parser("revoke", help="refuses all further calls with it")
        revoke.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        by = Actor.command("api_token")
        if options["action"] == "create":
            self.create(by, options["name"], options["source"])
        elif options["action"] == "revoke":
            self.revoke(by, options["name"])
        else:
            self.list()

    def create(self, by: Actor, name: str, source: str) -> None:
        try:
            made = make_token(by=by, name=name, source=source)
        except InvalidToken as wrong:
            raise CommandError(str(wrong)) from wrong
        self.stderr.write(f"Token of {made.row.name}, for ids of {made.row.source}. It is not shown again:")
        self.stdout.write(made.text)

    def revoke(self, by: Actor, name: str) -> None:
        row = ApiToken.objects.filter(name=name, revoked_at=None).first()
        if row is None:
            raise CommandError(f"No token named {name} is in use. See manage.py api_token list")
        revoke_token(by=by, token=row)
        self.stdout.write(f"{row} is revoked.")

    def list(self) -> None:
        if not ApiToken.objects.exists():
            self.stdout.write("There are no tokens yet. Make one: manage.py api_token create NAME")
            return
        heads = {name: name for name in ("name", "source", "made", "used", "state")}
        self.stdout.write(LINE.format(**heads, prefix="begins"))
        for row in ApiToken.objects.order_by("name", "pk"):
            used = f"{row.last_used_at:%Y-%m-%d %H:%M}" if row.last_used_at else "never"
            state = f"revoked {row.revoked_at:%Y-%m-%d %H:%M}" if row.revoked_at else "in use"
            made = f"{row.made_at:%Y-%m-%d %H:%M}"
            line = LINE.format(
                name=row.name, prefix=row.prefix, source=row.source, made=made, used=used, state=state
            )
            self.stdout.write(line)
