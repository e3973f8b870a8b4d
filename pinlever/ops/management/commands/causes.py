"""Prints every cause with its cure, or writes docs/causes.md from them."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from pinlever.ops.catalogue import document


class Command(BaseCommand):
    help = "Prints every error PinLever knows, with its cure. --write: into docs/causes.md."

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="write docs/causes.md")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            Path(settings.BASE_DIR, "docs", "causes.md").write_text(document())
        else:
            self.stdout.write(document(), ending="")
