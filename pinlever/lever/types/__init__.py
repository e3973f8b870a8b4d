"""Lever's objects as frozen dataclasses of the fields we use; past this package nobody touches raw JSON.

Each has `parse(payload)`, which tolerates unknown, missing and oddly typed keys, keeps the whole payload in
`raw`, and raises `Unreadable` only for something that is no object with an id. Times are aware and in UTC.
"""

from .artefacts import File, Form, FormTemplate, Note, Resume, ResumeFile
from .catalogue import ArchiveReason, LeverUser, Posting, Source, Stage, Tag, Webhook
from .evaluation import Feedback, Interview
from .new import PHONE_TYPES, NewOpportunity
from .opportunity import Application, Archived, Contact, Created, Opportunity, StageChange
from .values import Phone, Unreadable, from_ms, to_ms

__all__ = [
    "PHONE_TYPES",
    "Application",
    "ArchiveReason",
    "Archived",
    "Contact",
    "Created",
    "Feedback",
    "File",
    "Form",
    "FormTemplate",
    "Interview",
    "LeverUser",
    "NewOpportunity",
    "Note",
    "Opportunity",
    "Phone",
    "Posting",
    "Resume",
    "ResumeFile",
    "Source",
    "Stage",
    "StageChange",
    "Tag",
    "Unreadable",
    "Webhook",
    "from_ms",
    "to_ms",
]
