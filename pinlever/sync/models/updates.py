"""What becomes of new facts about people who are in Lever already, and what was known when they came there."""

from django.db import models

from pinlever.connection.models import LeverAccount
from pinlever.sync.models.records import SyncRecord


class Policy(models.TextChoices):
    """What is done with something new about a person. Nothing ever overwrites."""

    NEVER = "never", "Never"
    BLANKS = "blanks", "Fill blanks"
    ADD = "add", "Add to lists"


class UpdateRule(models.Model):
    """One for each account; without a row the defaults count (update_rules.py). `since`: when a field was last
    switched on."""

    account = models.OneToOneField(LeverAccount, on_delete=models.CASCADE, related_name="update_rule")
    policies = models.JSONField(default=dict, blank=True, help_text="{field: policy} where not the default.")
    since = models.DateTimeField(null=True, blank=True, help_text="What was known before it stays in Pin.")

    def __str__(self) -> str:
        return f"Profile updates of {self.account}"


class DetailsThen(models.Model):
    """What was known of a person when they came to Lever, or when updates were switched on: no news any more."""

    record = models.OneToOneField(SyncRecord, on_delete=models.CASCADE, related_name="details_then")
    details = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "details then"

    def __str__(self) -> str:
        return f"Details of {self.record_id}"
