"""What was spent of Lever's allowance, and for what: small sums of ten seconds each, kept for a day or two."""

from typing import ClassVar

from django.db import models

from pinlever.connection.models.account import LeverAccount

SLICE = 10  # seconds that one row sums up


class Purpose(models.TextChoices):
    """What a worker's turn or a look at Lever was for. A kind of follow-up without a name here counts as OTHER."""

    CREATE = "create", "Created or added"
    LINK = "link", "Linked"
    ASK = "ask", "Asked about"
    STOP = "stop", "Failed or held"
    AGAIN = "again", "Not done yet"
    NOTE = "note", "Notes"
    STAGE = "stage", "Stage moves"
    DETAILS = "details", "New facts"
    OTHER = "other", "Other follow-ups"
    READING = "reading", "Reading from Lever"


PEOPLE = (Purpose.CREATE, Purpose.LINK, Purpose.ASK, Purpose.STOP, Purpose.AGAIN)
FOLLOWING = (Purpose.NOTE, Purpose.STAGE, Purpose.DETAILS, Purpose.OTHER)


class Spent(models.Model):
    """Sums over ten seconds: `ended` counts the turns after which somebody, or a note, no longer waits."""

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="spent")
    slice = models.BigIntegerField(help_text="Tens of seconds since 1970, by the database's clock.")
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    turns = models.PositiveIntegerField(default=0)
    ended = models.PositiveIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0, help_text="Calls that Lever answered with 429.")
    followed = models.PositiveIntegerField(default=0, help_text="Follow-ups that became due with these.")
    seconds = models.FloatField(default=0.0, help_text="That workers were busy.")
    waited = models.FloatField(default=0.0, help_text="Of these, for their turn at Lever.")

    class Meta:
        verbose_name = "spent allowance"
        verbose_name_plural = "spent allowance"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "slice", "purpose"], name="spent_once")
        ]

    def __str__(self) -> str:
        return f"{self.calls} calls, {self.get_purpose_display()}"
