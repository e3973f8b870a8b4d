"""What the worker runs for an import, and the one function that queues it: a wake-up, never the memory.

The sweep calls `queue_due`, so a wake-up that was lost delays an import and does not stop it.
"""

from django.db import transaction
from django_q.tasks import async_task

from pinlever.imports.services import due_imports
from pinlever.imports.working import work_import


def queue_import(import_id: int) -> None:
    """Wakes a worker for one batch, once the present transaction is committed."""
    # robust: a queue that is away must not undo, or report as failed, what is already stored.
    transaction.on_commit(lambda: async_task("pinlever.imports.tasks.run", import_id), robust=True)


def run(import_id: int) -> None:
    """One batch; then another wake-up while there is more."""
    if work_import(import_id):
        queue_import(import_id)


def queue_due() -> int:
    """Wakes a worker for every import that nobody works on; says for how many."""
    due = due_imports()
    for import_id in due:
        queue_import(import_id)
    return len(due)
