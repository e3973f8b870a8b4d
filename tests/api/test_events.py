"""POST /events and /events/batch: each event has its own result, and one that is wrong stops no other."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pinlever.api import events as subject
from pinlever.audit.models import AuditEntry
from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting.models import Prospect
from pinlever.sync.models import SyncRecord
from tests.api.calling import Caller, event
from tests.sync.world import World

LATER = (timezone.now() + timedelta(days=1)).isoformat()


@pytest.fixture(autouse=True)
def _ingrid(call: Caller) -> None:
    call.put_job()
    call.put(emails=[])


def one(call: Caller, said: Any) -> Any:
    status, told = call("POST", "/events/batch", {"events": [said]})
    assert status == 200
    return told["results"][0]


def test_an_event_is_recorded_once(call: Caller) -> None:
    said = event(details={"subject": "<b>Hello</b>", "nested": [1, None, {"a": 0.5}]})
    assert call("POST", "/events", said)[0] == 201
    status, told = call("POST", "/events", said)
    assert (status, told["result"], told["outreach_stage"]) == (200, "repeat", "messaged")
    row = OutreachEvent.objects.get()
    assert (row.source, row.external_id, row.channel, row.details) == ("pin", "e1", "email", said["details"])
    assert told["prospect"] == str(Prospect.objects.get().key)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"channel": "sms"}, "channel"),
        ({"occurred_at": "2026-05-04T10:00:01Z"}, "occurred_at"),
        ({"details": {"subject": "Other"}}, "details"),
    ],
)
def test_a_repeat_with_other_content_is_a_conflict_and_changes_nothing(
    call: Caller, change: dict[str, Any], field: str
) -> None:
    call("POST", "/events", event())
    before = (AuditEntry.objects.count(), OutreachEvent.objects.values().get())
    status, told = call("POST", "/events", event(**change))
    assert (status, told["error"]["code"], told["error"]["field"]) == (409, "conflict", field)
    assert one(call, event(**change))["result"] == "conflict"
    assert (AuditEntry.objects.count(), OutreachEvent.objects.values().get()) == before


def test_the_same_time_in_another_zone_is_a_repeat(call: Caller) -> None:
    call("POST", "/events", event())
    assert call("POST", "/events", event(occurred_at="2026-05-04T12:00:00.000+02:00"))[0] == 200


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"job": "unknown"}, "unknown_job", "job"),
        ({"candidate": "unknown"}, "unknown_candidate", "candidate"),
        ({"kind": "deleted"}, "invalid.literal_error", "kind"),
        ({"channel": "fax"}, "invalid.literal_error", "channel"),
        ({"occurred_at": "2026-05-04"}, "invalid.time", "occurred_at"),
        ({"occurred_at": "2026-05-04T10:00:00"}, "invalid.time", "occurred_at"),
        ({"occurred_at": None}, "invalid.datetime_type", "occurred_at"),
        ({"occurred_at": LATER}, "invalid_event", "occurred_at"),
        ({"id": ""}, "invalid.string_too_short", "id"),
        ({"id": " e1"}, "invalid.not_printable", "id"),
        ({"id": "e\x07"}, "invalid.not_printable", "id"),
        ({"id": 7}, "invalid.string_type", "id"),
        ({"id": "x" * 201}, "invalid.string_too_long", "id"),
        ({"details": []}, "invalid.dict_type", "details"),
        ({"detail": {}}, "invalid.extra_forbidden", "detail"),
    ],
)
def test_what_is_wrong_is_named_alone_and_in_a_batch(
    call: Caller, change: dict[str, Any], code: str, field: str
) -> None:
    status, told = call("POST", "/events", event(**change))
    assert (status, told["error"]["code"], told["error"]["field"]) == (422, code, field)
    result = one(call, event(**change))
    assert (result["result"], result["error"]) == ("error", told["error"])
    assert not OutreachEvent.objects.exists()


def test_a_candidate_on_another_job_is_not_sourced_for_this_one(call: Caller) -> None:
    call.put_job("other")
    status, told = call("POST", "/events", event(job="other"))
    assert (status, told["error"]["code"]) == (422, "not_sourced")
    assert "PUT /candidates/ingrid" in told["error"]["message"]


def test_a_batch_is_answered_in_its_order_and_what_is_wrong_stops_no_other(call: Caller) -> None:
    wrong = [None, 7, "x", [], {}, {"id": {"a": 1}}, event("w", kind="x"), event("w", candidate="nobody")]
    said = [
        event("a"),
        *wrong,
        event("b", "replied"),
        event("a"),
        event("a", channel="sms"),
        event("c", "opened"),
    ]
    status, told = call("POST", "/events/batch", {"events": said})
    assert status == 200
    results = [each["result"] for each in told["results"]]
    assert results == ["created", *["error"] * len(wrong), "created", "repeat", "conflict", "created"]
    assert (told["created"], told["repeats"], told["conflicts"], told["errors"]) == (3, 1, 1, len(wrong))
    assert all(each["error"]["message"] for each in told["results"] if each["result"] == "error")
    assert Prospect.objects.get().outreach_stage == "replied"


def test_a_batch_said_again_is_all_repeats(call: Caller) -> None:
    said = {"events": [event(str(number)) for number in range(250)]}
    assert call("POST", "/events/batch", said)[1]["created"] == 250
    assert call("POST", "/events/batch", said)[1]["repeats"] == 250
    assert OutreachEvent.objects.count() == 250


def test_one_that_fails_for_an_unknown_reason_stops_no_other(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = subject.record_events

    def failing(**given: Any) -> Any:
        if any(each.external_id == "bad" for each in given["told"]):
            raise RuntimeError("out of luck")
        return record(**given)

    monkeypatch.setattr(subject, "record_events", failing)
    told = call("POST", "/events/batch", {"events": [event("a"), event("bad"), event("b")]})[1]
    assert [each["result"] for each in told["results"]] == ["created", "error", "created"]
    assert told["results"][1]["error"]["code"] == "fault" and "luck" not in str(told)


def test_an_absent_database_is_said_so(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(**_: Any) -> Any:
        raise OperationalError("server closed the connection, password=secret")

    monkeypatch.setattr(subject, "record_events", absent)
    status, told = call("POST", "/events/batch", {"events": [event()]})
    assert (status, told["error"]["code"], call.response["Retry-After"]) == (503, "unavailable", "5")
    assert "secret" not in str(told)


@pytest.mark.parametrize(
    "said", [{}, {"events": []}, {"events": {}}, {"events": [1] * 1001}, [], '"x"', 7, None]
)
def test_what_is_no_batch_is_refused(call: Caller, said: Any) -> None:
    status, told = call("POST", "/events/batch", said)
    assert status == 422 and told["error"]["message"]


def test_an_event_fires_the_job_s_rule(call: Caller, company: World) -> None:
    call.put_job(trigger="messaged")
    call("POST", "/events", event(occurred_at=timezone.now().isoformat()))
    record = SyncRecord.objects.get()
    assert (record.state, record.origin) == ("queued", "rule: They receive their first message")


def test_many_at_once_fire_for_each(call: Caller, company: World) -> None:
    call.put_job(trigger="replied")
    for number in range(30):
        call.put(f"p{number}")
    now = timezone.now().isoformat()
    said = [event("r", "replied", candidate=f"p{number}", occurred_at=now) for number in range(30)]
    assert call("POST", "/events/batch", {"events": said})[1]["created"] == 30
    assert SyncRecord.objects.filter(priority=20).count() == 30


def test_queries_grow_with_transactions_and_not_with_events(call: Caller, company: World) -> None:
    call.put_job(trigger="messaged")
    counts = []
    for size in (10, 100):
        said = [event(f"{size}-{number}", "opened") for number in range(size)]
        with CaptureQueriesContext(connection) as queries:
            call("POST", "/events/batch", {"events": said})
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 4
