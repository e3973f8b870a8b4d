"""Exporting somebody who was taken back: the same opportunity again, never a second one."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import crawl, rules
from pinlever.connection.accounts import current_connection
from pinlever.connection.gateway import open_client
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.practice import seed
from pinlever.practice.hiring import change_archived
from pinlever.sync import promises, services
from pinlever.sync.models import FollowUp, State, SyncRecord
from pinlever.sync.outcomes import Kind
from pinlever.sync.preview import plan_for
from tests.sync.acts import Killed
from tests.sync.lever_story import follow, in_lever, titles
from tests.sync.play import no_pace
from tests.sync.test_undo import MISTAKE, pass_time, settled, there, undo
from tests.sync.world import World

UNARCHIVE = {"method": "PUT", "path": "/archived$", "count": 1}


@pytest.fixture(autouse=True)
def _ready(company: World) -> Iterator[None]:
    rules.set_undo_reason(by=SYSTEM, account=company.account, reason_id=MISTAKE)
    rules.set_skills_as_tags(by=SYSTEM, account=company.account, on=True)
    with no_pace():
        yield
    failpoints.install(None)


def taken_back(company: World) -> SyncRecord:
    record = in_lever(company, skills=("Python",))
    company.event(record.prospect, "message_sent", "email")
    follow()
    undo(company, record)
    assert settled(company, record).state == "taken_back"
    record.refresh_from_db()
    return record


def exported(company: World, record: SyncRecord) -> SyncRecord:
    company.export(record.prospect)
    for _ in range(6):
        try:
            company.work()
        except Killed:
            past = db_now() - timedelta(seconds=1)
            SyncRecord.objects.exclude(locked_by="").update(locked_until=past)
        pass_time()
        company.make_due()
    company.work()
    follow()
    record.refresh_from_db()
    return record


def assert_back(company: World, record: SyncRecord) -> None:
    (row,) = company.opportunities()
    assert row["id"] == record.opportunity_id and row["archived"] is None and row["tags"] == ["Python"]
    assert (record.state, record.undone_at, record.return_over_at) == (State.SYNCED, None, None)
    assert sorted(titles(company)) == ["Message sent by email", "Sourced in Pin", "Taken back in Pin"]


def test_the_same_opportunity_comes_out_of_the_archive_with_notes_and_tags(company: World) -> None:
    record = taken_back(company)
    (planned,) = plan_for(company.account, [record.prospect_id]).outcomes
    assert planned.kind == Kind.BACK
    assert_back(company, exported(company, record))
    assert record.reason.startswith("Brought back")


def test_undo_and_redo_again_and_again(company: World) -> None:
    record = taken_back(company)
    exported(company, record)
    undo(company, record)
    assert settled(company, record).state == "taken_back"
    assert there(company, record)["archived"] and "Message sent by email" not in titles(company)
    record = exported(company, record)
    (row,) = company.opportunities()
    assert row["archived"] is None and record.state == State.SYNCED
    assert (
        titles(company).count("Message sent by email") == 1
        and titles(company).count("Taken back in Pin") == 2
    )


def test_what_waited_for_the_way_back_follows_at_once(company: World) -> None:
    record = taken_back(company)
    promises.promise_many([promises.promised(record, "note", "event:0", place=db_now(), now=db_now())])
    company.export(record.prospect)
    follow()
    held_back = FollowUp.objects.get(key="event:0")
    assert (held_back.state, held_back.cause) == ("waiting", "on_the_way")
    company.work()
    held_back.refresh_from_db()
    assert held_back.due_at <= db_now()


def test_cancelled_on_the_way_back_they_stay_taken_back(company: World) -> None:
    record = taken_back(company)
    company.export(record.prospect)
    services.cancel(by=PIN, record=record)
    record.refresh_from_db()
    assert record.state == State.UNDONE and there(company, record)["archived"]
    assert_back(company, exported(company, record))


def test_whom_somebody_archived_anew_stays_archived(company: World) -> None:
    record = taken_back(company)
    world = company.app.world
    reason = world.store.documents["archive_reason"][seed.archive_reason_id("position-filled")]
    change_archived(world, world.store.opportunities[record.opportunity_id], reason)
    record = exported(company, record)
    (row,) = company.opportunities()
    assert row["archived"]["reason"] == reason["id"] and record.state in (State.SYNCED, State.IN_LEVER)


def test_whom_somebody_took_out_of_the_archive_is_ours_again(company: World) -> None:
    record = taken_back(company)
    world = company.app.world
    change_archived(world, world.store.opportunities[record.opportunity_id], None)
    assert_back(company, exported(company, record))


def test_who_is_gone_in_lever_is_created_anew(company: World) -> None:
    record = taken_back(company)
    former = record.opportunity_id
    company.control("delete", {"opportunity": former})
    record = exported(company, record)
    (row,) = company.opportunities()
    assert record.state == State.SYNCED and row["id"] == record.opportunity_id != former
    assert record.undone_at is None


def test_who_is_known_to_be_gone_is_created_in_one_turn_and_keeps_their_place(company: World) -> None:
    record = taken_back(company)
    company.control("delete", {"opportunity": record.opportunity_id})
    connection = current_connection()
    assert connection is not None
    crawl.poll(company.account, open_client(connection))
    company.export(record.prospect)
    company.work(1)
    record.refresh_from_db()
    assert record.state == State.SYNCED, record.reason


def test_another_lever_job_chosen_since_makes_no_second_opportunity_by_itself(company: World) -> None:
    record = taken_back(company)
    services.set_posting(
        by=PIN, account=company.account, job=company.job, posting_id=seed.posting_id("backend-engineer")
    )
    record = exported(company, record)
    assert len(company.opportunities()) == 1 and record.state in (State.SYNCED, State.IN_LEVER)


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        ("drop_after", {}),
        ("drop_before", {}),
        ("garbage", {}),
        ("status", {"status": 500, "commit": True}),
        ("status", {"status": 429}),
    ],
)
@pytest.mark.parametrize("path", ["/archived$", "/addTags$"])
def test_a_lost_answer_brings_back_once(company: World, path: str, kind: str, args: dict[str, Any]) -> None:
    record = taken_back(company)
    company.control("faults", {"match": {"path": path, "count": 1}, "kind": kind, "args": args})
    assert_back(company, exported(company, record))


@pytest.mark.parametrize(
    "place",
    [
        "bring_back.before_look",
        "bring_back.before_commit",
        "bring_back.after_commit",
        "bring_back.after_send",
        "bring_back.after_tags",
        "turn.before_commit",
    ],
)
def test_a_worker_that_dies_anywhere_brings_back_once(company: World, place: str) -> None:
    record = taken_back(company)
    deaths = 1

    def die(name: str) -> None:
        nonlocal deaths
        if name == place and deaths:
            deaths -= 1
            raise Killed

    failpoints.install(die)
    assert_back(company, exported(company, record))
    assert deaths == 0


def test_what_is_under_way_is_settled_before_anything_else(company: World) -> None:
    record = taken_back(company)
    company.control("faults", {"match": UNARCHIVE, "kind": "drop_after"})
    company.export(record.prospect)
    company.work()
    record.refresh_from_db()
    assert record.return_over_at is not None and services.has_unsettled(record)
    with pytest.raises(services.NotPossible):
        services.cancel(by=PIN, record=record)
    (planned,) = plan_for(company.account, [record.prospect_id]).outcomes
    assert planned.kind == Kind.BLOCKED
