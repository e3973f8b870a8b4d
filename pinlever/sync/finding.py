"""Which prospects are meant: by what somebody types (a Lever link and id too), by where they stand, by a trigger.

QuerySet functions that lists, bulk exports and the API share; none of them reads a row.
"""

import re

from django.db.models import Exists, OuterRef, Q, QuerySet

from pinlever.connection.models import KnownOpportunity, LeverAccount
from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting import searching
from pinlever.recruiting.models import Candidate, ContactPoint, Prospect
from pinlever.sync.explain import NOT_YET
from pinlever.sync.models import IN_LEVER_STATES, WORKABLE, FollowUp, State, SyncRecord, Trigger
from pinlever.sync.triggers import EMAIL, IN_OUTREACH, MESSAGED, Kind

LEVER_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
ON_THE_WAY = "on_the_way"
ANY_IN_LEVER = "any_in_lever"
RESUME_MISSING, STEP_FAILED = "resume_missing", "step_failed"
FILTERS: dict[str, str] = {
    ANY_IN_LEVER: "In Lever",
    NOT_YET: "Not yet",
    ON_THE_WAY: "On the way",
    State.HELD: "Held",
    State.NEEDS_YOU: "Needs you",
    State.FAILED: "Failed",
    State.SYNCED: "Synced by us",
    State.IN_LEVER: "In Lever already",
    State.REMOVED: "Removed in Lever",
    State.CANCELLED: "Cancelled or undone",
    RESUME_MISSING: "Résumé missing",
    STEP_FAILED: "A step failed",
}
# In Lever, and something that belongs to it is not: the follow-ups that say so.
STEPS: dict[str, Q] = {
    RESUME_MISSING: Q(kind=FollowUp.Kind.RESUME, state__in=(FollowUp.State.WAITING, FollowUp.State.FAILED)),
    STEP_FAILED: Q(state=FollowUp.State.FAILED),
}
STATES_OF: dict[str, tuple[str, ...]] = {
    ANY_IN_LEVER: IN_LEVER_STATES,
    ON_THE_WAY: WORKABLE,
    State.CANCELLED: (State.CANCELLED, State.UNDONE),
}


def people(account: LeverAccount | None, text: str) -> QuerySet[Candidate]:
    """Everybody who fits what was typed, merged rows and roots with them; filter pages by `in`."""
    named = LEVER_ID.search(text)
    if named is None or "linkedin." in text.lower():
        return searching.people(text)
    records = _records_of(account, named.group().lower())
    return searching.with_relatives(Candidate.objects.filter(pk__in=records.values("prospect__candidate")))


def search(account: LeverAccount | None, rows: QuerySet[Prospect], text: str) -> QuerySet[Prospect]:
    """Those of the prospects whose person fits; all of them when nothing is typed."""
    return rows.filter(candidate__in=people(account, text).values("pk")) if text.strip() else rows


def standing(account: LeverAccount | None, rows: QuerySet[Prospect], state: str) -> QuerySet[Prospect]:
    """Those in a state (a key of FILTERS); an unknown one filters nothing."""
    if state not in FILTERS:
        return rows
    records = SyncRecord.objects.filter(account=account, prospect=OuterRef("pk"))
    if state == NOT_YET:
        return rows.filter(~Exists(records))
    if state in STEPS:
        return rows.filter(pk__in=lacking(account, state).values("prospect"))
    return rows.filter(Exists(records.filter(state__in=STATES_OF.get(state, (state,)))))


def lacking(account: LeverAccount | None, step: str) -> QuerySet[SyncRecord]:
    """Records in Lever that lack something (a key of STEPS); an unknown one lacks nothing. By its small index."""
    records = SyncRecord.objects.filter(account=account, state__in=IN_LEVER_STATES)
    if step not in STEPS:
        return records.none()
    return records.filter(pk__in=FollowUp.objects.filter(STEPS[step]).values("record"))


def waiting(account: LeverAccount | None, rows: QuerySet[Prospect]) -> QuerySet[Prospect]:
    """Those who are on the way to Lever, or held."""
    records = SyncRecord.objects.filter(account=account, prospect=OuterRef("pk"))
    return rows.filter(Exists(records.filter(state__in=(*WORKABLE, State.HELD))))


def past(account: LeverAccount | None, rows: QuerySet[Prospect], trigger: str) -> QuerySet[Prospect]:
    """Those past the trigger whom nobody has set out to send: the same conditions as `triggers.reached`."""
    condition = PAST.get(trigger)
    if condition is None:
        return rows.none()
    records = SyncRecord.objects.filter(account=account, prospect=OuterRef("pk"))
    return rows.filter(~Exists(records)).filter(condition)


def _records_of(account: LeverAccount | None, lever_id: str) -> QuerySet[SyncRecord]:
    """By the id of their contact, of their opportunity, or of another opportunity of the same contact."""
    records = SyncRecord.objects.filter(account=account, state__in=IN_LEVER_STATES)
    contacts = KnownOpportunity.objects.filter(account=account, lever_id=lever_id).values("contact_id")
    by_id = Q(contact_id=lever_id) | Q(opportunity_id=lever_id)
    return records.filter(by_id | Q(contact_id__in=contacts))


def _event(*kinds: str, **more: str) -> Exists:
    return Exists(OutreachEvent.objects.filter(prospect=OuterRef("pk"), kind__in=kinds, **more))


def _has_contact_point() -> Q:
    """The person's own, their root's, or one of a row merged into theirs."""
    own = ContactPoint.objects.filter(candidate=OuterRef("candidate"))
    above = ContactPoint.objects.filter(candidate=OuterRef("candidate__merged_into"))
    below = ContactPoint.objects.filter(candidate__merged_into=OuterRef("candidate"))
    return Q(Exists(own)) | Q(Exists(above)) | Q(Exists(below))


_MESSAGED = Q(_event(*MESSAGED))
_REPLIED = Q(_event(Kind.REPLIED, Kind.INTERESTED, channel=EMAIL))
PAST: dict[str, Q] = {
    Trigger.CONTACT_FOUND: _MESSAGED
    | (Q(_event(*IN_OUTREACH)) & (_has_contact_point() | Q(_event(Kind.CONTACT_FOUND)))),
    Trigger.MESSAGED: _MESSAGED,
    Trigger.REPLIED: _REPLIED,
    Trigger.INTERESTED: _REPLIED & Q(_event(Kind.INTERESTED)),
}
