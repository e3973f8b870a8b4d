"""Outreach waits while it is not decided who somebody is; the rule, its answer alone, and what a crash left behind."""

from pinlever.audit.services import PIN
from pinlever.connection import rules
from pinlever.outreach.holding import hold_by_hand, release
from pinlever.outreach.models import Hold
from pinlever.recruiting.models import Candidate, IdentityQuestion
from pinlever.sync import asked_holds
from pinlever.sync.answering import answer_give_up
from pinlever.sync.models import State
from pinlever.sync.sweep import sweep
from pinlever.sync.who_is_it import answer_who, take_apart
from tests.sync.test_reversing import doubtful
from tests.sync.test_who_is_it import asked
from tests.sync.world import World


def standing() -> list[str]:
    return sorted(Hold.objects.filter(released_at=None).values_list("cause", flat=True))


def test_only_its_own_pause_is_released(company: World) -> None:
    record = doubtful(company)
    hold_by_hand(
        by=PIN, candidate=record.prospect.candidate, kind="stop", reason="They asked us to.", token="t"
    )
    assert standing() == ["by_hand", "who_is_it"]
    answer_give_up(by=PIN, question=record.questions.get())
    assert standing() == ["by_hand"]


def test_what_a_person_released_stays_released(company: World) -> None:
    doubtful(company)
    release(by=PIN, hold=Hold.objects.get(), reason="They wait for our call.")
    sweep()
    assert standing() == []


def test_the_rule_is_switched_off_and_the_sync_never_waits_for_it(company: World) -> None:
    record = doubtful(company)
    rules.set_hold_while_asked(by=PIN, account=company.account, on=False)
    sweep()
    assert standing() == []
    answer_give_up(by=PIN, question=record.questions.get())
    record.refresh_from_db()
    assert record.state == State.CANCELLED


def test_the_sweep_makes_what_is_missing_and_releases_what_stands_on_nothing(company: World) -> None:
    record = doubtful(company)
    Hold.objects.all().delete()
    sweep()
    sweep()
    assert standing() == ["who_is_it"]
    record.questions.update(answered_at=record.created_at)
    assert asked_holds.settle(company.account) == 1
    assert standing() == []


def test_who_they_are_in_pin_pauses_too_and_again_after_a_merge_is_undone(company: World) -> None:
    question, _ = asked(company)
    assert standing() == ["who_is_it"]
    answer_who(by=PIN, question=question, same_as=Candidate.objects.get(full_name="Ada Mail"))
    assert standing() == []
    take_apart(by=PIN, candidate=question.candidate)
    sweep()
    assert standing() == ["who_is_it"]
    assert IdentityQuestion.objects.filter(answered_at=None).count() == 1


def test_switching_the_rule_is_felt_at_once(company: World) -> None:
    doubtful(company)
    assert asked_holds.switch(by=PIN, account=company.account, on=False) == 1
    assert standing() == []
    doubts = Hold.objects.count()
    assert (
        asked_holds.switch(by=PIN, account=company.account, on=True) == 0
    )  # let go for this question for good
    assert Hold.objects.count() == doubts
