"""How a person will look in Lever, made by the functions that make what is sent; once sent, what was sent.

Nothing here writes or asks Lever: what will happen is decided by `plan.decide` from the index.
"""

from dataclasses import dataclass
from datetime import datetime

from pinlever.connection.index import marker_of
from pinlever.connection.models import LeverAccount, LeverUser, Stage
from pinlever.connection.names import names_of, posting_names
from pinlever.foundation.clock import db_now
from pinlever.lever.types import NewOpportunity
from pinlever.recruiting.facts import PersonFacts
from pinlever.recruiting.models import Prospect
from pinlever.recruiting.services import known_facts
from pinlever.sync import payload, standing
from pinlever.sync.known import Known, known_of
from pinlever.sync.models import Intent, SyncRecord
from pinlever.sync.plan import Add, Ask, Create, Decision, Link, decide
from pinlever.sync.resume.render import file_name
from pinlever.sync.subject import Subject
from pinlever.sync.turn import EndsHere

_STAGE = "New lead"
_NO_RESUME = "None: imported people have their own."
_NO_RESUME_ADDED = "None: the person's profile in Lever stays as it is."


@dataclass(frozen=True)
class Shown:
    """A profile as Lever would show it. `outcome` is create, add, link or ask; `problem` keeps it from being sent.

    `sent_at` is set when this is what was sent and not what would be.
    """

    outcome: str
    told: str
    new: NewOpportunity
    posting: str
    stage: str
    owner: str
    acts: str
    sourced_by: str
    resume: str
    problem: str = ""
    sent_at: datetime | None = None

    @property
    def links(self) -> list[str]:
        return [link for link in self.new.links if marker_of(link) is None]

    @property
    def our_link(self) -> str:
        return next((link for link in self.new.links if marker_of(link) is not None), "")


def shown(account: LeverAccount, prospect: Prospect) -> Shown:
    """What was sent for this prospect, else what would be sent now. It comes with candidate, job, owner and sourcer."""
    (known,) = known_of(account, [prospect])
    record = known.record
    if record is not None and record.created_by_us:
        sent = record.intents.filter(outcome=Intent.Outcome.DONE).order_by("-id").first()
        if sent is not None:
            return _sent(account, record, known.subject, sent)
    return _to_be_sent(account, known)


def _sent(account: LeverAccount, record: SyncRecord, subject: Subject, intent: Intent) -> Shown:
    new = NewOpportunity.from_json(intent.payload)
    sent = [intent.resume_name] if intent.resume_id else []
    resume = ". ".join([*sent, *filter(None, [record.resume_note])]) or _NO_RESUME
    return Shown(
        outcome="add" if new.contact_id else "create",
        told="This is what was sent. What was changed since, here or there, stays where it was changed.",
        new=new,
        posting=_posting(account, new.posting_id or ""),
        stage=_stage(account, new.stage),
        owner=_user(account, new.owner_id or ""),
        acts=record.performed_as_how,
        sourced_by=payload.sourced_by(subject),
        resume=resume,
        sent_at=intent.made_at,
    )


def _to_be_sent(account: LeverAccount, known: Known) -> Shown:
    subject = known.subject
    facts = known_facts(subject.family)
    decision = decide(known.facts)
    performer, problem = _standing(account, subject)
    owner = performer[0] if performer else ""
    new = _new(account, subject, facts, decision, owner)
    return Shown(
        outcome=_OUTCOMES[type(decision)],
        told=_told(decision),
        new=new,
        posting=_posting(account, subject.posting_id),
        stage=_stage(account, new.stage),
        owner=_user(account, owner),
        acts=performer[1] if performer else "",
        sourced_by=payload.sourced_by(subject),
        resume=_resume(facts, decision),
        problem=problem,
    )


def _new(
    account: LeverAccount, subject: Subject, facts: PersonFacts, decision: Decision, performer: str
) -> NewOpportunity:
    now = db_now()
    if isinstance(decision, Add):
        return payload.further_opportunity_for(
            subject, decision.person.contact_id, performer=performer, created_at=now
        )
    return payload.opportunity_for(
        subject, facts, performer=performer, created_at=now, skills_as_tags=account.send_skills_as_tags
    )


def _standing(account: LeverAccount, subject: Subject) -> tuple[tuple[str, str] | None, str]:
    """(user id, in words whom they stand for), and what keeps the person from being sent."""
    try:
        performer = standing.performer_for(account, subject)
    except EndsHere as ends:
        return None, ends.end.reason
    found = (performer.user_id, performer.how)
    try:
        standing.check_posting(account, subject.posting_id)
    except EndsHere as ends:
        return found, ends.end.reason
    return found, ""


_OUTCOMES: dict[type, str] = {Create: "create", Add: "add", Link: "link", Ask: "ask"}


def _told(decision: Decision) -> str:
    match decision:
        case Link(person=person):
            return f"Nothing is sent: {person.name or 'this person'} is in Lever already and will be linked."
        case Add(person=person):
            return (
                f"{person.name or 'This person'} is in Lever already and gets one more opportunity. "
                "Contact details in Lever belong to Lever and are not sent again."
            )
        case Ask(text=text):
            return f"Before anything is sent, somebody is asked: {text}"
    return "Nobody in Lever has these contact details: a new profile, always as a lead."


def _resume(facts: PersonFacts, decision: Decision) -> str:
    if isinstance(decision, Add | Link):
        return _NO_RESUME_ADDED
    return file_name(facts.full_name) if payload.is_sourced_in_pin(facts) else _NO_RESUME


def _posting(account: LeverAccount, posting_id: str) -> str:
    return posting_names(account, [posting_id]).get(posting_id, posting_id)


def _stage(account: LeverAccount, stage_id: str) -> str:
    return names_of(Stage, account, [stage_id]).get(stage_id, _STAGE)


def _user(account: LeverAccount, user_id: str) -> str:
    row = LeverUser.objects.filter(account=account, lever_id=user_id).first() if user_id else None
    return f"{row.text} ({row.email})" if row and row.email else row.text if row else user_id
