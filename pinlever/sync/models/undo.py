"""What is taken back: an undo that somebody asked for, and one row for each person of it, worked off like all work."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from pinlever.connection.models import LeverAccount, LeverConnection
from pinlever.foundation.leases import Leased
from pinlever.sync.models.records import IN_LEVER_STATES, Priority, SyncRecord


class UndoRun(models.Model):
    """One undo. `token` is made with the dialog: sent twice, it is the same undo."""

    class Scope(models.TextChoices):
        ONE = "one", "One person"
        SELECTION = "selection", "A selection"
        EXPORT = "export", "An export"
        IMPORT = "import", "An import"

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="undo_runs")
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scope = models.CharField(max_length=10, choices=Scope.choices)
    about = models.CharField(
        max_length=120, blank=True, help_text="Which export or import, as records tell their origin."
    )
    reason_id = models.CharField(
        max_length=64, blank=True, help_text="Lever's archive reason, as chosen then."
    )
    by_kind = models.CharField(max_length=12)
    by_id = models.CharField(max_length=64, blank=True)
    by_label = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "about"], name="undo_run_about")]

    def __str__(self) -> str:
        return f"Undo {self.pk}"


class UndoItemQuerySet(models.QuerySet["UndoItem"]):
    def due(self, now: object) -> "UndoItemQuerySet":
        """Rows the worker should take, the most urgent first. While nothing may be written to the account, only whoever
        is not in Lever yet is among them: taking those back writes nothing there."""
        current = LeverConnection.objects.filter(is_current=True, state=LeverConnection.State.ACTIVE)
        open_to_us = list(current.filter(account__outgoing_on=True).values_list("account", flat=True))
        rows = self.filter(state=UndoItem.State.WAITING, due_at__lte=now)
        may = Q(record__account__in=open_to_us) | ~Q(record__state__in=IN_LEVER_STATES)
        return rows.filter(may).order_by("priority", "due_at", "id")


class UndoItem(Leased):
    """One person who is taken back. `payload` is what was committed before it was sent, step by step; `result` what
    came of it: {archived, note, notes, tags, left: [sentence]}."""

    class State(models.TextChoices):
        WAITING = "waiting", "Being taken back"
        TAKEN_BACK = "taken_back", "Taken back"
        LEFT_ALONE = "left_alone", "Left alone"
        COULD_NOT = "could_not", "Could not"

    run = models.ForeignKey(UndoRun, on_delete=models.CASCADE, related_name="items")
    record = models.ForeignKey(SyncRecord, on_delete=models.CASCADE, related_name="undo_items")
    opportunity_id = models.CharField(max_length=64, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.BULK)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    cause = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True, help_text="In a sentence for people.")
    payload = models.JSONField(default=dict, blank=True, help_text="What is sent, exactly.")
    result = models.JSONField(default=dict, blank=True, help_text="What was done, and what stays.")
    due_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    send_before = models.DateTimeField(null=True, blank=True, help_text="By the database's clock.")
    over_at = models.DateTimeField(
        null=True, blank=True, help_text="No byte of the latest sending leaves us after this."
    )
    empty_windows = models.PositiveSmallIntegerField(
        default=0, help_text="Sendings running that Lever never showed."
    )
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    objects = UndoItemQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "record"], name="undo_item_once"),
            models.UniqueConstraint(fields=["record"], condition=Q(state="waiting"), name="undo_one_open"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["priority", "due_at", "id"], condition=Q(state="waiting"), name="undo_item_due"
            ),
            models.Index(fields=["run", "state", "id"], name="undo_item_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.run}: {self.record.prospect}"
