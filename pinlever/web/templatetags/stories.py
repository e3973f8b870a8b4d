"""How a record's story is told: audit rows as sentences, calls as readable JSON."""

import json
from typing import Any

from django import template

from pinlever.audit.models import AuditEntry

register = template.Library()
TOLD = {
    "follow_up.retry": "What follows was tried again",
    "follow_up.sent_by_hand": "A step was sent by hand",
    "follow_up.left_out": "A step was left out",
    "sync.queued": "Reached the job's rule",
    "sync.exported": "Was exported",
    "sync.link_from_file": "Was named by a file",
    "sync.retry": "Was tried again",
    "sync.cancelled": "Was cancelled",
    "sync.unlinked": "Was unlinked from Lever",
    "sync.answered": "Was decided",
    "sync.given_up": "Was given up",
    "sync.synced": "Was created in Lever",
    "sync.in_lever": "Was found in Lever and linked",
    "sync.failed": "Failed",
    "sync.held": "Is held",
    "sync.needs_you": "Needs a decision",
    "sync.retrying": "Is tried again later",
    "sync.removed": "Was removed in Lever",
    "sync.merged": "Was merged with somebody in Lever",
    "sync.turned_up": "Turned up in Lever after all",
    "sync.found_twice": "Was found twice in Lever",
}


@register.filter
def audit_told(entry: AuditEntry) -> str:
    """What was done, in words; the note where it says more."""
    said = TOLD.get(entry.action, entry.action.partition(".")[2].replace("_", " ").capitalize())
    return f"{said}: {entry.note}" if entry.note and entry.action in ("sync.failed", "sync.held") else said


@register.filter
def as_json(value: Any) -> str:
    """Indented; plain text, to be escaped as any other."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
