"""What was cured for many at once, so that its page can say what became of them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from pinlever.connection.models import LeverAccount
from pinlever.sync.models.followups import FollowUp
from pinlever.sync.models.records import SyncRecord


class Cure(models.Model):
    """Somebody cured a cause for all it stopped. `told` says what came of it at once."""

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="cures")
    what = models.CharField(max_length=200, help_text="What had stopped them: the cause's title.")
    done = models.TextField(blank=True, help_text="What was done about it, in a sentence.")
    told = models.TextField(blank=True, help_text="Who was tried again and who was left out, in numbers.")
    by_label = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.what}, by {self.by_label}"


class CureItem(models.Model):
    """One record, or one thing that follows a record, which was tried again by a cure."""

    cure = models.ForeignKey(Cure, on_delete=models.CASCADE, related_name="items")
    record = models.ForeignKey(
        SyncRecord, null=True, blank=True, on_delete=models.CASCADE, related_name="cure_items"
    )
    follow_up = models.ForeignKey(
        FollowUp, null=True, blank=True, on_delete=models.CASCADE, related_name="cure_items"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(record=None) ^ Q(follow_up=None), name="cure_item_is_about_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cure_id}: {self.record_id or self.follow_up_id}"
