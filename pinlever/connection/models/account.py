"""The organisation at Lever, our credential for it, and the pace of our calls.

The account owns records, claims, intents, index and rules and survives disconnecting; a connection is one
credential for it. At most one connection is current in the installation.
"""

from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models import Q

from pinlever.accounts.models import User
from pinlever.foundation.fields import EncryptedTextField
from pinlever.foundation.leases import Leased
from pinlever.recruiting.models import Candidate, Job


class Environment(models.TextChoices):
    PRODUCTION = "production", "Lever"
    SANDBOX = "sandbox", "Lever sandbox"
    PRACTICE = "practice", "Practice Lever"


class MatchAction(models.TextChoices):
    LINK = "link", "Link only"
    ADD = "add", "Link, and add this job as a new opportunity of the same person"
    ASK = "ask", "Ask me"


class MatchKey(models.TextChoices):
    EMAIL = "email", "Email"
    LINKEDIN = "linkedin", "LinkedIn profile"
    PHONE = "phone", "Phone"


class Conflict(models.TextChoices):
    ASK = "ask", "Ask me"
    PRIMARY = "primary", "The primary key decides"


class NearMatches(models.TextChoices):
    ASK = "ask", "Ask me"
    IGNORE = "ignore", "Take them for somebody else"


def default_match_keys() -> list[str]:
    return ["email", "linkedin"]


def kinds_of(match_keys: Iterable[str]) -> frozenset[str]:
    """The keys that are on. Email always counts: Lever itself joins people by it."""
    return frozenset({MatchKey.EMAIL.value, *match_keys})


class LeverAccount(models.Model):
    """An organisation at Lever, known again by its users whatever the credential, and the rules kept for it."""

    environment = models.CharField(max_length=12, choices=Environment.choices)
    name = models.CharField(max_length=200, blank=True)
    lever_account_id = models.CharField(max_length=64, blank=True, help_text="OAuth's accountId, once known.")
    first_connected_at = models.DateTimeField()
    owner = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Hears when something is wrong; at first whoever connected it.",
    )
    outgoing_on = models.BooleanField(
        default=False, help_text="Nothing is written to Lever while this is off."
    )
    paused_at = models.DateTimeField(null=True, blank=True, help_text="When sending was switched off last.")
    paused_by = models.CharField(max_length=200, blank=True)
    paused_why = models.CharField(max_length=300, blank=True, help_text="In the words of whoever paused it.")
    allow_list_on = models.BooleanField(default=False, help_text="Only allowed jobs and people are sent.")
    default_user_id = models.CharField(
        max_length=64, blank=True, help_text="Lever user who stands in for a sourcer."
    )
    match_keys = models.JSONField(
        default=default_match_keys, help_text="Which keys match: email, linkedin, phone."
    )
    match_action = models.CharField(max_length=8, choices=MatchAction.choices, default=MatchAction.LINK)
    primary_key = models.CharField(max_length=8, choices=MatchKey.choices, default=MatchKey.EMAIL)
    on_conflict = models.CharField(
        max_length=8,
        choices=Conflict.choices,
        default=Conflict.ASK,
        help_text="What is done when two keys point at two people.",
    )
    near_matches = models.CharField(
        max_length=8,
        choices=NearMatches.choices,
        default=NearMatches.ASK,
        help_text="What is done about the same name and company, or name and phone, without a key in common.",
    )
    hold_while_asked = models.BooleanField(
        default=True, help_text="Outreach is paused while somebody has to say who a person is."
    )
    send_skills_as_tags = models.BooleanField(default=False)
    undo_reason_id = models.CharField(
        max_length=64,
        blank=True,
        help_text="The archive reason for what is taken back; empty: found by name.",
    )
    has_webhooks = models.BooleanField(
        default=False, help_text="Webhooks of ours may be at Lever; set before the first one is made."
    )
    confidential_access = models.BooleanField(
        null=True, help_text="Whether Lever shows us confidential records."
    )
    last_created_ms = models.BigIntegerField(default=0, help_text="The latest createdAt we gave out, in ms.")
    clock_offset = models.FloatField(default=0.0, help_text="Lever's clock minus the database's, in seconds.")
    catalogue_read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name or self.get_environment_display()

    @property
    def match_kinds(self) -> frozenset[str]:
        """The keys by which people match. Email always counts: Lever itself joins people by it."""
        return kinds_of(self.match_keys)


class AllowedJob(models.Model):
    """A job whose people may be sent while the account's allow-list is on."""

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="allowed_jobs")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "job"], name="allowed_job_once")]

    def __str__(self) -> str:
        return str(self.job)


class AllowedPerson(models.Model):
    """A person who may be sent while the account's allow-list is on."""

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="allowed_people")
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "candidate"], name="allowed_person_once")
        ]

    def __str__(self) -> str:
        return str(self.candidate)


class LeverConnection(Leased):
    """A credential. The lease guards its refresh: one process refreshes, the others read the row again."""

    class Kind(models.TextChoices):
        OAUTH = "oauth", "Signed in at Lever"
        API_KEY = "api_key", "API key"

    class State(models.TextChoices):
        ACTIVE = "active", "Connected"
        BROKEN = "broken", "Needs to be connected again"
        ENDING = "ending", "Disconnecting"
        ENDED = "ended", "Disconnected"

    account = models.ForeignKey(LeverAccount, on_delete=models.PROTECT, related_name="connections")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    is_current = models.BooleanField(default=True)
    api_key = EncryptedTextField(blank=True, default="", editable=False)
    access_token = EncryptedTextField(blank=True, default="", editable=False)
    refresh_token = EncryptedTextField(blank=True, default="", editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    scopes = models.JSONField(default=list, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="Counts the credential's renewals.")
    broken_why = models.TextField(blank=True)
    connected_by = models.CharField(max_length=200, blank=True)
    connected_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="connection_one_current"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} ({self.get_kind_display()})"


class Pace(models.Model):
    """When the next request of a credential may go: the theoretical arrival time, by the database's clock."""

    connection = models.OneToOneField(LeverConnection, on_delete=models.CASCADE, related_name="pace")
    next_at = models.FloatField(default=0.0, help_text="Theoretical arrival time, seconds since 1970.")
    rate = models.FloatField(help_text="Requests a second now; halved by a 429, regained slowly.")
    slowed_at = models.FloatField(default=0.0, help_text="When a 429 came last, seconds since 1970.")

    class Meta:
        verbose_name_plural = "pace of calls"

    def __str__(self) -> str:
        return f"{self.rate:g} requests a second"
