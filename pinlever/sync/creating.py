"""Creating a person in Lever, or one more opportunity of somebody there: up to the committed intent."""

from dataclasses import dataclass

from pinlever.connection.catalogue import Performer
from pinlever.lever.types import NewOpportunity
from pinlever.recruiting.services import known_facts
from pinlever.sync import causes, claims, intents, matching, payload, push
from pinlever.sync.models import ResumePdf, State
from pinlever.sync.plan import Add, Key, Link, Person
from pinlever.sync.resume.render import file_name
from pinlever.sync.resumes import resume_for
from pinlever.sync.standing import check_posting, performer_for
from pinlever.sync.subject import Subject
from pinlever.sync.turn import End, Turn

TWIN = "Another job adds this person to the same Lever job; this follows."
GONE = "they are no longer in Lever"


@dataclass(frozen=True)
class Sending:
    """What is to be committed and sent, and the keys it stands on."""

    new: NewOpportunity
    keys: tuple[Key, ...]
    seen_before: tuple[str, ...] = ()
    resume: ResumePdf | None = None
    resume_note: str = ""
    match_note: str = ""


def create(turn: Turn, subject: Subject) -> End:
    """Nobody in Lever is this person: create them with everything we know."""
    check_posting(turn.account, subject.posting_id)
    performer = performer_for(turn.account, subject)
    known = known_facts(subject.family)
    resume, note = resume_for(subject, known)
    new = payload.opportunity_for(
        subject,
        known,
        performer=performer.user_id,
        created_at=intents.next_created_at(turn.account.pk),
        skills_as_tags=turn.account.send_skills_as_tags,
    )
    return _send(turn, subject, performer, Sending(new, subject.claim_keys, resume=resume, resume_note=note))


def add(turn: Turn, subject: Subject, look: matching.Look, decision: Add) -> End:
    """One more opportunity of somebody in Lever; an active one on the posting, seen live, is linked instead."""
    person = decision.person
    check_posting(turn.account, subject.posting_id)
    performer = performer_for(turn.account, subject)
    keys = (*subject.claim_keys, _place(person, subject))
    if isinstance(claims.take(turn.record, keys), claims.MustWait):
        return End(State.QUEUED, causes.TWIN, TWIN)
    look.contact(person.contact_id)
    now_there = _as_seen_now(turn, subject, person)
    if now_there is None:
        return causes.changed(turn.record.tries, GONE)
    on_posting = now_there.active_on(subject.posting_id)
    if on_posting is not None:
        link = Link(now_there, on_posting, besides=decision.besides)
        return push.linked(turn, link, subject.claim_keys)
    new = payload.further_opportunity_for(
        subject,
        person.contact_id,
        performer=performer.user_id,
        created_at=intents.next_created_at(turn.account.pk),
    )
    seen = tuple(opening.id for opening in now_there.openings)
    return _send(turn, subject, performer, Sending(new, keys, seen_before=seen, match_note=decision.besides))


def _place(person: Person, subject: Subject) -> Key:
    """A person is added to a posting once; without a posting, once for each prospect."""
    where = subject.posting_id or f"none:{subject.prospect.pk}"
    return ("posting", f"{person.contact_id}:{where}")


def _as_seen_now(turn: Turn, subject: Subject, person: Person) -> Person | None:
    people = matching.people_for(turn.record, subject, None, {person.contact_id: frozenset()})
    found = [one for one in people if one.contact_id == person.contact_id and one.openings]
    return found[0] if found else None


def _send(turn: Turn, subject: Subject, performer: Performer, sending: Sending) -> End:
    ready = intents.commit(
        turn,
        subject,
        sending.new,
        perform_as=performer.user_id,
        keys=sending.keys,
        seen_before=list(sending.seen_before),
        resume=sending.resume,
        resume_name=file_name(sending.new.name) if sending.resume else "",
        columns={
            "performed_as": performer.user_id,
            "performed_as_how": performer.how[:300],
            "resume_note": sending.resume_note,
            "match_note": sending.match_note,
        },
    )
    return push.send(turn, ready)
