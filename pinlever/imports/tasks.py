"""What the worker runs for an import and for a long file that is looked at.

The sweep calls `queue_due`, so a wake-up that was lost delays work and does not stop it.
"""

from pinlever.imports.services import due_imports
from pinlever.imports.storing import due_stores, store_upload
from pinlever.imports.uploads import check_long, due_checks
from pinlever.imports.waking import queue_check, queue_import
from pinlever.imports.working import work_import

__all__ = ["check", "queue_due", "queue_import", "run"]


def run(import_id: int) -> None:
    """Stores the rows if they are not yet, or works one batch; then another wake-up while there is more."""
    if store_upload(import_id) or work_import(import_id):
        queue_import(import_id)


def check(upload_id: int) -> None:
    """Checks one long file."""
    check_long(upload_id)


def queue_due() -> int:
    """Wakes a worker for every import and every check that nobody works on; says for how many."""
    imports, checks = [*due_stores(), *due_imports()], due_checks()
    for import_id in imports:
        queue_import(import_id)
    for upload_id in checks:
        queue_check(upload_id)
    return len(imports) + len(checks)
