"""An event is recorded once; a repeat is a no-op; other content is refused and changes nothing."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN
from pinlever.outreach.events import stage_after
from pinlever.outreach.models import OutreachEvent
from pinlever.outreach.services import EventConflict, Happening, InvalidEvent, record_event, record_events
from pinlever.outreach.signals import events_recorded
from pinlever.recruiting.models import Job, Prospect
from pinlever.recruiting.services import add_prospect
from tests.recruiting.at_once import at_once
from tests.recruiting.people import MAY, candidate

pytestmark = pytest.mark.django_db


@pytest.fixture
def prospect():
    job = Job.objects.create(title="Engineer")
    return add_prospect(by=PIN, candidate=candidate("jane@x.example"), job=job)[0]


@pytest.fixture
def heard():
    heard = []

    def listen(sender, events, **more):
        heard.extend(events)

    events_recorded.connect(listen)
    yield heard
    events_recorded.disconnect(listen)


def sent(prospect, **other):
    given = {
        "kind": "message_sent",
        "channel": "email",
        "occurred_at": MAY,
        "source": "pin",
        "external_id": "e1",
        "details": {"subject": "Hello", "to": ("a", 1)},
    }
    return record_event(by=PIN, prospect=prospect, **{**given, **other})


def test_an_event_is_stored_announced_and_audited(prospect, heard):
    recorded = sent(prospect)
    stored = OutreachEvent.objects.get()
    assert recorded.created and recorded.event == stored and heard == [stored]
    assert (stored.kind, stored.channel, stored.occurred_at, stored.is_quiet) == (
        "message_sent",
        "email",
        MAY,
        False,
    )
    assert stored.details == {"subject": "Hello", "to": ["a", 1]}
    assert prospect.outreach_stage == Prospect.objects.get().outreach_stage == "messaged"
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.after["external_id"], entry.after["outreach_stage"]) == (
        "outreach.recorded",
        "e1",
        "messaged",
    )


@pytest.mark.parametrize("quiet", [False, True])
def test_a_repeat_is_a_no_op(prospect, heard, quiet):
    first = sent(prospect)
    rows = AuditEntry.objects.count()
    again = sent(prospect, quiet=quiet)
    assert (again.event, again.created) == (first.event, False)
    assert len(heard) == 1 and AuditEntry.objects.count() == rows


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        ({"channel": "sms"}, ["channel"]),
        ({"occurred_at": MAY + timedelta(microseconds=1)}, ["occurred_at"]),
        ({"details": {}}, ["details"]),
        ({"details": None, "channel": ""}, ["channel", "details"]),
    ],
)
def test_a_repeat_with_other_content_is_refused_and_changes_nothing(prospect, heard, other, differs):
    sent(prospect)
    before = OutreachEvent.objects.values().get()
    with pytest.raises(EventConflict, match=f"another {differs[0]}") as refused:
        sent(prospect, **other)
    assert refused.value.differs == differs
    assert OutreachEvent.objects.values().get() == before and len(heard) == 1


@pytest.mark.parametrize("other", [{"source": "csv"}, {"kind": "opened"}, {"external_id": "e2"}])
def test_another_source_kind_or_id_is_another_event(prospect, heard, other):
    sent(prospect)
    assert sent(prospect, **other).created
    assert len(heard) == 2


def test_the_same_id_for_another_prospect_is_another_event(prospect):
    other = add_prospect(by=PIN, candidate=prospect.candidate, job=Job.objects.create(title="Other"))[0]
    assert sent(prospect).created and sent(other).created


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"kind": "danced"}, "no kind of event"),
        ({"channel": "fax"}, "no channel"),
        ({"occurred_at": datetime(2026, 5, 4)}, "no time zone"),
        ({"source": ""}, "source must be"),
        ({"source": "x" * 61}, "source must be"),
        ({"external_id": ""}, "external_id must be"),
        ({"external_id": " e1"}, "external_id must be"),
        ({"external_id": "e\x001"}, "external_id must be"),
        ({"external_id": "x" * 201}, "external_id must be"),
        ({"details": {"a": float("nan")}}, "not JSON"),
        ({"details": {"a": object()}}, "not JSON"),
    ],
)
def test_what_cannot_be_an_event_is_refused(prospect, heard, other, said):
    with pytest.raises(InvalidEvent, match=said):
        sent(prospect, **other)
    assert not OutreachEvent.objects.exists() and heard == []


def test_clocks_may_differ_a_little_and_no_more(prospect, heard):
    assert sent(prospect, occurred_at=timezone.now() + timedelta(minutes=4)).created
    with pytest.raises(InvalidEvent, match="future"):
        sent(prospect, external_id="e2", occurred_at=timezone.now() + timedelta(minutes=6))
    assert OutreachEvent.objects.count() == len(heard) == 1


def test_hostile_details_are_stored_harmless_and_repeat(prospect):
    assert sent(prospect, details={"body\x00": "a\x00\ud800"}).event.details == {"body": "a"}
    assert not sent(prospect, details={"body\x00": "a\x00\ud800"}).created


def test_a_quiet_event_is_announced_as_quiet(prospect, heard):
    sent(prospect, quiet=True)
    assert heard[0].is_quiet


def test_a_listener_that_fails_undoes_the_event(prospect):
    def fail(sender, events, **more):
        raise RuntimeError("listener")

    events_recorded.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            sent(prospect)
    finally:
        events_recorded.disconnect(fail)
    assert not OutreachEvent.objects.exists()
    assert Prospect.objects.get().outreach_stage == "sourced"


@pytest.mark.parametrize(
    ("stage", "kind", "after"),
    [
        ("sourced", "contact_found", "sourced"),
        ("sourced", "added_to_outreach", "in_outreach"),
        ("sourced", "replied", "replied"),
        ("in_outreach", "message_sent", "messaged"),
        ("in_outreach", "opened", "messaged"),
        ("in_outreach", "bounced", "messaged"),
        ("in_outreach", "unsubscribed", "messaged"),
        ("messaged", "interested", "interested"),
        ("interested", "replied", "interested"),
        ("interested", "contact_found", "interested"),
        ("replied", "message_sent", "replied"),
        ("replied", "unsubscribed", "replied"),
        ("messaged", "added_to_outreach", "messaged"),
    ],
)
def test_the_stage_moves_forward_only(stage, kind, after):
    assert stage_after(stage, kind) == after


@pytest.mark.django_db(transaction=True)
def test_repeats_at_once_are_one_event(prospect, heard):
    results = at_once(*[lambda: sent(prospect)] * 4)
    assert sum(result.created for result in results) == 1
    assert OutreachEvent.objects.count() == len(heard) == 1


def told(prospect, external_id, kind="opened", **other):
    return Happening(prospect, kind, MAY, "pin", external_id, "email", **other)


def test_each_of_many_has_its_own_result_in_order(prospect, heard):
    record_events(by=PIN, told=[told(prospect, "old")])
    results = record_events(
        by=PIN,
        told=[
            told(prospect, "a"),
            told(prospect, "", "replied"),
            told(prospect, "old"),
            told(prospect, "a", details={"other": 1}),
            told(prospect, "a"),
            told(prospect, "b", "replied"),
        ],
    )
    assert [type(result).__name__ for result in results] == [
        *("Recorded", "InvalidEvent", "Recorded", "EventConflict", "Recorded", "Recorded"),
    ]
    assert [result.created for result in results if hasattr(result, "created")] == [True, False, False, True]
    assert [event.external_id for event in heard] == ["old", "a", "b"]
    assert Prospect.objects.get().outreach_stage == "replied"


def test_many_of_several_people_cost_as_few_queries_as_two(prospect, django_assert_max_num_queries):
    others = [
        add_prospect(by=PIN, candidate=candidate(f"p{number}@x.example"), job=prospect.job)[0]
        for number in range(30)
    ]
    with django_assert_max_num_queries(20):
        record_events(
            by=PIN, told=[told(each, kind, kind) for each in others for kind in ("opened", "replied")]
        )
    assert set(Prospect.objects.exclude(pk=prospect.pk).values_list("outreach_stage", flat=True)) == {
        "replied"
    }


def test_nothing_told_is_nothing_recorded(prospect, heard):
    assert record_events(by=PIN, told=[]) == heard == []
