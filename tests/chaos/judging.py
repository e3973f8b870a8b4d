"""The verdict on a run, from Practice Lever's log and state and our own rows alone: a list of what is wrong."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pinlever.audit.models import AuditEntry
from pinlever.connection.marker import marker_of
from pinlever.recruiting.families import family
from pinlever.recruiting.identity import linkedin_key
from pinlever.recruiting.models import IdentityQuestion, Prospect
from pinlever.sync.models import Attempt, Call, Claim, Intent, State, SyncRecord, Waiting
from tests.chaos import notes, undoing
from tests.chaos.people import Person

PIN = "Pin"
IN_LEVER = (State.SYNCED, State.IN_LEVER)
Row = dict[str, Any]


@dataclass
class Evidence:
    """What Practice Lever holds and what it was asked."""

    state: Row
    log: list[Row]
    was_restored: bool = False
    opportunities: dict[str, Row] = field(init=False)
    created: dict[str, list[Row]] = field(init=False)
    asked: dict[str, list[Row]] = field(init=False)

    def __post_init__(self) -> None:
        self.opportunities = {row["id"]: row for row in self.state["opportunities"]}
        self.asked = defaultdict(list)
        for entry in self.log:
            if entry["method"] == "POST" and entry["path"] == "/v1/opportunities":
                for link in entry["body"].get("links", []):
                    if marker := marker_of(link):
                        self.asked[str(marker)].append(entry)
        self.created = {
            marker: [entry for entry in entries if entry["outcome"] == 201]
            for marker, entries in self.asked.items()
        }

    def contacts_of(self, who: Person) -> list[Row]:
        return [row for row in self.state["contacts"] if _is(who, row)]


def _is(who: Person, contact: Row) -> bool:
    emails = {email.lower() for email in contact["emails"]}
    slugs = {linkedin_key(link) for link in contact["links"]}
    return (
        contact["name"] == who.name
        or bool(emails & set(who.emails))
        or bool(who.linkedin and linkedin_key(who.linkedin) in slugs)
    )


def judge(people: Iterable[Person], evidence: Evidence) -> list[str]:
    """Everything that is wrong, a sentence each. Empty: nobody lost, nobody twice, every story true."""
    wrong: list[str] = []
    for who in people:
        wrong += [
            f"{who.name} ({who.number}, {who.kind} {who.special}): {what}" for what in _person(who, evidence)
        ]
    for record in SyncRecord.objects.select_related("prospect__candidate"):
        wrong += [
            f"record {record.pk} ({record}, {record.cause}): {what}" for what in _story(record, evidence)
        ]
    wrong += [*_leftovers(), *_all_calls(evidence), *notes.judge(evidence.state)]
    return [*wrong, *undoing.judge(evidence.state, evidence.log, was_restored=evidence.was_restored)]


def _person(who: Person, evidence: Evidence) -> Iterator[str]:
    prospects = list(Prospect.objects.filter(candidate__full_name=who.name))
    if len(prospects) != len(who.jobs):
        yield f"lost in Pin: {len(prospects)} prospects for {len(who.jobs)} jobs"
    records = list(SyncRecord.objects.filter(prospect__in=prospects))
    if len(records) != len(prospects):
        yield f"lost: {len(records)} records for {len(prospects)} prospects"
    contacts = evidence.contacts_of(who)
    is_there = who.is_in_lever or any(record.state in IN_LEVER for record in records)
    if len(contacts) > 1 or (is_there and not contacts):
        yield f"{len(contacts)} people in Lever: {[row['id'] for row in contacts]}"
    ours = [
        row
        for row in evidence.state["opportunities"]
        if PIN in row["sources"] and row["contact"] in {contact["id"] for contact in contacts}
    ]
    places = Counter(next(iter(row["postings"]), "") for row in ours)
    twice = {place: number for place, number in places.items() if number > 1}
    if twice:
        yield f"several opportunities of ours on one posting: {twice}"


def _story(record: SyncRecord, evidence: Evidence) -> Iterator[str]:
    marker = str(record.prospect.key)
    created = evidence.created.get(marker, [])
    if len(created) > 1:
        yield f"created {len(created)} times: {[entry['opportunity'] for entry in created]}"
    judged = STORIES.get(State(record.state))
    if judged is None:
        yield f"ended as {record.state}: {record.reason}"
    else:
        yield from judged(record, created, evidence)
    yield from _calls(record, evidence)


def _synced(record: SyncRecord, created: list[Row], evidence: Evidence) -> Iterator[str]:
    yield from _linked(record, evidence)
    if not record.created_by_us:
        yield "synced, and not created by us"
    if [entry["opportunity"] for entry in created] != [record.opportunity_id]:
        yield f"says it created {record.opportunity_id}; Lever's log says {[entry['opportunity'] for entry in created]}"
    opportunity = evidence.opportunities.get(record.opportunity_id)
    if opportunity and (PIN not in opportunity["sources"]):
        yield "the opportunity does not name Pin as its source"
    if opportunity and next(iter(opportunity["postings"]), "") != record.posting_id:
        yield f"on posting {opportunity['postings']}, not on {record.posting_id!r}"
    if not AuditEntry.objects.filter(action="sync.synced", subject_id=str(record.pk)).exists():
        yield "synced without an audit row"


def _in_lever(record: SyncRecord, created: list[Row], evidence: Evidence) -> Iterator[str]:
    yield from _linked(record, evidence)
    if record.created_by_us or (created and not _could_not_know(record, created, evidence)):
        yield f"says that the person was there, but we created {[entry['opportunity'] for entry in created]}"


def _could_not_know(record: SyncRecord, created: list[Row], evidence: Evidence) -> bool:
    """Whether our creation was forgotten with a restored database, and Lever had dropped the link that tells."""
    contact = next((row for row in evidence.state["contacts"] if row["id"] == record.contact_id), None)
    told = {str(marker_of(link)) for link in contact["links"]} if contact else set()
    return (
        evidence.was_restored
        and str(record.prospect.key) not in told
        and [entry["opportunity"] for entry in created] == [record.opportunity_id]
    )


def _linked(record: SyncRecord, evidence: Evidence) -> Iterator[str]:
    opportunity = evidence.opportunities.get(record.opportunity_id)
    if opportunity is None:
        yield f"opportunity {record.opportunity_id!r} does not exist"
    elif opportunity["contact"] != record.contact_id:
        yield f"contact {record.contact_id}, but the opportunity is of {opportunity['contact']}"


def _undone(record: SyncRecord, created: list[Row], evidence: Evidence) -> Iterator[str]:
    yield from _linked(record, evidence)
    yield from undoing.undone(record, evidence.opportunities)


def _needs_you(record: SyncRecord, created: list[Row], evidence: Evidence) -> Iterator[str]:
    if not record.questions.filter(answered_at=None).exists():
        yield "asks, and there is no open question"
    reason = REASONS.get(record.cause)
    if reason is None or not reason(record, evidence):
        yield f"asks without a true reason: {record.reason}"


def _is_doubtful(record: SyncRecord, evidence: Evidence) -> bool:
    members = family(record.prospect.candidate).ids
    return IdentityQuestion.objects.filter(candidate__in=members, answered_at=None, is_blocking=True).exists()


def _bears_an_orphan(record: SyncRecord, evidence: Evidence) -> bool:
    known = {str(key) for key in Prospect.objects.values_list("key", flat=True)}
    name = record.prospect.candidate.full_name
    return evidence.was_restored and any(
        entry["body"].get("name") == name and marker not in known
        for marker, entries in evidence.created.items()
        for entry in entries
    )


def _has_a_namesake(record: SyncRecord, evidence: Evidence) -> bool:
    """Names are unique in a chaos run: whoever bears theirs in Lever is them, under keys we do not share any more."""
    name = record.prospect.candidate.full_name
    return any(row["name"] == name for row in evidence.state["contacts"])


def _killed_workers(record: SyncRecord, evidence: Evidence) -> bool:
    return record.attempts.filter(ended_at=None).count() >= 5


REASONS: dict[str, Callable[[SyncRecord, Evidence], bool]] = {
    "ask_identity": _is_doubtful,
    "ask_orphan": _bears_an_orphan,
    "ask_near": _has_a_namesake,
    "ask_worker_dies": _killed_workers,
}
STORIES: dict[State, Callable[[SyncRecord, list[Row], Evidence], Iterator[str]]] = {
    State.SYNCED: _synced,
    State.IN_LEVER: _in_lever,
    State.NEEDS_YOU: _needs_you,
    State.UNDONE: _undone,
}


def _calls(record: SyncRecord, evidence: Evidence) -> Iterator[str]:
    """What the attempts tell of creations against what Lever's log tells; after a restore ours may know less."""
    asked = evidence.asked.get(str(record.prospect.key), [])
    calls = Call.objects.filter(attempt__record=record, method="POST", path="/opportunities")
    told = [call.answered.get("id") for call in calls if call.status == 201]
    strange = {one for one in told if one} - {entry["opportunity"] for entry in asked}
    if strange:
        yield f"its calls tell of {strange}, Lever's log does not"
    unfinished = record.attempts.filter(ended_at=None).count()
    if not evidence.was_restored and len(asked) > len(calls) + unfinished:
        yield f"Lever's log has {len(asked)} creations, its attempts {len(calls)} and {unfinished} died"


def _leftovers() -> Iterator[str]:
    open_intents = Intent.objects.filter(outcome="")
    for intent in open_intents:
        yield f"intent {intent.pk} of record {intent.record_id} is still open"
    for claim in Claim.objects.filter(contact_id="").exclude(record__in=open_intents.values("record")):
        yield f"claim {claim} of record {claim.record_id} is still open"
    for waiting in Waiting.objects.all():
        yield f"{waiting}, still"
    for record in SyncRecord.objects.exclude(locked_by=""):
        yield f"record {record.pk} is still locked"
    bugs = Counter(Attempt.objects.filter(result="internal").values_list("told", flat=True))
    for told, number in bugs.items():
        yield f"{number} attempts met a fault of ours: {told}"


def _all_calls(evidence: Evidence) -> Iterator[str]:
    """Every answer our attempts tell of was given. Lever's log names nobody where a fault kept it from reading."""
    answered = sum(row["status"] is not None for row in evidence.log if row["method"] == "POST")
    told = Call.objects.filter(method="POST", status__isnull=False).count()
    if told > answered:
        yield f"attempts tell of {told} answered writes, Lever's log of {answered}"
