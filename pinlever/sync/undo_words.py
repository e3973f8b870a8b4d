"""The sentences of an undo, and the note it leaves in Lever. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pinlever.recruiting.cleaning import clean_text
from pinlever.sync.models import SyncRecord, UndoRun
from pinlever.sync.note_texts import mark_of, signed

SETTLING = (
    "It is not known yet whether Lever saved this person. They are taken back as soon as that is settled."
)
FINISHING = (
    "Something of ours is still on its way to Lever about this person; they are taken back right after it."
)
LOOK_AGAIN = (
    "The answer was lost, and Lever does not show them archived yet. We look again before we repeat it."
)
LOOK_LATER = "The answer was lost. We look in Lever what became of it before anything is repeated."
NOT_SENT = "They had not been sent to Lever yet; they are out of the queue."
NOT_THERE = "They are not in Lever, so there is nothing to take back."
GONE = "Lever has them no more: somebody deleted them there."
ANONYMISED = "They were anonymised in Lever; nothing is changed about them any more."
UNSEEN = (
    "Lever does not let PinLever read feedback and interviews, so nobody can say whether somebody has touched them. "
    "A super admin connects again with these permissions; then try again."
)
NO_REASON = (
    "Choose first with which archive reason people are taken back: Settings → ATS integration → Taking back."
)
REASON_GONE = (
    "The archive reason chosen for this undo is no longer in use at Lever. Choose another one in the settings, then "
    "try again."
)
REFUSED = "Lever refused it: {said}."
NEVER_SHOWN = (
    "Lever's answer was lost several times, and Lever never showed them archived. Try again looks once more."
)
WORKER_DIES = "Workers died {times} times while they worked on this. Try again gives it another go."
TOO_LATE = "They have been in Lever for more than {days} days."
NOTE_UNKNOWN = "It is not known whether the note about it is in Lever."
NOTE_REFUSED = "The note about it could not be written: {said}."
NOTES_STAY = "{number} of our notes could not be deleted: {said}."
COMMENTED = "A note of ours with comments of others stays."
TAGS_STAY = "Our tags could not be removed: {said}."
MEANWHILE = "In the very moment: {told} Look whether they are to stay archived."
UNLINKED = "the link to Lever is gone; the profile stays as it is"
STAYS = (
    "The person's contact stays in Lever, with the link to Pin: Lever lets nobody delete people from outside.",
    "Messages that were sent, and files and forms, stay.",
)


def taken_back(by: str, result: dict[str, object]) -> str:
    """What was done, in one or two sentences; with what stays."""
    done = ["archived in Lever" if result.get("archived") else UNLINKED]
    notes, tags = _number(result, "notes"), _number(result, "tags")
    if notes:
        done.append(f"{notes} {'note' if notes == 1 else 'notes'} deleted")
    if tags:
        done.append(f"{tags} {'tag' if tags == 1 else 'tags'} removed")
    left = result.get("left") or []
    said = f"Taken back by {by}. {_listed(done)}."
    return " ".join([said, *(str(one) for one in left)]) if isinstance(left, list) else said


def note(run: UndoRun, *, link: str, mark: str, job: str, at: datetime) -> str:
    """The note about it on Lever's timeline."""
    lines = [
        f"Taken back in Pin · {clean_text(job, 200)}",
        f"{clean_text(run.by_label, 200)} took this export back on {at.day} {at:%b %Y, %H:%M} UTC.",
        "PinLever archived the opportunity it had made. Exporting the person again takes it out of the archive.",
    ]
    return signed(lines, link, mark)


def note_mark(run: UndoRun, record: SyncRecord) -> str:
    """The id in the note's last line: one for each undo of each record."""
    return mark_of(record.prospect.key, "undone", str(run.token))


def _number(result: dict[str, object], name: str) -> int:
    found = result.get(name)
    return len(found) if isinstance(found, Sequence) and not isinstance(found, str) else 0


def _listed(parts: Iterable[str]) -> str:
    told = ", ".join(parts)
    return f"{told[:1].upper()}{told[1:]}"
