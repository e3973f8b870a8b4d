"""What Lever's account offers: postings, stages, archive reasons, users. Copies, refreshed from Lever."""

from typing import ClassVar

from django.db import models

from pinlever.connection.models.account import LeverAccount


class CatalogueEntry(models.Model):
    """A thing of the account known by Lever's id. `gone_at` is set when Lever no longer lists it."""

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="+")
    lever_id = models.CharField(max_length=64)
    text = models.CharField(max_length=300, blank=True)
    former_text = models.CharField(max_length=300, blank=True, help_text="Its name before the latest change.")
    renamed_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text


class Posting(CatalogueEntry):
    """A Lever job."""

    state = models.CharField(max_length=20)
    team = models.CharField(max_length=200, blank=True)
    department = models.CharField(max_length=200, blank=True)
    location = models.CharField(max_length=200, blank=True)
    owner_id = models.CharField(max_length=64, blank=True)
    is_confidential = models.BooleanField(default=False)
    url = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "lever_id"], name="posting_once")]


class Stage(CatalogueEntry):
    """A stage of the account's pipelines, in their order. Not every account tells the pipeline."""

    order = models.PositiveIntegerField(default=0)
    pipeline = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar = ["order"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "lever_id"], name="stage_once")]


class ArchiveReason(CatalogueEntry):
    """Why an opportunity was archived; `kind` is Lever's own word (hired, non-hired)."""

    kind = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "lever_id"], name="archive_reason_once")
        ]


class LeverUser(CatalogueEntry):
    """A person with a Lever login; `text` is their name, `email` is lower-cased."""

    email = models.CharField(max_length=254, blank=True)
    access_role = models.CharField(max_length=64, blank=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "lever_id"], name="lever_user_once")
        ]
        indexes: ClassVar = [models.Index(fields=["account", "email"], name="lever_user_email")]


class FormTemplate(CatalogueEntry):
    """A form that people fill in at Lever; `fields` are its fields' ids, texts and types."""

    fields = models.JSONField(default=list)
    fields_changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "lever_id"], name="form_template_once")
        ]


class UserAlias(models.Model):
    """A sourcer's address in Pin that belongs to a Lever user with another address."""

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="aliases")
    email = models.CharField(max_length=254, help_text="Lower-cased.")
    lever_user_id = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "user aliases"
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "email"], name="user_alias_once")]

    def __str__(self) -> str:
        return self.email
