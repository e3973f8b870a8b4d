"""One turn at one record: gates, read-back of what is unsettled, plan, and the act that follows from it."""

import logging
from dataclasses import replace

from django.conf import settings

from pinlever.connection import crawl
from pinlever.connection.accounts import current_connection
from pinlever.connection.gateway import open_client
from pinlever.connection.spending import Spending
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.leases import LeaseLost, claim_first
from pinlever.lever.errors import LeverError
from pinlever.sync import (
    bringing_back,
    causes,
    claims,
    creating,
    gates,
    intents,
    matching,
    near,
    plan,
    profiles,
    push,
    readback,
    removals,
)
from pinlever.sync.asking import ask
from pinlever.sync.compared import compared
from pinlever.sync.models import Question, State, SyncRecord, Wish
from pinlever.sync.story import Story
from pinlever.sync.subject import Subject, open_identity_question, subject_of
from pinlever.sync.tallying import tally
from pinlever.sync.turn import End, EndsHere, Turn, finish

log = logging.getLogger(__name__)

MOST_DEATHS = 5
WORKER_DIES = (
    "Workers died {times} times while they worked on this person. Look at the attempts, then decide."
)
WHO_IS_IT = (
    "Somebody has to say who this is before they go to Lever: some of their keys belong to others in Pin."
)
TWIN = "The same person is on their way into Lever through another job; this goes on when that is done."
NEAR_TWIN = (
    "Somebody of the same name and company, or phone, is on their way into Lever; this goes on after them."
)
STALE = "Lever's latest changes could not be read yet; nobody is created before that."


def work_one() -> bool:
    """Takes the most urgent due record through one turn. False when nothing is due."""
    spending = Spending()
    due = SyncRecord.objects.due(db_now()).select_related("account", "prospect")
    claimed = claim_first(due, seconds=settings.RECORD_LEASE)
    if claimed is None:
        return False
    failpoint("work.claimed")
    record, lease = claimed
    take_turn(Turn(record, lease, Story(record), spending=spending))
    return True


def take_turn(turn: Turn) -> None:
    """Works the record and ends the turn, whatever happens."""
    try:
        end = _end_of(turn)
        _finish(turn, end)
    except LeaseLost:
        turn.story.ends("lease_lost", "Another worker took over; this one changed nothing more.")
    else:
        tally(turn, end)


def _finish(turn: Turn, end: End) -> None:
    try:
        finish(turn, compared(turn, end))
    except LeaseLost:
        raise
    except Exception as error:  # else the record would be left to its lease, again and again
        log.exception("Record %s", turn.record.pk)
        finish(turn, causes.end_for_bug(error, turn.record.tries))


def _end_of(turn: Turn) -> End:
    try:
        return _work(turn)
    except LeaseLost:
        raise
    except EndsHere as here:
        return here.end
    except intents.ChangedMeanwhile as change:
        return causes.changed(turn.record.tries, str(change))
    except LeverError as error:
        gates.note_refusal(turn.connection, error)
        return causes.end_for(error, turn.record.tries)
    except Exception as error:  # one record's bad data must not stop the others; it is told on the record
        log.exception("Record %s", turn.record.pk)
        return causes.end_for_bug(error, turn.record.tries)


def _work(turn: Turn) -> End:
    record = turn.record
    if record.claims_unended > MOST_DEATHS:
        return ask(turn, Question.Kind.WORKER_DIES, WORKER_DIES.format(times=record.claims_unended - 1), ())
    turn.connection = current_connection()
    cause = gates.closed_to_all(record, turn.connection)
    if cause is not None or turn.connection is None:
        return causes.held(cause or causes.NOT_CONNECTED)
    turn.client = open_client(turn.connection, on_call=turn.story.heard, spending=turn.spending)
    intent = record.intents.filter(outcome="").first()
    if intent is not None:
        return readback.settle(turn, intent)
    if record.return_over_at is not None:
        return bringing_back.settle(turn)
    cause = _closed(record)
    return causes.held(cause) if cause else _decide_and_act(turn)


def _closed(record: SyncRecord) -> str | None:
    """Linking to a profile that a file names writes nothing and creates nobody: no switch holds it."""
    if record.wish_opportunity_id:
        return None
    return gates.closed_to_writing(record) or gates.closed_to_deciding(record)


def _decide_and_act(turn: Turn, *, is_again: bool = False) -> End:
    """Who finds that a settled claim points at nobody any more goes on at once: others would overtake them."""
    subject = subject_of(turn.record)
    if open_identity_question(subject) is not None:
        return ask(turn, Question.Kind.IDENTITY, WHO_IS_IT, ())
    look = matching.Look(turn.account, turn.lever, before=turn.prolong)
    if turn.record.wish_opportunity_id:
        profiles.find_named(turn, look)
    claimed = claims.take(turn.record, (*subject.claim_keys, *near.claims_of(subject.near)))
    if isinstance(claimed, claims.MustWait):
        return End(State.QUEUED, causes.TWIN, NEAR_TWIN if claimed.is_near else TWIN)
    vanished = [one for one in claimed.settled if not matching.still_there(turn.account, one, look)]
    if vanished:
        removals.follow(turn.account, vanished)
        return causes.changed(turn.record.tries) if is_again else _decide_and_act(turn, is_again=True)
    if turn.record.wish != Wish.LINK and subject.needs_fresh_index and not _is_fresh(turn):
        return End(State.RETRYING, causes.INDEX, STALE, after=1.0)
    facts = matching.facts_for(turn.record, subject, look, claimed.settled)
    if subject.apart and subject_of(turn.record).left_out != subject.left_out:
        return replace(causes.changed(turn.record.tries), effects=lambda: claims.release(turn.record))
    return _act(turn, subject, look, facts)


def _act(turn: Turn, subject: Subject, look: matching.Look, facts: plan.Facts) -> End:
    turn.facts, turn.told_live = facts, frozenset(look.told_live)
    decision = plan.decide(facts)
    if isinstance(decision, plan.Ask):
        return ask(turn, decision.kind, decision.text, decision.people)
    if isinstance(decision, plan.BringBack):
        return bringing_back.bring_back(turn, decision, subject.claim_keys)
    if isinstance(decision, plan.Link | plan.Add) and decision.set_aside:
        claims.give_back(turn.record, decision.set_aside)
        subject = subject.without(decision.set_aside)
    if isinstance(decision, plan.Link):
        return _link(turn, subject, look, decision)
    if isinstance(decision, plan.Add):
        return creating.add(turn, subject, look, decision)
    return creating.create(turn, subject)


def _link(turn: Turn, subject: Subject, look: matching.Look, decision: plan.Link) -> End:
    """What only the index told is read once more: somebody may just have deleted or merged it."""
    if decision.opening.id not in look.read_live:
        found = look.opportunity(decision.opening.id)
        if found is None or found.contact_id != decision.person.contact_id or found.is_anonymized:
            return causes.changed(turn.record.tries)
    return push.linked(turn, decision, subject.claim_keys)


def _is_fresh(turn: Turn) -> bool:
    return crawl.ensure_fresh(
        turn.account, turn.lever, max_age=settings.INDEX_FRESH_FOR, wait=settings.LEVER_DEADLINE
    )
