"""The index of people in Lever: what is stored. Reading and filling it: index.py and crawl.py."""

from typing import ClassVar

from django.db import models

from pinlever.connection.models.account import LeverAccount
from pinlever.foundation.leases import Leased


class PeopleIndex(Leased):
    """How far the account's index has come. The lease guards crawl and refresh: one process reads, all profit."""

    account = models.OneToOneField(LeverAccount, on_delete=models.CASCADE, related_name="people_index")
    crawl_started_at = models.DateTimeField(null=True, blank=True, help_text="By Lever's clock.")
    crawl_offset = models.TextField(blank=True, help_text="Lever's token of the next page; resumes a crawl.")
    crawl_seen = models.PositiveIntegerField(default=0)
    crawl_finished_at = models.DateTimeField(null=True, blank=True)
    complete_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When a pass over the changes since before the first crawl had ended.",
    )
    read_through = models.DateTimeField(
        null=True, blank=True, help_text="Changes up to here, by Lever's clock, are in the index."
    )
    refreshed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the last finished refresh began, by the database's clock."
    )
    deleted_through = models.DateTimeField(null=True, blank=True, help_text="Deletions up to here are known.")

    class Meta:
        verbose_name_plural = "index of people in Lever"

    def __str__(self) -> str:
        return f"People of {self.account}"


class ToldBy(models.TextChoices):
    """From where we know how an opportunity stands."""

    CRAWL = "crawl", "reading everybody in Lever"
    POLL = "poll", "asking Lever what changed"
    WEBHOOK = "webhook", "a webhook from Lever"
    SYNC = "sync", "our own look right before writing"
    OURS = "ours", "our own change"


class KnownOpportunity(models.Model):
    """An opportunity at Lever, as last read. The whole payload is kept beside the columns that are asked for.

    `unheard_at` marks a change of what `heard` keeps (standing.py) that nobody has worked off yet.
    """

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="opportunities")
    lever_id = models.CharField(max_length=64)
    contact_id = models.CharField(max_length=64)
    name = models.CharField(max_length=300, blank=True)
    search_name = models.CharField(max_length=300, blank=True)
    companies = models.CharField(
        max_length=500,
        blank=True,
        help_text="Those of the headline as they compare, between bars; empty until they were looked at.",
    )
    posting_id = models.CharField(max_length=64, blank=True)
    stage_id = models.CharField(max_length=64, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    archive_reason_id = models.CharField(max_length=64, blank=True)
    sources = models.JSONField(default=list)
    first_stage_by = models.CharField(
        max_length=64, blank=True, help_text="Lever user of the first stage change."
    )
    owner_id = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField(help_text="Lever's createdAt.")
    changed_at = models.DateTimeField(
        null=True, blank=True, help_text="Lever's updatedAt; null on old records."
    )
    active_at = models.DateTimeField(
        help_text="Lever's lastInteractionAt, else lastAdvancedAt, else createdAt."
    )
    is_anonymized = models.BooleanField(default=False)
    is_confidential = models.BooleanField(default=False)
    contact_allowed = models.BooleanField(null=True)
    url = models.CharField(max_length=500, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(help_text="When Lever last told us, by the database's clock.")
    met_at = models.DateTimeField(
        null=True, blank=True, help_text="When a look at everybody last met it as it stands here."
    )
    untold_at = models.DateTimeField(
        null=True, blank=True, help_text="When a look found a change that a webhook should tell as well."
    )
    told_by = models.CharField(max_length=8, choices=ToldBy.choices, blank=True)
    unheard_at = models.DateTimeField(
        null=True, blank=True, help_text="When a change was noticed that is not worked off yet."
    )
    heard = models.JSONField(default=dict, blank=True, help_text="How it stood when it was worked off last.")
    payload = models.JSONField(default=dict)

    class Meta:
        verbose_name = "opportunity in Lever"
        verbose_name_plural = "opportunities in Lever"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "lever_id"], name="known_opportunity_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "contact_id"], name="known_by_contact"),
            models.Index(fields=["account", "search_name"], name="known_by_name"),
            models.Index(fields=["account", "seen_at"], name="known_by_seen"),
            models.Index(fields=["account", "active_at", "id"], name="known_by_activity"),
            models.Index(
                fields=["account", "posting_id", "stage_id", "active_at", "id"], name="known_by_posting"
            ),
            models.Index(fields=["account", "stage_id"], name="known_by_stage"),
            models.Index(
                fields=["account", "archive_reason_id"],
                condition=~models.Q(archive_reason_id=""),
                name="known_by_reason",
            ),
            models.Index(
                fields=["account", "unheard_at"],
                condition=models.Q(unheard_at__isnull=False),
                name="known_unheard",
            ),
            models.Index(
                fields=["account", "untold_at"],
                condition=models.Q(untold_at__isnull=False),
                name="known_untold",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.lever_id


class KnownKey(models.Model):
    """A key of a person in Lever, as read from one of their opportunities."""

    class Kind(models.TextChoices):
        EMAIL = "email", "email"
        LINKEDIN = "linkedin", "LinkedIn profile"
        PHONE = "phone", "phone"
        MARKER = "marker", "our own link"

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="+")
    opportunity = models.ForeignKey(KnownOpportunity, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.CharField(max_length=320)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opportunity", "kind", "value"], name="known_key_once")
        ]
        indexes: ClassVar = [models.Index(fields=["account", "kind", "value"], name="known_key_lookup")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"
