"""Sending the résumé of somebody who was created without it: after the creation Lever takes it only as a file.

It is sent once: looked for among the opportunity's files before, by the mark in its name, or by size and time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pinlever.connection.gateway import lever_time
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.lever.errors import Forbidden, NotFound
from pinlever.lever.types import File, ResumeFile
from pinlever.recruiting.services import known_facts
from pinlever.sync import causes, payload
from pinlever.sync.following import Done, Following, profile_gone
from pinlever.sync.models import FollowUp, ResumePdf
from pinlever.sync.note_texts import mark_of
from pinlever.sync.performing import performer_of
from pinlever.sync.resume.render import file_name
from pinlever.sync.resumes import resume_for
from pinlever.sync.subject import Subject, subject_of

State = FollowUp.State
KEY = "resume"
SLACK = timedelta(seconds=60)  # between Lever's clock as we know it and as it is
MOST_BYTES = 30 * 1024 * 1024  # Lever's documentation
STUCK = frozenset({"unsupported", "error"})
HAS_ONE = "Lever has a résumé of theirs."
IMPORTED = "Imported people have a résumé of their own: none is made or sent."
NO_PDF = "No résumé could be made ({why})."
TOO_LARGE = "The résumé is larger than the 30 MB that Lever takes."
NO_USER = "Lever wants to know who adds a file, and no Lever user was found. Choose a default user."
NOT_PERMITTED = "Lever does not let our connection read or write files ({said})."
NOT_SHOWN = "Lever has the file, and says that it cannot show it ({status})."


def write(following: Following) -> Done:
    """The handler of résumés."""
    try:
        return _look(following) or _upload(following)
    except NotFound:
        return profile_gone()
    except Forbidden as error:
        told = NOT_PERMITTED.format(said=causes.said(error))
        return Done(State.FAILED, told, "step_forbidden")


def _look(following: Following) -> Done | None:
    """None: no file of ours is there, and one may be sent."""
    row = following.row
    failpoint("resume.before_look")
    looked_at = db_now()
    if ours := _ours(row, list(following.lever.files(row.opportunity_id))):
        return _done(ours, {"read_back": True})
    if end := following.look_again(looked_at):
        return end
    if end := following.anonymised():
        return end
    if any(following.lever.resumes(row.opportunity_id)):
        return Done(State.SKIPPED, HAS_ONE, "has_resume")
    return None


def _upload(following: Following) -> Done:
    record = following.record
    subject = subject_of(record)
    known = known_facts(subject.family)
    if not payload.is_sourced_in_pin(known):
        return Done(State.SKIPPED, IMPORTED, "imported")
    pdf, note = resume_for(subject, known)
    if pdf is None:
        return Done(State.FAILED, note or NO_PDF.format(why="nothing is known"), "no_resume")
    if len(pdf.content) > MOST_BYTES:
        return Done(State.FAILED, TOO_LARGE, "no_resume")
    performer = performer_of(record) or record.performed_as
    if not performer:
        return Done(State.FAILED, NO_USER, causes.NO_LEVER_USER)
    told = {
        "resume": pdf.pk,
        "name": _name(subject, known.full_name),
        "size": len(pdf.content),
        "mark": _mark(subject),
        "perform_as": performer,
        "from": lever_time(record.account_id, db_now()).isoformat(),
    }
    return _done(following.send(told, lambda before: _send(following, told, pdf, before)), {})


def _send(following: Following, told: dict[str, Any], pdf: ResumePdf, send_before: float) -> File:
    return following.lever.upload_file(
        following.row.opportunity_id,
        ResumeFile(told["name"], bytes(pdf.content)),
        perform_as=told["perform_as"],
        send_before=send_before,
    )


def _done(file: File, result: dict[str, Any]) -> Done:
    told = NOT_SHOWN.format(status=file.status) if file.status in STUCK else ""
    return Done(State.DONE, told, lever_id=file.id, result={**result, "name": file.name})


def _ours(row: FollowUp, files: Sequence[File]) -> File | None:
    """By the mark in the name, which a restored backup knows too; else by what was sent, should Lever rename files."""
    mark = _mark_of(row)
    for file in files:
        if mark in file.name or (row.over_at is not None and _is_what_was_sent(file, row.payload)):
            return file
    return None


def _is_what_was_sent(file: File, sent: dict[str, Any]) -> bool:
    since = datetime.fromisoformat(sent["from"]) - SLACK if "from" in sent else None
    return (
        since is not None
        and file.size == sent.get("size")
        and file.uploaded_at is not None
        and file.uploaded_at >= since
    )


def _name(subject: Subject, full_name: str) -> str:
    stem = file_name(full_name).removesuffix(".pdf")
    return f"{stem} {_mark(subject)}.pdf"


def _mark(subject: Subject) -> str:
    return mark_of(subject.prospect.key, KEY)[:10]


def _mark_of(row: FollowUp) -> str:
    return mark_of(row.record.prospect.key, KEY)[:10]
