"""Moving Lever's stage by our events: forward only, once, and never over a human's move."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from pinlever.audit.services import SYSTEM
from pinlever.connection.models import KnownOpportunity, Stage
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.lever.types import Opportunity
from pinlever.practice.changes import change_stage
from pinlever.sync import stage_moves, timeline_rules
from pinlever.sync.following import Done
from pinlever.sync.models import FollowUp, SyncRecord
from pinlever.sync.stage_moves import LeadStages, Move, decide, is_ours
from tests.sync.acts import Killed
from tests.sync.lever_story import follow, in_lever, pass_time
from tests.sync.play import no_pace
from tests.sync.world import World

PUT = {"method": "PUT", "path": "/stage$", "count": 1}
STAGES = LeadStages(
    ("lead-new", "lead-reached-out", "lead-responded"),
    {name: name for name in ("lead-new", "lead-reached-out", "lead-responded")},
)


@pytest.fixture(autouse=True)
def _moving(company: World) -> Iterator[None]:
    timeline_rules.change(by=SYSTEM, account=company.account, moves_stage=True, kinds=[], sourced=False)
    with no_pace():
        yield
    failpoints.install(None)


def there(company: World, record: SyncRecord) -> dict[str, Any]:
    (row,) = [row for row in company.opportunities() if row["id"] == record.opportunity_id]
    return row


def path(company: World, record: SyncRecord) -> list[str]:
    return [change["toStageId"] for change in there(company, record)["stageChanges"]]


def moved_by_hand(company: World, record: SyncRecord, stage: str) -> None:
    world = company.app.world
    change_stage(
        world, world.store.opportunities[record.opportunity_id], world.store.documents["stage"][stage], None
    )


def opportunity(*changes: tuple[str, int], archived: bool = False) -> Opportunity:
    return Opportunity.parse(
        {
            "id": "o",
            "stage": changes[-1][0],
            "stageChanges": [{"toStageId": stage, "updatedAt": at, "userId": "u"} for stage, at in changes],
            "archived": {"reason": "r", "archivedAt": 5} if archived else None,
        }
    )


@pytest.mark.parametrize(
    ("changes", "ours", "target", "decided"),
    [
        ([("lead-new", 1)], [], "lead-reached-out", ""),
        ([("lead-new", 1)], [], "lead-responded", ""),
        ([("lead-new", 1), ("lead-reached-out", 2)], [("lead-reached-out", 2)], "lead-responded", ""),
        (
            [("lead-new", 1), ("lead-responded", 2)],
            [("lead-responded", 2)],
            "lead-reached-out",
            "there_already",
        ),
        (
            [("lead-new", 1), ("lead-reached-out", 2)],
            [("lead-reached-out", 2)],
            "lead-reached-out",
            "there_already",
        ),
        (
            [("lead-new", 1), ("lead-reached-out", 3)],
            [("lead-reached-out", 2)],
            "lead-responded",
            "moved_by_others",
        ),
        ([("lead-new", 1), ("lead-reached-out", 2)], [], "lead-responded", "moved_by_others"),
        ([("lead-new", 1), ("screen", 2), ("lead-new", 3)], [], "lead-responded", "moved_by_others"),
        ([("applicant-new", 1)], [], "lead-responded", "moved_by_others"),
    ],
)
def test_only_forward_and_only_while_every_move_was_ours(
    changes: list[tuple[str, int]], ours: list[tuple[str, int]], target: str, decided: str
) -> None:
    found = decide(opportunity(*changes), target, STAGES, ours)
    assert (found == Move(target)) if not decided else (isinstance(found, Done) and found.cause == decided)


def test_who_is_archived_is_not_moved() -> None:
    found = decide(opportunity(("lead-new", 1), archived=True), "lead-responded", STAGES, [])
    assert isinstance(found, Done) and found.cause == "archived"


def test_the_first_message_and_the_reply_move_the_lead(company: World) -> None:
    record = in_lever(company)
    company.event(record.prospect, "message_sent", "email")
    company.event(record.prospect, "message_sent", "email")
    follow()
    assert path(company, record) == ["lead-new", "lead-reached-out"]
    company.event(record.prospect, "replied", "linkedin")
    company.event(record.prospect, "interested", "linkedin")
    follow()
    assert path(company, record) == ["lead-new", "lead-reached-out", "lead-responded"]
    known = KnownOpportunity.objects.get(lever_id=record.opportunity_id)
    assert (known.stage_id, known.told_by) == ("lead-responded", "ours")
    changes = Opportunity.parse(there(company, record)).stage_changes
    assert [is_ours(company.account, record.opportunity_id, change) for change in changes] == [
        False,
        True,
        True,
    ]


def test_what_happened_before_the_sync_moves_once_to_where_it_leads(company: World) -> None:
    prospect = company.person()
    company.event(prospect, "message_sent", "email")
    company.event(prospect, "replied", "email")
    (record,) = company.export(prospect)
    company.work()
    follow()
    record.refresh_from_db()
    assert path(company, record) == ["lead-new", "lead-responded"]


def test_a_humans_move_ends_our_moving_for_good(company: World) -> None:
    record = in_lever(company)
    company.event(record.prospect, "message_sent", "email")
    follow()
    moved_by_hand(company, record, "lead-new")
    company.event(record.prospect, "replied", "email")
    follow()
    assert path(company, record)[-1] == "lead-new"
    assert FollowUp.objects.get(key="lead-responded").cause == "moved_by_others"
    changes = Opportunity.parse(there(company, record)).stage_changes
    assert not is_ours(company.account, record.opportunity_id, changes[-1])


def test_off_by_default_and_for_linked_people_and_imports_never(company: World) -> None:
    company.control("opportunities", {"people": [{"name": "Ada", "emails": ["ada@people.example"]}]})
    linked = company.person(emails=("ada@people.example",))
    company.export(linked)
    company.work()
    company.event(linked, "replied", "email")
    imported = in_lever(company)
    company.event(imported.prospect, "replied", "email", quiet=True)
    timeline_rules.change(by=SYSTEM, account=company.account, moves_stage=False)
    company.event(imported.prospect, "replied", "email")
    follow()
    assert not FollowUp.objects.filter(kind="stage").exists()


def test_switched_off_while_it_waits_moves_nobody(company: World) -> None:
    record = in_lever(company)
    company.event(record.prospect, "replied", "email")
    timeline_rules.change(by=SYSTEM, account=company.account, moves_stage=False)
    follow()
    assert path(company, record) == ["lead-new"]


def test_an_account_without_that_stage_is_left_alone(company: World) -> None:
    record = in_lever(company)
    Stage.objects.filter(lever_id="lead-responded").update(gone_at=db_now())
    company.event(record.prospect, "replied", "email")
    follow()
    row = FollowUp.objects.get(kind="stage")
    assert row.cause == "no_stage" and "responded" in row.reason


def test_stages_with_other_ids_are_known_by_their_names(company: World) -> None:
    Stage.objects.filter(lever_id="lead-responded").update(lever_id="0b7d1f6e", text="Responded ")
    assert stage_moves.lead_stages(company.account).by_name["lead-responded"] == "0b7d1f6e"


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
def test_a_lost_answer_moves_once(company: World, kind: str, args: dict[str, Any]) -> None:
    record = in_lever(company)
    company.event(record.prospect, "message_sent", "email")
    company.control("faults", {"match": PUT, "kind": kind, "args": args})
    for _ in range(6):
        follow()
        pass_time(minutes=9)
    assert path(company, record) == ["lead-new", "lead-reached-out"]
    row = FollowUp.objects.get()
    assert row.state == "done"
    company.event(record.prospect, "replied", "email")  # a move that was read back is known as ours
    follow()
    assert path(company, record)[-1] == "lead-responded"


@pytest.mark.parametrize(
    "place",
    [
        "stage.before_look",
        "followup.after_commit",
        "call.before PUT /opportunities/:id/stage",
        "call.after PUT /opportunities/:id/stage",
        "stage.after_move",
        "followup.before_end",
    ],
)
def test_a_worker_that_dies_anywhere_moves_once(company: World, place: str) -> None:
    record = in_lever(company)
    company.event(record.prospect, "message_sent", "email")
    deaths = 1

    def die(name: str) -> None:
        nonlocal deaths
        if name == place and deaths:
            deaths -= 1
            raise Killed

    failpoints.install(die)
    for _ in range(5):
        try:
            follow()
        except Killed:
            FollowUp.objects.exclude(locked_by="").update(locked_until=db_now() - timedelta(seconds=1))
        pass_time()
    assert deaths == 0
    assert path(company, record) == ["lead-new", "lead-reached-out"]


def test_a_move_under_way_is_known_as_ours_before_it_is_over(company: World) -> None:
    record = in_lever(company)
    company.event(record.prospect, "message_sent", "email")
    company.control("faults", {"match": PUT, "kind": "drop_after"})
    follow()
    change = Opportunity.parse(there(company, record)).stage_changes[-1]
    assert FollowUp.objects.get().state == "waiting"
    assert is_ours(company.account, record.opportunity_id, change)


def test_a_move_that_lever_refuses_because_it_is_gone_is_not_needed(company: World) -> None:
    record = in_lever(company)
    company.event(record.prospect, "message_sent", "email")
    company.control("faults", {"match": PUT, "kind": "status", "args": {"status": 404}})
    follow()
    assert FollowUp.objects.get().cause == "gone"
