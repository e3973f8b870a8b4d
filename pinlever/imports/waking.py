"""Waking a worker for an import or for a long file to be checked: a wake-up, never the memory."""

from django.db import transaction
from django_q.tasks import async_task


def queue_import(import_id: int) -> None:
    """Wakes a worker for one batch, once the present transaction is committed."""
    _queue("run", import_id)


def queue_check(upload_id: int) -> None:
    """Wakes a worker for checking an upload, once the present transaction is committed."""
    _queue("check", upload_id)


def _queue(task: str, row_id: int) -> None:
    # robust: a queue that is away must not undo, or report as failed, what is already stored.
    transaction.on_commit(lambda: async_task(f"pinlever.imports.tasks.{task}", row_id), robust=True)
