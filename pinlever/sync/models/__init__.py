"""What is stored about getting people into Lever."""

from pinlever.sync.models.records import (
    IN_LEVER_STATES,
    WORKABLE,
    Claim,
    Intent,
    Priority,
    Question,
    ResumePdf,
    State,
    SyncRecord,
    Waiting,
    Wish,
)
from pinlever.sync.models.rules import JobPosting, JobRule, Trigger
from pinlever.sync.models.runs import ExportItem, ExportRun
from pinlever.sync.models.story import Attempt, Call
from pinlever.sync.models.wakeups import WakeUp

__all__ = [
    "IN_LEVER_STATES",
    "WORKABLE",
    "Attempt",
    "Call",
    "Claim",
    "ExportItem",
    "ExportRun",
    "Intent",
    "JobPosting",
    "JobRule",
    "Priority",
    "Question",
    "ResumePdf",
    "State",
    "SyncRecord",
    "Trigger",
    "Waiting",
    "WakeUp",
    "Wish",
]
