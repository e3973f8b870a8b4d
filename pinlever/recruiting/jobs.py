"""Jobs: found, added and changed."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.forms import model_to_dict

from pinlever.audit.services import Actor, record
from pinlever.recruiting.models import Job

_COLUMNS = ("title", "external_id", "owner", "location", "is_open")


def found_jobs(text: str = "", *, is_open: bool | None = True) -> QuerySet[Job]:
    """Jobs whose title, location or owner contain every word; None for open and closed ones."""
    rows = Job.objects.select_related("owner")
    if is_open is not None:
        rows = rows.filter(is_open=is_open)
    for word in text.split()[:6]:
        owner = Q(owner__first_name__icontains=word) | Q(owner__last_name__icontains=word)
        rows = rows.filter(
            Q(title__icontains=word) | Q(location__icontains=word) | owner | Q(owner__email__icontains=word)
        )
    return rows


def save_job(*, by: Actor, job: Job) -> Job:
    """Stores a new job, or what differs from the stored one."""
    with transaction.atomic():
        stored = Job.objects.select_for_update(no_key=True).filter(pk=job.pk).first()
        now = model_to_dict(job, _COLUMNS)
        before = model_to_dict(stored, _COLUMNS) if stored else {}
        changed = [name for name in _COLUMNS if stored is None or before[name] != now[name]]
        if stored is None:
            job.save(force_insert=True)
        elif changed:
            job.save(update_fields=changed)
        if changed:
            record(
                by=by,
                action="job.changed" if stored else "job.added",
                subject=job,
                before={name: before[name] for name in changed if stored},
                after={name: now[name] for name in changed},
            )
    return job
