"""What other systems are told: their addresses, each thing announced, and every delivery of it."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from pinlever.foundation.fields import EncryptedTextField
from pinlever.foundation.leases import Leased
from pinlever.foundation.wakeups import AskedFor
from pinlever.notices.alert_models import Alert, AlertKind, AlertMail, AlertRules, Mailing

__all__ = [
    "TOO_LATE",
    "TRIED_FOR",
    "Alert",
    "AlertKind",
    "AlertMail",
    "AlertRules",
    "Announcement",
    "Delivery",
    "Endpoint",
    "Kind",
    "Mailing",
    "Sending",
]
TRIED_FOR = timedelta(days=3)
TOO_LATE = "It was not taken within three days."


class Kind(models.TextChoices):
    HOLD_CREATED = "hold.created", "Outreach to somebody is held"
    HOLD_RELEASED = "hold.released", "A hold was released"
    SYNC_COMPLETED = "sync.completed", "Somebody is in Lever"
    SYNC_FAILED = "sync.failed", "Somebody could not be brought into Lever"
    STATUS_CHANGED = "status.changed", "Somebody's status in Lever changed"
    ALERT_OPENED = "alert.opened", "Something is wrong with the installation"
    ALERT_OVER = "alert.over", "What was wrong is over"
    TEST = "test", "A test"


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def due(self, now: object) -> "EndpointQuerySet":
        """Endpoints that are to be sent something now: whom nothing was sent the longest first."""
        waiting = Delivery.objects.due(now).filter(endpoint=OuterRef("pk"))
        rested = Q(wait_until=None) | Q(wait_until__lte=now)
        found = self.filter(rested, Exists(waiting), is_on=True)
        return found.order_by(models.F("tried_at").asc(nulls_first=True), "pk")


class Endpoint(Leased):
    """A system that wants to be told. One worker at a time sends to it, so that what it is told stays in order.

    `secret` signs every delivery; it is shown once, when it is made. `wait_until`: a rest after a failure.
    """

    name = models.CharField(max_length=100)
    url = models.CharField(max_length=500)
    secret = EncryptedTextField(editable=False)
    former_secret = EncryptedTextField(
        blank=True, default="", editable=False, help_text="Signs too while a secret is being changed."
    )
    former_until = models.DateTimeField(null=True, blank=True)
    kinds = models.JSONField(default=list, help_text="Which kinds it is told; empty: all.")
    is_on = models.BooleanField(default=True)
    off_why = models.CharField(
        max_length=300, blank=True, help_text="Why it is off, if nobody switched it off."
    )
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    tried_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="Failed deliveries in a row.")
    wait_until = models.DateTimeField(null=True, blank=True)

    objects = EndpointQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def wants(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


class Announcement(models.Model):
    """Something that happened, as it is told to others. Its key is the same in every delivery of it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    data = models.JSONField()
    about = models.UUIDField(null=True, blank=True, db_index=True, help_text="The key of whom it is about.")
    happened_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["happened_at"], name="announcement_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: object) -> "DeliveryQuerySet":
        """Tests first, then in the order in which it happened."""
        return self.filter(state=Delivery.State.WAITING, due_at__lte=now).order_by("-is_test", "id")


class Delivery(models.Model):
    """One announcement to one endpoint, until the endpoint has taken it or it is given up."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DELIVERED = "delivered", "Delivered"
        GIVEN_UP = "given_up", "Given up"

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="deliveries")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    is_test = models.BooleanField(default=False, help_text="Somebody looks on: first in line, tried once.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    give_up_at = models.DateTimeField(help_text="Not tried after this.")
    tries = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The latest HTTP status.")
    error = models.TextField(blank=True, help_text="What went wrong the last time.")
    seconds = models.FloatField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["announcement", "endpoint"], name="delivery_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["endpoint", "due_at"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["give_up_at"], condition=Q(state="waiting"), name="delivery_overdue"),
            models.Index(
                fields=["endpoint", "-is_test", "id"], condition=Q(state="waiting"), name="delivery_in_order"
            ),
            models.Index(fields=["endpoint", "-id"], condition=Q(state="given_up"), name="delivery_given_up"),
            models.Index(fields=["endpoint", "-id"], name="delivery_by_endpoint"),
        ]

    def __str__(self) -> str:
        return f"{self.announcement} → {self.endpoint}: {self.get_state_display()}"


class Sending(AskedFor):
    """Whether a worker has been asked to send what is due."""
