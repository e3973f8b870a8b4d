"""How jobs stand: their rule in words, their Lever job, how many people, how many of them in Lever."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from pinlever.connection.models import LeverAccount, Posting
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync.models import IN_LEVER_STATES, JobPosting, JobRule, SyncRecord, Trigger

RULES: dict[str, str] = {
    Trigger.NEVER: "Never syncs by itself",
    Trigger.CONTACT_FOUND: "Syncs when contact information is found",
    Trigger.MESSAGED: "Syncs when they receive their first message",
    Trigger.REPLIED: "Syncs when they reply",
    Trigger.INTERESTED: "Syncs when they reply and are interested",
}


@dataclass(frozen=True)
class JobStanding:
    """`posting` is the Lever job as last read; None with a `posting_id`: Lever never told us of it."""

    job: Job
    trigger: str
    posting_id: str
    posting: Posting | None
    people: int
    in_lever: int

    @property
    def rule(self) -> str:
        return RULES[self.trigger]

    @property
    def posting_name(self) -> str:
        return self.posting.text if self.posting else self.posting_id


def standings(account: LeverAccount | None, jobs: Sequence[Job]) -> list[JobStanding]:
    """In their order. Five queries, however many jobs."""
    rules = dict(JobRule.objects.filter(job__in=jobs).values_list("job_id", "trigger"))
    postings = dict(
        JobPosting.objects.filter(account=account, job__in=jobs).values_list("job_id", "posting_id")
    )
    named = Posting.objects.filter(account=account, lever_id__in={one for one in postings.values() if one})
    by_id = {row.lever_id: row for row in named}
    people = dict(
        Prospect.objects.filter(job__in=jobs).order_by().values_list("job_id").annotate(Count("pk"))
    )
    records = SyncRecord.objects.filter(account=account, state__in=IN_LEVER_STATES, prospect__job__in=jobs)
    in_lever = dict(records.order_by().values_list("prospect__job_id").annotate(Count("pk")))
    return [
        JobStanding(
            job,
            rules.get(job.pk, Trigger.NEVER),
            postings.get(job.pk, ""),
            by_id.get(postings.get(job.pk, "")),
            people.get(job.pk, 0),
            in_lever.get(job.pk, 0),
        )
        for job in jobs
    ]
