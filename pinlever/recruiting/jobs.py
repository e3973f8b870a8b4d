"""Jobs: added and changed."""

from django.db import transaction
from django.forms import model_to_dict

from pinlever.audit.services import Actor, record
from pinlever.recruiting.models import Job

_COLUMNS = ("title", "external_id", "owner", "location", "is_open")


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
