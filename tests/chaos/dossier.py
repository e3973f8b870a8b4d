"""Everything that is known of a record with which something is wrong: our attempts and Lever's log, in one order."""

from collections.abc import Iterator
from datetime import UTC, datetime

from pinlever.sync.models import Attempt, Call, Intent, SyncRecord
from tests.chaos.judging import Evidence


def dossier(record: SyncRecord, evidence: Evidence) -> str:
    """Lines of time and event, the oldest first."""
    told = sorted([*_ours(record), *_theirs(record, evidence)])
    lines = [f"  {at:%H:%M:%S.%f}  {what}" for at, what in told]
    return "\n".join([f"Record {record.pk}, {record}, marker {record.prospect.key}", *lines])


def _ours(record: SyncRecord) -> Iterator[tuple[datetime, str]]:
    for intent in Intent.objects.filter(record=record):
        yield intent.made_at, f"intent {intent.pk} made, createdAt {intent.created_ms}"
        yield intent.send_before, f"intent {intent.pk}: send before"
        yield intent.over_at, f"intent {intent.pk}: over; {intent.empty_windows} empty windows"
        if intent.settled_at:
            yield intent.settled_at, f"intent {intent.pk} settled: {intent.outcome}"
    for attempt in Attempt.objects.filter(record=record):
        yield attempt.started_at, f"attempt {attempt.pk} of {attempt.worker} begins"
        if attempt.ended_at:
            yield attempt.ended_at, f"attempt {attempt.pk} ends: {attempt.result} {attempt.told[:100]}"
    for call in Call.objects.filter(attempt__record=record):
        asked = {
            name: value for name, value in call.params.items() if name.endswith(("start", "email", "id"))
        }
        answered = call.answered.get("ids") or call.answered.get("id") or call.error
        yield (
            call.at,
            f"    {call.method} {call.path} {asked} → {call.status} in {call.seconds:.2f} s {answered}",
        )


def _theirs(record: SyncRecord, evidence: Evidence) -> Iterator[tuple[datetime, str]]:
    for entry in evidence.asked.get(str(record.prospect.key), []):
        what = f"Lever {entry['seq']}, fault {entry['fault']}, opportunity {entry['opportunity']}"
        yield _time(entry["received_at"]), f"{what}: received"
        if entry["committed_at"]:
            yield _time(entry["committed_at"]), f"{what}: done, {entry['outcome']}"


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
