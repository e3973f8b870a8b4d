"""The account's status rules: changed, put back, written down, and applied to everybody they concern."""

from collections.abc import Iterator

import pytest
from django.test import TestCase

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import Actor
from pinlever.connection.models import KnownOpportunity, Stage
from pinlever.connection.rules import InvalidRule
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.inbound import applying, passing, tasks
from pinlever.inbound.models import StatusPass, StatusRule
from pinlever.inbound.passing import work_pass
from pinlever.inbound.status_rules import put_back, rules_of, set_rule
from pinlever.outreach.models import Hold
from pinlever.practice import seed
from pinlever.recruiting.models import IdentityQuestion
from pinlever.sync.models import SyncRecord
from tests.inbound.lever_side import added, archived, heard, moved, synced
from tests.sync.world import World

AUD = Actor("person", "1", "Aud Berg")


@pytest.fixture(autouse=True)
def _no_failpoint_stays() -> Iterator[None]:
    yield
    failpoints.install(None)


def rule(company: World, effect: str, stage: str = "offer") -> None:
    set_rule(by=AUD, account=company.account, of="stage", lever_id=seed.stage_id(stage), effect=effect)


def standing() -> list[tuple[str, str]]:
    return [(row.kind, row.cause) for row in Hold.objects.filter(released_at=None).order_by("pk")]


def silent(company: World, *opportunities: str) -> None:
    """As if their changes had been worked off before anybody of ours was there."""
    KnownOpportunity.objects.update(unheard_at=None)


def test_pipelines_decide_the_defaults(company: World):
    rules = rules_of(company.account)
    paused = {id for id, effect in rules.stages.items() if effect == "pause"}
    expected = {"phone-screen", "on-site", "offer", "offer-approved"}
    assert paused == {seed.stage_id(slug) for slug in expected}
    stopped = {id for id, effect in rules.reasons.items() if effect == "stop"}
    assert stopped == {seed.archive_reason_id(slug) for slug in ("hired", "do-not-contact")}
    assert rules.no_contact == "stop"
    Stage.objects.update(pipeline="")
    by_name = {seed.stage_id(slug) for slug in (*expected, "recruiter-screen")}
    assert {id for id, effect in rules_of(company.account).stages.items() if effect == "pause"} == by_name


def test_a_rule_is_kept_and_written_down_once(company: World):
    rule(company, "stop")
    rule(company, "stop")
    assert rules_of(company.account).of_stage("offer") == "stop"
    entry = AuditEntry.objects.get(action="rule.status")
    assert (entry.by_label, entry.before, entry.after["effect"]) == ("Aud Berg", {"effect": "pause"}, "stop")


def test_the_default_takes_the_rule_away(company: World):
    rule(company, "nothing")
    assert put_back(by=AUD, account=company.account, of="stage", lever_id="offer") == "pause"
    assert not StatusRule.objects.exists()
    assert AuditEntry.objects.filter(action="rule.status").count() == 2
    rule(company, "stop")
    rule(company, "pause")
    assert not StatusRule.objects.exists()


@pytest.mark.parametrize(
    ("of", "lever_id", "effect"),
    [
        ("stage", "nowhere", "pause"),
        ("stage", "offer", "explode"),
        ("reason", "offer", "stop"),
        ("no_contact", "", "resume"),
        ("no_contact", "offer", "stop"),
        ("else", "", "stop"),
        ("", "", ""),
    ],
)
def test_what_makes_no_sense_is_refused(company: World, of: str, lever_id: str, effect: str):
    with pytest.raises(InvalidRule):
        set_rule(by=AUD, account=company.account, of=of, lever_id=lever_id, effect=effect)
    assert not StatusRule.objects.exists() and not StatusPass.objects.exists()


def test_no_contact_has_a_rule_too(company: World):
    set_rule(by=AUD, account=company.account, of="no_contact", effect="pause")
    assert rules_of(company.account).no_contact == "pause"
    assert put_back(by=AUD, account=company.account, of="no_contact") == "stop"


def test_a_changed_rule_is_applied_to_everybody_there(company: World):
    linked = synced(company, company.person())
    moved(company, linked.opportunity_id, "recruiter-screen")
    matched = company.person(emails=("ola@people.example",))
    company.event(matched, "message_sent", "email")
    moved(company, added(company, emails=["ola@people.example"]), "recruiter-screen")
    company.event(linked.prospect, "message_sent", "email")
    silent(company)
    rule(company, "pause", "recruiter-screen")
    tasks.apply_rules()
    assert {hold.candidate_id for hold in Hold.objects.all()} == {
        linked.prospect.candidate_id,
        matched.candidate_id,
    }
    rule(company, "nothing", "recruiter-screen")
    tasks.sweep()
    assert standing() == []
    assert {hold.release_reason for hold in Hold.objects.all()} == {"The rule for it has changed."}
    rule(company, "stop", "recruiter-screen")
    tasks.sweep()
    assert standing() == [("stop", "stage")] * 2


def test_a_worker_is_asked_for_when_a_rule_changes(company: World, monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    monkeypatch.setattr("pinlever.inbound.waking.async_task", asked.append)
    with TestCase.captureOnCommitCallbacks(execute=True):
        rule(company, "stop")
    assert asked == ["pinlever.inbound.tasks.apply_rules"]


def test_once_an_hour_everybody_is_looked_at(company: World):
    """Also those whose holds have lost their ground while nobody heard of it."""
    prospect = company.person(emails=("ingrid@people.example",))
    there = added(company, emails=["ingrid@people.example"])
    archived(company, there, "hired")
    silent(company)
    company.event(prospect, "message_sent", "email")
    tasks.look_at_everybody()
    tasks.apply_rules()
    assert standing() == [("stop", "archived")]
    archived(company, there, None)
    silent(company)
    tasks.look_at_everybody()
    tasks.apply_rules()
    assert standing() == []


def test_whoever_is_not_in_outreach_waits_until_they_are(company: World):
    company.person(emails=("ingrid@people.example",))
    archived(company, added(company, emails=["ingrid@people.example"]), "hired")
    silent(company)
    tasks.look_at_everybody()
    tasks.apply_rules()
    assert standing() == []


def test_batches_reach_everybody_and_a_crash_goes_on_where_it_was(
    company: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(passing, "BATCH", 2)
    for number in range(5):
        company.event(company.person(emails=(f"p{number}@people.example",)), "message_sent", "email")
        archived(company, added(company, emails=[f"p{number}@people.example"]), "hired")
    silent(company)
    StatusPass.ask(company.account)
    batches = 0

    def dies(name: str) -> None:
        nonlocal batches
        batches += name == "status.before_noted"
        if batches == 2:
            raise KeyboardInterrupt

    failpoints.install(dies)
    with pytest.raises(KeyboardInterrupt):
        work_pass(company.account)
    failpoints.install(None)
    assert Hold.objects.count() == 4
    assert work_pass(company.account) is False  # somebody else seems to be at it
    StatusPass.objects.update(locked_until=None)
    work_pass(company.account)
    assert Hold.objects.count() == 5
    assert StatusPass.objects.get().finished_at is not None


def test_a_rule_changed_during_a_pass_begins_it_anew(company: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(passing, "BATCH", 1)
    for number in range(3):
        company.event(company.person(emails=(f"p{number}@people.example",)), "message_sent", "email")
        moved(company, added(company, emails=[f"p{number}@people.example"]), "recruiter-screen")
    silent(company)
    StatusPass.ask(company.account)
    noted = 0

    def changes(name: str) -> None:
        nonlocal noted
        noted += name == "status.before_noted"
        if noted == 2:
            failpoints.install(None)
            rule(company, "stop", "recruiter-screen")

    failpoints.install(changes)
    while work_pass(company.account):
        pass
    assert standing() == [("stop", "stage")] * 3


def test_an_hourly_look_disturbs_none_that_is_under_way(company: World):
    StatusPass.ask(company.account)
    StatusPass.objects.update(reached=7)
    tasks.look_at_everybody()
    assert StatusPass.objects.get().reached == 7
    StatusPass.ask(company.account)
    assert StatusPass.objects.get().reached == 0


def test_one_persons_bad_data_stops_no_other(
    company: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    people = [company.person(emails=(f"p{number}@people.example",)) for number in range(3)]
    for number, prospect in enumerate(people):
        company.event(prospect, "message_sent", "email")
        archived(company, added(company, emails=[f"p{number}@people.example"]), "hired")
    silent(company)
    decide = applying.decide

    def breaks(candidacies, *rest):
        if people[1].candidate.full_name == "Odd" and len(candidacies) and candidacies[0].id == odd:
            raise ValueError("odd")
        return decide(candidacies, *rest)

    odd = KnownOpportunity.objects.get(keys__value="p1@people.example").lever_id
    people[1].candidate.full_name = "Odd"
    monkeypatch.setattr(applying, "decide", breaks)
    StatusPass.ask(company.account)
    work_pass(company.account)
    assert {hold.candidate_id for hold in Hold.objects.all()} == {
        people[0].candidate_id,
        people[2].candidate_id,
    }
    assert f"candidate {people[1].candidate_id}" in caplog.text
    assert StatusPass.objects.get().finished_at is not None


def test_everybody_who_shares_a_contact_is_asked_about(company: World):
    records = [synced(company, company.person(f"P {number}")) for number in range(3)]
    SyncRecord.objects.update(contact_id=records[0].contact_id)
    for _ in range(2):
        StatusPass.ask(company.account)
        work_pass(company.account)
    asked = {(one.candidate_id, one.evidence[0]["candidate"]) for one in IdentityQuestion.objects.all()}
    first, *others = [record.prospect.candidate_id for record in records]
    assert asked == {(other, first) for other in others}


def test_looking_at_people_costs_the_same_however_many(company: World, django_assert_max_num_queries):
    for number in range(40):
        company.event(company.person(emails=(f"p{number}@people.example",)), "message_sent", "email")
    there = added(company, emails=["p1@people.example"])
    heard(company, there)
    StatusPass.ask(company.account)
    with django_assert_max_num_queries(32):
        work_pass(company.account)


def test_a_hold_of_another_account_is_left_alone(company: World):
    prospect = company.person()
    company.event(prospect, "message_sent", "email")
    Hold.objects.create(
        candidate=prospect.candidate,
        kind="stop",
        cause="archived",
        basis="elsewhere:hired:1",
        reason="Hired",
        since=db_now(),
        held_at=db_now(),
        held_by="Lever, by rule",
    )
    StatusPass.ask(company.account)
    work_pass(company.account)
    assert standing() == [("stop", "archived")]
