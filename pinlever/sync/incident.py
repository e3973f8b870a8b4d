"""A record's story as text to hand to whoever runs the installation: no names, no addresses, no secrets."""

import re
from collections.abc import Iterable

from pinlever.sync.models import Attempt, Call, SyncRecord

ADDRESS = re.compile(r"[^\s<>\"',;]+@[^\s<>\"',;]+")
NUMBER = re.compile(r"\+?\d[\d ()./-]{7,}\d")
MOST_CALLS = 40


def incident_of(record: SyncRecord, attempts: Iterable[Attempt]) -> str:
    """`attempts` newest first, with their calls at hand."""
    lines = [
        f"Sync record {record.pk} · prospect {record.prospect.key}",
        f"State: {record.state} · cause: {record.cause or '-'} · failed tries: {record.tries} "
        f"· origin: {without_people(record.origin, record)}",
        f"Reason: {without_people(record.reason, record)}",
        f"Lever: contact {record.contact_id or '-'} · opportunity {record.opportunity_id or '-'} "
        f"· posting {record.posting_chosen or record.posting_id or '-'}",
        f"Created {record.created_at:%F %T}Z · changed {record.updated_at:%F %T}Z · due {record.due_at:%F %T}Z",
    ]
    for attempt in attempts:
        ended = f"{attempt.ended_at:%T}Z" if attempt.ended_at else "not ended"
        lines += [
            "",
            f"Attempt {attempt.pk} · {attempt.started_at:%F %T}Z to {ended} · {attempt.result or '-'}",
        ]
        lines += [_line(call, record) for call in list(attempt.calls.all())[:MOST_CALLS]]
    return "\n".join(lines)


def _line(call: Call, record: SyncRecord) -> str:
    answer = str(call.status) if call.status else "no answer"
    error = f" · {without_people(call.error, record)}" if call.error else ""
    return f"  {call.at:%T.%f}Z {call.method} {call.path} · {answer} · {call.seconds:.2f} s{error}"


def without_people(text: str, record: SyncRecord) -> str:
    """Addresses, numbers and the person's name masked."""
    masked = ADDRESS.sub("(address)", text)
    masked = NUMBER.sub("(number)", masked)
    name = record.prospect.candidate.full_name
    return masked.replace(name, "(name)") if name else masked
