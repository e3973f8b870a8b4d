"""Taking people back: archived with a note where nobody has touched them, left alone where somebody has."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import rules
from pinlever.connection.models import ArchiveReason, KnownOpportunity, LeverAccount
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.practice import seed
from pinlever.practice.changes import change_stage
from pinlever.practice.hiring import change_archived
from pinlever.practice.notes import write_by_hand
from pinlever.sync import services, timeline_rules
from pinlever.sync.models import Claim, FollowUp, State, SyncRecord, UndoItem, UndoRun
from pinlever.sync.services import NotPossible
from pinlever.sync.taking_back import take_back
from pinlever.sync.undo_ends import finish
from pinlever.sync.undo_plan import Kind, plan_undo
from pinlever.sync.undo_runs import counts, start_undo, try_again
from pinlever.sync.undoing import undo_one
from tests.sync.acts import Killed
from tests.sync.lever_story import follow, in_lever, texts, titles
from tests.sync.play import no_pace
from tests.sync.world import World

MISTAKE = seed.archive_reason_id("withdrew")
ARCHIVE = {"method": "PUT", "path": "/archived$", "count": 1}


@pytest.fixture(autouse=True)
def _ready(company: World) -> Iterator[None]:
    rules.set_undo_reason(by=SYSTEM, account=company.account, reason_id=MISTAKE)
    with no_pace():
        yield
    failpoints.install(None)


def undo(company: World, *records: SyncRecord, scope: str = "one") -> UndoRun:
    plan = plan_undo(company.account, [record.pk for record in records])
    return start_undo(by=PIN, account=company.account, plan=plan, scope=scope)


def work_undo(most: int = 50) -> int:
    turns = 0
    while turns < most and undo_one(take_back, finish):
        turns += 1
    return turns


def pass_time(minutes: float = 10) -> None:
    """The same moment, later."""
    passed = timedelta(minutes=minutes)
    for row in UndoItem.objects.filter(state="waiting"):
        over_at = row.over_at and row.over_at - passed
        UndoItem.objects.filter(pk=row.pk).update(due_at=db_now(), over_at=over_at)
    for record in SyncRecord.objects.exclude(return_over_at=None):
        assert record.return_over_at is not None
        SyncRecord.objects.filter(pk=record.pk).update(return_over_at=record.return_over_at - passed)
    for row in FollowUp.objects.exclude(over_at=None):
        assert row.over_at is not None
        FollowUp.objects.filter(pk=row.pk).update(over_at=row.over_at - passed, due_at=db_now())


def there(company: World, record: SyncRecord) -> dict[str, Any]:
    (row,) = [row for row in company.opportunities() if row["id"] == record.opportunity_id]
    return row


def settled(company: World, record: SyncRecord) -> UndoItem:
    """The item once all is over."""
    for _ in range(8):
        work_undo()
        if not UndoItem.objects.filter(state="waiting").exists():
            break
        pass_time()
    record.refresh_from_db()
    return UndoItem.objects.filter(record=record).latest("pk")


def by_hand(company: World, record: SyncRecord) -> Any:
    return company.app.world.store.opportunities[record.opportunity_id]


def user(company: World) -> str:
    return company.app.world.store.documents["user"][seed.user_id("tomasz")]["id"]


def test_whom_nobody_touched_is_archived_with_a_note_and_our_notes_and_tags_go(company: World) -> None:
    rules.set_skills_as_tags(by=SYSTEM, account=company.account, on=True)
    record = in_lever(company, skills=("Python",))
    company.event(record.prospect, "message_sent", "email")
    follow()
    assert len(texts(company)) == 2 and there(company, record)["tags"] == ["Python"]
    item = settled(company, undo(company, record).items.get().record)
    record.refresh_from_db()
    assert (item.state, record.state) == ("taken_back", State.UNDONE)
    assert there(company, record)["archived"]["reason"] == MISTAKE
    assert titles(company) == ["Taken back in Pin"] and there(company, record)["tags"] == []
    assert (
        item.reason == ("Taken back by Pin. Archived in Lever, 2 notes deleted, 1 tag removed.")
        and record.reason == item.reason
    )
    assert record.opportunity_id and record.undone_reason_id == MISTAKE
    assert Claim.objects.filter(contact_id=record.contact_id).exists()  # they stay through undo
    assert KnownOpportunity.objects.get(lever_id=record.opportunity_id).archived_at is not None
    assert AuditEntry.objects.filter(action="sync.undone", subject_id=str(record.pk)).count() == 1


def moved(company: World, record: SyncRecord) -> str:
    world = company.app.world
    stage = world.store.documents["stage"]["lead-responded"]
    change_stage(world, by_hand(company, record), stage, user(company))
    return "moved them to Responded on"


def noted(company: World, record: SyncRecord) -> str:
    write_by_hand(company.app.world, by_hand(company, record), "Call her.", user(company))
    return "wrote a note on"


def commented(company: World, record: SyncRecord) -> str:
    follow()
    store = company.app.world.store
    (note,) = [
        row for row in store.documents["note"].values() if row["_opportunity"] == record.opportunity_id
    ]
    store.put("note", {**note, "fields": [*note["fields"], {**note["fields"][0], "value": "Good one"}]})
    return "Somebody commented on a note of ours."


def archived(company: World, record: SyncRecord) -> str:
    world = company.app.world
    reason = world.store.documents["archive_reason"][seed.archive_reason_id("position-filled")]
    change_archived(world, by_hand(company, record), reason)
    return "archived them as “Position filled”"


def owned(company: World, record: SyncRecord) -> str:
    owner = {"opportunity": record.opportunity_id, "changes": {"owner": seed.user_id("tomasz")}}
    company.control("edit_opportunity", owner)
    return "owns them in Lever now."


def interviewed(company: World, record: SyncRecord) -> str:
    company.control("interviews", {"opportunity": record.opportunity_id})
    return "planned an interview"


@pytest.mark.parametrize("touch", [moved, noted, commented, archived, owned, interviewed])
def test_whom_somebody_at_lever_touched_is_left_alone(company: World, touch: Any) -> None:
    record = in_lever(company)
    said = touch(company, record)
    before = there(company, record)["archived"]
    item = settled(company, undo(company, record).items.get().record)
    record.refresh_from_db()
    assert item.state == "left_alone" and said in item.reason, item.reason
    assert (record.state, record.undone_at) == (State.SYNCED, None)
    assert there(company, record)["archived"] == before
    assert "Taken back in Pin" not in titles(company)


def test_our_own_stage_moves_touch_nobody(company: World) -> None:
    timeline_rules.change(by=SYSTEM, account=company.account, moves_stage=True)
    record = in_lever(company)
    company.event(record.prospect, "replied", "email")
    follow()
    assert there(company, record)["stage"] == "lead-responded"
    assert settled(company, undo(company, record).items.get().record).state == "taken_back"


def test_who_was_there_before_is_unlinked_and_nothing_else(company: World) -> None:
    company.control("opportunities", {"people": [{"name": "Ada", "emails": ["ada@people.example"]}]})
    prospect = company.person(emails=("ada@people.example",))
    (record,) = company.export(prospect)
    company.work()
    company.event(prospect, "replied", "email")
    follow()
    record.refresh_from_db()
    opportunity = record.opportunity_id
    assert record.state == State.IN_LEVER and len(texts(company)) == 2
    item = settled(company, undo(company, record).items.get().record)
    record.refresh_from_db()
    assert (item.state, record.state, record.opportunity_id) == ("taken_back", State.UNDONE, "")
    (row,) = [row for row in company.opportunities() if row["id"] == opportunity]
    assert row["archived"] is None and not texts(company) and not Claim.objects.exists()


def test_who_waits_is_taken_out_of_the_queue(company: World) -> None:
    (record,) = company.export(company.person())
    item = settled(company, undo(company, record).items.get().record)
    record.refresh_from_db()
    assert (item.state, record.state) == ("taken_back", State.CANCELLED)
    company.work()
    assert not company.opportunities()


def test_an_unsettled_person_is_taken_back_once_they_are_settled(company: World) -> None:
    company.control(
        "faults", {"match": {"method": "POST", "path": "/opportunities$", "count": 1}, "kind": "drop_after"}
    )
    (record,) = company.export(company.person())
    company.work()
    undo(company, record)
    work_undo()
    assert "not known yet" in UndoItem.objects.get().reason
    company.make_due()
    company.work()
    assert settled(company, record).state == "taken_back"
    record.refresh_from_db()
    assert there(company, record)["archived"] and record.state == State.UNDONE


@pytest.mark.parametrize("nights", [29, 31])
def test_it_is_offered_for_thirty_days(company: World, nights: int) -> None:
    record = in_lever(company)
    SyncRecord.objects.update(synced_at=db_now() - timedelta(days=nights))
    (one,) = plan_undo(company.account, [record.pk]).outcomes
    assert one.kind == (Kind.ARCHIVE if nights < 30 else Kind.STAYS)
    if nights > 30:
        with pytest.raises(NotPossible):
            undo(company, record)


def test_without_an_archive_reason_somebody_chooses_one_first(company: World) -> None:
    record = in_lever(company)
    LeverAccount.objects.update(undo_reason_id="")
    plan = plan_undo(company.account, [record.pk])
    assert plan.needs_reason
    with pytest.raises(NotPossible, match="archive reason"):
        undo(company, record)
    ArchiveReason.objects.filter(lever_id=MISTAKE).update(text="Added by mistake")
    assert plan_undo(company.account, [record.pk]).reason == "Added by mistake"
    with pytest.raises(rules.InvalidRule):
        rules.set_undo_reason(by=SYSTEM, account=company.account, reason_id=seed.archive_reason_id("hired"))


def test_the_same_token_is_the_same_undo_and_nobody_is_undone_twice_at_once(company: World) -> None:
    record = in_lever(company)
    plan = plan_undo(company.account, [record.pk])
    run = start_undo(by=PIN, account=company.account, plan=plan, scope="one")
    again = start_undo(by=PIN, account=company.account, plan=plan, scope="one", token=run.token)
    assert again == run and UndoItem.objects.count() == 1
    assert plan_undo(company.account, [record.pk]).outcomes[0].kind == Kind.STAYS
    with pytest.raises(NotPossible):
        services.unlink(by=PIN, record=record)


def test_a_reason_gone_at_lever_could_not_and_is_tried_again_with_another(company: World) -> None:
    record = in_lever(company)
    run = undo(company, record)
    ArchiveReason.objects.filter(lever_id=MISTAKE).update(gone_at=db_now())
    assert settled(company, record).cause == "undo_no_reason"
    assert counts(run)["could_not"] == 1
    other = seed.archive_reason_id("no-response")
    rules.set_undo_reason(by=SYSTEM, account=company.account, reason_id=other)
    assert try_again(by=PIN, run=run) == 1
    assert settled(company, record).state == "taken_back"
    assert there(company, record)["archived"]["reason"] == other
    with pytest.raises(NotPossible):
        try_again(by=PIN, run=run)


def test_while_sending_is_off_nothing_is_written_and_nothing_lost(company: World) -> None:
    record = in_lever(company)
    undo(company, record)
    rules.set_outgoing(by=SYSTEM, account=company.account, on=False)
    assert work_undo() == 0
    rules.set_outgoing(by=SYSTEM, account=company.account, on=True)
    assert settled(company, record).state == "taken_back"


def test_lever_that_hides_feedback_leaves_everybody_as_they_are(company: World) -> None:
    record = in_lever(company)
    company.control(
        "faults",
        {"match": {"method": "GET", "path": "/feedback$"}, "kind": "status", "args": {"status": 403}},
    )
    undo(company, record)
    assert settled(company, record).cause == "undo_unseen"
    record.refresh_from_db()
    assert record.state == State.SYNCED and there(company, record)["archived"] is None


def test_whoever_was_deleted_in_lever_could_not(company: World) -> None:
    record = in_lever(company)
    undo(company, record)
    company.control("delete", {"opportunity": record.opportunity_id})
    work_undo()
    assert UndoItem.objects.get().cause == "undo_gone"


# Lost answers and deaths


@pytest.mark.parametrize("path", ["/archived$", "/notes$", "/notes/", "/removeTags$"])
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
def test_a_lost_answer_takes_back_once(company: World, path: str, kind: str, args: dict[str, Any]) -> None:
    rules.set_skills_as_tags(by=SYSTEM, account=company.account, on=True)
    record = in_lever(company, skills=("Python",))
    follow()
    undo(company, record)
    company.control("faults", {"match": {"path": path, "count": 1}, "kind": kind, "args": args})
    assert settled(company, record).state == "taken_back"
    assert_taken_back_once(company, record)


def assert_taken_back_once(company: World, record: SyncRecord) -> None:
    row = there(company, record)
    assert row["archived"]["reason"] == MISTAKE and row["tags"] == []
    assert titles(company) == ["Taken back in Pin"]
    assert SyncRecord.objects.get(pk=record.pk).state == State.UNDONE


PLACES = [
    "undo.claimed",
    "undo.before_look",
    "undo.before_commit",
    "undo.after_commit",
    "undo.after_send",
    "undo.after_archive",
    "undo.after_note",
    "undo.after_delete",
    "undo.after_tags",
    "undo.after_step",
    "undo.before_end",
    "undo.after_end",
]


SEVERAL = ("undo.after_commit", "undo.after_send", "undo.after_step")  # passed once for each step
DEATHS = [*((place, 1) for place in PLACES), *((place, nth) for place in SEVERAL for nth in (2, 4))]


@pytest.mark.parametrize(("place", "nth"), DEATHS)
def test_a_worker_that_dies_anywhere_takes_back_once(company: World, place: str, nth: int) -> None:
    rules.set_skills_as_tags(by=SYSTEM, account=company.account, on=True)
    record = in_lever(company, skills=("Python",))
    follow()
    undo(company, record)
    left = nth

    def die(name: str) -> None:
        nonlocal left
        if name == place and left:
            left -= 1
            if not left:
                raise Killed

    failpoints.install(die)
    for _ in range(8):
        try:
            work_undo()
        except Killed:
            past = db_now() - timedelta(seconds=1)
            UndoItem.objects.exclude(locked_by="").update(locked_until=past)
        pass_time()
    assert left == 0
    assert_taken_back_once(company, record)


# What follows for the person meanwhile


def test_what_was_held_back_meanwhile_follows_at_once_for_whoever_is_left_alone(company: World) -> None:
    record = in_lever(company)
    follow()
    noted(company, record)
    undo(company, record)
    company.event(record.prospect, "message_sent", "email")
    follow()
    held_back = FollowUp.objects.get(state="waiting")
    assert held_back.cause == "on_the_way" and held_back.due_at > db_now() + timedelta(seconds=30)
    work_undo()
    assert UndoItem.objects.get().state == "left_alone"
    follow()
    assert FollowUp.objects.get(pk=held_back.pk).state == "done"


def test_a_note_with_a_lost_answer_does_not_fail_while_its_person_is_being_taken_back(company: World) -> None:
    record = in_lever(company)
    lost = {"path": "/notes$", "method": "POST", "count": 1}
    company.control("faults", {"match": lost, "kind": "drop_before", "args": {}})
    follow()
    undo(company, record)
    later = timedelta(minutes=10, seconds=1)
    FollowUp.objects.update(over_at=db_now() - later, due_at=db_now())
    for _ in range(4):
        follow()
        FollowUp.objects.update(due_at=db_now())
    row = FollowUp.objects.get()
    assert (row.state, row.empty_windows) == ("waiting", 0)


# What Lever showed too late


def late(company: World, record: SyncRecord) -> UndoItem:
    """An undo that gave up on an archiving, which Lever then did after all."""
    undo(company, record)
    company.control("faults", {"match": {**ARCHIVE, "count": 3}, "kind": "drop_before", "args": {}})
    item = settled(company, record)
    assert (item.state, item.cause) == ("could_not", "undo_never_shown")
    world = company.app.world
    reason = world.store.documents["archive_reason"][MISTAKE]
    change_archived(world, by_hand(company, record), reason)
    return item


def test_an_archiving_that_lever_showed_too_late_is_known_as_ours_when_it_is_tried_again(
    company: World,
) -> None:
    record = in_lever(company)
    item = late(company, record)
    try_again(by=PIN, run=item.run)
    assert settled(company, record).state == "taken_back"
    record.refresh_from_db()
    assert (record.state, record.undone_reason_id) == (State.UNDONE, MISTAKE)
    assert record.undone_at is not None


def test_while_nobody_knows_whether_it_was_archived_the_archive_is_taken_for_ours(company: World) -> None:
    record = in_lever(company)
    late(company, record)
    record.refresh_from_db()
    assert record.state == State.SYNCED and record.undone_reason_id == MISTAKE
