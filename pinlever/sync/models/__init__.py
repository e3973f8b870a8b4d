"""What is stored about getting people into Lever."""

from pinlever.sync.models.records import (
    IN_LEVER_STATES,
    NO_POSTING,
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
    wanted_posting,
)
from pinlever.sync.models.rules import JobPosting, JobRule, Trigger
from pinlever.sync.models.runs import ExportItem, ExportRun
from pinlever.sync.models.story import Attempt, Call
from pinlever.sync.models.wakeups import WakeUp

__all__ = [
    "IN_LEVER_STATES",
    "NO_POSTING",
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
    "wanted_posting",
]
