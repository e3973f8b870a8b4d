"""After an answer was lost: looking in Lever for what we may have made, before anything is sent again.

Marker or email finds the person; an opportunity of theirs is ours only if it also fits the intent.
"""

from datetime import datetime, timedelta

from django.conf import settings

from pinlever.connection import crawl, index
from pinlever.connection.gateway import lever_time
from pinlever.connection.models import KnownOpportunity
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.lever.errors import LeverError, Unavailable
from pinlever.lever.types import NewOpportunity, Opportunity, from_ms
from pinlever.recruiting.identity import email_key
from pinlever.sync import causes, gates, intents, push
from pinlever.sync.asking import ask
from pinlever.sync.matching import SOURCE, Look
from pinlever.sync.models import Intent, Question, State, SyncRecord
from pinlever.sync.plan import Key, Opening, Person
from pinlever.sync.subject import MARKER
from pinlever.sync.turn import End, Turn
from pinlever.sync.waiting import EMPTY_WINDOWS, UNREADABLE_FOR, next_look

SHARED = timedelta(seconds=1)
SLACK = timedelta(seconds=1)  # should Lever round a createdAt
SEVERAL = "{number} opportunities in Lever could be the one we just made. Which one is it?"
UNSETTLED = (
    "It stays unknown whether Lever saved this person: we looked {looks}. Send again, link, or give up?"
)
CAME = "Lever did not save this person, and somebody else has added them since; it is looked at again."
NOT_DONE = Intent.Outcome.NOT_DONE
LOOKED_OFTEN = "many times and found nothing"
COULD_NOT_LOOK = "for a day and got no answer"


def settle(turn: Turn, intent: Intent) -> End:
    """One look for an unsettled intent, and what follows from it."""
    failpoint("readback.before")
    # Before: a look that takes long knows nothing of its own end. All looks of one second share one refresh.
    looked_at = db_now() - SHARED
    try:
        ours, gone = _look(turn, intent, looked_at)
    except LeverError as error:
        return _unreadable(turn, intent, error)
    failpoint("readback.after")
    if len(ours) > 1:
        return ask(turn, Question.Kind.SEVERAL_FIT, SEVERAL.format(number=len(ours)), _as_people(ours))
    if ours:
        return push.done(turn, intent, _parsed(ours[0]), read_back=True)
    if gone:
        return _removed(intent, gone[0])
    wait = next_look(intent.over_at, looked_at)
    if wait is not None:
        return _look_again(intent, wait)
    return _window_closed(turn, intent)


def fits(intent: Intent, payload: NewOpportunity, row: KnownOpportunity) -> bool:
    """Whether this opportunity of the person is the one the intent made."""
    return (
        row.lever_id not in intent.seen_before
        and row.posting_id == (payload.posting_id or "")
        and SOURCE in row.sources
        and row.first_stage_by in ("", intent.perform_as)
        and row.opened_at >= from_ms(intent.created_ms) - SLACK
    )


def _look(
    turn: Turn, intent: Intent, looked_at: datetime
) -> tuple[list[KnownOpportunity], list[Opportunity]]:
    """The opportunities that fit, and the deleted ones that do, as Lever shows them at `looked_at` or later."""
    account, client = turn.account, turn.lever
    payload = NewOpportunity.from_json(intent.payload)
    created_at = from_ms(intent.created_ms)
    look = Look(account, client, before=turn.prolong)
    look.window(created_at - SLACK, created_at + SLACK)
    since = max(looked_at, min(intent.over_at, db_now()))
    if not crawl.ensure_fresh(account, client, since=since, wait=settings.LEVER_DEADLINE):
        raise Unavailable("the changes in Lever could not be read")
    for email in payload.emails:
        look.email(email)
    if payload.contact_id:
        look.contact(payload.contact_id)
    found = {row.lever_id: row for row in _of_person(turn, payload) if fits(intent, payload, row)}
    # Another record that is merely linked to it takes it from nobody: we would send again what Lever has.
    made = SyncRecord.objects.filter(account=account, opportunity_id__in=list(found), created_by_us=True)
    taken = made.exclude(pk=turn.record.pk)
    for opportunity_id in taken.values_list("opportunity_id", flat=True):
        found.pop(opportunity_id, None)
    return list(found.values()), [] if found else _deleted(turn, intent, payload)


def _of_person(turn: Turn, payload: NewOpportunity) -> list[KnownOpportunity]:
    if payload.contact_id:
        known = index.contact(turn.account, payload.contact_id)
        return list(known.opportunities) if known else []
    rows = index.people(turn.account, _keys(payload))
    return [row for person in rows for row in person.opportunities]


def _keys(payload: NewOpportunity) -> list[Key]:
    markers = [index.marker_of(link) for link in payload.links]
    emails = [email_key(email) or email for email in payload.emails]
    return [("email", email) for email in emails] + [(MARKER, str(marker)) for marker in markers if marker]


def _deleted(turn: Turn, intent: Intent, payload: NewOpportunity) -> list[Opportunity]:
    """Deleted in Lever before we could see it: it was made, and somebody took it away."""
    ours = set(_keys(payload))
    since = lever_time(turn.account.pk, intent.made_at) - timedelta(minutes=1)
    rows = turn.lever.deleted_opportunities(since)
    return [
        row
        for row in rows
        if row.id not in intent.seen_before
        and row.created_at is not None
        and row.created_at >= from_ms(intent.created_ms) - SLACK
        and (ours & set(index.key_rows(row)) or (payload.contact_id and row.contact_id == payload.contact_id))
        and SOURCE in row.sources
    ]


def _removed(intent: Intent, row: Opportunity) -> End:
    return End(
        State.REMOVED,
        "deleted",
        "Created in Lever by PinLever and deleted there since.",
        columns={"contact_id": row.contact_id or "", "opportunity_id": row.id, "created_by_us": True},
        effects=lambda: intents.close(intent, Intent.Outcome.DONE),
    )


def _look_again(intent: Intent, wait: float) -> End:
    reason = (
        "The answer was lost, and Lever does not show the person yet. We look again before sending anything."
    )
    effects = _readable(intent)
    return End(State.RETRYING, causes.OUTCOME_UNKNOWN, reason, after=wait, effects=effects)


def _readable(intent: Intent) -> "intents.Effect":
    return lambda: intents.update(intent, unread_since=None)


def _unreadable(turn: Turn, intent: Intent, error: LeverError) -> End:
    """No read-back was possible. Nothing is sent; after a day without one a person decides."""
    since = intent.unread_since or db_now()
    if db_now() - since > UNREADABLE_FOR:
        return ask(turn, Question.Kind.UNSETTLED, UNSETTLED.format(looks=COULD_NOT_LOOK), ())
    gates.note_refusal(turn.connection, error)
    end = causes.end_for(error, turn.record.tries)
    if end.state == State.FAILED:  # refused a read: an unsettled record cannot fail, it looks again
        end = causes.end_for(Unavailable(error.what, said=error.said, status=error.status), turn.record.tries)
    return End(
        end.state,
        end.cause,
        end.reason,
        end.after,
        end.is_failed_try,
        effects=lambda: intents.update(intent, unread_since=since),
    )


def _window_closed(turn: Turn, intent: Intent) -> End:
    """Nothing was found to the window's end: it was not done. Sent again, as often as windows may stay empty."""
    if _somebody_else_came(turn, intent):
        return End(
            State.QUEUED, causes.CHANGED, CAME, after=0.0, effects=lambda: intents.close(intent, NOT_DONE)
        )
    empty = intent.empty_windows + 1
    if empty >= EMPTY_WINDOWS:
        end = ask(turn, Question.Kind.UNSETTLED, UNSETTLED.format(looks=LOOKED_OFTEN), ())
        return _with_effect(end, lambda: intents.update(intent, empty_windows=empty, unread_since=None))
    cause = gates.closed_to_writing(turn.record)
    if cause is not None:
        return causes.held(cause)
    return push.send(
        turn, intents.commit_again(turn, intent, empty_windows=empty, unread_since=None), is_resend=True
    )


def _somebody_else_came(turn: Turn, intent: Intent) -> bool:
    """Whether a key of the person has come to Lever meanwhile, by other hands: then it is planned anew."""
    if NewOpportunity.from_json(intent.payload).contact_id:
        return False
    keys = [(kind, value) for kind, value in intent.keys if kind not in ("candidate", "posting")]
    return bool(index.people(turn.account, keys))


def _with_effect(end: End, also: "intents.Effect") -> End:
    def effects() -> None:
        end.effects()
        also()

    return End(end.state, end.cause, end.reason, end.after, end.is_failed_try, end.columns, effects, end.note)


def _parsed(row: KnownOpportunity) -> Opportunity:
    return Opportunity.parse(row.payload)


def _as_people(rows: list[KnownOpportunity]) -> tuple[Person, ...]:
    return tuple(
        Person(
            row.contact_id,
            row.name,
            (
                Opening(
                    row.lever_id,
                    row.posting_id,
                    row.archived_at is not None,
                    row.archived_at,
                    row.active_at,
                    url=row.url,
                ),
            ),
            frozenset(),
        )
        for row in rows
    )
