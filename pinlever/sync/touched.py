"""Whether somebody at Lever has touched an opportunity since we left it: what differs, by whom and when Lever says so.

Pure. What we left is our creation, the moves we made, and the notes that end in our mark.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pinlever.lever.types import Feedback, Interview, Note, Opportunity, StageChange
from pinlever.sync.moments import day
from pinlever.sync.note_texts import marked_with

SOMEBODY = "Somebody"
MOST_TOLD = 3


@dataclass(frozen=True)
class Left:
    """What we left. `moved`: whether a change of stage after the creation is ours."""

    stage_id: str
    owner_id: str
    moved: Callable[[StageChange], bool]


@dataclass(frozen=True)
class Seen:
    """What Lever shows now."""

    there: Opportunity
    notes: tuple[Note, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    interviews: tuple[Interview, ...] = ()


@dataclass(frozen=True)
class Touch:
    """One thing that is not as we left it. `what`: stage, archived, owner, note, comment, feedback or interview."""

    what: str
    user_id: str = ""
    at: datetime | None = None
    about: str = ""  # the stage, the reason or the owner, by Lever's id


@dataclass(frozen=True)
class Names:
    """What Lever calls users, stages and archive reasons, by its ids."""

    users: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


def touches(seen: Seen, left: Left) -> list[Touch]:
    """All that differs, the most telling first."""
    return [
        *_stage(seen.there, left),
        *_archived(seen.there),
        *_owner(seen.there, left),
        *_notes(seen.notes),
        *(
            Touch("feedback", one.user_id or "", one.created_at)
            for one in seen.feedback
            if one.deleted_at is None
        ),
        *(Touch("interview", one.user_id or "", one.created_at) for one in seen.interviews),
    ]


def told(found: Iterable[Touch], names: Names) -> str:
    """ "Bob Stone moved them to Phone screen on 12 May 2026." For some of them, and how many more there are."""
    rows = list(found)
    sentences = [_sentence(one, names) for one in rows[:MOST_TOLD]]
    if len(rows) > MOST_TOLD:
        sentences.append(f"And {len(rows) - MOST_TOLD:,} more.")
    return " ".join(sentences)


def ids_of(found: Iterable[Touch]) -> tuple[set[str], set[str], set[str]]:
    """The users, stages and reasons that need a name."""
    rows = list(found)
    users = {one.user_id for one in rows} | {one.about for one in rows if one.what == "owner"}
    stages = {one.about for one in rows if one.what == "stage"}
    return users, stages, {one.about for one in rows if one.what == "archived"}


def _stage(there: Opportunity, left: Left) -> Iterator[Touch]:
    """The first change is the creation, which was ours."""
    changes = there.stage_changes
    if not changes:
        if there.stage_id not in (None, left.stage_id):
            yield Touch("stage", about=there.stage_id or "")
        return
    others = [one for one in changes[1:] if not left.moved(one)]
    if changes[0].stage_id != left.stage_id:
        others.insert(0, changes[0])
    if others:
        last = others[-1]
        yield Touch("stage", last.user_id or "", last.at, last.stage_id)


def _archived(there: Opportunity) -> Iterator[Touch]:
    if there.archived is not None:
        yield Touch("archived", "", there.archived.at, there.archived.reason_id or "")


def _owner(there: Opportunity, left: Left) -> Iterator[Touch]:
    if left.owner_id and (there.owner_id or "") != left.owner_id:
        yield Touch("owner", about=there.owner_id or "")


def _notes(notes: Iterable[Note]) -> Iterator[Touch]:
    """Notes without our mark, and comments on ours."""
    for note in notes:
        if note.deleted_at is not None:
            continue
        if not marked_with(note.value):
            yield Touch("note", note.user_id or "", note.created_at)
        elif len(note.values) > 1:
            yield Touch("comment", note.user_id or "", None)


def _sentence(one: Touch, names: Names) -> str:
    who = names.users.get(one.user_id, SOMEBODY)
    when = f" on {day(one.at)}" if one.at else ""
    if one.what == "stage":
        return f"{who} moved them to {names.stages.get(one.about, 'another stage')}{when}."
    if one.what == "archived":
        reason = names.reasons.get(one.about)
        return f"Somebody archived them{f' as “{reason}”' if reason else ''}{when}."
    if one.what == "owner":
        owner = names.users.get(one.about)
        return f"{owner} owns them in Lever now." if owner else "Their owner in Lever is another one now."
    if one.what == "comment":
        return "Somebody commented on a note of ours."
    return f"{who} {DID[one.what]}{when}."


DID = {"note": "wrote a note", "feedback": "gave feedback", "interview": "planned an interview"}
