"""What queues a worker for Lever's deliveries: a wake-up, never the memory, and one for many deliveries."""

import logging

from django.conf import settings
from django.db import transaction
from django_q.tasks import async_task

from pinlever.inbound.models import Address

DELIVER = "pinlever.inbound.tasks.deliver"
KEEP = "pinlever.inbound.tasks.keep_webhooks"
STATUS = "pinlever.inbound.tasks.apply_rules"

log = logging.getLogger(__name__)


def wake(account_id: int) -> None:
    """Asks for a worker once this transaction is committed; one asked for and not yet begun is enough."""
    transaction.on_commit(lambda: _ask_for_worker(account_id), robust=True)


def wake_keeping() -> None:
    """Asks for a worker that looks after our webhooks at Lever."""
    transaction.on_commit(lambda: async_task(KEEP), robust=True)


def wake_status() -> None:
    """Asks for a worker that looks at everybody whom a status rule may hold."""
    transaction.on_commit(lambda: async_task(STATUS), robust=True)


def _ask_for_worker(account_id: int) -> None:
    if Address.ask(account_id, for_seconds=settings.WAKE_UP_LASTS):
        async_task(DELIVER)
