"""Every answer can be taken back: the record is asked about again, and what was remembered is forgotten."""

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN, SYSTEM
from pinlever.outreach.models import Hold
from pinlever.sync import answering
from pinlever.sync.models import NotTheSame, Question, State, SyncRecord
from pinlever.sync.reversing import reverse, stays, why_not
from pinlever.sync.services import NotPossible
from pinlever.sync.subject import subject_of
from tests.sync.test_pairs import ada, exported, in_lever_already
from tests.sync.world import World


def doubtful(company: World) -> SyncRecord:
    in_lever_already(company, "Ada By Email", emails=["ada@people.example"])
    in_lever_already(company, "Ada By LinkedIn", links=["https://linkedin.com/in/ada-lovelace"])
    record = exported(company, ada(company))
    assert record.cause == "ask_doubt"
    return record


def answered(record: SyncRecord, how: str) -> Question:
    question = record.questions.get()
    if how == "link":
        answering.answer_link(by=PIN, question=question, contact_id=question.options[0]["contact"])
    elif how == "create":
        answering.answer_create(by=PIN, question=question)
    else:
        answering.answer_give_up(by=PIN, question=question)
    return question


@pytest.mark.parametrize("how", ["link", "create", "give_up"])
@pytest.mark.parametrize("is_done", [True, False])
def test_it_is_asked_again_as_before(company: World, how: str, is_done: bool) -> None:
    record = doubtful(company)
    question = answered(record, how)
    if is_done:
        company.work()
    again = reverse(by=PIN, question=question)
    record.refresh_from_db()
    assert again is not None and again.options == question.options
    assert (record.state, record.cause, record.reason) == (State.NEEDS_YOU, "ask_doubt", question.text)
    assert (record.contact_id, record.wish, record.left_out_keys) == ("", "", [])
    assert not NotTheSame.objects.filter(reversed_at=None).exists()
    assert not subject_of(record).left_out
    question.refresh_from_db()
    assert (question.reversed_by, bool(question.answer)) == ("Pin", True)
    assert AuditEntry.objects.filter(action="sync.answer_taken_back").count() == 1
    assert company.work() == 0  # nothing goes on before it is answered
    with pytest.raises(NotPossible, match="already"):
        reverse(by=PIN, question=question)


def test_answered_otherwise_after_that_it_holds(company: World) -> None:
    record = doubtful(company)
    again = reverse(by=PIN, question=answered(record, "link"))
    assert again is not None
    answering.answer_create(by=PIN, question=again)
    company.work()
    record.refresh_from_db()
    assert (record.state, record.created_by_us) == (State.SYNCED, True)
    assert why_not(record.questions.earliest("pk")) != ""


def test_whoever_was_created_stays_and_the_page_can_say_so(company: World) -> None:
    record = doubtful(company)
    question = answered(record, "create")
    company.work()
    before = len(company.opportunities())
    question = Question.objects.select_related("record__prospect__candidate").get(pk=question.pk)
    assert "until the export is undone" in stays(question)[0]
    again = reverse(by=PIN, question=question)
    assert again is not None
    answering.answer_link(by=PIN, question=again, contact_id=question.options[0]["contact"])
    company.work()
    record.refresh_from_db()
    assert (record.state, record.contact_id) == (State.IN_LEVER, question.options[0]["contact"])
    assert len(company.opportunities()) == before


def test_an_unsettled_sending_is_waited_for_and_a_newer_question_comes_first(company: World) -> None:
    record = doubtful(company)
    question = answered(record, "create")
    where = {"method": "POST", "path": "/opportunities", "count": 1}
    company.control("faults", {"match": where, "kind": "drop_after"})
    company.work(most=1)
    question.refresh_from_db()
    assert "not known yet" in why_not(question)
    Question.objects.create(record=record, kind="unsettled", text="?")
    assert "Something else was asked" in why_not(question)


def test_outreach_waits_for_the_answer_and_again_when_it_is_taken_back(company: World) -> None:
    record = doubtful(company)
    (hold,) = Hold.objects.filter(released_at=None)
    assert (hold.cause, hold.kind) == ("who_is_it", "pause")
    assert "Ada By Email" in hold.reason
    question = answered(record, "link")
    assert not Hold.objects.filter(released_at=None).exists()
    company.work()
    reverse(by=SYSTEM, question=question)
    assert Hold.objects.filter(released_at=None).count() == 1
    assert Hold.objects.count() == 2
