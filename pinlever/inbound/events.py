"""Lever's events: which we subscribe to, what each is about, and how its switch in Lever's settings is called."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """`group` is what a Super Admin switches on in Lever; `says` what it tells, for people."""

    name: str
    group: str
    says: str


# In the order in which they are made at Lever.
SUBSCRIBED = (
    Event("candidateStageChange", "Candidate stage change", "stages"),
    Event("candidateArchiveChange", "Candidate archive state change", "archiving"),
    Event("candidateHired", "Candidate hired", "hires"),
    Event("candidateDeleted", "Candidate deleted", "deletions"),
    Event("applicationCreated", "Application created", "new applications"),
    Event("contactCreated", "Contact created", "new people"),
    Event("contactUpdated", "Contact updated", "contact details"),
)
GROUPS = {event.name: event.group for event in SUBSCRIBED}
NAMES = tuple(GROUPS)
# Not subscribed to, but told by somebody's own webhook they lead to the opportunity all the same.
INTERVIEWS = ("interviewCreated", "interviewUpdated", "interviewDeleted")
KNOWN = frozenset({*NAMES, *INTERVIEWS})
# What tells of something new only: nothing is learned from it where we made it ourselves.
CREATIONS = frozenset({"applicationCreated", "contactCreated"})
