"""What people are told when something stops or turns odd: each alert with its beginning and end, and every mail of it.

A row is noticed first, told of once it has lasted, and over once it has stayed away. `round` counts the tellings.
"""

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from pinlever.accounts.models import User
from pinlever.foundation.leases import Leased
from pinlever.foundation.wakeups import AskedFor


class AlertKind(models.TextChoices):
    CONNECTION = "connection", "Lever must be connected again"
    SILENT = "lever_silent", "Lever does not answer"
    WORKER = "worker", "No worker runs"
    FAILURES = "failures", "Many people fail"
    FOLLOWUPS = "followups", "Many things on Lever’s timeline fail"
    WEBHOOKS = "webhooks", "Lever’s webhooks do not come"
    DRIFT = "drift", "Something that jobs or rules name changed in Lever"
    PAUSED = "paused", "Sending is off while people wait"


class AlertRules(models.Model):
    """The row with id 1: what is mailed to whom besides the account's owner, and from when on something is an alert."""

    silenced = models.JSONField(default=list, blank=True, help_text="Kinds that are shown and not mailed.")
    also_to = models.ManyToManyField(User, blank=True, related_name="+", help_text="Besides the owner.")
    failures = models.PositiveIntegerField(default=10, help_text="So many within an hour, at least,")
    share = models.PositiveSmallIntegerField(default=20, help_text="and so many per cent of all.")
    quiet_minutes = models.PositiveSmallIntegerField(default=2, help_text="What is over sooner is no alert.")
    paused_hours = models.PositiveSmallIntegerField(default=24, help_text="How long sending may be off.")

    class Meta:
        verbose_name_plural = "alert rules"

    def __str__(self) -> str:
        return "Rules for alerts"

    @classmethod
    def kept(cls) -> "AlertRules":
        """The row, or the defaults while nobody has set anything."""
        return cls._base_manager.filter(pk=1).first() or cls(pk=1)


class AlertQuerySet(models.QuerySet["Alert"]):
    def told(self) -> "AlertQuerySet":
        """Those that lasted long enough to be told of."""
        return self.exclude(opened_at=None)

    def standing(self) -> "AlertQuerySet":
        """Told of, and not over."""
        return self.told().filter(over_at=None)


class Alert(models.Model):
    """One thing that is wrong, from when it began until it is over. Its texts hold numbers and no personal data."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=16, choices=AlertKind.choices)
    subject = models.CharField(max_length=100, blank=True, help_text="What it is about, such as an account.")
    since = models.DateTimeField(help_text="When it began, as far as known.")
    opened_at = models.DateTimeField(null=True, blank=True, help_text="When it was told first.")
    calm_since = models.DateTimeField(null=True, blank=True, help_text="Since when it is no longer so.")
    over_at = models.DateTimeField(null=True, blank=True, help_text="When it was told to be over.")
    round = models.PositiveSmallIntegerField(default=0, help_text="How often it was told.")
    returns = models.PositiveSmallIntegerField(
        default=0, help_text="How often it came back soon after its end."
    )
    title = models.CharField(max_length=200)
    sentence = models.TextField(blank=True, help_text="What happened.")
    affected = models.CharField(max_length=300, blank=True, help_text="Who is affected, in numbers.")
    url = models.CharField(max_length=300, blank=True, help_text="Where it is put right: a path of ours.")
    parts = models.JSONField(
        default=list, blank=True, help_text="What it is made of; more of it is told again."
    )
    put_aside_by = models.ManyToManyField(User, blank=True, related_name="+", editable=False)

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(over_at=None), name="alert_one_open"
            ),
            models.CheckConstraint(
                condition=Q(over_at=None) | Q(opened_at__isnull=False), name="alert_over_was_told"
            ),
        ]
        indexes: ClassVar = [models.Index(F("opened_at").desc(), F("id").desc(), name="alert_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def ended_at(self) -> datetime | None:
        """When what is over ended: it was told a while later, once it had stayed away."""
        return self.over_at and (self.calm_since or self.over_at)


class AlertMailQuerySet(models.QuerySet["AlertMail"]):
    def due(self, now: object) -> "AlertMailQuerySet":
        """Tests first, then in the order in which it happened."""
        return self.filter(state=AlertMail.State.WAITING, due_at__lte=now).order_by(
            F("alert").asc(nulls_first=True), "id"
        )


class AlertMail(Leased):
    """One telling of an alert to one person. A mail server may get it twice after a crash, with the same Message-ID."""

    class Change(models.TextChoices):
        OPENED = "opened", "It began"
        MORE = "more", "There is more of it"
        AGAIN = "again", "It came back"
        OVER = "over", "It is over"
        TEST = "test", "A test"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        GIVEN_UP = "given_up", "Given up"
        NOT_NEEDED = "not_needed", "Not needed"

    alert = models.ForeignKey(Alert, null=True, blank=True, on_delete=models.CASCADE, related_name="mails")
    to = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    round = models.PositiveSmallIntegerField(default=0)
    change = models.CharField(max_length=8, choices=Change.choices)
    told = models.JSONField(default=dict, blank=True, help_text="What is said, as it was at that moment.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    give_up_at = models.DateTimeField(help_text="Not tried after this.")
    tries = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True, help_text="Written before it is sent.")
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, help_text="What went wrong the last time.")

    objects = AlertMailQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alert", "to", "round"], name="alert_mail_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="alert_mail_due"),
            models.Index(fields=["-tried_at"], name="alert_mail_tried"),
        ]

    def __str__(self) -> str:
        return f"{self.get_change_display()}: {self.alert or 'test'}"


class Mailing(AskedFor):
    """Whether a worker has been asked to send the mails that are due."""
