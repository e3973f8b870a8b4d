"""Runs Practice Lever, our stand-in for Lever, until it is stopped."""

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand

from pinlever.practice import server


class Command(BaseCommand):
    help = "Runs Practice Lever, to try everything without an account at Lever."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        server.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        status = server.serve(options["host"], options["port"], options["state"])
        if status:
            sys.exit(status)
