"""What Lever told and could not be worked off, by cause; all of a cause replayed."""

from typing import Any

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.inbound import working
from pinlever.inbound.failing import failed, groups
from pinlever.inbound.models import Address, WebhookDelivery
from pinlever.inbound.replaying import replay_failed
from pinlever.inbound.working import TRY_AGAIN, _after, _tried_in_vain, work_one
from pinlever.lever.errors import Rejected
from tests.connection.conftest import ADMIN
from tests.inbound.telling import tell
from tests.sync.world import World

State = WebhookDelivery.State
pytestmark = pytest.mark.usefixtures("heard")
IN_VAIN = len(TRY_AGAIN) + 1


def fails(address: Address, told: str, **about: str) -> WebhookDelivery:
    row = tell(address, **(about or {"opportunityId": "5b8e1d1e"}))
    WebhookDelivery.objects.filter(pk=row.pk).update(state=State.FAILED, told=told, tries=8, done_at=db_now())
    return row


def test_each_is_grouped_by_what_its_sentence_says(
    company: World, address: Address, django_assert_num_queries: Any
) -> None:
    refused = _after(Rejected("no", status=403, said="403 Forbidden: <b>no</b>"), IN_VAIN).told
    fails(address, _after(Rejected("no", status=404, said="404 Not Found"), IN_VAIN).told)
    fails(address, refused)
    fails(address, _tried_in_vain(working.WRONG_HERE.format("KeyError"), IN_VAIN).told)
    fails(address, working.DIED)
    fails(address, "An older sentence.")
    tell(address, opportunityId="5b8e1d1e")
    with django_assert_num_queries(2):
        found = {one.cause.code: (one.count, one.said) for one in groups(company.account)}
    assert found == {
        "delivery_refused": (2, "403 Forbidden: <b>no</b>"),
        "delivery_wrong_here": (2, ""),
        "delivery_died": (1, ""),
    }
    assert failed(company.account, "delivery_refused").count() == 2
    assert failed(company.account).count() == 5
    assert groups(None) == ()


def test_another_accounts_deliveries_are_in_no_group(company: World, address: Address) -> None:
    fails(address, working.DIED)
    other = LeverAccount.objects.create(environment="practice", first_connected_at=db_now())
    assert list(groups(other)) == []
    assert replay_failed(by=ADMIN, account=other, code="delivery_died") == 0


def test_all_of_a_cause_are_replayed_once_and_worked_off(
    company: World, address: Address, ingrid: dict[str, Any]
) -> None:
    rows = [fails(address, working.DIED, opportunityId=ingrid["opportunity"]) for _ in range(3)]
    other = fails(address, "PinLever itself failed here (KeyError). The log tells more.")
    WebhookDelivery.objects.filter(pk=rows[0].pk).update(claims_unended=6)
    assert replay_failed(by=ADMIN, account=company.account, code="delivery_died") == 3
    assert replay_failed(by=ADMIN, account=company.account, code="delivery_died") == 0
    entry = AuditEntry.objects.get(action="webhook.replayed")
    assert (entry.by_label, entry.after) == ("Ada Admin", {"count": 3, "cause": "delivery_died"})
    while work_one():
        pass
    states = WebhookDelivery.objects.filter(pk__in=[row.pk for row in rows]).values_list("state", flat=True)
    assert set(states) == {State.DONE}
    other.refresh_from_db()
    assert other.state == State.FAILED


def test_more_than_are_taken_at_once_are_left_for_the_next_press(company: World, address: Address) -> None:
    for _ in range(3):
        fails(address, working.DIED)
    again = {"by": ADMIN, "account": company.account, "code": "delivery_died"}
    assert [replay_failed(**again, most=2) for _ in range(3)] == [2, 1, 0]
