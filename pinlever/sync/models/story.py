"""What was tried: every attempt at a record, with every call made. Secrets never get here."""

from typing import ClassVar

from django.db import models

from pinlever.sync.models.records import SyncRecord


class Attempt(models.Model):
    """One claim of a record by a worker, from claiming to giving back."""

    record = models.ForeignKey(SyncRecord, on_delete=models.CASCADE, related_name="attempts")
    worker = models.CharField(max_length=80, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Empty: the worker died or still works.")
    result = models.CharField(max_length=60, blank=True)
    told = models.TextField(blank=True, help_text="The result in a sentence.")

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.result or 'unfinished'}"


class Call(models.Model):
    """One request to Lever: what was asked and answered, without secrets and file contents."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="calls")
    at = models.DateTimeField()
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    params = models.JSONField(default=dict)
    sent = models.JSONField(default=dict)
    status = models.PositiveSmallIntegerField(null=True)
    answered = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    seconds = models.FloatField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.method} {self.path}: {self.status or self.error}"
