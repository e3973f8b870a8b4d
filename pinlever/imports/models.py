"""Files that were uploaded, row by row as they were, with what was wrong and what became of each row."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from pinlever.foundation.leases import Leased
from pinlever.recruiting.models import Candidate, Job, Prospect


class Import(Leased):
    """One file into one job. The lease guards its batches: one worker at a time."""

    class Source(models.TextChoices):
        IMPORT = "import", "A file of the team's own"
        PIN = "pin", "Pin's own export: these people were sourced in Pin"
        LEVER = "lever", "Lever itself: somebody chose these people there"

    class State(models.TextChoices):
        STORING = "storing", "Its rows are being stored"
        WORKING = "working", "Its people are being added"
        DONE = "done", "Done"

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, help_text="Of the file's bytes.")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="imports")
    by_kind = models.CharField(max_length=12)
    by_id = models.CharField(max_length=64, blank=True)
    by_label = models.CharField(max_length=200)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.IMPORT)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STORING)
    encoding = models.CharField(max_length=20)
    delimiter = models.CharField(max_length=1)
    mapping = models.JSONField(default=list, help_text="[{header, key}] of the columns, in the file's order.")
    notes = models.JSONField(default=list, help_text="What was noticed about the file as a whole.")
    totals = models.JSONField(default=dict, help_text="Rows by state, and people created, joined and linked.")
    fires_triggers = models.BooleanField(
        default=False, help_text="Whether these people may fire their job's trigger."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sha256", "job", "source", "fires_triggers"],
                condition=~Q(state="done"),
                name="import_one_unfinished",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(state="working"), name="import_unfinished")
        ]

    def __str__(self) -> str:
        return f"{self.file_name} into {self.job}"


class ImportRow(models.Model):
    """One row of the file. Its cells are kept as they were, whatever becomes of it."""

    class State(models.TextChoices):
        READY = "ready", "Ready"
        PROBLEM = "problem", "Has a problem"
        DONE = "done", "Done"
        SKIPPED = "skipped", "Skipped"

    of_import = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="As a spreadsheet shows it; the header is row 1.")
    values = models.JSONField(help_text="The cells, in the file's order.")
    problems = models.JSONField(default=list, help_text="[{column, value, wrong, cure}]")
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    lever_profile = models.CharField(max_length=64, blank=True, db_index=True)
    candidate = models.ForeignKey(
        Candidate, null=True, blank=True, on_delete=models.SET_NULL, related_name="import_rows"
    )
    prospect = models.ForeignKey(
        Prospect, null=True, blank=True, on_delete=models.SET_NULL, related_name="import_rows"
    )
    created_person = models.BooleanField(default=False, help_text="The row made a new candidate.")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["of_import", "number"], name="import_row_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["of_import", "state", "number"], name="import_row_by_state")
        ]
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.of_import}, row {self.number}"


class Upload(Leased):
    """A file somebody chose for a job and is still looking at: nothing of it is imported yet.

    One for each job and person, kept for a day. Once its import began it only says which one that is.
    The lease guards checking a long file, which a worker does; `checked_at` is empty until it is done.
    """

    ROWS_AT_ONCE = 10_000  # measured: a quarter of a millisecond each

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="uploads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads")
    file_name = models.CharField(max_length=200)
    content = models.BinaryField(help_text="The file's bytes; empty once its rows are stored.")
    size = models.PositiveIntegerField(help_text="Of the file, in bytes.")
    rows = models.PositiveIntegerField(default=0)
    mapping = models.JSONField(null=True, help_text="A key for each column, where somebody chose them.")
    source = models.CharField(max_length=10, choices=Import.Source.choices, default=Import.Source.IMPORT)
    report = models.JSONField(default=dict, help_text="What checking it found, and the dry run.")
    became = models.ForeignKey(
        Import, null=True, blank=True, on_delete=models.CASCADE, related_name="uploads"
    )
    uploaded_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "user"], name="upload_one_of_a_person")
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(checked_at=None), name="upload_unchecked")
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_long(self) -> bool:
        """Whether checking it takes longer than a page may."""
        return self.rows > self.ROWS_AT_ONCE
