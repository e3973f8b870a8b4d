"""What Lever's users do there holds and releases outreach here, is told and is written down, once each."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import TestCase

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN, Actor
from pinlever.connection import index
from pinlever.connection.models import KnownOpportunity
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.inbound import changes, telling
from pinlever.inbound.changes import work_changes
from pinlever.inbound.status import RULE
from pinlever.inbound.status_rules import set_rule
from pinlever.notices.models import Announcement, Endpoint
from pinlever.outreach.event_holds import set_effect
from pinlever.outreach.holding import release
from pinlever.outreach.models import Hold, OutreachEvent
from pinlever.practice import seed
from pinlever.recruiting.models import IdentityQuestion, Job
from pinlever.sync.models import SyncRecord
from tests.inbound.lever_side import MEI, added, archived, edited, heard, moved, synced
from tests.sync.world import World

RITA = Actor("person", "1", "Rita Vik")


@pytest.fixture(autouse=True)
def _no_failpoint_stays() -> Iterator[None]:
    yield
    failpoints.install(None)


def standing(kind: str | None = None) -> list[tuple[str, str]]:
    rows = Hold.objects.filter(released_at=None).order_by("pk")
    return [(row.kind, row.cause) for row in rows if kind in (None, row.kind)]


def unheard() -> int:
    return KnownOpportunity.objects.filter(unheard_at__isnull=False).count()


@pytest.fixture
def listener(db: None) -> Endpoint:
    return Endpoint.objects.create(
        name="Pin", url="https://pin.example/hook", secret="s", made_at=db_now(), made_by="Aud"
    )


def told() -> list[dict[str, Any]]:
    rows = Announcement.objects.filter(kind="status.changed").order_by("pk")
    return [row.data for row in rows]


def test_an_interview_pauses_and_leaving_it_releases(company: World):
    record = synced(company, company.person())
    moved(company, record.opportunity_id, "on-site")
    assert work_changes(company.account) == 1
    (hold,) = Hold.objects.all()
    assert (hold.kind, hold.cause, hold.held_by) == ("pause", "stage", RULE.label)
    assert hold.reason == "In the stage “On-site interview” in Lever."
    assert hold.candidate == record.prospect.candidate
    moved(company, record.opportunity_id, "applicant-new")
    work_changes(company.account)
    hold.refresh_from_db()
    assert hold.released_by == RULE.label
    assert hold.release_reason == "They are in the stage “New applicant” in Lever now."
    assert unheard() == 0


def test_a_stage_reached_twice_holds_twice_and_a_repeat_holds_once(company: World):
    record = synced(company, company.person())
    for stage in ("offer", "lead-new", "offer"):
        moved(company, record.opportunity_id, stage)
        work_changes(company.account)
        work_changes(company.account)
    assert Hold.objects.count() == 2
    assert standing() == [("pause", "stage")]


def test_what_a_person_released_stays_released(company: World):
    record = synced(company, company.person())
    moved(company, record.opportunity_id, "offer")
    work_changes(company.account)
    release(by=RITA, hold=Hold.objects.get(), reason="We talked")
    edited(company, record.opportunity_id, owner=MEI)
    KnownOpportunity.objects.update(unheard_at=db_now())
    assert work_changes(company.account) >= 1
    assert standing() == []


@pytest.mark.parametrize(
    ("reason", "holds"),
    [
        ("hired", [("stop", "archived")]),
        ("do-not-contact", [("stop", "archived")]),
        ("position-filled", []),
        ("overqualified", []),
    ],
)
def test_archiving_stops_by_its_reason(company: World, reason: str, holds: list[tuple[str, str]]):
    record = synced(company, company.person())
    archived(company, record.opportunity_id, reason)
    work_changes(company.account)
    assert standing() == holds
    archived(company, record.opportunity_id, None)
    work_changes(company.account)
    assert standing() == []


def test_whom_lever_says_not_to_contact_is_stopped(company: World):
    record = synced(company, company.person())
    edited(company, record.opportunity_id, data_protection={"contact": {"allowed": False}})
    work_changes(company.account)
    assert standing() == [("stop", "no_contact")]
    edited(company, record.opportunity_id, data_protection={"contact": {"allowed": True}})
    work_changes(company.account)
    assert standing() == []
    edited(company, record.opportunity_id, data_protection={"contact": {"allowed": False}})
    work_changes(company.account)
    assert standing() == [("stop", "no_contact")]


def test_somebody_whom_a_key_matches_is_held_without_being_linked(company: World):
    prospect = company.person(emails=("ingrid@people.example",))
    there = added(company, emails=["Ingrid@people.example"])
    moved(company, there, "on-site")
    work_changes(company.account)
    assert Hold.objects.get().candidate == prospect.candidate
    assert SyncRecord.objects.count() == 0


def test_another_candidacy_of_the_same_person_counts_too(company: World):
    record = synced(company, company.person())
    company.control(
        "opportunities",
        {"people": [{"contact": record.contact_id, "posting": seed.posting_id("data-analyst")}]},
    )
    other = next(row["id"] for row in company.opportunities() if row["id"] != record.opportunity_id)
    heard(company, other)
    archived(company, other, "hired")
    work_changes(company.account)
    assert [(row.kind, row.reason) for row in Hold.objects.all()] == [
        ("stop", "Archived in Lever as “Hired” for Data Analyst (Tokyo).")
    ]


def test_nobody_else_is_held_and_their_marks_are_gone(company: World):
    company.person()
    moved(company, added(company, emails=["other@people.example"]), "offer")
    assert unheard() == 1
    work_changes(company.account)
    assert (unheard(), Hold.objects.count()) == (0, 0)


def test_a_deleted_candidacy_releases_and_the_record_says_removed(company: World):
    record = synced(company, company.person())
    moved(company, record.opportunity_id, "offer")
    work_changes(company.account)
    index.mark_deleted(company.account, {record.opportunity_id: db_now()})
    work_changes(company.account)
    record.refresh_from_db()
    assert record.state == "removed"
    hold = Hold.objects.get()
    assert hold.release_reason == "That candidacy was deleted in Lever."


def test_the_rule_decides(company: World):
    record = synced(company, company.person())
    other = seed.stage_id("recruiter-screen")
    set_rule(by=RITA, account=company.account, of="stage", lever_id=other, effect="stop")
    set_rule(by=RITA, account=company.account, of="stage", lever_id="offer", effect="nothing")
    moved(company, record.opportunity_id, "offer")
    work_changes(company.account)
    assert standing() == []
    moved(company, record.opportunity_id, "recruiter-screen")
    work_changes(company.account)
    assert standing() == [("stop", "stage")]


def test_a_stage_that_resumes_releases_the_pause_of_a_reply(company: World):
    prospect = company.person()
    record = synced(company, prospect)
    set_rule(by=RITA, account=company.account, of="stage", lever_id="applicant-new", effect="resume")
    company.event(prospect, "replied", "email")
    company.event(prospect, "unsubscribed")
    assert standing() == [("pause", "replied"), ("stop", "unsubscribed")]
    moved(company, record.opportunity_id, "applicant-new")
    work_changes(company.account)
    assert standing() == [("stop", "unsubscribed")]


# Responded


def replies() -> list[OutreachEvent]:
    return list(OutreachEvent.objects.filter(kind="replied").order_by("pk"))


def test_somebody_else_moving_them_to_responded_counts_as_a_reply_once(company: World):
    prospect = company.person()
    record = synced(company, prospect)
    moved(company, record.opportunity_id, "lead-responded")
    for _ in range(2):
        work_changes(company.account)
        KnownOpportunity.objects.update(unheard_at=db_now())
    (reply,) = replies()
    assert (reply.prospect, reply.source, reply.channel) == (prospect, "lever", "")
    assert reply.details == {"text": "Marked as responded in Lever by Mei Tanaka."}
    hold = Hold.objects.get()
    assert (hold.cause, hold.reason) == (
        "replied",
        "Marked as responded in Lever by Mei Tanaka (Backend Engineer).",
    )
    moved(company, record.opportunity_id, "lead-new")
    moved(company, record.opportunity_id, "lead-responded")
    work_changes(company.account)
    assert len(replies()) == 2


def test_it_counts_even_if_they_were_moved_on_before_we_looked(company: World):
    record = synced(company, company.person())
    moved(company, record.opportunity_id, "lead-responded")
    moved(company, record.opportunity_id, "applicant-new")
    work_changes(company.account)
    assert len(replies()) == 1


def test_it_holds_by_the_rule_for_replies(company: World):
    set_effect(by=RITA, kind="replied", effect="nothing")
    record = synced(company, company.person())
    moved(company, record.opportunity_id, "lead-responded")
    work_changes(company.account)
    assert (len(replies()), standing()) == (1, [])


def test_it_fires_no_trigger_and_writes_nothing_to_lever(company: World):
    prospect = company.person()
    record = synced(company, prospect)
    before = len(company.log())
    moved(company, record.opportunity_id, "lead-responded")
    calls = len(company.log())
    work_changes(company.account)
    company.work()
    assert len(company.log()) == calls > before


def test_our_own_move_is_no_reply(company: World, monkeypatch: pytest.MonkeyPatch):
    record = synced(company, company.person())
    monkeypatch.setattr("pinlever.inbound.responded.is_ours", lambda *_: True)
    moved(company, record.opportunity_id, "lead-responded", told_by="ours")
    work_changes(company.account)
    assert replies() == []


def test_who_had_responded_before_they_were_linked_did_not_reply_to_us(company: World):
    there = added(company, emails=["ingrid@people.example"])
    moved(company, there, "lead-responded")
    record = synced(company, company.person(emails=("ingrid@people.example",)))
    assert record.state == "in_lever"
    KnownOpportunity.objects.update(unheard_at=db_now())
    work_changes(company.account)
    assert replies() == []


# Told and written down


def test_a_change_is_told_with_before_and_after_and_stands_in_the_record(company: World, listener: Endpoint):
    Job.objects.filter(pk=company.job.pk).update(external_id="job-7")
    record = synced(company, company.person())
    work_changes(company.account)
    moved(company, record.opportunity_id, "on-site")
    work_changes(company.account)
    work_changes(company.account)
    (data,) = told()
    assert data["before"]["stage"] == {"id": "lead-new", "name": "New lead"}
    assert data["after"]["stage"]["name"] == "On-site interview"
    assert data["moved_by"]["name"] == "Mei Tanaka"
    assert (data["jobs"], data["told_by"]) == (["job-7"], "webhook")
    assert data["candidate"]["key"] == str(record.prospect.candidate.key)
    assert data["opportunity"] == record.opportunity_id and data["lever_url"]
    entry = AuditEntry.objects.get(action="lever.status_changed")
    assert (entry.subject_id, entry.by_kind) == (str(record.pk), "lever")
    assert entry.before == {"stage": "lead-new"}
    assert entry.note == "Stage: New lead → On-site interview, by Mei Tanaka."


def test_archiving_hiring_and_deleting_are_told(company: World, listener: Endpoint):
    record = synced(company, company.person())
    archived(company, record.opportunity_id, "hired")
    work_changes(company.account)
    index.mark_deleted(company.account, {record.opportunity_id: db_now()})
    work_changes(company.account)
    first, second = told()
    assert first["after"]["archive_reason"]["name"] == "Hired"
    assert first["changed_at"] == first["after"]["archived_at"]
    assert (first["moved_by"], second["after"]["is_deleted"]) == (None, True)


def test_our_own_creation_is_no_news(company: World, listener: Endpoint):
    synced(company, company.person())
    KnownOpportunity.objects.update(unheard_at=db_now(), heard={})
    work_changes(company.account)
    assert told() == []


def test_of_a_confidential_candidacy_that_is_not_ours_nothing_is_told(company: World, listener: Endpoint):
    record = synced(company, company.person())
    company.control("opportunities", {"people": [{"contact": record.contact_id}]})
    other = next(row["id"] for row in company.opportunities() if row["id"] != record.opportunity_id)
    edited(company, other, confidentiality="confidential")
    work_changes(company.account)
    Announcement.objects.all().delete()
    moved(company, other, "offer")
    work_changes(company.account)
    assert told() == []
    assert Hold.objects.get().reason == "A confidential candidacy of theirs in Lever holds outreach."


# Two who share a contact


def test_two_candidates_who_come_to_share_a_contact_are_asked_about_once(company: World):
    one = synced(company, company.person("Ada Lind", emails=("ada@people.example",)))
    other = synced(company, company.person("Ada L", emails=("al@people.example",)))
    company.control("merge", {"from": other.contact_id, "to": one.contact_id})
    for _ in range(2):
        heard(company, other.opportunity_id)
        KnownOpportunity.objects.update(unheard_at=db_now())
        work_changes(company.account)
    other.refresh_from_db()
    assert other.contact_id == one.contact_id
    question = IdentityQuestion.objects.get()
    assert question.candidate == other.prospect.candidate
    (entry,) = question.evidence
    assert (entry["candidate"], entry["name"]) == (one.prospect.candidate_id, "Ada Lind")
    assert not question.is_blocking
    question.answered_at = db_now()
    question.save()
    KnownOpportunity.objects.update(unheard_at=db_now())
    work_changes(company.account)
    assert IdentityQuestion.objects.count() == 1


# The bad days


def stop_at(name: str, do: Any) -> None:
    def hook(at: str) -> None:
        if at == name:
            failpoints.install(None)
            do()

    failpoints.install(hook)


class Killed(BaseException):
    pass


def test_a_crash_before_the_end_leaves_nothing_half_done(company: World, listener: Endpoint):
    record = synced(company, company.person())
    moved(company, record.opportunity_id, "lead-responded")

    def die() -> None:
        raise Killed

    stop_at("changes.before_heard", die)
    with pytest.raises(Killed):
        work_changes(company.account)
    assert (Hold.objects.count(), len(replies()), len(told()), unheard()) == (0, 0, 0, 1)
    work_changes(company.account)
    assert (Hold.objects.count(), len(replies()), len(told()), unheard()) == (1, 1, 1, 0)


@pytest.mark.parametrize("meanwhile", [True, False])
def test_who_is_overtaken_writes_nothing(company: World, listener: Endpoint, meanwhile: bool):
    """It changed again, or another worker was quicker. (Here that is taken back too: it is one connection.)"""
    record = synced(company, company.person())
    moved(company, record.opportunity_id, "lead-responded")
    at = db_now() if meanwhile else None
    stop_at("changes.before_heard", lambda: KnownOpportunity.objects.update(unheard_at=at))
    assert work_changes(company.account) == 0
    assert (Hold.objects.count(), len(replies()), len(told()), unheard()) == (0, 0, 0, 1)
    assert work_changes(company.account) == 1
    assert (Hold.objects.count(), len(replies()), len(told()), unheard()) == (1, 1, 1, 0)


def test_one_bad_row_stops_no_other(
    company: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    bad, good = (synced(company, company.person()) for _ in range(2))
    for record in (bad, good):
        moved(company, record.opportunity_id, "offer")
    tell = telling.tell

    def breaks(change: Any) -> None:
        if change.row.lever_id == bad.opportunity_id:
            raise ValueError("odd")
        tell(change)

    monkeypatch.setattr(telling, "tell", breaks)
    assert work_changes(company.account) == 1
    assert "could not be worked off" in caplog.text
    assert KnownOpportunity.objects.get(unheard_at__isnull=False).lever_id == bad.opportunity_id
    assert Hold.objects.get().candidate == good.prospect.candidate
    monkeypatch.setattr(telling, "tell", tell)
    work_changes(company.account)
    assert Hold.objects.count() == 2


def test_batches_reach_everybody(company: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(changes, "BATCH", 2)
    people = [{"name": f"P {number}", "emails": [f"p{number}@x.example"]} for number in range(5)]
    made = company.control("opportunities", {"people": people})
    for row in made["data"]:
        heard(company, row["opportunities"][0])
    record = synced(company, company.person())
    moved(company, record.opportunity_id, "offer")
    assert unheard() == 6
    assert work_changes(company.account) == 6
    assert standing() == [("pause", "stage")]


def test_only_those_asked_for_are_worked_off(company: World):
    one, other = (synced(company, company.person()) for _ in range(2))
    for record in (one, other):
        moved(company, record.opportunity_id, "offer")
    assert work_changes(company.account, lever_ids=[one.opportunity_id]) == 1
    assert Hold.objects.get().candidate == one.prospect.candidate
    assert work_changes(company.account, lever_ids=[]) == 0


def test_those_who_are_nobodys_cost_the_same_however_many(company: World, django_assert_max_num_queries: Any):
    people = [{"name": f"P {number}", "emails": [f"p{number}@x.example"]} for number in range(60)]
    for row in company.control("opportunities", {"people": people})["data"]:
        heard(company, row["opportunities"][0])
    with django_assert_max_num_queries(20 + 60):  # one statement each to take the mark away
        work_changes(company.account)
    assert unheard() == 0


def test_whoever_is_added_to_outreach_and_stands_in_an_interview_is_held_at_once(company: World):
    prospect = company.person(emails=("ingrid@people.example",))
    moved(company, added(company, emails=["ingrid@people.example"]), "on-site")
    KnownOpportunity.objects.update(unheard_at=None)
    with TestCase.captureOnCommitCallbacks(execute=True):
        company.event(prospect, "opened")
    assert Hold.objects.count() == 0
    with TestCase.captureOnCommitCallbacks(execute=True):
        company.event(prospect, "added_to_outreach")
    assert standing() == [("pause", "stage")]


def test_a_merged_candidate_is_held_at_the_root(company: World):
    from pinlever.recruiting.merging import merge

    record = synced(company, company.person())
    root = company.person("Ingrid S").candidate
    merge(by=PIN, gone=record.prospect.candidate, into=root)
    moved(company, record.opportunity_id, "offer")
    work_changes(company.account)
    assert Hold.objects.get().candidate == root
