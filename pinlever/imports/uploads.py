"""From choosing a file to its import: kept, checked as often as wanted, begun once. Nothing is lost on the way.

Beginning only makes the import; the worker stores its rows from the upload and goes on with them.
"""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from pinlever.accounts.models import User
from pinlever.audit.services import Actor, record
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import LeaseLost, claim_first, free, release
from pinlever.imports.decoding import FileRefused
from pinlever.imports.forecast import forecast
from pinlever.imports.models import Import, ImportRow, Upload
from pinlever.imports.reading import read_table
from pinlever.imports.report import Report, report_of
from pinlever.imports.services import Checked, check_file, digest_of, import_of, plain_name
from pinlever.imports.waking import queue_check, queue_import
from pinlever.recruiting.models import Job

KEPT_FOR = timedelta(days=1)
CHECKING = 300.0  # seconds; a file of the greatest size takes a minute on a busy machine
MOST_DEATHS = 5
LEASE = ("locked_by", "locked_until", "claims_unended")
REPLACED = (
    "This page showed a file that has been replaced or forgotten since. Nothing was imported; "
    "look at what is here now, or choose the file again."
)
STILL_CHECKED = "The file is still being checked. Nothing was imported; its numbers appear in a moment."


class UploadGone(Exception):
    """The upload was replaced, discarded or forgotten. The sentence says what to do."""


def keep_upload(*, user: User, job: Job, name: str, content: bytes) -> Upload:
    """Keeps and checks the file, in place of the one chosen before; FileRefused leaves that one where it is."""
    forget_old()
    table = read_table(content)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # a double click: the later one stays
        Upload.objects.filter(job=job, user=user).delete()
        upload = Upload.objects.create(
            job=job,
            user=user,
            file_name=plain_name(name),
            content=content,
            size=len(content),
            rows=len(table.rows),
            uploaded_at=db_now(),
        )
    with suppress(UploadGone):
        check_upload(upload, mapping=None, source=upload.source)
    return upload


def upload_of(user: User, job: Job) -> Upload | None:
    """The file this person is looking at for the job; without its bytes."""
    return Upload.objects.defer("content").filter(user=user, job=job, became=None).first()


def find_upload(user: User, job: Job, key: str) -> Upload:
    """The upload a page was made for. UploadGone when another one, or none, is there now."""
    found = Upload.objects.defer("content").filter(user=user, job=job).first()
    if found is None or str(found.key) != key:
        raise UploadGone(REPLACED)
    return found


def check_upload(upload: Upload, *, mapping: Sequence[str] | None, source: str) -> None:
    """Checks the file with these columns and keeps what was found; a long one is left to a worker. UploadGone."""
    upload.mapping = None if mapping is None else list(mapping)
    upload.source, upload.checked_at = Import.Source(source), None
    # Whoever checked it with other columns finds its lease gone, and writes nothing.
    upload.locked_by, upload.locked_until, upload.claims_unended = uuid.uuid4().hex, None, 0
    fresh = {name: getattr(upload, name) for name in ("mapping", "source", "checked_at", *LEASE)}
    if not Upload.objects.filter(pk=upload.pk).update(**fresh):
        raise UploadGone(REPLACED)
    if upload.is_long:
        queue_check(upload.pk)
        return
    found = _found(upload)
    if Upload.objects.filter(pk=upload.pk, locked_by=upload.locked_by).update(**found):
        upload.report, upload.checked_at = found["report"], found["checked_at"]


def check_long(upload_id: int) -> bool:
    """The same in a worker. False when there is nothing to check, or another does it."""
    claimed = claim_first(_unchecked().filter(pk=upload_id).select_related("job"), seconds=CHECKING)
    if claimed is None:
        return False
    upload, lease = claimed
    with suppress(LeaseLost):  # other columns were chosen meanwhile: that check is the one wanted
        release(upload, lease, **_found(upload))
    return True


def due_checks() -> list[int]:
    """Ids of long uploads nobody checks."""
    return list(_unchecked().filter(free(db_now())).order_by("pk").values_list("pk", flat=True))


def _unchecked() -> QuerySet[Upload]:
    return Upload.objects.filter(checked_at=None, became=None, claims_unended__lt=MOST_DEATHS)


def _found(upload: Upload) -> dict[str, Any]:
    checked = checked_upload(upload)
    digest = digest_of(bytes(upload.content), upload.mapping)
    report = report_of(checked, forecast(checked, upload.source), digest)
    return {"report": report.to_json(), "checked_at": db_now()}


def checked_upload(upload: Upload) -> Checked:
    """All rows of the upload, checked with the columns chosen."""
    return check_file(
        name=upload.file_name, content=bytes(upload.content), job=upload.job, mapping=upload.mapping
    )


def same_before(upload: Upload) -> Import | None:
    """The latest import of the same file, with the same columns, into this job."""
    digest = upload.report.get("digest", "")
    return Import.objects.filter(job=upload.job_id, sha256=digest).order_by("-pk").first() if digest else None


def begin(*, by: Actor, upload: Upload, source: str, fires_triggers: bool) -> Import:
    """Makes the import and wakes a worker for it. Again: the same import. FileRefused when nobody can be imported."""
    with transaction.atomic():
        upload = Upload.objects.defer("content").select_for_update().get(pk=upload.pk)
        if upload.became is not None:
            return upload.became
        if upload.checked_at is None:
            raise FileRefused(STILL_CHECKED)
        report = Report.from_json(upload.report)
        if not report.can_start:
            raise FileRefused(
                "Nobody in this file can be imported yet. Correct what is listed and try again."
            )
        wanted = {
            "sha256": report.digest,
            "job": upload.job,
            "fires_triggers": fires_triggers,
            "source": Import.Source(source),
        }
        made = import_of(by, wanted, _facts(upload, report))
        upload.became = made
        upload.save(update_fields=["became"])
    queue_import(made.pk)
    return made


def _facts(upload: Upload, report: Report) -> dict[str, Any]:
    return {
        "file_name": upload.file_name,
        "encoding": report.encoding,
        "delimiter": report.delimiter,
        "mapping": [{"header": column.header, "key": column.key} for column in report.columns],
        "notes": report.notes,
        "totals": {"rows": report.rows, "ready": report.ready, "problem": report.problem},
    }


def discard(upload: Upload) -> None:
    """Forgets the file; nothing of it was imported."""
    Upload.objects.filter(pk=upload.pk, became=None).delete()


@transaction.atomic
def stop_import(*, by: Actor, of: Import) -> int:
    """Leaves out the rows not worked yet; answers how many. Who was added stays."""
    waiting = ImportRow.objects.filter(of_import=of, state=ImportRow.State.READY)
    left_out = waiting.update(state=ImportRow.State.SKIPPED, note=f"Stopped by {by.label}."[:300])
    if left_out:
        record(by=by, action="import.stopped", subject=of, after={"left_out": left_out})
    queue_import(of.pk)  # which ends it
    return left_out


def forget_old() -> None:
    """Uploads nobody went on with within a day, and what only says which import it became."""
    old = Upload.objects.filter(uploaded_at__lt=db_now() - KEPT_FOR)
    old.exclude(became__state=Import.State.STORING).delete()
