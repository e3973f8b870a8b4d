"""What happened in outreach. Knows no applicant tracking system."""

from typing import ClassVar

from django.db import models

from pinlever.recruiting.models import Prospect


class OutreachEvent(models.Model):
    """Something that happened to a prospect. Rows are added once and never changed."""

    class Kind(models.TextChoices):
        ADDED_TO_OUTREACH = "added_to_outreach", "Added to outreach"
        CONTACT_FOUND = "contact_found", "Contact found"
        MESSAGE_SENT = "message_sent", "Message sent"
        OPENED = "opened", "Opened"
        REPLIED = "replied", "Replied"
        INTERESTED = "interested", "Interested"
        BOUNCED = "bounced", "Bounced"
        UNSUBSCRIBED = "unsubscribed", "Unsubscribed"

    class Channel(models.TextChoices):
        NONE = "", "None"
        EMAIL = "email", "Email"
        LINKEDIN = "linkedin", "LinkedIn"
        SMS = "sms", "SMS"

    prospect = models.ForeignKey(Prospect, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices, blank=True)
    occurred_at = models.DateTimeField(help_text="The event's own time.")
    arrived_at = models.DateTimeField(auto_now_add=True, db_index=True)
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200, help_text="The source's own id of the event.")
    details = models.JSONField(default=dict, blank=True)
    is_quiet = models.BooleanField(
        default=False, help_text="Came with an import; fires no trigger by itself."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "prospect", "kind", "external_id"], name="outreach_event_once"
            )
        ]
        ordering: ClassVar = ["occurred_at", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.prospect}"
