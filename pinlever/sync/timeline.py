"""What follows on Lever's timeline, promised as rows: when somebody has come to Lever, and whenever outreach goes on.

Nothing here calls Lever. What is promised once is not promised twice, so that the sweep may promise it all again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import FREE
from pinlever.outreach.models import OutreachEvent
from pinlever.outreach.timeline import detail
from pinlever.sync import timeline_rules as rules
from pinlever.sync.models import IN_LEVER_STATES, NOTEWORTHY, FollowUp, Priority, SyncRecord, TimelineRule
from pinlever.sync.promises import go_on, promise_many, promised

Kind, State = FollowUp.Kind, FollowUp.State
_Event = OutreachEvent.Kind
SOURCED = "sourced"
REACHED_OUT, RESPONDED = "lead-reached-out", "lead-responded"
STAGES = {
    _Event.MESSAGE_SENT: REACHED_OUT,
    _Event.REPLIED: RESPONDED,
    _Event.INTERESTED: RESPONDED,
}
ANSWERS = frozenset({_Event.REPLIED, _Event.INTERESTED})
Found = tuple[SyncRecord, TimelineRule, list[OutreachEvent]]
LOOK_FIRST = {"look_first": True}  # what a restored backup forgot may be there already
COALESCED = timedelta(minutes=1)
OPENS_EVERY = timedelta(minutes=10)
BATCH = 500
_LEFT = ("not_there", "elsewhere", "taken_back")


def event_key(event_id: int) -> str:
    return f"event:{event_id}"


def event_of(key: str) -> int:
    """The event a follow-up is about; 0 for none."""
    name, _, number = key.partition(":")
    return int(number) if name == "event" and number.isdigit() else 0


def backlog(record: SyncRecord, *, was_there: bool = False) -> None:
    """Promises all that happened before somebody came to Lever. In the transaction that says they are there.

    `was_there`: it may have been written already, so it is looked for first.
    """
    now, rule = db_now(), rules.rule_of(record.account_id)
    events = list(OutreachEvent.objects.filter(prospect=record.prospect_id).order_by("occurred_at", "pk"))
    look = LOOK_FIRST if was_there else None
    rows = [_note(record, event, now, look) for event in events if rules.wants(rule, record, event)]
    if rules.wants_sourced(rule, record):
        prospect = record.prospect
        at = min([prospect.sourced_at or prospect.created_at, *(event.occurred_at for event in events[:1])])
        rows.insert(0, promised(record, Kind.NOTE, SOURCED, place=at, now=now, payload=look))
    moving = [event for event in events if event.kind in STAGES and rules.moves(rule, record, event)]
    if moving:
        furthest = next((one for one in moving if one.kind in ANSWERS), moving[0])
        rows.append(_move(record, furthest, now))
    _bring_back(record, now)
    promise_many(rows)


def heard(events: Iterable[OutreachEvent]) -> None:
    """Events arrived, in this transaction: promises what follows where their people are in Lever already."""
    told = [event for event in events if event.kind in NOTEWORTHY or event.kind == _Event.OPENED]
    found = _in_lever(told)
    if not found:
        return
    now = db_now()
    opens = _opens(found, now)
    _rearm(opens, now)
    promise_many([*_notes_and_moves(found, now), *opens])


def derive_missing(account: LeverAccount, *, since: datetime) -> int:
    """Promises what events that arrived since then ask for and what was missed; answers how many were looked at.
    In batches, by id."""
    kinds = [*NOTEWORTHY, _Event.OPENED]
    rows = OutreachEvent.objects.filter(arrived_at__gte=since, kind__in=kinds).order_by("pk")
    records = SyncRecord.objects.filter(
        account=account, prospect=OuterRef("prospect"), state__in=IN_LEVER_STATES
    )
    rows = rows.filter(Exists(records))
    seen, last = 0, 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        found, now = _in_lever(batch), db_now()
        promise_many(_missing([*_notes_and_moves(found, now), *_opens(found, now)]))
        seen, last = seen + len(batch), batch[-1].pk
    return seen


def _in_lever(events: Sequence[OutreachEvent]) -> list[Found]:
    """The records of these events' prospects that lead to Lever, each with its rule and its events."""
    by_prospect: dict[int, list[OutreachEvent]] = defaultdict(list)
    for event in events:
        by_prospect[event.prospect_id].append(event)
    if not by_prospect:
        return []
    records = SyncRecord.objects.filter(prospect__in=list(by_prospect), state__in=IN_LEVER_STATES)
    found = list(records.exclude(opportunity_id="").order_by("pk"))
    of = {account: rules.rule_of(account) for account in {record.account_id for record in found}}
    return [(record, of[record.account_id], by_prospect[record.prospect_id]) for record in found]


def _notes_and_moves(found: Sequence[Found], now: datetime) -> Iterator[FollowUp]:
    for record, rule, events in found:
        for event in events:
            if rules.wants(rule, record, event):
                yield _note(record, event, now)
            if event.kind in STAGES and rules.moves(rule, record, event):
                yield _move(record, event, now)


def _missing(rows: Sequence[FollowUp]) -> list[FollowUp]:
    theirs = FollowUp.objects.filter(record__in={row.record_id for row in rows})
    columns = ("record_id", "kind", "opportunity_id", "key")
    known = set(theirs.filter(key__in={row.key for row in rows}).values_list(*columns))
    return [row for row in rows if tuple(getattr(row, name) for name in columns) not in known]


def _note(
    record: SyncRecord, event: OutreachEvent, now: datetime, payload: Mapping[str, bool] | None = None
) -> FollowUp:
    priority = min(record.priority, Priority.REPLIED) if event.kind in ANSWERS else Priority.BULK
    return promised(
        record,
        Kind.NOTE,
        event_key(event.pk),
        place=event.occurred_at,
        now=now,
        payload=payload,
        priority=priority,
    )


def _move(record: SyncRecord, event: OutreachEvent, now: datetime) -> FollowUp:
    stage = STAGES[_Event(event.kind)]
    return promised(record, Kind.STAGE, stage, place=event.occurred_at, now=now, priority=Priority.REPLIED)


def _opens(found: Sequence[Found], now: datetime) -> list[FollowUp]:
    """One row for each message that was opened."""
    opened = [
        (record, opens)
        for record, rule, events in found
        if (
            opens := [
                one for one in events if one.kind == _Event.OPENED and rules.wants_opens(rule, record, one)
            ]
        )
    ]
    if not opened:
        return []
    prospects = {record.prospect_id for record, _ in opened}
    sent: dict[int, list[OutreachEvent]] = defaultdict(list)
    messages = OutreachEvent.objects.filter(prospect__in=prospects, kind=_Event.MESSAGE_SENT)
    for message in messages.order_by("occurred_at", "pk"):
        sent[message.prospect_id].append(message)
    return [
        promised(
            record,
            Kind.OPENS,
            event_key(message),
            place=theirs[0].occurred_at,
            now=now + COALESCED,
            priority=Priority.BULK,
        )
        for record, opens in opened
        for message, theirs in sorted(opens_by_message([*sent[record.prospect_id], *opens]).items())
    ]


def _rearm(opens: Sequence[FollowUp], now: datetime) -> None:
    """Those that are done wait again, not more often than OPENS_EVERY. A worker that sums up at this moment loses its
    lease: it has not seen the newest open."""
    wanted = {(row.record_id, row.opportunity_id, row.key) for row in opens}
    if not wanted:
        return
    rows = FollowUp.objects.filter(kind=Kind.OPENS, record__in={record for record, _, _ in wanted})
    rows = rows.exclude(state=State.SKIPPED).filter(key__in={key for _, _, key in wanted})
    for row in rows.order_by("pk"):
        if (row.record_id, row.opportunity_id, row.key) not in wanted:
            continue
        due_at = max(now + COALESCED, (row.done_at or now - OPENS_EVERY) + OPENS_EVERY)
        if row.state == State.WAITING:
            due_at = row.due_at
        fresh = {"state": State.WAITING, "due_at": due_at, "cause": "", "reason": "", **FREE}
        FollowUp.objects.filter(pk=row.pk).update(**fresh)


def opens_by_message(events: Iterable[OutreachEvent]) -> dict[int, list[OutreachEvent]]:
    """Opens by the row of the message they are of: the one of their `message_id`, else the last one sent before on
    the same channel. `events`: messages in their order, and opens."""
    told = list(events)
    sent = [event for event in told if event.kind == _Event.MESSAGE_SENT]
    found: dict[int, list[OutreachEvent]] = defaultdict(list)
    for event in told:
        if event.kind == _Event.OPENED and (message := _opened(event, sent)) is not None:
            found[message.pk].append(event)
    return dict(found)


def _opened(event: OutreachEvent, sent: Sequence[OutreachEvent]) -> OutreachEvent | None:
    if named := detail(event, "message_id"):
        return next((one for one in sent if named in (detail(one, "message_id"), one.external_id)), None)
    before = [
        one for one in sent if one.occurred_at <= event.occurred_at and event.channel in ("", one.channel)
    ]
    return before[-1] if before else None


def _bring_back(record: SyncRecord, now: datetime) -> None:
    """Linked to the same profile again: what was left undone goes on, after a look whether it was written."""
    left = FollowUp.objects.filter(
        record=record, opportunity_id=record.opportunity_id, state=State.SKIPPED, cause__in=_LEFT
    )
    fresh = {"state": State.WAITING, "cause": "", "reason": "", "due_at": now, "done_at": None}
    left.update(**fresh)
    go_on(record)
