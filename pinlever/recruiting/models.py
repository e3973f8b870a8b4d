"""Jobs, candidates, how they are reached, and who is sourced for what. Knows no applicant tracking system.

A candidate is a person, once. Two who turn out to be one: the merged one becomes a tombstone (`merged_into`),
nothing is re-pointed, and readers resolve the root.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Job(models.Model):
    """A role being filled in Pin."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=200)
    external_id = models.CharField(max_length=200, null=True, blank=True, unique=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    location = models.CharField(max_length=200, blank=True)
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.title


class SourcedVia(models.TextChoices):
    PIN = "pin", "Sourced in Pin"
    IMPORT = "import", "Imported from a file"
    LEVER = "lever", "Added from Lever"


class Candidate(models.Model):
    """A person, once, whatever number of jobs they are sourced for."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    external_id = models.CharField(
        max_length=200,
        null=True,
        blank=True,
        db_index=True,
        help_text="The first source's own id of the person.",
    )
    full_name = models.CharField(max_length=300, blank=True)
    search_name = models.CharField(max_length=300, blank=True, db_index=True, editable=False)
    search_text = models.CharField(
        max_length=800,
        blank=True,
        editable=False,
        help_text="Name, title and company, folded to be searched.",
    )
    headline = models.CharField(max_length=500, blank=True)
    city = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=120, blank=True)
    current_title = models.CharField(max_length=200, blank=True)
    current_company = models.CharField(max_length=200, blank=True)
    skills = models.JSONField(default=list, blank=True)
    tags = models.JSONField(default=list, blank=True)
    sourced_via = models.CharField(max_length=10, choices=SourcedVia.choices, default=SourcedVia.PIN)
    sourced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="sourced"
    )
    sourced_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_here"
    )
    merged_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="candidate_not_into_itself")
        ]

    def __str__(self) -> str:
        return self.full_name or f"Candidate {self.pk}"


class ContactPoint(models.Model):
    """An email address or phone number of a candidate, with where it came from and when it was verified."""

    class Kind(models.TextChoices):
        EMAIL = "email", "Email"
        PHONE = "phone", "Phone"

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.CharField(max_length=320)
    normalised = models.CharField(
        max_length=320, help_text="The identity key of the value, else the digits of the number."
    )
    phone_type = models.CharField(max_length=10, blank=True, help_text="mobile, home, work, skype or other.")
    source = models.CharField(max_length=120, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    is_primary = models.BooleanField(default=False)
    found_at = models.DateTimeField(help_text="When it became known, by the source's own time.")
    arrived_at = models.DateTimeField(auto_now_add=True)
    is_quiet = models.BooleanField(
        default=False, help_text="Came with an import; fires no trigger by itself."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["candidate", "kind", "normalised"], name="contact_point_once"),
            models.UniqueConstraint(
                fields=["candidate", "kind"], condition=Q(is_primary=True), name="contact_point_one_primary"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["arrived_at"], name="contact_point_arrived"),
            # The operator class lets PostgreSQL look up the beginning of an address as well; SQLite ignores it.
            models.Index(
                fields=["normalised"], opclasses=["varchar_pattern_ops"], name="contact_point_value"
            ),
        ]

    def __str__(self) -> str:
        return self.value


class ProfileLink(models.Model):
    """A page about the candidate elsewhere, such as their LinkedIn profile, as it was given."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="links")
    url = models.CharField(max_length=500)
    source = models.CharField(max_length=120, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["candidate", "url"], name="profile_link_once")
        ]

    def __str__(self) -> str:
        return self.url


class Position(models.Model):
    """A job the candidate holds or held."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="positions")
    title = models.CharField(max_length=200, blank=True)
    company = models.CharField(max_length=200, blank=True)
    started = models.CharField(max_length=7, blank=True, help_text="YYYY-MM or YYYY.")
    ended = models.CharField(max_length=7, blank=True, help_text="YYYY-MM or YYYY; empty while it lasts.")
    description = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["order", "id"]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.title, self.company) if part)


class IdentityKey(models.Model):
    """A fact that tells who a person is. The constraint is what makes a person arrive once.

    `external` is "source:id". `arrival` stands for people told by nothing of their own: a digest of all they
    came with, or of the keys they share with several others.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", "email"
        LINKEDIN = "linkedin", "LinkedIn profile"
        PHONE = "phone", "phone"
        EXTERNAL = "external", "id at the source"
        ARRIVAL = "arrival", "the same arrival"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.CharField(max_length=330)
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="identity_keys")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "value"], name="identity_key_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class Arrival(models.Model):
    """What one source said about a person, as it said it: whatever becomes of the candidate, nothing is lost."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="arrivals")
    source = models.CharField(max_length=120)
    external_id = models.CharField(max_length=200, blank=True)
    facts = models.JSONField()
    arrived_at = models.DateTimeField(auto_now_add=True)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the facts: the same arrival is kept once.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["candidate", "source", "digest"], name="arrival_once")
        ]
        indexes: ClassVar = [models.Index(fields=["arrived_at"], name="arrival_by_time")]

    def __str__(self) -> str:
        return f"{self.source}, {self.arrived_at:%Y-%m-%d}"


class IdentityQuestion(models.Model):
    """A person whose keys belong to different candidates: somebody says who they are."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="questions")
    evidence = models.JSONField(
        help_text="[{kind, value, candidate}]: keys of this person that another one holds."
    )
    is_blocking = models.BooleanField(
        default=True, help_text="False for a shared phone number: weak evidence."
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    same_as = models.ForeignKey(Candidate, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    merged = models.ForeignKey(
        Candidate,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The tombstone that the answer made.",
    )
    reversed_at = models.DateTimeField(null=True, blank=True, help_text="When the answer was taken back.")
    reversed_by = models.CharField(max_length=200, blank=True)
    skipped_at = models.DateTimeField(null=True, blank=True, help_text="Put off for a day.")
    skipped_by = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["candidate"], condition=Q(answered_at=None), name="identity_question_open")
        ]

    def __str__(self) -> str:
        return f"Who is {self.candidate}?"


class NotTheSamePerson(models.Model):
    """Two candidates of whom somebody said that they are two people: they are not asked about again.

    `candidate` has the lower number. Counts until it is reversed, whoever is merged with either of them.
    """

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="told_from_later")
    other = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="told_from_earlier")
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=200)
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "not the same people"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["candidate", "other"], condition=Q(reversed_at=None), name="not_the_same_person_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.candidate} is not {self.other}"


class Prospect(models.Model):
    """A candidate on a job. `key` follows from the candidate's and the job's own keys, never from row numbers."""

    class Stage(models.TextChoices):
        SOURCED = "sourced", "Sourced"
        IN_OUTREACH = "in_outreach", "In outreach"
        MESSAGED = "messaged", "Messaged"
        REPLIED = "replied", "Replied"
        INTERESTED = "interested", "Interested"

    key = models.UUIDField(unique=True, editable=False)
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="prospects")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="prospects")
    sourcer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="prospects"
    )
    sourcer_email = models.CharField(
        max_length=254, blank=True, help_text="Who sourced them, as Pin names them."
    )
    sourcing_tag = models.CharField(max_length=120, blank=True)
    score = models.FloatField(null=True, blank=True)
    outreach_stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.SOURCED)
    sourced_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["candidate", "job"], name="prospect_once")]
        indexes: ClassVar = [
            models.Index(fields=["job", "id"], name="prospect_by_job"),
            models.Index(
                fields=["sourcer", "sourcer_email"], name="prospect_by_sourcer"
            ),  # counted from it alone
        ]

    def __str__(self) -> str:
        return f"{self.candidate} for {self.job}"

    def save(self, *args: object, **options: object) -> None:
        self.key = self.key or prospect_key(self.candidate.key, self.job.key)
        super().save(*args, **options)  # type: ignore[arg-type]


def prospect_key(candidate_key: uuid.UUID, job_key: uuid.UUID) -> uuid.UUID:
    """The prospect's key: a UUIDv5 of the two random keys, the same again after a restored backup."""
    return uuid.uuid5(candidate_key, str(job_key))
