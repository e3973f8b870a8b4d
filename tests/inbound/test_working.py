"""Deliveries worked off: fetched, noted, once for many; and what Lever no longer has."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pinlever.connection import accounts
from pinlever.connection.gateway import open_client
from pinlever.connection.models import KnownOpportunity, ToldBy
from pinlever.foundation import failpoints
from pinlever.inbound import fetching
from pinlever.inbound.models import Address, WebhookDelivery
from pinlever.inbound.working import work_one
from tests.inbound.telling import tell
from tests.sync.world import World

State = WebhookDelivery.State


pytestmark = pytest.mark.usefixtures("heard")


def calls(company: World, since: int) -> list[str]:
    return [f"{row['method']} {row['path'].removeprefix('/v1')}" for row in company.log()[since:]]


def known(lever_id: str) -> KnownOpportunity:
    return KnownOpportunity.objects.get(lever_id=lever_id)


def move(company: World, ingrid: dict[str, Any], stage: str) -> None:
    connection = accounts.current_connection()
    assert connection is not None
    open_client(connection).set_stage(ingrid["opportunity"], stage)


def test_the_opportunity_is_fetched_and_noted_with_where_it_is_known_from(
    company: World, address: Address, ingrid: dict[str, Any], heard: list[list[str]]
) -> None:
    row = tell(address, opportunityId=ingrid["opportunity"], toStageId="offer")
    assert work_one()
    row.refresh_from_db()
    assert (row.state, row.told, row.locked_by) == (State.DONE, "Fetched and noted.", "")
    assert known(ingrid["opportunity"]).told_by == ToldBy.WEBHOOK
    assert known(ingrid["opportunity"]).stage_id == "lead-new"  # as Lever says, not as the delivery did
    assert heard == [[ingrid["opportunity"]]]
    assert not work_one()


def test_one_fetch_answers_all_that_had_arrived_before_it(
    company: World, address: Address, ingrid: dict[str, Any]
) -> None:
    for event in ("candidateStageChange", "candidateArchiveChange"):
        tell(address, event, opportunityId=ingrid["opportunity"])
    before = len(company.log())
    late: list[WebhookDelivery] = []

    def meanwhile(name: str) -> None:
        if name == "delivery.before_take" and not late:
            late.append(tell(address, opportunityId=ingrid["opportunity"]))

    failpoints.install(meanwhile)
    try:
        assert work_one()
    finally:
        failpoints.install(None)
    assert len(calls(company, before)) == 1
    assert WebhookDelivery.objects.filter(state=State.DONE).count() == 2
    late[0].refresh_from_db()
    assert late[0].state == State.WAITING  # it may tell of what came after the fetch
    assert work_one()
    assert len(calls(company, before)) == 2


def test_order_means_nothing(company: World, address: Address, ingrid: dict[str, Any]) -> None:
    tell(address, opportunityId=ingrid["opportunity"], toStageId="offer")
    work_one()
    move(company, ingrid, "offer")
    work_later = tell(address, opportunityId=ingrid["opportunity"], toStageId="lead-responded")
    WebhookDelivery.objects.filter(pk=work_later.pk).update(triggered_at=datetime(2019, 1, 1, tzinfo=UTC))
    work_one()
    assert known(ingrid["opportunity"]).stage_id == "offer"


def test_an_old_delivery_only_causes_a_look(company: World, address: Address, ingrid: dict[str, Any]) -> None:
    tell(address, opportunityId=ingrid["opportunity"])
    WebhookDelivery.objects.update(triggered_at=datetime(2014, 5, 13, tzinfo=UTC))
    before = len(company.log())
    work_one()
    assert calls(company, before) == [f"GET /opportunities/{ingrid['opportunity']}"]
    assert not known(ingrid["opportunity"]).deleted_at


@pytest.mark.parametrize("event", ["contactCreated", "contactUpdated"])
def test_a_person_not_yet_known_is_looked_for_by_contact(
    company: World, address: Address, ingrid: dict[str, Any], event: str
) -> None:
    row = tell(address, event, contactId=ingrid["contact"])
    assert work_one()
    row.refresh_from_db()
    assert row.told == "1 opportunity fetched and noted."
    assert known(ingrid["opportunity"]).contact_id == ingrid["contact"]


def test_details_of_somebody_known_are_read_without_the_lists_that_may_lag(
    company: World, address: Address, ingrid: dict[str, Any]
) -> None:
    tell(address, opportunityId=ingrid["opportunity"])
    work_one()
    company.control(
        "edit_contact", {"contact": ingrid["contact"], "changes": {"emails": ["new@people.example"]}}
    )
    company.control("switches", {"index_lag": 60})
    tell(address, "contactUpdated", contactId=ingrid["contact"])
    work_one()
    values = known(ingrid["opportunity"]).keys.values_list("value", flat=True)
    assert list(values) == ["new@people.example"]


def test_a_person_of_whom_lever_lists_nothing_is_done_with(company: World, address: Address) -> None:
    row = tell(address, "contactUpdated", contactId="c0c6d1a4-2d1b-4f0e-8a77-9b1f5e6d7a11")
    assert work_one()
    row.refresh_from_db()
    assert (row.state, row.told) == (State.DONE, "Lever lists no opportunity of this person.")


def test_what_we_made_ourselves_is_not_fetched_again(company: World, address: Address) -> None:
    prospect = company.person("Kari Holm")
    (record,) = company.export(prospect)
    company.work()
    record.refresh_from_db()
    row = KnownOpportunity.objects.get()
    assert row.told_by == ToldBy.OURS
    told = [
        tell(address, "applicationCreated", opportunityId=record.opportunity_id, contactId=record.contact_id),
        tell(address, "contactCreated", contactId=record.contact_id),
    ]
    WebhookDelivery.objects.update(triggered_at=row.seen_at - timedelta(seconds=1))
    before = len(company.log())
    while work_one():
        pass
    assert calls(company, before) == []
    for one in told:
        one.refresh_from_db()
        assert (one.state, one.told) == (State.DONE, fetching.KNOWN_AS_OURS)
    tell(address, opportunityId=record.opportunity_id)
    work_one()
    assert len(calls(company, before)) == 1  # a change of stage is never taken for ours


class TestGone:
    @pytest.fixture
    def noted(self, company: World, address: Address, ingrid: dict[str, Any]) -> str:
        tell(address, opportunityId=ingrid["opportunity"])
        work_one()
        return str(ingrid["opportunity"])

    def test_a_deletion_is_noted_with_levers_time(
        self, company: World, address: Address, noted: str, heard: list[list[str]]
    ) -> None:
        company.control("delete", {"opportunity": noted})
        row = tell(address, "candidateDeleted", opportunityId=noted)
        assert work_one()
        row.refresh_from_db()
        assert (row.state, row.told) == (State.DONE, fetching.DELETED)
        deleted = company.state()["deleted"][0]["deletedAt"]
        at = known(noted).deleted_at
        assert at is not None and abs(at.timestamp() * 1000 - deleted) < 2
        assert heard[-1] == [noted]

    def test_what_lever_does_not_show_any_more_is_gone_even_if_its_list_says_nothing(
        self, company: World, address: Address, noted: str
    ) -> None:
        match = {"path": f"/opportunities/{noted}$"}
        company.control("faults", {"match": match, "kind": "status", "args": {"status": 404}})
        tell(address, opportunityId=noted)
        assert work_one()
        assert known(noted).deleted_at is not None

    def test_what_may_only_be_hidden_is_left_as_it_is(
        self, company: World, address: Address, noted: str
    ) -> None:
        type(company.account).objects.update(confidential_access=False)
        match = {"path": f"/opportunities/{noted}$"}
        company.control("faults", {"match": match, "kind": "status", "args": {"status": 404}})
        row = tell(address, opportunityId=noted)
        assert work_one()
        row.refresh_from_db()
        assert (row.state, row.told) == (State.DONE, fetching.HIDDEN)
        assert known(noted).deleted_at is None

    def test_somebody_never_known_is_done_with(self, company: World, address: Address) -> None:
        row = tell(address, "candidateDeleted", opportunityId="5b8e1d1e-6a0f-4a55-9d38-0f3b6a1c2e01")
        assert work_one()
        row.refresh_from_db()
        assert (row.state, row.told) == (State.DONE, fetching.NEVER_KNOWN)
