"""Every write about outreach, by its name. Each is atomic and leaves an audit row.

Contact details of people on jobs are added here alone, so that none stays unannounced.
"""

from pinlever.outreach.events import (
    EventConflict,
    Happening,
    InvalidEvent,
    Recorded,
    record_event,
    record_events,
)
from pinlever.outreach.sourcing import InvalidContactPoint, Sourced, add_contact_point, person_arrived

__all__ = [
    "EventConflict",
    "Happening",
    "InvalidContactPoint",
    "InvalidEvent",
    "Recorded",
    "Sourced",
    "add_contact_point",
    "person_arrived",
    "record_event",
    "record_events",
]
