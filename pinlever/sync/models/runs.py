"""Exports that people asked for: who was to go, and who could not. A worker hands them over in batches."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from pinlever.connection.models import LeverAccount
from pinlever.foundation.leases import Leased
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync.models.records import SyncRecord


class ExportRun(Leased):
    """One export. `token` is made with the dialog: sent twice, it is the same run."""

    class State(models.TextChoices):
        WORKING = "working", "People are being queued"
        CANCELLING = "cancelling", "What waits is being cancelled"
        DONE = "done", "Everybody is queued"
        CANCELLED = "cancelled", "Cancelled"

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="export_runs")
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="export_runs")
    posting_id = models.CharField(max_length=64, blank=True, help_text="Empty: each job's own Lever job.")
    read_at = models.DateTimeField(
        null=True, blank=True, help_text="How old our copy of Lever was when this was planned."
    )
    by_kind = models.CharField(max_length=12)
    by_id = models.CharField(max_length=64, blank=True)
    by_label = models.CharField(max_length=200)
    cancelled_by = models.JSONField(
        default=list, blank=True, help_text="[kind, id, label] of who cancelled it."
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.WORKING)
    made_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["id"], condition=Q(state__in=["working", "cancelling"]), name="export_run_unfinished"
            )
        ]

    def __str__(self) -> str:
        return f"Export {self.pk}"

    @property
    def origin(self) -> str:
        """How records tell that this export asked for them."""
        return f"export {self.pk}"


class ExportItem(models.Model):
    """One person of an export. What becomes of them in Lever is told by the record."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waits to be queued"
        SENT = "sent", "Handed over"
        SKIPPED = "skipped", "Cannot go"
        CANCELLED = "cancelled", "Cancelled"
        KEPT = "kept", "Could not be cancelled any more"

    run = models.ForeignKey(ExportRun, on_delete=models.CASCADE, related_name="items")
    prospect = models.ForeignKey(Prospect, on_delete=models.CASCADE, related_name="export_items")
    record = models.ForeignKey(
        SyncRecord, null=True, blank=True, on_delete=models.SET_NULL, related_name="export_items"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    why = models.TextField(blank=True, help_text="Why somebody stays, in a sentence.")
    planned = models.CharField(max_length=12, blank=True, help_text="What the plan said: create, link, …")
    facts = models.JSONField(null=True, blank=True, help_text="What the plan was decided on.")
    came = models.CharField(max_length=12, blank=True, help_text="How it came out; empty while that is open.")
    difference = models.TextField(
        blank=True, help_text="What made it come out otherwise than planned, in a sentence."
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "prospect"], name="export_item_once")]
        indexes: ClassVar = [models.Index(fields=["run", "state", "id"], name="export_item_by_state")]

    def __str__(self) -> str:
        return f"{self.run}: {self.prospect}"
