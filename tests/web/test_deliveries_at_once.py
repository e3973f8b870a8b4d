"""Several people who press the same button at the same moment: each delivery goes once, and one of them has done it."""

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM
from pinlever.inbound import working
from pinlever.inbound.models import WebhookDelivery
from pinlever.inbound.replaying import replay_failed
from pinlever.notices import endpoints
from pinlever.notices.models import Delivery, Kind
from pinlever.notices.repeating import send_given_up
from pinlever.notices.services import announce
from tests.inbound.telling import make_webhooks, tell
from tests.recruiting.at_once import at_once
from tests.sync.world import world

NUMBER, PEOPLE = 8, 4
pytestmark = pytest.mark.django_db(transaction=True)


def test_what_lever_told_is_replayed_by_one_of_them() -> None:
    with world() as company:
        address = make_webhooks()
        for number in range(NUMBER):
            tell(address, opportunityId=f"5b8e1d1{number}")
        WebhookDelivery.objects.update(state="failed", told=working.DIED)
        account = company.account
        done = at_once(*[lambda: replay_failed(by=SYSTEM, account=account, code="delivery_died")] * PEOPLE)
    assert sorted(done) == [0] * (PEOPLE - 1) + [NUMBER]
    assert WebhookDelivery.objects.filter(state="waiting").count() == NUMBER
    assert AuditEntry.objects.filter(action="webhook.replayed").count() == 1


def test_what_an_endpoint_did_not_take_is_sent_again_by_one_of_them() -> None:
    endpoint = endpoints.add(by=SYSTEM, name="Out", url="https://out.example/", kinds=()).endpoint
    for number in range(NUMBER):
        announce(Kind.SYNC_FAILED, {"id": number})
    Delivery.objects.update(state="given_up", status=500, error="It answered 500.")
    done = at_once(*[lambda: send_given_up(by=SYSTEM, endpoint=endpoint, code="endpoint_refused")] * PEOPLE)
    assert sorted(done) == [0] * (PEOPLE - 1) + [NUMBER]
    assert Delivery.objects.filter(state="waiting").count() == NUMBER
    assert AuditEntry.objects.filter(action="endpoint.sent_again").count() == 1
