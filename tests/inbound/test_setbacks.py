"""What becomes of deliveries when something goes wrong: waited for, tried again, kept, replayed, forgotten."""

from datetime import timedelta
from typing import Any

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.connection import accounts
from pinlever.connection.models import KnownOpportunity, LeverConnection, ToldBy
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.inbound import fetching, pruning, tasks, working
from pinlever.inbound.models import Address, Subscription, WebhookDelivery
from pinlever.inbound.replaying import NotPossible, replay
from pinlever.inbound.working import TRY_AGAIN, is_more_due, work_one
from tests.connection.conftest import ADMIN
from tests.inbound.telling import tell
from tests.sync.world import World

State = WebhookDelivery.State


pytestmark = pytest.mark.usefixtures("heard")


def known(lever_id: str) -> KnownOpportunity:
    return KnownOpportunity.objects.get(lever_id=lever_id)


def make_due() -> None:
    WebhookDelivery.objects.filter(state=State.WAITING).update(due_at=db_now())


def test_lever_away_is_waited_for_with_growing_delay(
    company: World, address: Address, ingrid: dict[str, Any]
) -> None:
    row = tell(address, opportunityId=ingrid["opportunity"])
    company.control("faults", {"kind": "status", "args": {"status": 503}})
    waits = []
    for _ in range(12):
        assert work_one()
        row.refresh_from_db()
        assert row.state == State.WAITING and "asked again by itself" in row.told
        waits.append((row.due_at - db_now()).total_seconds())
        make_due()
    assert waits[0] < 3 and max(waits[-2:]) > 300
    company.control("faults", method="DELETE")
    assert work_one()
    row.refresh_from_db()
    assert row.state == State.DONE


def test_a_busy_lever_uses_up_no_try(company: World, address: Address, ingrid: dict[str, Any]) -> None:
    row = tell(address, opportunityId=ingrid["opportunity"])
    company.control("faults", {"kind": "status", "args": {"status": 429}, "match": {"count": 1}})
    assert work_one()
    row.refresh_from_db()
    assert (row.state, row.tries) == (State.WAITING, 0)


def test_what_lever_refuses_is_tried_for_a_day_and_then_stays_as_failed(
    company: World, address: Address, ingrid: dict[str, Any]
) -> None:
    row = tell(address, opportunityId=ingrid["opportunity"])
    company.control("faults", {"kind": "status", "args": {"status": 403}})
    for _ in TRY_AGAIN:
        assert work_one()
        row.refresh_from_db()
        assert row.state == State.WAITING and "Lever refuses to show it" in row.told
        make_due()
    assert work_one()
    row.refresh_from_db()
    assert row.state == State.FAILED and row.told.endswith("It was tried 8 times.")
    assert 86400 < sum(TRY_AGAIN) < 2 * 86400
    make_due()
    assert not work_one()


def test_a_fault_of_ours_is_told_on_the_row_and_stops_no_other(
    company: World, address: Address, ingrid: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = tell(address, opportunityId=ingrid["opportunity"])

    def broken(*_: Any, **__: Any) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(fetching, "work_changes", broken)
    assert work_one()
    row.refresh_from_db()
    assert row.state == State.WAITING and "PinLever itself failed here (KeyError)" in row.told
    assert known(ingrid["opportunity"])  # what was read is kept


def test_a_delivery_over_which_workers_die_fails(company: World, address: Address) -> None:
    row = tell(address, opportunityId="5b8e1d1e")
    WebhookDelivery.objects.update(claims_unended=working.MOST_DEATHS)
    assert work_one()
    row.refresh_from_db()
    assert row.state == State.FAILED and "worker ended unexpectedly" in row.told


@pytest.mark.parametrize("place", ["delivery.claimed", "delivery.after_take", "delivery.before_end"])
def test_a_crash_at_any_moment_is_made_good(
    company: World, address: Address, ingrid: dict[str, Any], place: str
) -> None:
    class Killed(BaseException):
        pass

    def kill(name: str) -> None:
        if name == place:
            raise Killed

    row = tell(address, opportunityId=ingrid["opportunity"])
    failpoints.install(kill)
    try:
        with pytest.raises(Killed):
            work_one()
    finally:
        failpoints.install(None)
    row.refresh_from_db()
    assert row.state == State.WAITING and row.locked_by
    assert not work_one()
    WebhookDelivery.objects.update(locked_until=db_now() - timedelta(seconds=1))
    assert work_one()
    row.refresh_from_db()
    assert row.state == State.DONE
    assert known(ingrid["opportunity"]).told_by == ToldBy.WEBHOOK


def test_a_worker_that_was_overtaken_writes_nothing(
    company: World, address: Address, ingrid: dict[str, Any]
) -> None:
    row = tell(address, opportunityId=ingrid["opportunity"])

    def overtake(name: str) -> None:
        if name == "delivery.before_end":
            failpoints.install(None)
            WebhookDelivery.objects.update(locked_until=db_now() - timedelta(seconds=1))
            company.control("faults", {"kind": "status", "args": {"status": 403}})
            assert work_one()

    failpoints.install(overtake)
    try:
        assert work_one()
    finally:
        failpoints.install(None)
    row.refresh_from_db()
    assert row.state == State.WAITING and "refuses" in row.told


def test_while_nothing_is_connected_deliveries_wait(
    company: World, address: Address, ingrid: dict[str, Any]
) -> None:
    row = tell(address, opportunityId=ingrid["opportunity"])
    connection = accounts.current_connection()
    assert connection is not None
    accounts.mark_broken(connection, "Lever ended our access.")
    assert not work_one()
    tasks.deliver()
    row.refresh_from_db()
    assert (row.state, row.tries) == (State.WAITING, 0)
    LeverConnection.objects.update(state="active")
    assert work_one()


def test_the_worker_works_until_nothing_is_due(
    company: World, address: Address, ingrid: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(tasks, "wake", asked.append)
    others = company.control("opportunities", {"people": [{"name": f"P{number}"} for number in range(3)]})[
        "data"
    ]
    for one in [ingrid["opportunity"], *(row["opportunities"][0] for row in others)]:
        tell(address, opportunityId=one)
    tasks.deliver()
    assert not is_more_due(company.account)
    assert WebhookDelivery.objects.filter(state=State.DONE).count() == 4
    assert len(asked) == 3


def test_a_worker_whose_time_is_over_leaves_the_rest_to_the_next(
    company: World, address: Address, ingrid: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(tasks, "wake", asked.append)
    monkeypatch.setattr(tasks, "DELIVER_FOR", -1.0)
    tell(address, opportunityId=ingrid["opportunity"])
    tell(address, "contactCreated", contactId=ingrid["contact"])
    tasks.deliver()
    assert WebhookDelivery.objects.filter(state=State.WAITING).count() == 1
    assert asked == [company.account.pk]


def test_the_sweep_wakes_a_worker_for_what_is_due(
    company: World, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(tasks, "wake", asked.append)
    tasks.sweep()
    assert asked == []
    tell(address, opportunityId="5b8e1d1e")
    tasks.sweep()
    assert asked == [company.account.pk]


class TestReplay:
    def test_a_failed_one_is_worked_on_again(
        self, company: World, address: Address, ingrid: dict[str, Any]
    ) -> None:
        row = tell(address, opportunityId=ingrid["opportunity"])
        WebhookDelivery.objects.update(state=State.FAILED, tries=8, claims_unended=6)
        replay(by=ADMIN, delivery=row)
        assert work_one()
        row.refresh_from_db()
        assert row.state == State.DONE
        entry = AuditEntry.objects.get(action="webhook.replayed")
        assert entry.by_label == "Ada Admin"

    def test_one_that_names_nobody_is_not(self, company: World, address: Address) -> None:
        with pytest.raises(NotPossible, match="names nobody"):
            replay(by=ADMIN, delivery=tell(address))

    def test_one_that_is_worked_on_is_left_alone(self, company: World, address: Address) -> None:
        row = tell(address, opportunityId="5b8e1d1e")
        WebhookDelivery.objects.update(locked_until=db_now() + timedelta(minutes=1), locked_by="x")
        with pytest.raises(NotPossible, match="right now"):
            replay(by=ADMIN, delivery=row)


def test_old_deliveries_are_forgotten_and_failed_ones_later(company: World, address: Address) -> None:
    ages = {"done": (13, 15), "ignored": (13, 15), "failed": (15, 61), "waiting": (15, 61)}
    now = db_now()
    for state, days in ages.items():
        for day in days:
            received = now - timedelta(days=day)
            WebhookDelivery.objects.create(
                account=company.account,
                event=f"{state} {day}",
                token=f"{state}{day}",
                triggered_at=received,
                received_at=received,
                due_at=received,
                body={},
                state=state,
            )
    Subscription.objects.filter(event="candidateHired").update(ended_at=now - timedelta(days=3))
    Subscription.objects.filter(event="contactCreated").update(ended_at=now - timedelta(hours=25))
    assert pruning.forget() == 4
    left = sorted(WebhookDelivery.objects.values_list("event", flat=True))
    assert left == ["done 13", "failed 15", "ignored 13", "waiting 15"]
    assert set(Subscription.objects.exclude(ended_at=None).values_list("event", flat=True)) == {
        "contactCreated"
    }
