"""A job's rule: when its people go to Lever, and onto which posting."""

from typing import ClassVar

from django.db import models

from pinlever.connection.models import LeverAccount
from pinlever.recruiting.models import Job


class Trigger(models.TextChoices):
    NEVER = "never", "Never"
    CONTACT_FOUND = "contact_found", "Contact information is found"
    MESSAGED = "messaged", "They receive their first message"
    REPLIED = "replied", "They reply to an email"
    INTERESTED = "interested", "They reply to an email and are interested"


class JobRule(models.Model):
    """When a job's people go to Lever. `trigger_set_at` moves only when the trigger is changed."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="rule")
    trigger = models.CharField(max_length=14, choices=Trigger.choices, default=Trigger.NEVER)
    trigger_set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.job}: {self.get_trigger_display()}"


class JobPosting(models.Model):
    """The Lever posting of a job in one account. No row, or an empty id: no posting."""

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="job_postings")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="postings")
    posting_id = models.CharField(max_length=64, blank=True)
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "job"], name="job_posting_once")]

    def __str__(self) -> str:
        return f"{self.job} → {self.posting_id or 'no posting'}"
