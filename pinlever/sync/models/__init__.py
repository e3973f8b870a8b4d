"""What is stored about getting people into Lever."""

from pinlever.sync.models.cures import Cure, CureItem
from pinlever.sync.models.followups import FollowUp
from pinlever.sync.models.forms import FormRule
from pinlever.sync.models.pairs import NotTheSame
from pinlever.sync.models.presences import Presence, PresenceBook
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
from pinlever.sync.models.timeline import NOTEWORTHY, Bodies, TimelineRule
from pinlever.sync.models.undo import UndoItem, UndoRun
from pinlever.sync.models.updates import DetailsThen, Policy, UpdateRule
from pinlever.sync.models.wakeups import WakeUp

__all__ = [
    "IN_LEVER_STATES",
    "NOTEWORTHY",
    "NO_POSTING",
    "WORKABLE",
    "Attempt",
    "Bodies",
    "Call",
    "Claim",
    "Cure",
    "CureItem",
    "DetailsThen",
    "ExportItem",
    "ExportRun",
    "FollowUp",
    "FormRule",
    "Intent",
    "JobPosting",
    "JobRule",
    "NotTheSame",
    "Policy",
    "Presence",
    "PresenceBook",
    "Priority",
    "Question",
    "ResumePdf",
    "State",
    "SyncRecord",
    "TimelineRule",
    "Trigger",
    "UndoItem",
    "UndoRun",
    "UpdateRule",
    "Waiting",
    "WakeUp",
    "Wish",
    "wanted_posting",
]
