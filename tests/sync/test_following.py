"""The engine of follow-ups: who is taken when, what holds them, and how a turn ends, whatever a handler does."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import rules as account_rules
from pinlever.connection.models import LeverConnection
from pinlever.foundation.clock import db_now
from pinlever.sync import promises, services, tasks
from pinlever.sync.following import Done, Following, follow_one
from pinlever.sync.models import FollowUp, Priority, SyncRecord, WakeUp
from tests.sync.lever_story import in_lever
from tests.sync.play import no_pace
from tests.sync.world import World

State = FollowUp.State


@pytest.fixture(autouse=True)
def _at_once(company: World) -> Iterator[None]:
    with no_pace():
        yield


class Handler:
    """Remembers whom it was given, and does as it was told."""

    def __init__(self, done: Done | Exception = Done(State.DONE)) -> None:
        self.done, self.keys = done, list[str]()

    def __call__(self, following: Following) -> Done:
        self.keys.append(following.row.key)
        if isinstance(self.done, Exception):
            raise self.done
        return self.done


def promised(record: SyncRecord, key: str, *, hours: float = 0) -> FollowUp:
    place = db_now() + timedelta(hours=hours)
    promises.promise_many([promises.promised(record, "note", key, place=place, now=db_now())])
    return FollowUp.objects.get(record=record, kind="note", key=key)


def work(handler: Handler) -> None:
    while follow_one({"note": handler}):
        pass


@pytest.fixture
def record(company: World) -> SyncRecord:
    made = in_lever(company)
    FollowUp.objects.all().delete()
    return made


def test_the_same_promise_is_one_row(record: SyncRecord) -> None:
    assert promised(record, "a").pk == promised(record, "a").pk


def test_of_one_record_the_earliest_goes_first_and_holds_back_the_others(record: SyncRecord) -> None:
    late, early = promised(record, "late", hours=2), promised(record, "early", hours=1)
    waits = Handler(Done(State.WAITING, after=60))
    work(waits)
    assert waits.keys == ["early"]
    FollowUp.objects.filter(pk=early.pk).update(state=State.FAILED)
    goes = Handler()
    work(goes)
    assert goes.keys == ["late"]
    late.refresh_from_db()
    assert late.state == State.DONE and late.done_at is not None
    assert AuditEntry.objects.filter(action="follow_up.done").count() == 1


def test_people_who_replied_go_before_the_others(company: World, record: SyncRecord) -> None:
    other = in_lever(company, emails=("ola@people.example",))
    FollowUp.objects.all().delete()
    promised(record, "bulk")
    promised(other, "replied")
    FollowUp.objects.filter(key="bulk").update(priority=Priority.BULK)
    FollowUp.objects.filter(key="replied").update(priority=Priority.REPLIED)
    handler = Handler()
    work(handler)
    assert handler.keys == ["replied", "bulk"]


def test_a_bug_is_told_on_its_row_and_stops_no_other(company: World, record: SyncRecord) -> None:
    promised(record, "a")
    work(Handler(ValueError("nonsense")))
    row = FollowUp.objects.get()
    assert (row.state, row.cause, row.tries, row.locked_by) == (State.WAITING, "internal", 1, "")
    assert row.due_at > db_now() + timedelta(seconds=5) and "ValueError" in row.reason


def test_more_asked_for_a_person_makes_what_follows_wait(company: World, record: SyncRecord) -> None:
    promised(record, "a")
    SyncRecord.objects.filter(pk=record.pk).update(state="queued")
    work(Handler())
    assert FollowUp.objects.get().cause == "on_the_way"


def test_what_was_meant_for_another_profile_is_left_out(record: SyncRecord) -> None:
    promised(record, "a")
    SyncRecord.objects.filter(pk=record.pk).update(opportunity_id="another")
    work(Handler())
    row = FollowUp.objects.get()
    assert (row.state, row.cause) == (State.SKIPPED, "elsewhere")


def test_whom_the_allow_list_holds_waits_without_keeping_a_worker_busy(
    company: World, record: SyncRecord
) -> None:
    promised(record, "a")
    account_rules.set_allow_list(by=SYSTEM, account=company.account, on=True)
    handler = Handler()
    work(handler)
    row = FollowUp.objects.get()
    assert handler.keys == [] and row.cause == "allow_list"
    assert row.due_at > db_now() + timedelta(minutes=5)


def test_a_broken_connection_makes_nothing_due(company: World, record: SyncRecord) -> None:
    promised(record, "a")
    LeverConnection.objects.update(state=LeverConnection.State.BROKEN)
    assert not WakeUp.is_more_due()
    LeverConnection.objects.update(state=LeverConnection.State.ACTIVE)
    assert WakeUp.is_more_due()


def test_what_was_told_while_more_was_asked_for_follows_when_that_is_cancelled(company: World) -> None:
    company.control("opportunities", {"people": [{"name": "Ada", "emails": ["ada@people.example"]}]})
    prospect = company.person(emails=("ada@people.example",))
    company.export(prospect)
    company.work()
    company.export(prospect, wish="add")
    event = company.event(prospect, "message_sent", "email")
    assert not FollowUp.objects.filter(key=f"event:{event.pk}").exists()
    services.cancel(by=PIN, record=SyncRecord.objects.get())
    assert FollowUp.objects.filter(key=f"event:{event.pk}").exists()


def test_a_worker_that_drains_sends_people_first_and_forgets_no_follow_up(company: World) -> None:
    company.export(*[company.person() for _ in range(3)])
    tasks.drain()
    assert set(SyncRecord.objects.values_list("state", flat=True)) == {"synced"}
    assert set(FollowUp.objects.values_list("state", flat=True)) == {"done"}
