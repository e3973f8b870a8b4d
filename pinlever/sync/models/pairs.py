"""What somebody said about a person in Pin and somebody in Lever: that they are two."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from pinlever.connection.models import LeverAccount
from pinlever.recruiting.models import Candidate
from pinlever.sync.models.records import Question


class NotTheSame(models.Model):
    """Counts for every job of the person until it is reversed.

    One row for each candidate row the person consisted of, so that it holds whoever is merged with them or taken apart
    later.
    """

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="not_the_same")
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="not_the_same")
    contact_id = models.CharField(max_length=64, help_text="Somebody else's contact in Lever.")
    opportunity_id = models.CharField(
        max_length=64, blank=True, help_text="One of theirs: it tells whom they were merged into in Lever."
    )
    name = models.CharField(max_length=300, blank=True, help_text="Their name there.")
    keys = models.JSONField(default=list, help_text="[kind, value] they shared when it was said.")
    question = models.ForeignKey(
        Question, null=True, blank=True, on_delete=models.SET_NULL, related_name="pairs"
    )
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=200)
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "not the same"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "candidate", "contact_id"],
                condition=Q(reversed_at=None),
                name="not_the_same_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "contact_id"], name="not_the_same_contact"),
            models.Index(
                fields=["account", "opportunity_id"],
                condition=Q(reversed_at=None),
                name="not_the_same_opportunity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate} is not {self.name or self.contact_id}"
