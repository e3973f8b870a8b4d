"""Prints the template for imports: all columns we know, with an example row that is never imported."""

from typing import Any

from django.core.management.base import BaseCommand

from pinlever.imports.headers import TEMPLATE


class Command(BaseCommand):
    help = "Prints the CSV template. manage.py import_template > people.csv"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(TEMPLATE.read_text(encoding="utf-8"), ending="")
