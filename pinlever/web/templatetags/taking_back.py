"""Where taking back is offered."""

from django import template

from pinlever.sync.models import IN_LEVER_STATES, SyncRecord
from pinlever.sync.undo_plan import is_possible

register = template.Library()


@register.filter
def can_be_taken_back(record: SyncRecord | None) -> bool:
    """Whether the record leads to Lever, and has not done so for too long. Who waits is cancelled instead."""
    return record is not None and record.state in IN_LEVER_STATES and is_possible(record)
