"""What happened lately, in plain sentences, from the audit log: to whom, why, and where to look."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from pinlever.audit.models import AuditEntry
from pinlever.imports.models import Import
from pinlever.recruiting.models import Job
from pinlever.sync.models import IN_LEVER_STATES, SyncRecord, Trigger

SHOWN = 12
LOOKED_AT = 20_000  # entries: an import adds thousands at once, and the page must not read them all

BECAUSE = {
    f"rule: {Trigger.CONTACT_FOUND.label}": "because contact information was found",
    f"rule: {Trigger.MESSAGED.label}": "because they received their first message",
    f"rule: {Trigger.REPLIED.label}": "because they replied",
    f"rule: {Trigger.INTERESTED.label}": "because they replied and are interested",
    "export": "because somebody exported them",
}


@dataclass(frozen=True)
class Happening:
    """`who` leads to `url`; the words before and after it make the sentence."""

    at: datetime
    icon: str
    colour: str
    before: str
    who: str
    after: str
    url: str
    lever_url: str = ""


@dataclass(frozen=True)
class _Kind:
    """How an action is told. `after` gets the entry and its record (sync) or import."""

    icon: str
    colour: str
    after: Callable[[AuditEntry, Any], str]
    before: Callable[[AuditEntry], str] = lambda entry: ""


def recent() -> list[Happening]:
    """The latest happenings. Four queries at most."""
    last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    if last is None:
        return []
    entries = list(
        AuditEntry.objects.filter(pk__gt=last - LOOKED_AT, action__in=KINDS).order_by("-pk")[:SHOWN]
    )
    records = _subjects(entries, "sync.syncrecord")
    found = SyncRecord.objects.filter(pk__in=records).select_related("prospect__candidate", "prospect__job")
    by_id: dict[tuple[str, str], Any] = {("sync.syncrecord", str(one.pk)): one for one in found}
    imports = Import.objects.filter(pk__in=_subjects(entries, "imports.import")).select_related("job")
    by_id |= {("imports.import", str(one.pk)): one for one in imports}
    jobs = Job.objects.filter(pk__in=_subjects(entries, "recruiting.job"))
    by_id |= {("recruiting.job", str(one.pk)): one for one in jobs}
    return [_told(entry, by_id.get((entry.subject_type, entry.subject_id))) for entry in entries]


def _told(entry: AuditEntry, subject: Any) -> Happening:
    kind = KINDS[entry.action]
    who, url, lever_url = entry.subject_label, "", ""
    if isinstance(subject, SyncRecord):
        who = str(subject.prospect.candidate)
        lever_url = subject.lever_url if subject.state in IN_LEVER_STATES else ""
        url = reverse("candidate", args=[subject.prospect.candidate.key])
    elif isinstance(subject, Import):
        who, url = subject.file_name, reverse("import", args=[subject.pk])
    elif isinstance(subject, Job):
        who, url = subject.title, reverse("job", args=[subject.key])
    return Happening(
        entry.at, kind.icon, kind.colour, kind.before(entry), who, kind.after(entry, subject), url, lever_url
    )


def _subjects(entries: list[AuditEntry], kind: str) -> set[str]:
    return {entry.subject_id for entry in entries if entry.subject_type == kind}


def _because(record: Any) -> str:
    origin = getattr(record, "origin", "")
    if origin.startswith("import "):
        return ", because a file named their Lever profile"
    return f", {BECAUSE[origin]}" if origin in BECAUSE else ""


def _for_job(record: Any) -> str:
    return f" for {record.prospect.job.title}" if isinstance(record, SyncRecord) else ""


def _into(of: Any) -> str:
    return f" into {of.job.title}" if isinstance(of, Import) else ""


def _import_counts(entry: AuditEntry, of: Any) -> str:
    created, joined, problem = (int(entry.after.get(name) or 0) for name in ("created", "joined", "problem"))
    told = [f"{created:,} new", f"{joined:,} joined with people known"]
    if problem:
        told.append(f"{problem:,} left out")
    return f" was imported{_into(of)}: {', '.join(told)}"


def _switched(entry: AuditEntry, words: str) -> str:
    is_on = any(value is True for value in entry.after.values())
    return f"{entry.by_label} switched {words} {'on' if is_on else 'off'} for "


KINDS: dict[str, _Kind] = {
    "sync.synced": _Kind("check", "green", lambda e, r: f" was created in Lever{_for_job(r)}{_because(r)}"),
    "sync.in_lever": _Kind("link", "green", lambda e, r: f" was in Lever already and is linked{_for_job(r)}"),
    "sync.failed": _Kind("alert-triangle", "red", lambda e, r: f" could not be brought to Lever: {e.note}"),
    "sync.needs_you": _Kind(
        "help-circle", "yellow", lambda e, r: " needs a decision before they go to Lever"
    ),
    "sync.removed": _Kind("trash", "secondary", lambda e, r: " was removed in Lever"),
    "sync.undone": _Kind("arrow-back-up", "secondary", lambda e, r: f" was taken back by {e.by_label}"),
    "sync.cancelled": _Kind("x", "secondary", lambda e, r: f" was taken out of the queue by {e.by_label}"),
    "sync.unlinked": _Kind("unlink", "secondary", lambda e, r: f" was unlinked from Lever by {e.by_label}"),
    "sync.answered": _Kind("checklist", "azure", lambda e, r: f" was decided about by {e.by_label}"),
    "sync.turned_up": _Kind("link", "green", lambda e, r: " turned up in Lever after all and is linked"),
    "import.started": _Kind(
        "file-import", "azure", lambda e, r: f" is being imported{_into(r)} by {e.by_label}"
    ),
    "import.finished": _Kind("file-import", "green", _import_counts),
    "import.stopped": _Kind("player-pause", "orange", lambda e, r: f" was stopped by {e.by_label}"),
    "rule.set": _Kind(
        "bolt", "azure", lambda e, r: "", lambda e: f"{e.by_label} set when people go to Lever: "
    ),
    "job.added": _Kind("briefcase", "azure", lambda e, r: "", lambda e: f"{e.by_label} added the job "),
    "job.created": _Kind("briefcase", "azure", lambda e, r: "", lambda e: f"{e.by_label} added the job "),
    "connection.connected": _Kind("plug", "green", lambda e, r: "", lambda e: f"{e.by_label} connected "),
    "connection.ended": _Kind("plug-off", "orange", lambda e, r: "", lambda e: f"{e.by_label} disconnected "),
    "connection.broken": _Kind("plug-off", "red", lambda e, r: " no longer accepts our sign-in"),
    "account.outgoing": _Kind("send", "azure", lambda e, r: "", lambda e: _switched(e, "sending")),
    "account.allow_list": _Kind("filter", "azure", lambda e, r: "", lambda e: _switched(e, "the allow-list")),
}
