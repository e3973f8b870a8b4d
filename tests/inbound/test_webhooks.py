"""The address Lever calls: what is taken, what is refused, and that nothing else happens there."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.connection.models import KnownOpportunity, LeverAccount, LeverConnection
from pinlever.foundation.clock import db_now
from pinlever.inbound import storing, waking
from pinlever.inbound.models import Address, Subscription, WebhookDelivery
from pinlever.inbound.signing import read, signature_of, signer_of
from pinlever.inbound.verifying import Signer
from pinlever.practice.deliveries import sign
from tests.inbound.telling import body_of, deliver, make_webhooks, send, token_for
from tests.inbound.webhook_attacks import ATTACKS, ODD, Attack
from tests.sync.world import World

State = WebhookDelivery.State


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was queued."""
    queued: list[str] = []
    monkeypatch.setattr(waking, "async_task", queued.append)
    monkeypatch.setattr(waking.transaction, "on_commit", lambda work, robust=False: work())
    return queued


def snapshot() -> str:
    """All that an attack must not change."""
    rows = [
        list(model.objects.order_by("pk").values())
        for model in (WebhookDelivery, Subscription, Address, KnownOpportunity, AuditEntry)
    ]
    return repr(rows)


def test_the_documented_vector_is_signed_as_documented() -> None:
    key, token = (
        "9a7c31e05bd248f6a1c0e7d35f9482b60c3e1f7a58d94b26",
        "4d1f0c9ab27e5360f8812c6be0937da54f26c1b8973e0ad5",
    )
    found = signature_of(key, token, 1782974004991)
    assert found == "42451077a6f2552c87cbf0a3dbc8bac1516105ba9515a8306adf3d72ea1a525d"
    assert found == sign(key, token, 1782974004991)


def test_every_token_is_compared_whichever_fits(company: World, address: Address) -> None:
    told = read(json.dumps(body_of(key="fits")).encode(), db_now())
    asked: list[int] = []

    def known() -> Iterator[Signer]:
        for number, token in ((1, "other"), (2, "fits"), (3, "another")):
            asked.append(number)
            yield Signer(number, 1, token, is_silent=False)

    signer = signer_of(told, known())
    assert signer is not None and signer.subscription_id == 2
    assert asked == [1, 2, 3]


def test_a_delivery_is_stored_and_a_worker_woken(company: World, address: Address, woken: list[str]) -> None:
    body = body_of(data={"opportunityId": "5b8e1d1e", "contactId": "c0c6d1a4", "toStageId": "offer"})
    assert send(address, body) == 200
    row = WebhookDelivery.objects.get()
    assert (row.event, row.opportunity_id, row.contact_id) == ("candidateStageChange", "5b8e1d1e", "c0c6d1a4")
    assert (row.token, row.state) == (body["token"], State.WAITING)
    assert row.triggered_at == datetime.fromtimestamp(body["triggeredAt"] / 1000, UTC)
    assert row.body["data"] == body["data"]
    assert body["signature"] not in json.dumps(row.body) and body["token"] not in json.dumps(row.body)
    assert row.subscription is not None and row.subscription.event == "candidateStageChange"
    assert woken == ["pinlever.inbound.tasks.deliver"]


def test_nothing_is_asked_of_lever_while_it_waits_for_the_answer(company: World, address: Address) -> None:
    before = len(company.log())
    send(address, body_of(data={"opportunityId": "5b8e1d1e"}))
    assert len(company.log()) == before


def test_a_repeat_is_answered_well_and_does_no_work(
    company: World, address: Address, woken: list[str]
) -> None:
    body = body_of(data={"opportunityId": "5b8e1d1e"})
    send(address, body)
    WebhookDelivery.objects.update(state=State.DONE)
    woken.clear()
    before = snapshot()
    assert send(address, body) == 200
    assert send(address, {**body, "event": "candidateDeleted", "data": {"opportunityId": "other"}}) == 200
    assert (snapshot(), woken) == (before, [])


def test_of_two_that_arrive_at_once_one_is_stored(
    company: World, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = body_of(data={"opportunityId": "5b8e1d1e"})
    inside: list[int] = []

    def meanwhile(name: str) -> None:
        if name == "webhook.before_store" and not inside:
            inside.append(0)
            inside.append(send(address, body))

    monkeypatch.setattr(storing, "failpoint", meanwhile)
    assert send(address, body) == 200
    assert inside == [0, 200]
    assert WebhookDelivery.objects.count() == 1


def test_many_deliveries_wake_one_worker(company: World, address: Address, woken: list[str]) -> None:
    for number in range(5):
        send(address, body_of(data={"opportunityId": f"person{number}"}))
    assert len(woken) == 1
    Address.taken(company.account.pk)
    send(address, body_of(data={"opportunityId": "person9"}))
    assert len(woken) == 2


def test_a_queue_that_is_away_loses_no_delivery(
    company: World, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(task: str) -> None:
        raise ConnectionError("the broker is away")

    monkeypatch.undo()
    monkeypatch.setattr(waking, "async_task", away)
    assert send(address, body_of(data={"opportunityId": "5b8e1d1e"})) == 200
    assert WebhookDelivery.objects.get().state == State.WAITING


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_an_attack_is_refused_and_changes_nothing(
    company: World, address: Address, woken: list[str], attack: Attack
) -> None:
    send(address, body_of(data={"opportunityId": "5b8e1d1e"}))
    woken.clear()
    key = token_for()
    body = attack.make(body_of(key=key), key)
    before = snapshot()
    assert send(address, body, **attack.request) == attack.status
    assert (snapshot(), woken) == (before, [])


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_what_is_odd_but_signed_is_taken_and_leads_nowhere(
    company: World, address: Address, woken: list[str], odd: Attack
) -> None:
    key = token_for()
    assert send(address, odd.make(body_of(key=key), key), **odd.request) == 200
    row = WebhookDelivery.objects.get()
    assert (row.opportunity_id, row.contact_id) == ("", "")
    assert row.state in (State.DONE, State.IGNORED)
    assert woken == []
    row.refresh_from_db()
    json.dumps(row.body, allow_nan=False)


def test_another_accounts_token_signs_nothing_here(company: World, address: Address) -> None:
    other = LeverAccount.objects.create(environment="practice", first_connected_at=db_now())
    Subscription.objects.create(
        account=other, event="x", webhook_id="1", url="u", signature_token="theirs", made_at=db_now()
    )
    assert send(address, body_of(key="theirs")) == 403
    elsewhere = Address.objects.create(account=other, key=uuid.uuid4(), made_at=db_now(), due_at=db_now())
    assert send(elsewhere, body_of()) == 410
    assert not WebhookDelivery.objects.exists()


def test_the_same_token_at_another_account_is_another_delivery(company: World, address: Address) -> None:
    other = LeverAccount.objects.create(environment="practice", first_connected_at=db_now())
    body = body_of(data={"opportunityId": "5b8e1d1e"})
    now = db_now()
    WebhookDelivery.objects.create(
        account=other, event="x", token=body["token"], triggered_at=now, received_at=now, due_at=now, body={}
    )
    assert send(address, body) == 200
    assert WebhookDelivery.objects.filter(account=company.account).count() == 1


def test_an_unknown_address_is_not_found(company: World, address: Address) -> None:
    assert send(Address(key=uuid.uuid4()), body_of()) == 404
    assert (
        Client().post("/lever/webhooks/not-a-key/", b"{}", content_type="application/json").status_code == 404
    )


@pytest.mark.parametrize("state", ["ending", "ended"])
def test_an_account_that_is_not_connected_takes_nothing(company: World, address: Address, state: str) -> None:
    body = body_of()
    LeverConnection.objects.update(state=state, is_current=False)
    assert send(address, body) == 410
    assert not WebhookDelivery.objects.exists()


def test_a_connection_that_is_broken_goes_on_taking(company: World, address: Address) -> None:
    LeverConnection.objects.update(state="broken")
    assert send(address, body_of(data={"opportunityId": "5b8e1d1e"})) == 200


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head", "options"])
def test_only_post_is_answered(company: World, address: Address, method: str) -> None:
    answer = getattr(Client(), method)(reverse("lever-webhook", args=[address.key]))
    assert answer.status_code == 405


def test_a_session_means_nothing_there(
    company: World, address: Address, django_user_model: type[User]
) -> None:
    client = Client()
    client.force_login(django_user_model.objects.create_superuser("aud@company.example"))
    assert send(address, body_of(key="nobodys"), client) == 403
    answer = Client().post(
        reverse("lever-webhook", args=[address.key]), json.dumps(body_of()), content_type="application/json"
    )
    assert answer.status_code == 200 and not answer.cookies


def test_when_a_webhook_delivered_last_is_noted_once_a_minute(company: World, address: Address) -> None:
    send(address, body_of())
    first = Subscription.objects.get(event="candidateStageChange").delivered_at
    send(address, body_of())
    assert Subscription.objects.get(event="candidateStageChange").delivered_at == first is not None
    Subscription.objects.update(delivered_at=db_now() - timedelta(minutes=2))
    send(address, body_of())
    again = Subscription.objects.get(event="candidateStageChange").delivered_at
    assert again is not None and db_now() - again < timedelta(minutes=1)


def test_it_costs_the_same_few_statements_however_many_deliveries_there_are(
    company: World, address: Address
) -> None:
    costs = []
    for _ in range(3):
        body = body_of(data={"opportunityId": "5b8e1d1e"})
        with CaptureQueriesContext(connection) as statements:
            assert send(address, body) == 200
        costs.append(len(statements))
    assert costs[1] == costs[2] <= 3


def test_practice_levers_own_deliveries_are_taken(company: World) -> None:
    make_webhooks()
    prospect = company.person("Ingrid Solheim")
    company.export(prospect)
    company.work()
    statuses = deliver(company)
    assert statuses and set(statuses) == {200}
    assert set(WebhookDelivery.objects.values_list("event", flat=True)) == {
        "applicationCreated",
        "contactCreated",
    } or set(WebhookDelivery.objects.values_list("event", flat=True)) == {"contactCreated"}
