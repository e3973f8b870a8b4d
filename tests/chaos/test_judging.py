"""A judge that finds nothing proves nothing: each wrong is planted, and has to be found."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM
from pinlever.connection import rules
from pinlever.practice.hiring import change_archived
from pinlever.practice.pipeline import change_stage
from pinlever.practice.seed import user_id
from pinlever.sync.models import Claim, Intent, SyncRecord, UndoItem, Waiting
from tests.chaos import people, undoing
from tests.chaos.judging import Evidence, judge
from tests.sync.lever_story import follow
from tests.sync.play import no_pace
from tests.sync.test_undo import settled, undo
from tests.sync.world import World

WHO = people.person(4)
SOMETIME = datetime(2026, 5, 12, tzinfo=UTC)
MORE_AT_LEVER = {"name": WHO.name, "emails": [], "links": []}


def verdict(company: World, *, was_restored: bool = False) -> list[str]:
    return judge([WHO], Evidence(company.state(), company.log(), was_restored))


@pytest.fixture
def synced(company: World) -> SyncRecord:
    prospect = company.person(WHO.name, emails=WHO.emails)
    [record] = company.export(prospect)
    company.work()
    record.refresh_from_db()
    return record


def test_a_run_without_any_wrong_is_found_to_be_right(company: World, synced: SyncRecord) -> None:
    assert synced.state == "synced"
    assert verdict(company) == []


def _created_again(company: World, record: SyncRecord) -> None:
    """Ours, on the same posting, of the same person."""
    more = {"contact": record.contact_id, "sources": ["Pin"]}
    company.control("opportunities", {"people": [more]})


def _another_person(company: World, record: SyncRecord) -> None:
    company.control("opportunities", {"people": [MORE_AT_LEVER]})


def _deleted(company: World, record: SyncRecord) -> None:
    company.control("delete", {"opportunity": record.opportunity_id})


def _lost(company: World, record: SyncRecord) -> None:
    record.attempts.all().delete()
    record.delete()


def _never_arrived(company: World, record: SyncRecord) -> None:
    record.prospect.candidate.full_name = "Somebody Else"
    record.prospect.candidate.save(update_fields=["full_name"])


def _change(**columns: object) -> Callable[[World, SyncRecord], None]:
    def change(company: World, record: SyncRecord) -> None:
        SyncRecord.objects.filter(pk=record.pk).update(**columns)

    return change


def _open_claim(company: World, record: SyncRecord) -> None:
    Claim.objects.filter(record=record).update(contact_id="")


def _open_intent(company: World, record: SyncRecord) -> None:
    Intent.objects.filter(record=record).update(outcome="", settled_at=None)


def _waits(company: World, record: SyncRecord) -> None:
    Waiting.objects.create(record=record, holder=record)


def _no_audit(company: World, record: SyncRecord) -> None:
    AuditEntry.objects.filter(action="sync.synced").delete()


def _fault_of_ours(company: World, record: SyncRecord) -> None:
    record.attempts.update(result="internal", told="PinLever itself failed here (ValueError).")


def _told_otherwise(company: World, record: SyncRecord) -> None:
    call = record.attempts.get().calls.get(method="POST")
    call.answered = {**call.answered, "id": "another"}
    call.save(update_fields=["answered"])


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (_created_again, "several opportunities of ours"),
        (_another_person, "2 people in Lever"),
        (_deleted, "does not exist"),
        (_lost, "lost: 0 records"),
        (_never_arrived, "lost in Pin"),
        (_change(state="queued"), "ended as queued"),
        (_change(state="failed"), "ended as failed"),
        (_change(state="needs_you", cause="ask_doubt"), "asks without a true reason"),
        (_change(state="in_lever"), "says that the person was there"),
        (_change(created_by_us=False), "not created by us"),
        (_change(contact_id="another"), "contact another"),
        (_change(posting_id="another"), "not on 'another'"),
        (_change(locked_by="somebody"), "still locked"),
        (_open_claim, "is still open"),
        (_open_intent, "is still open"),
        (_waits, "waits for"),
        (_no_audit, "without an audit row"),
        (_fault_of_ours, "a fault of ours"),
        (_told_otherwise, "Lever's log does not"),
    ],
)
def test_the_judge_finds(
    company: World, synced: SyncRecord, plant: Callable[[World, SyncRecord], None], found: str
) -> None:
    plant(company, synced)
    wrongs = verdict(company)
    assert any(found in wrong for wrong in wrongs), wrongs


# Taken back, and brought back


@pytest.fixture
def taken_back(company: World, synced: SyncRecord) -> SyncRecord:
    rules.set_undo_reason(by=SYSTEM, account=company.account, reason_id=undoing.REASON)
    with no_pace():
        follow()
        undo(company, synced)
        assert settled(company, synced).state == "taken_back"
    return synced


@pytest.fixture
def brought_back(company: World, taken_back: SyncRecord) -> SyncRecord:
    company.export(taken_back.prospect)
    company.work()
    with no_pace():
        follow()
    taken_back.refresh_from_db()
    return taken_back


def test_taking_back_and_bringing_back_without_any_wrong_is_found_to_be_right(
    company: World, taken_back: SyncRecord
) -> None:
    assert (taken_back.state, verdict(company)) == ("undone", [])
    company.export(taken_back.prospect)
    company.work()
    taken_back.refresh_from_db()
    assert (taken_back.state, verdict(company)) == ("synced", [])


def _archived_a_stranger(company: World, record: SyncRecord) -> None:
    """Somebody whom we did not create, by our reason."""
    company.control("opportunities", {"people": [{**MORE_AT_LEVER, "name": "Sam Stranger"}]})
    (stranger,) = [row for row in company.opportunities() if row["id"] != record.opportunity_id]
    _put_into_the_archive(company, stranger["id"])


def _archived_in_lever(company: World, record: SyncRecord) -> None:
    _put_into_the_archive(company, record.opportunity_id)


def _put_into_the_archive(company: World, opportunity: str) -> None:
    world = company.app.world
    reason = world.store.documents["archive_reason"][undoing.REASON]
    change_archived(world, world.store.opportunities[opportunity], reason)


def _out_of_the_archive(company: World, record: SyncRecord) -> None:
    world = company.app.world
    change_archived(world, world.store.opportunities[record.opportunity_id], None)


def _touched(company: World, record: SyncRecord) -> None:
    company.control("notes", {"opportunity": record.opportunity_id, "value": undoing.BY_HAND})


def _item(**columns: object) -> Callable[[World, SyncRecord], None]:
    def change(company: World, record: SyncRecord) -> None:
        UndoItem.objects.filter(record=record).update(**columns)

    return change


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (_archived_a_stranger, "was archived by us, and is not ours"),
        (_touched, "was archived by us, and somebody had touched them"),
        (_change(state="synced"), "is in Lever, and archived there by us"),
        (_change(return_over_at=SOMETIME), "its way back is not settled"),
        (_change(undone_at=None), "it would not be brought back"),
        (_change(undone_reason_id=""), "it would not be brought back"),
        (_out_of_the_archive, "is not archived in Lever"),
        (_deleted, "does not exist"),
        (_change(contact_id="another"), "contact another"),
        (_item(locked_by="somebody"), "is still locked"),
        (_item(state="waiting"), "still waits"),
        (_item(state="could_not"), "could not"),
        (_item(state="left_alone"), "nobody had touched them"),
    ],
)
def test_the_judge_finds_what_is_wrong_about_whom_we_took_back(
    company: World, taken_back: SyncRecord, plant: Callable[[World, SyncRecord], None], found: str
) -> None:
    plant(company, taken_back)
    wrongs = verdict(company)
    assert any(found in wrong for wrong in wrongs), wrongs


def test_only_a_restored_backup_forgets_moves_of_ours(company: World, taken_back: SyncRecord) -> None:
    """Then whoever was moved is left alone; else somebody who was left alone has to have been touched."""
    world = company.app.world
    row = world.store.opportunities[taken_back.opportunity_id]
    change_stage(world, row, world.store.documents["stage"]["lead-responded"], user_id("aud"))
    _item(state="left_alone")(company, taken_back)
    told = "nobody had touched them"
    assert any(told in wrong for wrong in verdict(company))
    assert not any(told in wrong for wrong in verdict(company, was_restored=True))


def test_a_restored_backup_excuses_nothing_where_every_move_is_known(
    company: World, taken_back: SyncRecord
) -> None:
    _item(state="left_alone")(company, taken_back)
    assert any("nobody had touched them" in wrong for wrong in verdict(company, was_restored=True))


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (_archived_in_lever, "is in Lever, and archived there by us"),
        (_created_again, "several opportunities of ours"),
    ],
)
def test_the_judge_finds_what_is_wrong_about_whom_we_brought_back(
    company: World, brought_back: SyncRecord, plant: Callable[[World, SyncRecord], None], found: str
) -> None:
    assert verdict(company) == []
    plant(company, brought_back)
    wrongs = verdict(company)
    assert any(found in wrong for wrong in wrongs), wrongs
