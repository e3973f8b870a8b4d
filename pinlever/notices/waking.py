"""What queues a worker that sends. The queue is a wake-up, never the memory; wake-ups are coalesced."""

from django.conf import settings
from django.db import transaction
from django_q.tasks import async_task

from pinlever.notices.models import Sending

SEND = "pinlever.notices.tasks.send"


def wake() -> None:
    """Asks for a worker once this transaction is committed; one asked for and not yet begun is enough."""
    transaction.on_commit(_ask_for_worker, robust=True)


def _ask_for_worker() -> None:
    if Sending.ask(for_seconds=settings.WAKE_UP_LASTS):
        async_task(SEND)
