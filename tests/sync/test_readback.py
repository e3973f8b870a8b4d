"""Answers that were lost: what was made is found again, and nobody is made twice."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import accounts, crawl, rules
from pinlever.connection.gateway import open_client
from pinlever.foundation.clock import db_now
from pinlever.lever.types import NewOpportunity
from pinlever.sync import readback
from pinlever.sync.answering import answer_give_up, answer_link, answer_send_again
from pinlever.sync.models import Claim, Intent, SyncRecord
from pinlever.sync.services import NotPossible, cancel
from pinlever.sync.sweep import sweep
from pinlever.sync.waiting import next_look
from tests.sync.world import World, world

LINKEDIN = "https://www.linkedin.com/in/ingrid-solheim/"
POST = {"method": "POST", "path": "/opportunities$"}


@pytest.fixture(autouse=True)
def _short_windows(settings: Any) -> None:
    settings.READ_BACK_AFTER = (60.0, 120.0)  # time passes by `pass_windows` and `make_due`


def fault(company: World, kind: str, *, count: int = 1, **args: Any) -> None:
    company.control("faults", {"match": {**POST, "count": count}, "kind": kind, "args": args})


def work_again(company: World, times: int = 1) -> None:
    for _ in range(times):
        company.make_due()
        company.work(1)


def pass_windows(record: SyncRecord) -> None:
    """The window since the last sending lies in the past."""
    Intent.objects.filter(record=record).update(over_at=db_now() - timedelta(hours=1))


def exported(company: World, **person: Any) -> SyncRecord:
    (record,) = company.export(company.person(**person))
    company.work(1)
    record.refresh_from_db()
    return record


LOST = [("drop_after", {}), ("garbage", {}), ("status", {"status": 502, "commit": True})]


@pytest.mark.parametrize(
    "person", [{"linkedin": LINKEDIN}, {"emails": (), "linkedin": LINKEDIN}, {"emails": ()}]
)
@pytest.mark.parametrize("created_at", ["keep", "ignore", "round"])
def test_what_was_saved_is_found_again_by_email_or_by_our_link(
    db: None, settings: Any, created_at: str, person: dict[str, Any]
) -> None:
    with world(created_at=created_at) as company:
        fault(company, "drop_after")
        record = exported(company, **person)
        assert (record.state, record.cause) == ("retrying", "outcome_unknown"), record.reason
        work_again(company)
        record.refresh_from_db()
        assert record.state == "synced", record.reason
        assert "looked it up" in record.reason
        (found,) = company.opportunities()
        assert record.opportunity_id == found["id"]
        assert Intent.objects.get().outcome == "done"
        assert set(Claim.objects.values_list("contact_id", flat=True)) == {found["contact"]}


def test_what_was_not_saved_is_sent_again_with_the_same_payload_once_the_window_has_closed(
    company: World,
) -> None:
    fault(company, "drop_before")
    record = exported(company)
    work_again(company)
    record.refresh_from_db()
    assert (record.state, company.opportunities()) == ("retrying", [])
    payload = Intent.objects.get().payload
    pass_windows(record)
    work_again(company)
    record.refresh_from_db()
    assert record.state == "synced", record.reason
    intent = Intent.objects.get()
    assert (intent.payload, intent.outcome, intent.empty_windows) == (payload, "done", 1)
    assert len(company.opportunities()) == 1


def test_three_empty_windows_ask_a_person_and_each_answer_works(company: World) -> None:
    fault(company, "drop_before", count=3)
    record = exported(company)
    for _ in range(3):
        pass_windows(record)
        work_again(company)
    record.refresh_from_db()
    assert (record.state, record.cause) == ("needs_you", "ask_unsettled"), record.reason
    assert Claim.objects.filter(record=record).exists()
    with pytest.raises(NotPossible):
        cancel(by=PIN, record=record)
    answer_send_again(by=PIN, question=record.questions.get())
    pass_windows(record)
    work_again(company, 2)
    record.refresh_from_db()
    assert record.state == "synced", record.reason
    assert len(company.opportunities()) == 1


def test_giving_up_frees_the_keys_and_our_link_brings_a_late_one_back(db: None) -> None:
    shift = 0.0
    with world(clock=lambda: time.time() + shift) as company:
        fault(company, "late_commit", seconds=30)
        record = exported(company, linkedin=LINKEDIN)
        Intent.objects.update(empty_windows=2)
        pass_windows(record)
        work_again(company)
        record.refresh_from_db()
        assert record.cause == "ask_unsettled", record.reason
        answer_give_up(by=PIN, question=record.questions.get())
        assert not Claim.objects.exists()
        shift = 31.0
        company.app.run_due()
        crawl.poll(company.account, open_client(accounts.current_connection()))
        sweep()
        record.refresh_from_db()
        assert (record.state, record.created_by_us) == ("synced", True), record.reason
        assert record.opportunity_id == company.opportunities()[0]["id"]
        assert Claim.objects.exists()


def test_a_second_one_of_ours_is_found_and_asked_about_once(company: World) -> None:
    record = exported(company, linkedin=LINKEDIN)
    payload = Intent.objects.get()
    client = open_client(accounts.current_connection())
    twin = client.create_opportunity(NewOpportunity.from_json(payload.payload), perform_as=payload.perform_as)
    crawl.poll(company.account, client)
    sweep()
    record.refresh_from_db()
    assert (record.state, record.cause) == ("needs_you", "ask_several_fit")
    question = record.questions.get()
    answer_link(
        by=PIN,
        question=question,
        contact_id=twin.opportunity.contact_id,
        opportunity_id=record.opportunity_id,
    )
    company.work()
    sweep()
    record.refresh_from_db()
    assert (record.state, record.created_by_us) == ("synced", True), record.reason


def test_a_person_who_came_by_other_hands_meanwhile_is_linked_not_sent_again(company: World) -> None:
    fault(company, "drop_before")
    record = exported(company, emails=("ada@people.example",))
    company.control("opportunities", {"people": [{"name": "Ada", "emails": ["ada@people.example"]}]})
    pass_windows(record)
    work_again(company, 2)
    record.refresh_from_db()
    assert record.state == "in_lever", record.reason
    assert len(company.opportunities()) == 1


def test_an_opportunity_added_to_a_known_person_is_found_again(company: World) -> None:
    company.control("opportunities", {"people": [{"name": "Ada", "emails": ["ada@people.example"]}]})
    fault(company, "drop_after")
    (record,) = company.export(company.person(emails=("ada@people.example",)), wish="add")
    company.work(1)
    work_again(company)
    record.refresh_from_db()
    assert record.state == "synced", record.reason
    assert len(company.opportunities()) == 2


def test_links_that_a_deduped_creation_loses_do_not_hide_it(db: None) -> None:
    with world(drop_links_on_dedupe=True) as company:
        fault(company, "drop_after")
        # Somebody at Lever adds the same address between our look-up and our creation.
        from pinlever.foundation import failpoints

        def hook(name: str) -> None:
            if name == "push.before_send":
                company.control(
                    "opportunities", {"people": [{"name": "Ada", "emails": ["ada@people.example"]}]}
                )
                failpoints.install(None)

        failpoints.install(hook)
        record = exported(company, emails=("ada@people.example",), linkedin=LINKEDIN)
        work_again(company)
        record.refresh_from_db()
        assert record.state == "synced", record.reason
        assert len(company.opportunities()) == 2
        assert len({row["contact"] for row in company.opportunities()}) == 1


def test_a_busy_lever_has_certainly_done_nothing_and_the_record_is_planned_anew(company: World) -> None:
    fault(company, "status", status=429)
    record = exported(company)
    assert (record.state, record.cause, record.tries) == ("retrying", "busy", 0)
    assert Intent.objects.get().outcome == "not_done"
    work_again(company)
    record.refresh_from_db()
    assert record.state == "synced", record.reason
    assert len(company.opportunities()) == 1


def test_an_unsettled_record_outlives_a_disconnection_and_is_read_back_first(company: World) -> None:
    fault(company, "drop_after")
    record = exported(company)
    accounts.disconnect(by=SYSTEM)
    work_again(company)
    record.refresh_from_db()
    assert (record.state, record.cause) == ("held", "not_connected")
    assert Claim.objects.filter(record=record, contact_id="").exists()
    accounts.connect_with_key(by=SYSTEM, environment="practice", api_key="practice-key")
    sweep()
    work_again(company)
    record.refresh_from_db()
    assert record.state == "synced", record.reason
    assert len(company.opportunities()) == 1


def test_nothing_is_sent_again_while_outgoing_is_off(company: World) -> None:
    fault(company, "drop_before")
    record = exported(company)
    rules.set_outgoing(by=SYSTEM, account=company.account, on=False)
    pass_windows(record)
    work_again(company)
    record.refresh_from_db()
    assert (record.state, record.cause) == ("held", "outgoing_off")
    rules.set_outgoing(by=SYSTEM, account=company.account, on=True)
    sweep()
    work_again(company)
    record.refresh_from_db()
    assert record.state == "synced", record.reason


def test_what_was_deleted_at_lever_before_we_could_see_it_is_removed_not_sent_again(company: World) -> None:
    fault(company, "drop_after")
    record = exported(company)
    company.control("delete", {"opportunity": company.opportunities()[0]["id"]})
    work_again(company)
    record.refresh_from_db()
    assert record.state == "removed", record.reason


def test_when_no_look_is_possible_for_a_day_a_person_decides(company: World) -> None:
    fault(company, "drop_after")
    record = exported(company)
    company.control("faults", {"match": {"method": "GET"}, "kind": "status", "args": {"status": 503}})
    work_again(company)
    record.refresh_from_db()
    assert (record.state, record.cause, record.tries) == ("retrying", "unavailable", 1)
    Intent.objects.update(unread_since=db_now() - timedelta(hours=25))
    work_again(company)
    record.refresh_from_db()
    assert record.cause == "ask_unsettled"
    company.control("faults", method="DELETE")
    found = company.opportunities()[0]
    answer_link(
        by=PIN, question=record.questions.get(), contact_id=found["contact"], opportunity_id=found["id"]
    )
    company.work()
    record.refresh_from_db()
    assert (record.state, record.opportunity_id) == ("synced", found["id"])


def test_after_a_restored_backup_our_link_adopts_what_we_had_made(company: World) -> None:
    (record,) = company.export(company.person(emails=(), linkedin=LINKEDIN))
    company.work()
    SyncRecord.objects.all().delete()  # what the backup did not know
    Claim.objects.all().delete()
    (again,) = company.export(record.prospect)
    company.work()
    again.refresh_from_db()
    assert (again.state, again.created_by_us) == ("synced", True), again.reason
    assert len(company.opportunities()) == 1


def test_the_looks_after_a_lost_answer(settings: Any) -> None:
    settings.READ_BACK_AFTER = (5.0, 30.0, 120.0, 600.0)
    over = datetime(2026, 3, 1, tzinfo=UTC)
    looks = [(0, 5), (5, 25), (6, 24), (30, 90), (121, 479), (-45, 50)]
    for seconds, wait in looks:
        assert next_look(over, over + timedelta(seconds=seconds)) == pytest.approx(wait)
    assert next_look(over, over + timedelta(seconds=600)) is None


def test_a_slow_look_counts_from_its_beginning(company: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look begun before the window's end knows nothing of what Lever saved while it lasted."""
    fault(company, "drop_before")
    record = exported(company)
    Intent.objects.update(over_at=db_now() - timedelta(seconds=115))
    look = readback._look

    def slow(*given: Any) -> Any:
        found = look(*given)
        monkeypatch.setattr(readback, "db_now", lambda: db_now() + timedelta(seconds=10))
        return found

    monkeypatch.setattr(readback, "_look", slow)
    work_again(company)
    record.refresh_from_db()
    assert (record.state, record.cause) == ("retrying", "outcome_unknown")
    assert company.opportunities() == []


def test_a_record_that_is_merely_linked_to_it_takes_it_from_nobody(company: World) -> None:
    """Another candidate found our new opportunity by a key of the contact it went to, before we knew of it."""
    fault(company, "drop_after")
    record = exported(company, emails=("ada@people.example",))
    (made,) = company.opportunities()
    company.control("edit_contact", {"contact": made["contact"], "changes": {"links": [LINKEDIN]}})
    (other,) = company.export(company.person("Ada Linked", emails=(), linkedin=LINKEDIN))
    SyncRecord.objects.filter(pk=record.pk).update(due_at=db_now() + timedelta(hours=1))
    company.work()
    other.refresh_from_db()
    assert (other.state, other.opportunity_id) == ("in_lever", made["id"]), other.reason
    pass_windows(record)
    work_again(company)
    record.refresh_from_db()
    assert (record.state, record.opportunity_id) == ("synced", made["id"]), record.reason
    assert len(company.opportunities()) == 1
