"""A record's story, or that of all whom the same thing stopped, as text to hand to whoever runs the installation.

No names, no addresses, no numbers, no secrets: what is personal is masked, Lever's ids stay.
"""

import platform
import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

import django
from django.db import connection as database

from pinlever.connection.accounts import current_connection
from pinlever.foundation.clock import db_now
from pinlever.sync.activity import Group
from pinlever.sync.followup_groups import FollowGroup
from pinlever.sync.models import Attempt, Call, FollowUp, SyncRecord

ADDRESS = re.compile(r"[^\s<>\"',;]+@[^\s<>\"',;]+")
NUMBER = re.compile(r"\+?\d[\d ()./-]{7,}\d")
MOST_CALLS = 40
MOST_FOLLOW_UPS = 20


def surroundings() -> str:
    """What runs here and what it is connected to, a line each."""
    try:
        ours = version("pinlever")
    except PackageNotFoundError:
        ours = "unknown"
    connection = current_connection()
    lever = "not connected"
    if connection is not None:
        account = connection.account
        lever = (
            f"{account.environment} account {account.pk} · {connection.kind} · {connection.state} "
            f"· sending {'on' if account.outgoing_on else 'off'}"
        )
    return "\n".join(
        (
            f"PinLever {ours} · Python {platform.python_version()} · Django {django.get_version()} "
            f"· {database.vendor}",
            f"Lever: {lever}",
            f"Copied {db_now():%F %T}Z",
        )
    )


def incident_of(record: SyncRecord, attempts: Iterable[Attempt]) -> str:
    """`attempts` newest first, with their calls at hand."""
    lines = [
        f"Sync record {record.pk} · prospect {record.prospect.key}",
        f"State: {record.state} · cause: {record.cause or '-'} · failed tries: {record.tries} "
        f"· origin: {without_people(record.origin, record)}",
        f"Reason: {without_people(record.reason, record)}",
        f"Lever said: {without_people(record.said, record) or '-'}",
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


def incident_of_follow_ups(record: SyncRecord, rows: Iterable[FollowUp]) -> str:
    """What follows for the record and is not written; "" when nothing is left."""
    lines = [_follow_up(row, record) for row in list(rows)[:MOST_FOLLOW_UPS]]
    return "\n".join(["Not written yet:", *lines]) if lines else ""


def incident_of_group(group: Group | FollowGroup, newest: str) -> str:
    """All whom the same thing stopped; `newest` is the story of the one it stopped last."""
    kind = f" · {group.label}" if isinstance(group, FollowGroup) else ""
    when = f"{group.newest_at:%F %T}Z" if group.newest_at else "-"
    return "\n".join(
        (
            f"{group.cause.title} ({group.code or 'no code'}{kind})",
            f"{group.count:,} stopped, the latest {when} · group {group.said_key or '-'}",
            "",
            "The latest of them:",
            newest,
        )
    )


def _follow_up(row: FollowUp, record: SyncRecord) -> str:
    said = f" · Lever said: {without_people(row.said, record)}" if row.said else ""
    return (
        f"  {row.kind} {row.pk} · {row.state} · {row.cause or '-'} · failed tries: {row.tries} "
        f"· due {row.due_at:%F %T}Z · {without_people(row.reason, record)}{said}"
    )


def _line(call: Call, record: SyncRecord) -> str:
    answer = str(call.status) if call.status else "no answer"
    error = f" · {without_people(call.error, record)}" if call.error else ""
    return f"  {call.at:%T.%f}Z {call.method} {call.path} · {answer} · {call.seconds:.2f} s{error}"


def without_people(text: str, record: SyncRecord) -> str:
    """Addresses, numbers and the person's name masked."""
    masked = ADDRESS.sub("(address)", text)
    masked = NUMBER.sub("(number)", masked)
    name = record.prospect.candidate.full_name
    return re.sub(re.escape(name), "(name)", masked, flags=re.I) if name else masked
