"""From an upload to stored rows, in the worker: a file of the greatest size takes longer than a page may."""

from django.db import transaction

from pinlever.audit.services import Actor
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import LeaseLost, claim_first, free, release
from pinlever.imports.models import Import, Upload
from pinlever.imports.services import check_file, store_rows

STORING = 300.0  # seconds; a file of the greatest size takes half a minute


def store_upload(import_id: int) -> bool:
    """Stores the rows of an import begun on a page. False when there is nothing to store, or another does it."""
    waiting = Import.objects.filter(pk=import_id, state=Import.State.STORING, uploads__isnull=False)
    claimed = claim_first(waiting.select_related("job"), seconds=STORING)
    if claimed is None:
        return False
    made, lease = claimed
    upload = Upload.objects.filter(became=made).exclude(size=0).latest("pk")
    mapping = [each["key"] for each in made.mapping]
    checked = check_file(name=made.file_name, content=bytes(upload.content), job=made.job, mapping=mapping)
    store_rows(Actor.who_began(made), made, checked)
    with transaction.atomic():
        try:
            release(made, lease)
        except LeaseLost:
            return True  # the one that took over stores the same rows, once
        Upload.objects.filter(became=made).update(content=b"")
    return True


def due_stores() -> list[int]:
    """Ids of imports begun on a page whose rows nobody stores yet."""
    waiting = Import.objects.filter(free(db_now()), state=Import.State.STORING, uploads__isnull=False)
    return list(waiting.order_by("pk").values_list("pk", flat=True).distinct())
