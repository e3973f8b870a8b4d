"""Who changed what, from what to what, since the first write. Rows are added, never changed."""

from django.db import models


class AuditEntry(models.Model):
    """One change. `before` and `after` hold the changed fields only, never secrets."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by_kind = models.CharField(max_length=12)
    by_id = models.CharField(max_length=64, blank=True)
    by_label = models.CharField(max_length=200)
    action = models.CharField(max_length=60, help_text="What was done, such as candidate.created.")
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    subject_label = models.CharField(max_length=300, blank=True)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.by_label}: {self.action} {self.subject_label}"
