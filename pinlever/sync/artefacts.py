"""What Lever gets about a person, each a step of its own: profile, résumé, notes, form; moves and updates where any.

The same words on pages, in lists, the API and the admin. Constant queries for any number of records.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pinlever.lever.types import NewOpportunity
from pinlever.recruiting.families import families
from pinlever.recruiting.models import Prospect, SourcedVia
from pinlever.sync.followup_cures import cause_of_follow_up
from pinlever.sync.followup_words import told_of
from pinlever.sync.models import IN_LEVER_STATES, FollowUp, FormRule, Intent, SyncRecord
from pinlever.sync.profile_words import profile_told
from pinlever.sync.step_rows import (
    DETAILS,
    DONE,
    FAILED,
    FORM,
    LEFT_OUT,
    NOT_NEEDED,
    NOTES,
    PROFILE,
    RESUME,
    STAGE,
    WAITING,
    Rows,
    step_rows,
)

State = FollowUp.State

TITLES = {
    PROFILE: "Profile",
    RESUME: "Résumé",
    NOTES: "Notes",
    FORM: "Fields form",
    STAGE: "Stage moves",
    DETAILS: "Profile updates",
}
AS_FILE = "After creation Lever takes a résumé only as a file: it appears under Files, not as their résumé."
LINKED = "Their profile in Lever was there already; nothing of ours is added to it."
IMPORTED = "None is made: imported people have a résumé of their own."
ADDED = (
    "It does not go along with a further opportunity of somebody whom Lever knew. It can be sent as a file."
)
FOUND_AGAIN = (
    "Whether it went along is not known, as our earlier work was found again. It can be sent as a file."
)
NOT_SENT = "It did not go along with the profile. It can be sent as a file."


@dataclass(frozen=True)
class Do:
    """A button: `code` is retry, send, leave_out or map_form."""

    code: str
    label: str
    needs_super_admin: bool = False


@dataclass(frozen=True)
class Artefact:
    """One step. `told` is what came of it; `reason` why it stands still, and what to do; `hint` what to know."""

    step: str
    state: str
    told: str
    reason: str = ""
    hint: str = ""
    cause: str = ""
    at: datetime | None = None
    actions: tuple[Do, ...] = ()

    @property
    def title(self) -> str:
        return TITLES[self.step]

    @property
    def sentence(self) -> str:
        return " ".join(part for part in (self.told, self.reason, self.hint) if part)


@dataclass(frozen=True)
class _Near:
    """What is read for all records together."""

    rows: Mapping[tuple[int, str], Rows]
    intents: Mapping[int, Intent]
    imported: frozenset[int]
    rules: Mapping[int, FormRule]


def artefacts_of(records: Sequence[SyncRecord]) -> dict[int, tuple[Artefact, ...]]:
    """By record; of those in Lever. Some seven queries, however many records."""
    there = [record for record in records if record.state in IN_LEVER_STATES]
    if not there:
        return {}
    near = _near(there)
    return {record.pk: tuple(_steps(record, near)) for record in there}


def of_one(record: SyncRecord) -> tuple[Artefact, ...]:
    return artefacts_of([record]).get(record.pk, ())


def _near(records: Sequence[SyncRecord]) -> _Near:
    done = Intent.objects.filter(record__in=[one.pk for one in records], outcome=Intent.Outcome.DONE)
    rules = FormRule.objects.filter(account__in={one.account_id for one in records})
    return _Near(
        step_rows(records),
        {intent.record_id: intent for intent in done.defer("keys", "seen_before").order_by("pk")},
        _imported(records),
        {rule.account_id: rule for rule in rules},
    )


def _imported(records: Sequence[SyncRecord]) -> frozenset[int]:
    """Records of people who are not sourced in Pin."""
    of = dict(
        Prospect.objects.filter(pk__in={one.prospect_id for one in records}).values_list("pk", "candidate")
    )
    people = families(of.values())
    return frozenset(
        one.pk for one in records if people[of[one.prospect_id]].root.sourced_via != SourcedVia.PIN
    )


def _steps(record: SyncRecord, near: _Near) -> Iterable[Artefact]:
    yield Artefact(
        PROFILE,
        DONE if record.created_by_us else NOT_NEEDED,
        profile_told(record, near.intents.get(record.pk)),
        at=record.synced_at,
    )
    yield _resume(record, near)
    for step in (NOTES, FORM, STAGE, DETAILS):
        rows = near.rows.get((record.pk, step))
        if step == FORM:
            yield _form(record, near, rows)
        elif rows is not None and rows.counts.keys() != {State.SKIPPED}:
            yield _of_rows(step, rows)
        elif step == NOTES:
            yield Artefact(NOTES, NOT_NEEDED, "Nothing is to be told yet.")


def _of_rows(step: str, rows: Rows, told: str = "", hint: str = "") -> Artefact:
    reason = rows.reason if step == RESUME or rows.state in (FAILED, WAITING, LEFT_OUT) else ""
    cause = rows.cause if rows.state in (FAILED, WAITING) else ""
    return Artefact(
        step,
        rows.state,
        told or told_of(step, rows.counts),
        reason,
        hint,
        cause,
        rows.last,
        _actions(step, rows),
    )


def _actions(step: str, rows: Rows) -> tuple[Do, ...]:
    if rows.state == FAILED:
        known = cause_of_follow_up(rows.cause)
        mapped = (Do("map_form", "Map the form again", True),)
        cures = mapped if known is not None and known.action.code == "map_form" else ()
        leave = (Do("leave_out", "Leave it out"),) if step in (RESUME, FORM) else ()
        return (*cures, Do("retry", "Try it again"), *leave)
    if rows.state == WAITING and rows.reason:
        return (Do("retry", "Try it now"),)
    return (Do("send", _SEND[step]),) if rows.state == LEFT_OUT else ()


_SEND = {RESUME: "Send as a file", FORM: "Write the form"}


def _resume(record: SyncRecord, near: _Near) -> Artefact:
    intent, rows = near.intents.get(record.pk), near.rows.get((record.pk, RESUME))
    if rows is not None:
        return _as_file(rows)
    if not record.created_by_us:
        return Artefact(RESUME, NOT_NEEDED, LINKED)
    if intent is not None and intent.resume_id is not None:
        return Artefact(
            RESUME, DONE, "Went along with the profile.", hint=record.resume_note, at=record.synced_at
        )
    if record.pk in near.imported:
        return Artefact(RESUME, NOT_NEEDED, IMPORTED)
    is_further = intent is not None and bool(NewOpportunity.from_json(intent.payload).contact_id)
    told = FOUND_AGAIN if intent is None else ADDED if is_further else NOT_SENT
    return Artefact(RESUME, LEFT_OUT, told, hint=AS_FILE, actions=(Do("send", _SEND[RESUME]),))


def _as_file(rows: Rows) -> Artefact:
    told = {
        DONE: "Sent as a file.",
        WAITING: "Not with the profile; it is sent as a file.",
        FAILED: "Missing: not with the profile, and not sent as a file.",
        LEFT_OUT: "Missing, by decision.",
        NOT_NEEDED: "Not sent.",
    }[rows.state]
    if rows.state == NOT_NEEDED:
        return Artefact(RESUME, NOT_NEEDED, rows.reason or told, at=rows.last)
    return _of_rows(RESUME, rows, told, AS_FILE)


_FORM = {
    DONE: "Written.",
    WAITING: "It is written after the profile.",
    FAILED: "Not written.",
    LEFT_OUT: "Not written, by decision.",
}


def _form(record: SyncRecord, near: _Near, rows: Rows | None) -> Artefact:
    rule = near.rules.get(record.account_id)
    if rows is not None and rows.state in _FORM:
        return _of_rows(FORM, rows, _FORM[rows.state])
    if rows is not None and rows.reason:
        return Artefact(FORM, NOT_NEEDED, rows.reason, at=rows.last)
    if rule is None or not rule.is_on:
        return Artefact(FORM, NOT_NEEDED, "No fields form is written.")
    if not record.created_by_us:
        return Artefact(FORM, NOT_NEEDED, LINKED)
    told = f"They came to Lever before “{rule.text}” was switched on."
    return Artefact(FORM, LEFT_OUT, told, actions=(Do("send", _SEND[FORM]),))
