"""GET /queue."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from pinlever.audit.services import SYSTEM, Actor
from pinlever.connection import rules
from pinlever.connection.models import LeverConnection, Spent
from pinlever.foundation.clock import db_now
from pinlever.sync import pausing
from pinlever.sync.models import FollowUp, Priority, State, SyncRecord, UndoRun
from tests.api.calling import Caller
from tests.sync.world import World

AUD = Actor("person", "1", "Aud Berg")


def told(call: Caller) -> Any:
    status, answer = call("GET", "/queue")
    assert status == 200, answer
    return answer


def wait(company: World, *priorities: Priority) -> list[SyncRecord]:
    records = company.export(*(company.person() for _ in priorities))
    for record, priority in zip(records, priorities, strict=True):
        SyncRecord.objects.filter(pk=record.pk).update(priority=priority)
    return records


def test_where_lever_was_never_connected_nobody_waits_and_it_says_so(call: Caller) -> None:
    answer = told(call)
    assert (answer["waiting"], answer["done_in_seconds"], answer["taking_back"]) == (0, None, 0)
    assert answer["sending"]["is_on"] is False and "connected" in answer["sending"]["stopped_by"]


def test_what_waits_is_told_by_priority_with_the_time_it_takes(call: Caller, company: World) -> None:
    first, *_, last = wait(
        company, Priority.INTERACTIVE, Priority.REPLIED, Priority.REPLIED, Priority.BULK, Priority.BULK
    )
    now = db_now()
    SyncRecord.objects.filter(pk=last.pk).update(state=State.RETRYING, due_at=now + timedelta(hours=1))
    FollowUp.objects.create(record=first, kind="note", key="1", place=now, due_at=now, made_at=now)
    answer = told(call)
    assert answer["waiting"] == 5
    assert answer["by_priority"] == {"interactive": 1, "replied": 2, "bulk": 2}
    assert (answer["later"], answer["retrying"], answer["follow_ups"]) == (1, 1, 1)
    assert 0 < answer["done_in_seconds"] <= answer["all_done_in_seconds"]
    assert answer["sending"] == {
        "is_on": True,
        "stopped_by": "",
        "paused_at": None,
        "paused_by": "",
        "paused_why": "",
    }


def test_requests_of_the_last_minute_are_told_by_what_they_were_for(call: Caller, company: World) -> None:
    Spent.objects.all().delete()
    lately = int(db_now().timestamp() // 10) - 2
    for purpose, calls in (("create", 6), ("ask", 1), ("note", 4), ("reading", 2)):
        Spent.objects.create(
            account=company.account, slice=lately, purpose=purpose, calls=calls, ended=1, seconds=1.0
        )
    requests = told(call)["requests"]
    assert requests.pop("most") > 0
    assert requests == {"people": 7, "follow_ups": 4, "reading": 2, "used": 13, "pause_seconds": 0}


def test_paused_it_says_by_whom_and_why_and_tells_no_time(call: Caller, company: World) -> None:
    wait(company, Priority.BULK)
    pausing.pause(by=AUD, account=company.account, why="We tidy up")
    answer = told(call)
    sending = answer["sending"]
    assert (sending["is_on"], sending["paused_by"], sending["paused_why"]) == (
        False,
        "Aud Berg",
        "We tidy up",
    )
    assert sending["paused_at"] and sending["stopped_by"]
    assert (answer["waiting"], answer["done_in_seconds"], answer["all_done_in_seconds"]) == (1, None, None)
    pausing.resume(by=AUD, account=company.account)
    assert told(call)["sending"]["paused_by"] == ""
    assert told(call)["done_in_seconds"]


def test_a_lost_connection_stops_it(call: Caller, company: World) -> None:
    LeverConnection.objects.update(state=LeverConnection.State.BROKEN)
    sending = told(call)["sending"]
    assert sending["is_on"] is True and sending["stopped_by"]


def test_people_who_are_being_taken_back_are_counted(call: Caller, company: World) -> None:
    now = db_now()
    run = UndoRun.objects.create(
        account=company.account, scope="selection", by_kind="system", by_label="Rita", made_at=now
    )
    for record in wait(company, Priority.BULK, Priority.BULK):
        run.items.create(record=record, due_at=now, made_at=now)
    run.items.filter(pk=run.items.latest("pk").pk).update(state="taken_back")
    assert told(call)["taking_back"] == 1


def test_it_takes_no_parameters(call: Caller, company: World) -> None:
    status, answer = call("GET", "/queue?job=eng")
    assert (status, answer["error"]["field"]) == (422, "job")
    assert answer["error"]["message"] == "job: nobody knows this parameter. There are none."


def test_the_number_of_queries_does_not_grow(call: Caller, company: World) -> None:
    def asked() -> int:
        with CaptureQueriesContext(database) as seen:
            told(call)
        return len(seen)

    wait(company, Priority.BULK)
    asked()
    few = asked()
    wait(company, *[Priority.REPLIED] * 20)
    assert asked() == few


@pytest.mark.parametrize("on", [True, False])
def test_asking_changes_nothing(call: Caller, company: World, on: bool) -> None:
    rules.set_outgoing(by=SYSTEM, account=company.account, on=on)
    wait(company, Priority.BULK)
    before = list(SyncRecord.objects.values())
    told(call)
    assert list(SyncRecord.objects.values()) == before
