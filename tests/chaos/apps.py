"""Shortens the leases that have no setting, in every process of a run, so that a kill costs seconds."""

from django.apps import AppConfig


class ChaosConfig(AppConfig):
    name = "tests.chaos"
    label = "chaos"

    def ready(self) -> None:
        from pinlever.connection import refresh
        from pinlever.imports import working
        from pinlever.ops import tasks, watch

        refresh.LEASE = 2.0
        tasks.LONGEST_PAGE, watch.LONGEST_PAUSE = 3.0, 2.0
        working.LEASE, working.WORK_FOR = 4.0, 2.0
