"""Sending: create a person, add an opportunity, or link to what is there. Each answer ends the turn."""

from collections.abc import Callable
from dataclasses import replace

from pinlever.connection import index
from pinlever.connection.models import KnownOpportunity, ToldBy
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.lever.errors import Forbidden, LeverError, NotFound, OutcomeUnknown, Rejected
from pinlever.lever.types import Application, NewOpportunity, Opportunity, ResumeFile
from pinlever.sync import after_creation, causes, claims, gates, intents, near, timeline
from pinlever.sync.intents import Ready
from pinlever.sync.key_words import keys_told
from pinlever.sync.models import Intent, State
from pinlever.sync.plan import Key, Link
from pinlever.sync.turn import End, Turn
from pinlever.sync.waiting import first_look_after

RESUME_REFUSED = "Lever refused the résumé ({said}); the person was created without it."
NOT_CLAIMED = frozenset({"marker", *near.KINDS})  # they say who it is, but are nobody's own
RESUME_STATUSES = frozenset({400, 413, 415, 422})


def send(turn: Turn, ready: Ready, *, is_resend: bool = False) -> End:
    """Sends the intent once and ends the turn by what Lever says."""
    try:
        return _send_once(turn, ready)
    except Rejected as error:
        if not _blames_resume(ready.intent, error):
            return _not_done(turn, ready.intent, error, is_resend)
        note = RESUME_REFUSED.format(said=causes.said(error))
    except LeverError as error:
        return _not_done(turn, ready.intent, error, is_resend)
    again = intents.commit_again(turn, ready.intent, resume=None)
    turn.prolong(resume_note=note)
    try:
        return _send_once(turn, again)
    except LeverError as error:
        return _not_done(turn, again.intent, error, is_resend)


def _send_once(turn: Turn, ready: Ready) -> End:
    """Errors that mean "certainly not done" are raised; everything else is an End."""
    intent = ready.intent
    failpoint("push.before_send")
    try:
        created = turn.lever.create_opportunity(
            NewOpportunity.from_json(intent.payload),
            perform_as=intent.perform_as,
            resume=_resume_file(intent),
            send_before=ready.send_before,
        )
    except OutcomeUnknown as error:
        return _unknown(intent, error)
    failpoint("push.after_send")
    return done(turn, intent, created.opportunity, was_deduped=created.deduped)


def done(
    turn: Turn, intent: Intent, found: Opportunity, *, was_deduped: bool = False, read_back: bool = False
) -> End:
    """Lever has it: the intent is settled, the claims point at the contact."""
    record = turn.record
    payload = NewOpportunity.from_json(intent.payload)
    made = _with_posting(found, payload.posting_id)
    is_former = was_deduped and _had_only_deleted(turn, found.contact_id or "")
    index.upsert(record.account, [made], seen_at=db_now(), told_by=ToldBy.OURS)
    keys: list[Key] = [(kind, value) for kind, value in intent.keys]

    def effects() -> None:
        intents.close(intent, Intent.Outcome.DONE)
        claims.settle(record, found.contact_id or "", keys)
        timeline.backlog(record)
        after_creation.promise_after_creation(record, intent)

    return End(
        State.SYNCED,
        "",
        _created_sentence(
            payload, record.match_note, was_deduped=was_deduped, is_former=is_former, read_back=read_back
        ),
        effects=effects,
        columns={
            "contact_id": found.contact_id or "",
            "opportunity_id": found.id,
            "posting_id": payload.posting_id or "",
            "lever_url": found.url,
            "created_by_us": True,
            "was_deduped": was_deduped and not payload.contact_id,
            "synced_at": db_now(),
            "undone_at": None,
            "undone_reason_id": "",
        },
        note={
            "opportunity": found.id,
            "contact": found.contact_id,
            "read_back": read_back,
            **({"former_contact": True} if is_former else {}),
        },
    )


def linked(turn: Turn, decision: Link, keys: tuple[Key, ...]) -> End:
    """The person is in Lever already (or it is our own earlier work): no new profile."""
    record, person, opening = turn.record, decision.person, decision.opening
    matched = sorted(person.matched)
    elsewhere = {key for key in keys if key not in person.matched}
    theirs = [key for key in matched if key[0] not in NOT_CLAIMED]

    def effects() -> None:
        claims.settle(record, person.contact_id, [*theirs, *elsewhere])
        timeline.backlog(record, was_there=decision.adopted)
        if decision.adopted:
            after_creation.promise_after_creation(record, None)

    return End(
        State.SYNCED if decision.adopted else State.IN_LEVER,
        "",
        _told(_ADOPTED if decision.adopted else _LINKED.format(on=keys_told(matched) or _EARLIER), decision),
        effects=effects,
        columns={
            "contact_id": person.contact_id,
            "opportunity_id": opening.id,
            "posting_id": opening.posting_id,
            "lever_url": opening.url,
            "created_by_us": decision.adopted,
            "matched_on": [list(key) for key in matched],
            "match_note": decision.besides,
            "synced_at": db_now(),
            "undone_at": None,
            "undone_reason_id": "",
        },
        note={"opportunity": opening.id, "contact": person.contact_id, "matched_on": matched},
    )


def _unknown(intent: Intent, error: OutcomeUnknown) -> End:
    over_at = db_now()  # our call is over: no byte of it leaves after this
    reason = f"The answer was lost ({causes.said(error)}). We look in Lever whether it was saved before anything else."

    def effects() -> None:
        intents.update(intent, over_at=over_at)

    return End(State.RETRYING, causes.OUTCOME_UNKNOWN, reason, after=first_look_after(), effects=effects)


def _not_done(turn: Turn, intent: Intent, error: LeverError, is_resend: bool) -> End:
    """Certainly not done. A first sending is planned anew; of a resend only a refusal settles the intent."""
    gates.note_refusal(turn.connection, error)
    end = causes.end_for(error, turn.record.tries)
    refused = isinstance(error, Rejected) and not isinstance(error, Forbidden)
    keep = is_resend and not refused
    effects = _keep_for_later(intent) if keep else _close(intent)
    return replace(end, effects=effects)


def _close(intent: Intent) -> Callable[[], None]:
    return lambda: intents.close(intent, Intent.Outcome.NOT_DONE)


def _keep_for_later(intent: Intent) -> Callable[[], None]:
    """Nothing was sent, so this sending opened no window: its closing counts for nothing."""
    return lambda: intents.update(intent, over_at=db_now(), empty_windows=max(0, intent.empty_windows - 1))


def _with_posting(found: Opportunity, posting_id: str | None) -> Opportunity:
    """Lever answers a creation with the application's id alone; the posting is the one we asked for."""
    if not posting_id or found.posting_ids or not found.applications:
        return found
    return replace(found, applications=(Application(found.applications[0].id, posting_id),))


def _blames_resume(intent: Intent, error: Rejected) -> bool:
    """Whether it may be the résumé that Lever refuses: it is tried once without."""
    return (
        intent.resume_id is not None
        and error.status in RESUME_STATUSES
        and not isinstance(error, (Forbidden, NotFound))
    )


def _resume_file(intent: Intent) -> ResumeFile | None:
    if intent.resume is None:
        return None
    return ResumeFile(intent.resume_name, bytes(intent.resume.content))


def _had_only_deleted(turn: Turn, contact_id: str) -> bool:
    """Whether all we knew of the contact was deleted: Lever keeps the person, and knows them again by email."""
    known = KnownOpportunity.objects.filter(account=turn.account, contact_id=contact_id)
    deleted = list(known.values_list("deleted_at", flat=True))
    return bool(deleted) and None not in deleted


def _created_sentence(
    payload: NewOpportunity, match_note: str, *, was_deduped: bool, is_former: bool, read_back: bool
) -> str:
    if payload.contact_id:
        added = "Added to Lever as a new opportunity of the person who was there already."
        said = f"{added} {match_note}".rstrip()
    elif is_former:
        said = "Created in Lever, which knew them by their email from an opportunity that was deleted there."
    elif was_deduped:
        said = "Created in Lever. Lever had just come to know this email and added it to that person."
    else:
        said = "Created in Lever by PinLever."
    return f"{said} The answer was lost, so we looked it up." if read_back else said


def _told(said: str, decision: Link) -> str:
    return f"{said} {decision.besides}".rstrip()


_ADOPTED = "Created in Lever by PinLever earlier; found again there by our link."
_LINKED = "In Lever already: matched on {on}."
_EARLIER = "an earlier sync of the same person"
