"""What Lever has of a person now, value by value, with who put it there and when. Read from our own rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pinlever.connection.marker import marker_of
from pinlever.connection.models import KnownOpportunity
from pinlever.lever.types import NewOpportunity, Opportunity
from pinlever.sync.details import FIELDS, LISTS, Details, said, without
from pinlever.sync.models import IN_LEVER_STATES, FollowUp, Intent, SyncRecord

LABELS = {
    "emails": "Email",
    "phones": "Phone",
    "links": "Link",
    "tags": "Tag",
    "headline": "Headline",
    "location": "Location",
}
MADE, ADDED, BACK = "sent by PinLever with the profile", "added by PinLever", "put back by PinLever"
THEIRS = "Lever’s own"
OUR_LINK = "Our link, which leads back to this page"
Source = tuple[str, datetime | None, Details]


@dataclass(frozen=True)
class Value:
    """One value; `at` is when we put it there, None where it is Lever's own."""

    label: str
    text: str
    told: str
    at: datetime | None = None


@dataclass(frozen=True)
class ThereNow:
    """A profile as last read at `seen_at`."""

    seen_at: datetime
    values: tuple[Value, ...]


def there_now(candidates: Sequence[int]) -> list[ThereNow]:
    """Each profile in Lever that jobs of these candidate rows are linked to, once. A few queries.

    Of confidential profiles that we did not make nothing is told.
    """
    records = SyncRecord.objects.filter(
        prospect__candidate__in=candidates, state__in=IN_LEVER_STATES
    ).exclude(opportunity_id="")
    by_contact = {one.contact_id: one for one in records.order_by("-synced_at")}
    return [found for one in by_contact.values() if (found := _profile(one)) is not None]


def _profile(record: SyncRecord) -> ThereNow | None:
    row = KnownOpportunity.objects.filter(
        account=record.account_id, lever_id=record.opportunity_id, deleted_at=None
    ).first()
    if row is None or row.is_anonymized or (row.is_confidential and not record.created_by_us):
        return None
    now = Details.of(Opportunity.parse({"id": row.lever_id, **row.payload}))
    values = tuple(_values(now, list(_sources(record))))
    return ThereNow(row.seen_at, values)


def _sources(record: SyncRecord) -> Iterable[Source]:
    """What we wrote to this contact, the latest first."""
    of_contact = {"account": record.account_id, "contact_id": record.contact_id}
    records = list(SyncRecord.objects.filter(**of_contact).values_list("pk", flat=True))
    rows = FollowUp.objects.filter(record__in=records, kind=FollowUp.Kind.DETAILS).order_by("-pk")
    for row in rows:
        for told, name in ((ADDED, "added"), (BACK, "restored")):
            yield told, row.done_at, Details.from_json(row.result.get(name, {}))
    done = Intent.objects.filter(record__in=records, outcome=Intent.Outcome.DONE).order_by("-pk")
    for intent in done:
        yield MADE, intent.settled_at, Details.of(NewOpportunity.from_json(intent.payload))


def _values(now: Details, sources: Sequence[Source]) -> Iterable[Value]:
    for name in FIELDS:
        there = getattr(now, name)
        for value in there if name in LISTS else filter(None, [there]):
            told, at = _who(name, value, sources)
            text = OUR_LINK if name == "links" and marker_of(value) else said(value)
            yield Value(LABELS[name], text, told, at)


def _who(name: str, value: object, sources: Sequence[Source]) -> tuple[str, datetime | None]:
    for told, at, details in sources:
        had = getattr(details, name)
        if not without(name, [value], had if name in LISTS else filter(None, [had])):
            return told, at
    return THEIRS, None
