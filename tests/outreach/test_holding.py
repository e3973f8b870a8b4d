"""Holds: once for what they stand on, over the whole person, released with a reason."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN, SYSTEM, Actor
from pinlever.notices.models import Announcement, Endpoint
from pinlever.outreach import event_holds
from pinlever.outreach.event_holds import NoSuchRule, set_effect
from pinlever.outreach.events import record_event
from pinlever.outreach.holding import NoReason, Wanted, hold, hold_by_hand, hold_many, release, standing
from pinlever.outreach.models import EventRule, Hold
from pinlever.recruiting.merging import merge, unmerge
from pinlever.recruiting.models import Candidate, Job, Prospect

NOW = timezone.now()
RITA = Actor("person", "1", "Rita Vik")
pytestmark = pytest.mark.django_db


@pytest.fixture
def prospect() -> Prospect:
    person = Candidate.objects.create(full_name="Ingrid Solheim")
    return Prospect.objects.create(candidate=person, job=Job.objects.create(title="Backend Engineer"))


def happened(prospect: Prospect, kind: str, id: str = "1", **more: object) -> None:
    more = {"channel": "email", "occurred_at": NOW, **more}
    record_event(by=PIN, prospect=prospect, kind=kind, source="pin", external_id=id, **more)


def held(prospect: Prospect) -> list[tuple[str, str]]:
    rows = standing([prospect.candidate_id]).get(prospect.candidate_id, [])
    return [(row.kind, row.cause) for row in rows]


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("replied", [("pause", "replied")]),
        ("unsubscribed", [("stop", "unsubscribed")]),
        ("bounced", [("pause", "bounced")]),
        ("message_sent", []),
        ("opened", []),
        ("interested", []),
    ],
)
def test_what_happens_in_outreach_holds_it_by_default(prospect, kind, wanted):
    happened(prospect, kind)
    assert held(prospect) == wanted


def test_a_rule_changes_what_an_event_does(prospect):
    set_effect(by=SYSTEM, kind="replied", effect="nothing")
    set_effect(by=SYSTEM, kind="bounced", effect="stop")
    happened(prospect, "replied")
    happened(prospect, "bounced")
    assert held(prospect) == [("stop", "bounced")]
    assert AuditEntry.objects.filter(action="rule.event").count() == 2


@pytest.mark.parametrize(("kind", "effect"), [("opened", "pause"), ("replied", "resume"), ("replied", "x")])
def test_rules_that_make_no_sense_are_refused(kind, effect):
    with pytest.raises(NoSuchRule):
        set_effect(by=SYSTEM, kind=kind, effect=effect)
    assert not EventRule.objects.exists()


def test_the_same_event_told_again_holds_once(prospect):
    happened(prospect, "replied")
    happened(prospect, "replied")
    assert Hold.objects.count() == 1


def test_a_released_hold_is_not_made_again_for_the_same_thing(prospect):
    happened(prospect, "replied")
    assert release(by=RITA, hold=Hold.objects.get(), reason=" They asked for more ")
    happened(prospect, "replied")
    row = Hold.objects.get()
    assert (row.released_by, row.release_reason) == ("Rita Vik", "They asked for more")
    assert held(prospect) == []
    happened(prospect, "replied", "2")
    assert held(prospect) == [("pause", "replied")]


def test_a_second_release_changes_nothing(prospect):
    happened(prospect, "replied")
    row = Hold.objects.get()
    assert release(by=RITA, hold=row, reason="First") is True
    assert release(by=SYSTEM, hold=Hold.objects.get(), reason="Second") is False
    assert Hold.objects.get().release_reason == "First"


@pytest.mark.parametrize("reason", ["", "  ", "\u200b\n"])
def test_without_a_reason_nothing_is_released_or_held_by_hand(prospect, reason):
    happened(prospect, "replied")
    with pytest.raises(NoReason):
        release(by=RITA, hold=Hold.objects.get(), reason=reason)
    with pytest.raises(NoReason):
        hold_by_hand(by=RITA, candidate=prospect.candidate, kind="stop", reason=reason, token="1")
    assert Hold.objects.get().released_at is None


def test_a_form_sent_twice_holds_once(prospect):
    for _ in range(2):
        hold_by_hand(by=RITA, candidate=prospect.candidate, kind="stop", reason="Asked to", token="1")
    assert held(prospect) == [("stop", "by_hand")]


def test_a_hold_on_somebody_merged_is_the_persons(prospect):
    root = Candidate.objects.create(full_name="Ingrid B. Solheim")
    happened(prospect, "replied")
    merge(by=SYSTEM, gone=prospect.candidate, into=root)
    happened(prospect, "replied")  # told again: it stands on the merged row already
    happened(prospect, "bounced", "2")
    assert held(prospect) == [("pause", "bounced"), ("pause", "replied")]
    assert Hold.objects.filter(cause="replied").count() == 1


def test_whoever_unsubscribed_while_merged_stays_stopped_when_that_is_undone(prospect):
    root = Candidate.objects.create(full_name="Ingrid B. Solheim")
    merge(by=SYSTEM, gone=prospect.candidate, into=root)
    happened(prospect, "unsubscribed")
    unmerge(by=SYSTEM, candidate=prospect.candidate)
    assert held(prospect) == [("stop", "unsubscribed")]
    happened(prospect, "unsubscribed")
    assert Hold.objects.count() == 1


def test_what_was_released_while_merged_is_not_held_again_after_that(prospect):
    root = Candidate.objects.create(full_name="Ingrid B. Solheim")
    merge(by=SYSTEM, gone=prospect.candidate, into=root)
    happened(prospect, "replied")
    release(by=RITA, hold=Hold.objects.get(), reason="They asked for more")
    unmerge(by=SYSTEM, candidate=prospect.candidate)
    happened(prospect, "replied")
    assert held(prospect) == [] and Hold.objects.count() == 1


def test_one_reply_told_by_two_sources_holds_until_both_are_released_and_never_again(prospect):
    """Nobody can know that it was the same reply."""
    for source in ("pin", "mailer", "pin", "mailer"):
        record_event(
            by=PIN, prospect=prospect, kind="replied", occurred_at=NOW, source=source, external_id="1"
        )
    first, second = Hold.objects.order_by("pk")
    release(by=RITA, hold=first, reason="They asked for more")
    assert held(prospect) == [("pause", "replied")]
    release(by=RITA, hold=second, reason="They asked for more")
    for source in ("pin", "mailer"):
        record_event(
            by=PIN, prospect=prospect, kind="replied", occurred_at=NOW, source=source, external_id="1"
        )
    assert held(prospect) == []


def test_the_strictest_comes_first(prospect):
    for id, kind in (("1", "replied"), ("2", "unsubscribed"), ("3", "bounced")):
        happened(prospect, kind, id)
    assert [kind for kind, _ in held(prospect)] == ["stop", "pause", "pause"]


def test_many_cost_as_few_queries_as_one(prospect, django_assert_max_num_queries):
    people = [Candidate.objects.create(full_name=f"P{number}") for number in range(40)]
    wanted = [Wanted(one, "pause", "stage", "o:s:1", "Interview", NOW) for one in people]
    with django_assert_max_num_queries(11):
        first = hold_many(by=SYSTEM, wanted=wanted)
    again = hold_many(by=SYSTEM, wanted=wanted)
    assert [each.created for each in first] == [True] * 40
    assert [each.created for each in again] == [False] * 40
    assert [each.hold.pk for each in first] == [each.hold.pk for each in again]


def test_two_at_once_make_one(prospect, monkeypatch):
    """Between our look and our writing somebody else makes the same hold."""
    from pinlever.outreach import holding

    looked = holding._known

    def overtaken(rows, of):
        found = looked(rows, of)
        Hold.objects.create(
            candidate=prospect.candidate,
            kind="pause",
            cause="stage",
            basis="b",
            reason="Theirs",
            since=NOW,
            held_at=NOW,
            held_by="Somebody else",
        )
        return found

    monkeypatch.setattr(holding, "_known", overtaken)
    told = {"kind": "pause", "cause": "stage", "basis": "b", "reason": "Ours", "since": NOW}
    made = hold(by=SYSTEM, candidate=prospect.candidate, **told)
    assert (made.created, made.hold.pk) == (False, Hold.objects.get().pk)
    assert Hold.objects.get().reason == "Theirs"


def test_who_listens_is_told_of_holds_and_releases(prospect):
    Endpoint.objects.create(
        name="Pin", url="https://pin.example", secret="s", made_at=NOW, made_by="x", kinds=["hold.created"]
    )
    happened(prospect, "replied", occurred_at=NOW - timedelta(hours=1))
    release(by=RITA, hold=Hold.objects.get(), reason="Fine")
    told = Announcement.objects.get()
    assert (told.kind, told.data["cause"], told.data["kind"]) == ("hold.created", "replied", "pause")
    assert told.data["candidate"]["key"] == str(prospect.candidate.key)
    assert told.deliveries.count() == 1


def test_every_event_that_can_hold_has_a_sentence(prospect):
    for number, kind in enumerate(event_holds.DEFAULTS):
        happened(prospect, kind, str(number))
    assert all(row.reason.endswith("(Backend Engineer).") for row in Hold.objects.all())
