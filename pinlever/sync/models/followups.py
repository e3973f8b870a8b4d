"""What follows once somebody is in Lever: notes, stage moves, new facts. Each is retried alone."""

from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from pinlever.connection.models import LeverConnection
from pinlever.foundation.leases import Leased
from pinlever.sync.models.records import Priority, SyncRecord


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def due(self, now: object) -> "FollowUpQuerySet":
        """Rows the worker should take: of one record and kind only the first that waits, so that they go in order.

        While nothing may be written to the account at all, none of its rows is due. That is asked first, by a query
        of its own: a million rows may wait for it.
        """
        current = LeverConnection.objects.filter(is_current=True, state=LeverConnection.State.ACTIVE)
        accounts = list(current.filter(account__outgoing_on=True).values_list("account", flat=True))
        if not accounts:
            return self.none()
        before = FollowUp.objects.filter(
            record=OuterRef("record"), kind=OuterRef("kind"), state=FollowUp.State.WAITING
        )
        earlier = before.filter(
            Q(place__lt=OuterRef("place")) | Q(place=OuterRef("place"), pk__lt=OuterRef("pk"))
        )
        rows = self.filter(
            ~Exists(earlier),
            record__account__in=accounts,
            state=FollowUp.State.WAITING,
            due_at__lte=now,
        )
        return rows.order_by("priority", "due_at", "id")


class FollowUp(Leased):
    """One thing to write at Lever about a record that is there. Its key keeps it from being written twice.

    `payload` is committed before it is sent; `over_at` is set while an answer is missing, so that the next turn
    reads back before it writes.
    """

    class Kind(models.TextChoices):
        NOTE = "note", "Note on the timeline"
        OPENS = "opens", "Opens summed up on a note"
        STAGE = "stage", "Stage moved"
        DETAILS = "details", "New facts about the person"
        RESUME = "resume", "Résumé, as a file"
        FORM = "form", "Fields form"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        SKIPPED = "skipped", "Not needed"
        FAILED = "failed", "Failed"

    record = models.ForeignKey(SyncRecord, on_delete=models.CASCADE, related_name="followups")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    opportunity_id = models.CharField(
        max_length=64, blank=True, help_text="Where it is written; elsewhere it would be another one."
    )
    key = models.CharField(max_length=200, help_text="What it is about; once for each place and kind.")
    place = models.DateTimeField(help_text="Its place in the record's order: when what it tells happened.")
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.BULK)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    cause = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True, help_text="In a sentence for people.")
    said = models.TextField(blank=True, default="", help_text="What Lever said, word for word.")
    said_key = models.CharField(
        max_length=16, blank=True, default="", help_text="Alike for all whom Lever said the same of."
    )
    payload = models.JSONField(default=dict, blank=True, help_text="What is sent, exactly.")
    result = models.JSONField(default=dict, blank=True, help_text="What was found and what came of it.")
    lever_id = models.CharField(max_length=64, blank=True, help_text="Lever's id of what was made.")
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

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "kind", "opportunity_id", "key"], name="follow_up_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["priority", "due_at", "id"], condition=Q(state="waiting"), name="follow_up_due"
            ),
            models.Index(
                fields=["kind", "cause", "said_key", "id"],
                condition=Q(state="failed"),
                name="follow_up_failed",
            ),
            models.Index(fields=["record"], condition=Q(state="failed"), name="follow_up_failed_of"),
            models.Index(
                fields=["record"],
                condition=Q(kind="resume", state__in=["waiting", "failed"]),
                name="follow_up_no_resume",
            ),
            # By what they are about: which events of a page stand on the timeline.
            models.Index(fields=["key", "kind"], name="follow_up_about"),
            models.Index(fields=["opportunity_id"], condition=Q(kind="stage"), name="follow_up_moves"),
            models.Index(
                fields=["record", "kind", "place"], condition=Q(state="waiting"), name="follow_up_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.record_id}: {self.get_state_display()}"
