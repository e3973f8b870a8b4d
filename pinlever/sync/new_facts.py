"""What is new about people since they came to Lever, promised as rows. Nothing here calls Lever.

Only verified contact details count. What is promised once is not promised twice, so the sweep may look at all again.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from pinlever.connection.models import LeverAccount
from pinlever.foundation.batches import batched
from pinlever.foundation.clock import db_now
from pinlever.lever.types import NewOpportunity
from pinlever.recruiting.facts import PersonFacts
from pinlever.recruiting.families import Family, families
from pinlever.recruiting.linkedin import linkedin_key, linkedin_url
from pinlever.recruiting.models import Arrival, Candidate, ContactPoint, ProfileLink
from pinlever.recruiting.services import known_facts_of
from pinlever.sync import payload
from pinlever.sync.details import Details, less, together
from pinlever.sync.models import (
    IN_LEVER_STATES,
    DetailsThen,
    FollowUp,
    Intent,
    Policy,
    Priority,
    SyncRecord,
)
from pinlever.sync.promises import promise_many, promised
from pinlever.sync.update_rules import DEFAULTS, rule_of

BATCH = 200
MOST_NEW = 1_000  # people of whom it is noted at one time what was known
MOST_AT_ONCE = 2_000  # people who are looked at in one sweep
LATE = timedelta(minutes=2)  # what arrives may be committed that much later than it says
Kind = FollowUp.Kind


def derive(account: LeverAccount, *, since: datetime | None) -> int:
    """Promises what people in Lever learned, looking at those about whom something arrived since; None: at all.

    Answers how many follow-ups it made. Reads in batches; with `since` it looks at so many that a sweep stays short.
    """
    rule = rule_of(account.pk)
    policies = {**DEFAULTS, **rule.policies}
    there = SyncRecord.objects.filter(account=account, state__in=IN_LEVER_STATES).exclude(opportunity_id="")
    for batch in _batches(there.filter(details_then=None), most=MOST_NEW):
        _remember(batch, rule.since)
    known, made, looked = there.exclude(details_then=None), 0, 0
    for batch in _batches(known) if since is None else _changed(known, since):
        made += _promise(batch, policies)
        looked += len(batch)
        if since is not None and looked >= MOST_AT_ONCE:
            break
    return made


def _details(facts: PersonFacts, *, skills_as_tags: bool) -> Details:
    """What we know of a person that may be told: verified emails and numbers, links, tags, headline, location."""
    keys = (linkedin_key(url) for url in facts.linkedin_urls)
    return Details(
        emails=tuple(one.value for one in facts.emails if one.verified_at),
        phones=tuple((one.type or "other", one.value) for one in facts.phones if one.verified_at),
        links=tuple(linkedin_url(key) for key in keys if key),
        tags=tuple(dict.fromkeys([*facts.tags, *(facts.skills if skills_as_tags else ())])),
        headline=payload.headline(facts),
        location=payload.location(facts),
    )


def _details_of(records: Sequence[SyncRecord], of: Mapping[int, Family]) -> dict[int, Details]:
    """By record."""
    facts = known_facts_of(of.values())
    return {
        one.pk: _details(
            facts[of[one.prospect.candidate_id].root.pk], skills_as_tags=one.account.send_skills_as_tags
        )
        for one in records
    }


def _changed(known: QuerySet[SyncRecord], since: datetime) -> Iterator[list[SyncRecord]]:
    """Records about whose people something arrived since then and since they were looked at, whole families."""
    news = sorted(_heard_about(known, Arrival.objects.all(), since))
    news += sorted(_heard_about(known, ContactPoint.objects.all(), since) - set(news))
    for some in batched(news, BATCH):
        of = families(some)
        members = {member for each in of.values() for member in each.ids}
        yield from _batches(known.filter(prospect__candidate__in=members))


def _heard_about(
    known: QuerySet[SyncRecord], rows: QuerySet[Arrival] | QuerySet[ContactPoint], since: datetime
) -> set[int]:
    """Those who are in Lever, and those who are one with somebody else."""
    waiting = known.filter(
        prospect__candidate=OuterRef("candidate"), details_then__at__lt=OuterRef("arrived_at")
    )
    below = Candidate.objects.filter(merged_into=OuterRef("candidate"))
    found = rows.filter(Q(Exists(waiting)) | Q(Exists(below)) | Q(candidate__merged_into__isnull=False))
    return set(found.filter(arrived_at__gte=since).values_list("candidate_id", flat=True))


def _batches(rows: QuerySet[SyncRecord], *, most: int | None = None) -> Iterator[list[SyncRecord]]:
    last, read = 0, 0
    asked = rows.select_related("prospect", "account").order_by("pk")
    while (most is None or read < most) and (batch := list(asked.filter(pk__gt=last)[:BATCH])):
        yield batch
        last, read = batch[-1].pk, read + len(batch)


def _remember(records: Sequence[SyncRecord], since: datetime | None) -> None:
    """Keeps what was known when they came to Lever, or when updates were switched on after that."""
    of = families({one.prospect.candidate_id for one in records})
    known, sent, now = _details_of(records, of), _sent(records), db_now()
    after = _Since({member for each in of.values() for member in each.ids})
    rows = []
    for one in records:
        sent_at, details = sent.get(one.pk, (one.synced_at, None))
        at = max(filter(None, (sent_at, since)), default=now)
        is_ours = since is None or (one.synced_at is not None and since <= one.synced_at)
        late = after.arrived(of[one.prospect.candidate_id], at)
        then = _then(less(known[one.pk], late), details if is_ours else None)
        rows.append(DetailsThen(record=one, details=then.to_json(), at=at))
    DetailsThen.objects.bulk_create(rows, ignore_conflicts=True)


def _then(then: Details, sent: Details | None) -> Details:
    """Tags and single values bear no time: those of a created person were sent."""
    if sent is None:
        return then
    return replace(then, tags=sent.tags, headline=sent.headline, location=sent.location)


def _sent(records: Sequence[SyncRecord]) -> dict[int, tuple[datetime, Details]]:
    """What people were created with and when it was written down, by record, but for those whom others created."""
    ours = [one.pk for one in records if one.created_by_us]
    done = Intent.objects.filter(record__in=ours, outcome=Intent.Outcome.DONE).order_by("pk")
    told = {one.record_id: (one.made_at, NewOpportunity.from_json(one.payload)) for one in done}
    return {pk: (made_at, Details.of(sent)) for pk, (made_at, sent) in told.items() if not sent.contact_id}


class _Since:
    """Contact details by when they arrived or were verified, and links by when they were added. Two queries."""

    def __init__(self, members: Collection[int]) -> None:
        self._points: dict[int, list[ContactPoint]] = defaultdict(list)
        for point in ContactPoint.objects.filter(candidate__in=members):
            self._points[point.candidate_id].append(point)
        self._links: dict[int, list[ProfileLink]] = defaultdict(list)
        for link in ProfileLink.objects.filter(candidate__in=members):
            self._links[link.candidate_id].append(link)

    def arrived(self, who: Family, at: datetime) -> Details:
        """What did after that."""
        points = [point for member in who.ids for point in self._points[member]]
        new = [one for one in points if one.arrived_at > at or (one.verified_at and one.verified_at > at)]
        links = [link for member in who.ids for link in self._links[member] if link.added_at > at]
        return Details(
            emails=tuple(one.value for one in new if one.kind == ContactPoint.Kind.EMAIL),
            phones=tuple(("", one.value) for one in new if one.kind == ContactPoint.Kind.PHONE),
            links=tuple(link.url for link in links),
        )


def _promise(records: Sequence[SyncRecord], policies: Mapping[str, str]) -> int:
    now, rows = db_now(), []
    of = families({one.prospect.candidate_id for one in records})
    facts, before = _details_of(records, of), _promised_before(records)
    remembered = {one.record_id: one for one in DetailsThen.objects.filter(record__in=records)}
    stays = []
    for record in records:
        row = remembered[record.pk]
        then = Details.from_json(row.details)
        new = less(facts[record.pk], together(then, before[record.pk]))
        told = _allowed(new, policies)
        if new != told:
            row.details = together(then, less(new, told)).to_json()
            stays.append(row)
        if told:
            rows.append(_row(record, told, now))
    promise_many(rows)
    DetailsThen.objects.bulk_update(stays, ["details"])
    DetailsThen.objects.filter(record__in=records, at__lt=now - LATE).update(at=now - LATE)
    return len(rows)


def _promised_before(records: Iterable[SyncRecord]) -> dict[int, Details]:
    """What earlier follow-ups of the records are about, on the opportunity they lead to now."""
    found: dict[int, Details] = defaultdict(Details)
    opportunity_of = {one.pk: one.opportunity_id for one in records}
    rows = FollowUp.objects.filter(record__in=opportunity_of, kind=Kind.DETAILS)
    for record, opportunity_id, told in rows.values_list("record", "opportunity_id", "payload"):
        if opportunity_id == opportunity_of[record]:
            found[record] = together(found[record], Details.from_json(told.get("facts", {})))
    return found


def _allowed(new: Details, policies: Mapping[str, str]) -> Details:
    """What the rules say nothing is done with stays out. It is kept as known: should they change, it is no news."""
    told = {name: value for name, value in new.to_json().items() if policies[name] != Policy.NEVER}
    return Details.from_json(told)


def _row(record: SyncRecord, new: Details, now: datetime) -> FollowUp:
    facts = new.to_json()
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]
    return promised(
        record,
        Kind.DETAILS,
        f"facts:{digest}",
        place=now,
        now=now,
        payload={"facts": facts},
        priority=Priority.BULK,
    )
