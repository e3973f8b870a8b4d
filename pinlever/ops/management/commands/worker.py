"""`manage.py worker`: runs the work queue until it is told to end."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from pinlever.ops.supervisor import Supervisor


class Command(BaseCommand):
    help = "Runs the work queue: syncing, reading Lever, imports. Ends gently on SIGTERM or Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--processes", type=int, help="How many tasks run at once (default: WORKERS).")

    def handle(self, *args: Any, processes: int | None = None, **options: Any) -> None:
        if processes is not None and not 1 <= processes <= 64:
            raise CommandError("--processes must lie between 1 and 64.")
        self.wait_for_tables()
        Supervisor(processes=processes).run()

    def wait_for_tables(self) -> None:
        """Returns once the database answers; refuses one whose tables are not this version's."""
        while True:
            try:
                executor = MigrationExecutor(connection)
                if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                    raise CommandError("The database is not up to date. Run: python manage.py migrate")
                return
            except OperationalError as error:
                self.stderr.write(f"The database cannot be reached ({error}); trying again.")
                connection.close()
                time.sleep(2)
