"""`manage.py schedules`: makes the rows of everything that runs by the clock. Harmless when repeated."""

from typing import Any

from django.core.management.base import BaseCommand

from pinlever.ops.schedules import make_schedules


class Command(BaseCommand):
    help = "Makes the schedules of the work queue. The worker does this itself when it starts."

    def handle(self, *args: Any, **options: Any) -> None:
        for name in make_schedules():
            self.stdout.write(name)
