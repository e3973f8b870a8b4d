"""Opportunities of ours that no record points at: found by our own link, brought back or asked about.

Two ways lead here: a person gave up on a lost answer and Lever saved it all the same; or a worker was frozen
between its last check and the first byte, and sent what a successor had sent again.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pinlever.audit.services import LEVER, record as audit
from pinlever.connection.models import KnownKey, KnownOpportunity, LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.lever.types import NewOpportunity
from pinlever.sync import after_creation, claims, timeline
from pinlever.sync.announcing import tell_completed
from pinlever.sync.asking import options
from pinlever.sync.matching import SOURCE
from pinlever.sync.models import IN_LEVER_STATES, Intent, Question, State, SyncRecord
from pinlever.sync.plan import Opening, Person
from pinlever.sync.readback import fits

BACK = "Created in Lever by PinLever; it turned up there after all."
TWICE = "Lever holds {number} opportunities of ours for this person on the same job. Which one is it?"


@dataclass
class Loose:
    """An opportunity of ours without a record, and the prospects whose link it bears."""

    row: KnownOpportunity
    markers: set[UUID] = field(default_factory=set)


def note_turned_up(
    account: LeverAccount, *, since: datetime | None, only: Collection[str] | None = None
) -> int:
    """Looks at what the index heard of since then, or `only` at these opportunities; answers how many it brought back
    or asked about."""
    return sum(_deal_with(account, loose) for loose in _loose(account, since, only))


def _loose(account: LeverAccount, since: datetime | None, only: Collection[str] | None) -> list[Loose]:
    keys = KnownKey.objects.filter(account=account, kind=KnownKey.Kind.MARKER, opportunity__deleted_at=None)
    if since is not None:
        keys = keys.filter(opportunity__seen_at__gte=since)
    if only is not None:
        keys = keys.filter(opportunity__lever_id__in=only)
    recent = keys.select_related("opportunity")
    found: dict[str, Loose] = {}
    for key in recent.defer("opportunity__payload"):
        if SOURCE in key.opportunity.sources:
            found.setdefault(key.opportunity.lever_id, Loose(key.opportunity)).markers.add(UUID(key.value))
    linked = SyncRecord.objects.filter(account=account, opportunity_id__in=list(found))
    for opportunity_id in linked.values_list("opportunity_id", flat=True):
        found.pop(opportunity_id, None)
    return list(found.values())


def _deal_with(account: LeverAccount, loose: Loose) -> bool:
    records = SyncRecord.objects.filter(account=account, prospect__key__in=loose.markers)
    states: dict[str, list[SyncRecord]] = defaultdict(list)
    for record in records.select_related("prospect__candidate", "prospect__job"):
        states[_standing(record, loose.row)].append(record)
    if states["under way"]:
        return False
    if len(states["given up"]) == 1:
        return _bring_back(states["given up"][0], loose.row)
    return bool(states["has another"]) and _ask(account, states["has another"][0], loose.row)


def _standing(record: SyncRecord, row: KnownOpportunity) -> str:
    if record.opportunity_id == row.lever_id:
        return "under way"  # its turn ended between our two readings
    if record.state in IN_LEVER_STATES:
        return "has another" if record.created_by_us and record.posting_id == row.posting_id else "elsewhere"
    intent = record.intents.order_by("-id").first()
    if record.state == State.CANCELLED and intent is not None and intent.outcome == Intent.Outcome.GIVEN_UP:
        return "given up" if fits(intent, NewOpportunity.from_json(intent.payload), row) else "elsewhere"
    return "under way"


def _bring_back(record: SyncRecord, row: KnownOpportunity) -> bool:
    intent = record.intents.order_by("-id")[0]
    with transaction.atomic():
        columns = {
            "state": State.SYNCED,
            "cause": "",
            "reason": BACK,
            "contact_id": row.contact_id,
            "opportunity_id": row.lever_id,
            "posting_id": row.posting_id,
            "lever_url": row.url,
            "created_by_us": True,
            "synced_at": db_now(),
        }
        if not SyncRecord.objects.filter(pk=record.pk, state=State.CANCELLED).update(**columns):
            return False
        claims.settle(record, row.contact_id, [(kind, value) for kind, value in intent.keys])
        record.refresh_from_db()
        timeline.backlog(record)
        after_creation.promise_after_creation(record, intent)
        tell_completed(record)
        after = {"state": State.SYNCED, "opportunity": row.lever_id}
        audit(
            by=LEVER, action="sync.turned_up", subject=record, before={"state": State.CANCELLED}, after=after
        )
    return True


def _ask(account: LeverAccount, record: SyncRecord, row: KnownOpportunity) -> bool:
    """Once for each pair: an answered question is not asked again."""
    asked = record.questions.filter(kind=Question.Kind.SEVERAL_FIT)
    if any(row.lever_id in _opportunities(question) for question in asked):
        return False
    own = KnownOpportunity.objects.filter(account=account, lever_id=record.opportunity_id).first()
    people = tuple(_person(one) for one in (own, row) if one is not None)
    text = TWICE.format(number=len(people))
    with transaction.atomic():
        as_read = {"state": record.state, "opportunity_id": record.opportunity_id}
        if not SyncRecord.objects.filter(pk=record.pk, **as_read).update(
            state=State.NEEDS_YOU, cause=f"ask_{Question.Kind.SEVERAL_FIT}", reason=text
        ):
            return False
        Question.objects.create(
            record=record, kind=Question.Kind.SEVERAL_FIT, text=text, options=options(people)
        )
        after = {"state": State.NEEDS_YOU, "opportunity": row.lever_id}
        audit(
            by=LEVER, action="sync.found_twice", subject=record, before={"state": record.state}, after=after
        )
    return True


def _opportunities(question: Question) -> set[str]:
    return {row["id"] for option in question.options for row in option["opportunities"]}


def _person(row: KnownOpportunity) -> Person:
    is_archived = row.archived_at is not None
    opening = Opening(row.lever_id, row.posting_id, is_archived, row.archived_at, row.active_at, url=row.url)
    return Person(row.contact_id, row.name, (opening,), frozenset())
