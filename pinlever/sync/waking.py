"""What queues a worker for due records and exports. Kept apart from what the worker runs: pages wake too.

The queue is a wake-up, never the memory: a lost one is made good by the sweep. Wake-ups are coalesced.
"""

from django.conf import settings
from django.db import transaction
from django_q.tasks import async_task

from pinlever.sync.models import WakeUp

DRAIN = "pinlever.ops.tasks.drain"  # by name: the worker's tasks stand above this package
EXPORT = "pinlever.sync.tasks.export_batch"


def wake() -> None:
    """Asks for a worker once this transaction is committed; one asked for and not yet begun is enough."""
    transaction.on_commit(_ask_for_worker)


def wake_run(run_id: int) -> None:
    """Asks for a worker for one batch of an export, once this transaction is committed."""
    transaction.on_commit(lambda: async_task(EXPORT, run_id), robust=True)


def _ask_for_worker() -> None:
    if WakeUp.ask(for_seconds=settings.WAKE_UP_LASTS):
        async_task(DRAIN)
