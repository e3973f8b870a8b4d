"""The story of getting one prospect into Lever: the record, what it claimed, what it set out to send."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from pinlever.connection.models import LeverAccount
from pinlever.foundation.leases import Leased
from pinlever.recruiting.models import Prospect


class State(models.TextChoices):
    QUEUED = "queued", "Queued"
    RETRYING = "retrying", "Retrying"
    HELD = "held", "Held"
    NEEDS_YOU = "needs_you", "Needs you"
    SYNCED = "synced", "Synced"
    IN_LEVER = "in_lever", "In Lever already"
    FAILED = "failed", "Failed"
    UNDONE = "undone", "Undone"
    CANCELLED = "cancelled", "Cancelled"
    REMOVED = "removed", "Removed in Lever"


WORKABLE = (State.QUEUED, State.RETRYING)
IN_LEVER_STATES = (State.SYNCED, State.IN_LEVER)
NO_POSTING = (
    "none"  # as the chosen posting: no Lever job, whatever the job's own is; no id of Lever looks like it
)


def wanted_posting(chosen: str, own: str) -> str:
    """The posting somebody is for, "" for none: the one that was chosen for them, else their job's own."""
    return "" if chosen == NO_POSTING else chosen or own


class Priority(models.IntegerChoices):
    INTERACTIVE = 10, "Asked for by a person"
    REPLIED = 20, "Replied"
    BULK = 30, "In bulk"


class Wish(models.TextChoices):
    """What a person asked for beyond the rule; empty means: by the account's rules."""

    BY_RULE = "", "By rule"
    ADD = "add", "Add this job as an opportunity of the person in Lever"
    LINK = "link", "Link to the chosen person in Lever"
    CREATE = "create", "Create without the shared keys"


class SyncRecordQuerySet(models.QuerySet["SyncRecord"]):
    def due(self, now: object) -> "SyncRecordQuerySet":
        """Rows the worker should take, the most urgent first."""
        return self.filter(state__in=WORKABLE, due_at__lte=now).order_by("priority", "due_at", "id")


class SyncRecord(Leased):
    """One per (account, prospect), for good: a second trigger or a double click finds it there."""

    account = models.ForeignKey(LeverAccount, on_delete=models.PROTECT, related_name="records")
    prospect = models.ForeignKey(Prospect, on_delete=models.PROTECT, related_name="sync_records")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    cause = models.CharField(max_length=60, blank=True, help_text="Code of the reason, for grouping.")
    reason = models.TextField(blank=True, help_text="The reason in a sentence for people.")
    said = models.TextField(blank=True, default="", help_text="What Lever said, word for word.")
    said_key = models.CharField(
        max_length=16, blank=True, default="", help_text="Alike for all whom Lever said the same of."
    )
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.BULK)
    due_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0, help_text="Failed tries in a row; sets the next delay.")
    origin = models.CharField(
        max_length=120, blank=True, help_text="The trigger, export or import behind it."
    )
    difference = models.TextField(
        blank=True, help_text="What made it come out otherwise than the export's plan said, in a sentence."
    )
    wish = models.CharField(max_length=8, choices=Wish.choices, blank=True, default=Wish.BY_RULE)
    wish_contact_id = models.CharField(max_length=64, blank=True)
    wish_opportunity_id = models.CharField(
        max_length=64, blank=True, help_text="A Lever profile named by a file."
    )
    left_out_keys = models.JSONField(
        default=list, blank=True, help_text="[kind, value] a person decided to leave out."
    )
    posting_chosen = models.CharField(
        max_length=64, blank=True, help_text="Chosen for this export, not the job's own."
    )
    # What came of it.
    contact_id = models.CharField(max_length=64, blank=True)
    opportunity_id = models.CharField(max_length=64, blank=True)
    posting_id = models.CharField(max_length=64, blank=True, help_text="The posting it was created on.")
    lever_url = models.CharField(max_length=500, blank=True)
    created_by_us = models.BooleanField(default=False)
    was_deduped = models.BooleanField(default=False, help_text="Lever knew the person when we created.")
    matched_on = models.JSONField(default=list, blank=True, help_text="[kind, value] that matched.")
    match_note = models.TextField(blank=True, help_text="What is to be said about who they were taken for.")
    performed_as = models.CharField(max_length=64, blank=True)
    performed_as_how = models.CharField(
        max_length=300, blank=True, help_text="Whom the Lever user stands for, in words."
    )
    resume_note = models.TextField(blank=True, help_text="What is to be said about the résumé.")
    synced_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when our opportunity is archived by us, or is about to be."
    )
    undone_reason_id = models.CharField(
        max_length=64, blank=True, help_text="The archive reason by which it was taken back."
    )
    return_over_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="It is being taken out of the archive; no byte of that leaves us after this.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SyncRecordQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "prospect"], name="sync_record_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["priority", "due_at", "id"],
                condition=Q(state__in=["queued", "retrying"]),
                name="sync_record_due",
            ),
            models.Index(fields=["account", "state"], name="sync_record_state"),
            models.Index(fields=["account", "opportunity_id", "state"], name="sync_record_opportunity"),
            models.Index(fields=["account", "contact_id"], name="sync_record_contact"),
            models.Index(fields=["account", "updated_at"], name="sync_record_written"),
            # By what stopped them, the newest of each at hand.
            models.Index(
                fields=["account", "cause", "said_key", "updated_at", "id"],
                condition=Q(state="failed"),
                name="sync_record_failed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prospect}: {self.get_state_display()}"


class Claim(models.Model):
    """A key of a person, taken before anything is created. Open until it points at a Lever contact."""

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="claims")
    kind = models.CharField(max_length=12, help_text="candidate, email, linkedin, phone, or posting.")
    value = models.CharField(max_length=400)
    record = models.ForeignKey(SyncRecord, on_delete=models.CASCADE, related_name="claims")
    contact_id = models.CharField(max_length=64, blank=True, default="")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "kind", "value"], name="claim_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["account", "contact_id"], name="claim_by_contact")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class Waiting(models.Model):
    """A record that waits for another one's open claim. The sweep makes it due when that claim is no more open."""

    record = models.OneToOneField(SyncRecord, on_delete=models.CASCADE, related_name="waiting")
    holder = models.ForeignKey(SyncRecord, on_delete=models.CASCADE, related_name="waited_for_by")
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "records that wait for another"

    def __str__(self) -> str:
        return f"{self.record_id} waits for {self.holder_id}"


class Intent(models.Model):
    """What a record is about to send, committed before it is sent. A resend and a read-back use this snapshot."""

    class Outcome(models.TextChoices):
        OPEN = "", "Open"
        DONE = "done", "Lever has it"
        NOT_DONE = "not_done", "Certainly not done"
        GIVEN_UP = "given_up", "Given up by a person"

    record = models.ForeignKey(SyncRecord, on_delete=models.CASCADE, related_name="intents")
    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="intents")
    payload = models.JSONField(help_text="The exact fields, emails and links, as NewOpportunity.to_json.")
    perform_as = models.CharField(max_length=64)
    created_ms = models.BigIntegerField(help_text="The createdAt sent, in ms of Lever's clock.")
    resume = models.ForeignKey(
        "sync.ResumePdf", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    resume_name = models.CharField(max_length=200, blank=True)
    keys = models.JSONField(default=list, help_text="[kind, value] claimed and looked up for it.")
    seen_before = models.JSONField(default=list, help_text="Opportunities of the person seen before sending.")
    send_before = models.DateTimeField(help_text="Not sent later than this, by the database's clock.")
    over_at = models.DateTimeField(
        help_text="No byte of the latest sending leaves us after this (database's clock)."
    )
    empty_windows = models.PositiveSmallIntegerField(default=0)
    unread_since = models.DateTimeField(
        null=True, blank=True, help_text="Since when no read-back was possible."
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default=Outcome.OPEN)
    made_at = models.DateTimeField(help_text="By the database's clock.")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record"], condition=Q(outcome=""), name="intent_one_open"),
            models.UniqueConstraint(fields=["account", "created_ms"], name="intent_created_once"),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at=None) | (~Q(outcome="") & Q(settled_at__isnull=False)),
                name="intent_settled_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Intent of {self.record_id}"


class ResumePdf(models.Model):
    """A résumé made once for its content, told by the content's digest."""

    digest = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    missing_glyphs = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "résumé"

    def __str__(self) -> str:
        return self.digest[:12]


class Question(models.Model):
    """Why a record needs a person, with the evidence, and what they decided."""

    class Kind(models.TextChoices):
        DOUBT = "doubt", "Keys point at different people"
        MATCH = "match", "The person is in Lever already; the rule is to ask"
        ANONYMISED = "anonymised", "The person was anonymised in Lever"
        ORPHAN = "orphan", "Somebody of this name was created by us before"
        NEAR = "near", "Somebody in Lever has the same name and company, or phone"
        SEVERAL_FIT = "several_fit", "Several opportunities could be ours"
        UNSETTLED = "unsettled", "It stays unknown whether Lever saved it"
        IDENTITY = "identity", "Who this is has not been decided"
        WORKER_DIES = "worker_dies", "Workers die on it"

    record = models.ForeignKey(SyncRecord, on_delete=models.CASCADE, related_name="questions")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.TextField()
    options = models.JSONField(
        default=list, help_text="[{contact, opportunity, name, matched: [[kind, value]]}]"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    answer = models.JSONField(null=True, blank=True)
    reversed_at = models.DateTimeField(null=True, blank=True, help_text="When the answer was taken back.")
    reversed_by = models.CharField(max_length=200, blank=True)
    skipped_at = models.DateTimeField(null=True, blank=True, help_text="Put off for a day.")
    skipped_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(answered_at=None), name="question_one_open"
            )
        ]

    def __str__(self) -> str:
        return self.text
