"""What happened in outreach. Knows no applicant tracking system."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from pinlever.recruiting.models import Candidate, Prospect


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


class Effect(models.TextChoices):
    """What a rule does to outreach."""

    NOTHING = "nothing", "Nothing"
    PAUSE = "pause", "Pause outreach"
    STOP = "stop", "Stop outreach"
    RESUME = "resume", "Resume outreach"


class Hold(models.Model):
    """A reason why outreach to a person must not go on, over all their jobs and senders. It never stops the sync.

    Once for each thing it stands on: what was released by a person is not held again for the same thing.
    """

    class Kind(models.TextChoices):
        PAUSE = "pause", "Paused"
        STOP = "stop", "Stopped"

    class Cause(models.TextChoices):
        REPLIED = "replied", "They replied"
        UNSUBSCRIBED = "unsubscribed", "They unsubscribed"
        BOUNCED = "bounced", "A message bounced"
        STAGE = "stage", "Their stage in Lever"
        ARCHIVED = "archived", "Archived in Lever"
        NO_CONTACT = "no_contact", "Lever says not to contact them"
        WHO_IS_IT = "who_is_it", "It is not decided who they are"
        BY_HAND = "by_hand", "Held by somebody"

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    cause = models.CharField(max_length=16, choices=Cause.choices)
    basis = models.CharField(max_length=200, help_text="What it stands on, so that it is held once for it.")
    reason = models.TextField(help_text="In a sentence for people.")
    since = models.DateTimeField(help_text="When what it stands on happened.")
    held_at = models.DateTimeField(help_text="When it was made, by the database's clock.")
    held_by = models.CharField(max_length=200)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.CharField(max_length=200, blank=True)
    release_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["candidate", "cause", "basis"], name="hold_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["candidate"], condition=Q(released_at=None), name="hold_standing"),
            models.Index(fields=["held_at", "id"], name="hold_by_time"),
            models.Index(fields=["basis"], condition=Q(cause="who_is_it"), name="hold_by_question"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.candidate}"


class EventRule(models.Model):
    """What an outreach event does to outreach, where it is not the default (holding.DEFAULTS)."""

    kind = models.CharField(max_length=20, choices=OutreachEvent.Kind.choices, unique=True)
    effect = models.CharField(max_length=8, choices=Effect.choices)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_effect_display()}"
