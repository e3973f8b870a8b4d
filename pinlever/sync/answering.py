"""A person's answer to a question: link to one, create without the shared keys, send again, or give up."""

from typing import Any

from django.db import transaction

from pinlever.audit.services import SYSTEM, Actor, record as audit
from pinlever.connection import index
from pinlever.connection.models import MatchKey
from pinlever.foundation.clock import db_now
from pinlever.recruiting.families import family
from pinlever.sync import asked_holds, claims, intents, pairs, presences
from pinlever.sync.models import Intent, Priority, Question, State, SyncRecord, Wish
from pinlever.sync.services import NotPossible, as_it_was
from pinlever.sync.waking import wake

UNSETTLED_KINDS = frozenset({Question.Kind.UNSETTLED, Question.Kind.SEVERAL_FIT})


@transaction.atomic
def answer_link(*, by: Actor, question: Question, contact_id: str, opportunity_id: str = "") -> None:
    """This is the same person as that one in Lever."""
    record = _open(question)
    if contact_id not in _choices(question) and question.kind not in UNSETTLED_KINDS:
        raise NotPossible("That person is not among the choices of this question.")
    _settle_open_intent(record, Intent.Outcome.GIVEN_UP)
    _are_one(by, record, contact_id)
    _are_two(by, question, record, [row for row in _others(question) if row["contact"] != contact_id])
    _go_on(
        by,
        question,
        record,
        {"link": contact_id},
        wish=Wish.LINK,
        wish_contact_id=contact_id,
        wish_opportunity_id=opportunity_id,
    )


@transaction.atomic
def answer_add(*, by: Actor, question: Question) -> None:
    """The person in Lever it is, and this job becomes one more opportunity of theirs."""
    record = _open(question)
    if question.kind != Question.Kind.MATCH:
        raise NotPossible("First it has to be decided who this is. Link, create, or give up.")
    _go_on(by, question, record, {"add": sorted(_choices(question))}, wish=Wish.ADD)


@transaction.atomic
def answer_create(*, by: Actor, question: Question) -> None:
    """None of them: the person is created, without the keys that others in Lever have. It counts for all their jobs."""
    record = _open(question)
    if has_open_intent(record):
        raise NotPossible(
            "It is not known yet whether Lever saved this person. Send again, link, or give up."
        )
    shared = [key for option in question.options for key in _shared(record, option)]
    _are_two(by, question, record, _others(question))
    left_out = [*record.left_out_keys, *(key for key in shared if key not in record.left_out_keys)]
    _go_on(
        by,
        question,
        record,
        {"create": True, "without": shared},
        wish=Wish.CREATE,
        wish_contact_id="",
        wish_opportunity_id="",
        left_out_keys=left_out,
    )


@transaction.atomic
def answer_send_again(*, by: Actor, question: Question) -> None:
    """Somebody looked and found nothing in Lever: the same intent is read back once more and then sent again."""
    record = _open(question)
    for intent in record.intents.filter(outcome=""):
        intents.update(intent, empty_windows=0, unread_since=None)
    _go_on(by, question, record, {"send_again": True})


@transaction.atomic
def answer_give_up(*, by: Actor, question: Question) -> None:
    """Nothing more is sent. Should it turn up in Lever later, our own link brings it back."""
    record = _open(question)
    _settle_open_intent(record, Intent.Outcome.GIVEN_UP)
    _close(by, question, {"give_up": True})
    _write(record, **(as_it_was(record) or given_up(by)))
    claims.release(record)
    audit(
        by=by,
        action="sync.given_up",
        subject=record,
        before={"state": State.NEEDS_YOU},
        after={"state": record.state},
    )


@transaction.atomic
def answer_by_itself(question: Question) -> None:
    """What was asked has been decided elsewhere since: the record goes on."""
    _go_on(SYSTEM, question, _open(question), {"decided": "elsewhere"})


def given_up(by: Actor) -> dict[str, str]:
    """The columns of a record that a person gave up."""
    return {"state": State.CANCELLED, "cause": "given_up", "reason": f"Given up by {by.label}."}


def has_open_intent(record: SyncRecord) -> bool:
    return record.intents.filter(outcome="").exists()


def _open(question: Question) -> SyncRecord:
    record = SyncRecord.objects.select_for_update().get(pk=question.record_id)
    question.refresh_from_db()
    if question.answered_at is not None:
        raise NotPossible(f"{question.answered_by} has answered this already.")
    return record


def _shared(record: SyncRecord, option: dict[str, Any]) -> list[list[str]]:
    """The keys of somebody the record is not about. What was settled on them through the person's rows is undone;
    somebody anonymised keeps only what Lever still shows of them."""
    claims.forget_rows(record.account_id, option["contact"], option["matched"])
    keys = _keys(option)
    if not option["is_anonymised"]:
        return keys
    claims.forget_contact(record.account_id, option["contact"])
    shown = index.people(record.account, [(kind, value) for kind, value in keys])
    held = {key for person in shown if person.contact_id == option["contact"] for key in person.matched}
    return [key for key in keys if tuple(key) in held]


def _others(question: Question) -> list[dict[str, Any]]:
    """Whom the question names and Lever still tells something of."""
    return [option for option in question.options if not option["is_anonymised"]]


def _are_two(by: Actor, question: Question, record: SyncRecord, options: list[dict[str, Any]]) -> None:
    """Remembered for the person, whichever of their jobs asks next."""
    others = [
        pairs.SomebodyElse(
            option["contact"],
            option["name"],
            tuple((kind, value) for kind, value in _keys(option)),
            next((each["id"] for each in option["opportunities"]), ""),
        )
        for option in options
    ]
    if others and question.kind not in UNSETTLED_KINDS:
        candidate = record.prospect.candidate
        pairs.keep_apart(by=by, account=record.account, candidate=candidate, others=others, question=question)
        presences.work_out(record.account, [candidate.pk])


def _are_one(by: Actor, record: SyncRecord, contact_id: str) -> None:
    """Whoever said before that they are two is overruled."""
    members = family(record.prospect.candidate).ids
    pairs.forget(by=by, account_id=record.account_id, candidates=members, contacts=[contact_id])


def _keys(option: dict[str, Any]) -> list[list[str]]:
    return [key for key in option["matched"] if key[0] in MatchKey.values]


def _choices(question: Question) -> set[str]:
    return {option["contact"] for option in question.options}


def _settle_open_intent(record: SyncRecord, outcome: str) -> None:
    for intent in record.intents.filter(outcome=""):
        intents.close(intent, outcome)


def _go_on(by: Actor, question: Question, record: SyncRecord, answer: dict[str, Any], **columns: Any) -> None:
    _close(by, question, answer)
    _write(
        record,
        state=State.QUEUED,
        cause="",
        reason="",
        due_at=db_now(),
        claims_unended=0,
        tries=0,
        priority=Priority.INTERACTIVE,
        **columns,
    )
    audit(by=by, action="sync.answered", subject=record, before={"state": State.NEEDS_YOU}, after=answer)
    wake()


def _close(by: Actor, question: Question, answer: dict[str, Any]) -> None:
    Question.objects.filter(pk=question.pk).update(
        answered_at=db_now(), answered_by=by.label[:200], answer=answer
    )
    asked_holds.release_for(question)


def _write(record: SyncRecord, **columns: Any) -> None:
    SyncRecord.objects.filter(pk=record.pk).update(**columns, updated_at=db_now())
    for name, value in columns.items():
        setattr(record, name, value)
