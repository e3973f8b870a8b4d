"""Which Lever user stands as the author of what we write about a record after the sync."""

from collections.abc import Iterable

from pinlever.connection.performers import find_performer
from pinlever.recruiting.identity import email_key
from pinlever.recruiting.models import Prospect
from pinlever.sync.models import SyncRecord


def performer_of(record: SyncRecord, own: Iterable[str] = ()) -> str:
    """The Lever user of the first of `own` (addresses of who did it) or of the sourcer, else who stands in; "" for
    nobody."""
    prospect = Prospect.objects.select_related("job__owner", "sourcer").get(pk=record.prospect_id)
    sourcers = [*own, prospect.sourcer.email if prospect.sourcer else "", prospect.sourcer_email]
    found = find_performer(
        record.account,
        sourcer_emails=[email for email in sourcers if email_key(email)],
        job_owner_email=prospect.job.owner.email if prospect.job.owner else "",
    )
    return found.user_id if found else ""
