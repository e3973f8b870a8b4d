"""Two people at one desk, a worker beside them, a crash between: one decision counts, and nothing is half done."""

from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections

from pinlever.audit.services import PIN, SYSTEM
from pinlever.outreach.models import Hold
from pinlever.recruiting.models import Candidate, IdentityQuestion, NotTheSamePerson
from pinlever.sync import answering, asked_holds, presences
from pinlever.sync.models import NotTheSame, Question, State, SyncRecord
from pinlever.sync.reversing import reverse
from pinlever.sync.services import NotPossible
from pinlever.sync.who_is_it import answer_who, join
from pinlever.sync.work import work_one
from tests.sync.test_reversing import answered, doubtful
from tests.sync.test_who_is_it import asked
from tests.sync.world import World, world


@pytest.mark.parametrize("first", ["link", "create", "give_up"])
@pytest.mark.parametrize("second", ["link", "create", "give_up"])
def test_the_first_answer_counts(company: World, first: str, second: str) -> None:
    record = doubtful(company)
    mine, theirs = Question.objects.get(record=record), Question.objects.get(record=record)
    answered(record, first)
    before = list(NotTheSame.objects.values())
    acts: dict[str, Any] = {
        "link": lambda: answering.answer_link(
            by=SYSTEM, question=theirs, contact_id=mine.options[0]["contact"]
        ),
        "create": lambda: answering.answer_create(by=SYSTEM, question=theirs),
        "give_up": lambda: answering.answer_give_up(by=SYSTEM, question=theirs),
    }
    with pytest.raises(NotPossible, match="answered this already"):
        acts[second]()
    assert list(NotTheSame.objects.values()) == before


@pytest.mark.parametrize("where", ["pairs", "holds", "presences"])
def test_what_breaks_in_between_leaves_nothing(
    company: World, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    record = doubtful(company)

    def breaks(*args: Any, **more: Any) -> None:
        raise RuntimeError("crash")

    module, name = {
        "pairs": (answering.pairs, "keep_apart"),
        "holds": (asked_holds, "release_for"),
        "presences": (presences, "work_out"),
    }[where]
    monkeypatch.setattr(module, name, breaks)
    with pytest.raises(RuntimeError):
        answered(record, "create")
    record.refresh_from_db()
    assert (record.state, NotTheSame.objects.count()) == (State.NEEDS_YOU, 0)
    assert Hold.objects.filter(released_at=None).count() == 1
    monkeypatch.undo()
    assert answered(record, "create").pk


def test_a_worker_that_holds_the_record_while_its_answer_is_taken_back_writes_nothing(
    company: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = doubtful(company)
    question = answered(record, "create")
    before = len(company.opportunities())
    decide = answering.claims.take

    def meanwhile(*args: Any, **more: Any) -> Any:
        monkeypatch.undo()
        found = decide(*args, **more)
        reverse(by=PIN, question=question)
        return found

    monkeypatch.setattr(answering.claims, "take", meanwhile)
    assert work_one()
    record.refresh_from_db()
    assert (record.state, record.locked_by) == (State.NEEDS_YOU, None) or record.state == State.NEEDS_YOU
    assert len(company.opportunities()) == before
    assert not record.claims.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time anyway")
def test_two_decide_about_the_same_two_at_the_same_moment() -> None:
    with world() as company:
        question, _ = asked(company)
        mail = Candidate.objects.get(full_name="Ada Mail")
        said: list[str] = []

        def decides(do: Any) -> None:
            try:
                do()
                said.append("done")
            except NotPossible:
                said.append("told")
            finally:
                connections.close_all()

        acts = [
            lambda: answer_who(by=PIN, question=question, same_as=mail),
            lambda: answer_who(by=SYSTEM, question=question, same_as=None),
            lambda: join(by=PIN, gone=question.candidate, into=mail),
        ]
        threads = [Thread(target=decides, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(said) == 3
        is_one = Candidate.objects.get(pk=question.candidate_id).merged_into_id is not None
        apart = NotTheSamePerson.objects.filter(reversed_at=None, candidate=mail).exists()
        assert is_one != apart
        assert not IdentityQuestion.objects.filter(answered_at=None, is_blocking=True).exists()
        assert SyncRecord.objects.get().state == State.QUEUED
