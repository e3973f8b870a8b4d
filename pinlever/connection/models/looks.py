"""Our looks at everything that changed in Lever, and what each of them found. A full look is its own bookmark."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from pinlever.connection.models.account import LeverAccount
from pinlever.foundation.leases import Leased


class Reconciliation(Leased):
    """One look: at what changed lately, or at everybody in Lever. The lease guards a full one; it may be resumed."""

    class Kind(models.TextChoices):
        POLL = "poll", "What changed"
        FULL = "full", "Everybody"

    class State(models.TextChoices):
        READING = "reading", "Reading"
        CHECKING = "checking", "Asking after those who were not in the list"
        STOPPED = "stopped", "Stopped: too many were not in the list"
        DONE = "done", "Done"
        FAILED = "failed", "Broken off"

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="looks")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.READING)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    read = models.PositiveIntegerField(default=0, help_text="Opportunities read.")
    news = models.PositiveIntegerField(default=0, help_text="Of these, new or changed.")
    missed = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Changes that a webhook should have told and none did; empty without webhooks.",
    )
    deleted = models.PositiveIntegerField(default=0, help_text="Opportunities found to be gone.")
    resumed = models.PositiveIntegerField(
        default=0, help_text="How often it went on after something broke it off."
    )
    not_met = models.PositiveIntegerField(
        default=0, help_text="Opportunities we know and Lever's list did not have."
    )
    checked = models.PositiveIntegerField(default=0, help_text="Of these, asked after one by one.")
    checked_through = models.BigIntegerField(default=0, help_text="The latest row of the index asked after.")
    lanes = models.JSONField(
        default=list, blank=True, help_text="Which parts of the list are read side by side, and how far."
    )
    asked_by = models.CharField(max_length=200, blank=True, help_text="Empty: it was due.")
    note = models.TextField(blank=True, help_text="What stopped it, in a sentence for people.")

    class Meta:
        verbose_name = "look at Lever"
        verbose_name_plural = "looks at Lever"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(kind="full", ended_at=None), name="one_full_look"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["account", "kind", "-began_at"], name="looks_by_time")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.read} read, {self.news} changed"
