"""Who of our people is in Lever, worked out beforehand so that lists of any length can be filtered by it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from pinlever.connection.models import LeverAccount
from pinlever.foundation.leases import Leased
from pinlever.recruiting.models import Candidate


class Presence(models.Model):
    """A candidate's row and a person in Lever whom a key, or a sync record, of the candidate's family names.

    Each row of a family has the presences of all. Of confidential candidacies only that they exist counts here.
    """

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="+")
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="+")
    contact_id = models.CharField(max_length=64)
    root_id = models.BigIntegerField(help_text="The family's root when this was worked out.")
    is_active = models.BooleanField(default=False)
    is_archived = models.BooleanField(
        default=False, help_text="Nothing of theirs is active, nor ended hired."
    )
    is_hired = models.BooleanField(default=False)
    posting_id = models.CharField(max_length=64, blank=True, help_text="A Lever job they are active for.")
    second_posting_id = models.CharField(max_length=64, blank=True, help_text="Another one.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "candidate", "contact_id"], name="presence_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "contact_id"], name="presence_by_contact"),
            models.Index(fields=["account", "candidate"], condition=Q(is_hired=True), name="presence_hired"),
            models.Index(
                fields=["account", "candidate"], condition=Q(is_archived=True), name="presence_archived"
            ),
            models.Index(fields=["candidate"], condition=~Q(root_id=F("candidate")), name="presence_merged"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} is {self.contact_id}"


class PresenceBook(Leased):
    """How far an account's presences have come. The lease guards the working out: one process at a time."""

    account = models.OneToOneField(LeverAccount, on_delete=models.CASCADE, related_name="presence_book")
    match_keys = models.JSONField(default=list, help_text="The account's matching keys they were made with.")
    known_at = models.DateTimeField(null=True, blank=True, help_text="What Lever told until then is in.")
    known_id = models.BigIntegerField(default=0)
    records_at = models.DateTimeField(null=True, blank=True, help_text="Sync records until then are in.")
    records_id = models.BigIntegerField(default=0)
    keys_id = models.BigIntegerField(default=0, help_text="Identity keys up to this one are in.")
    merges_at = models.DateTimeField(null=True, blank=True, help_text="Merges until then are in.")
    begun_at = models.DateTimeField(null=True, blank=True, help_text="When everybody was begun anew.")

    def __str__(self) -> str:
        return f"Presences of {self.account}"
