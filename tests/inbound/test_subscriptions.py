"""Our webhooks at Lever: made once each, known again, made anew, replaced, removed, whatever happens in between."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from pinlever.audit.models import AuditEntry
from pinlever.connection.accounts import current_connection
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverAccount, LeverConnection
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.inbound import subscriptions, tasks
from pinlever.inbound.addresses import url_of
from pinlever.inbound.events import NAMES
from pinlever.inbound.models import Address, Subscription
from pinlever.inbound.subscriptions import is_due, keep, look_again, rotate
from tests.connection.conftest import ADMIN
from tests.inbound.telling import body_of, make_webhooks, send
from tests.sync.world import World


def hooks(company: World) -> list[dict[str, Any]]:
    return list(company.state()["webhooks"])


def events(company: World) -> list[str]:
    return sorted(hook["event"] for hook in hooks(company))


def look(company: World) -> bool:
    """The next look, as if the hour were over."""
    Address.objects.update(due_at=db_now() - timedelta(seconds=1))
    connection = current_connection()
    assert connection is not None
    return keep(connection, open_client(connection))


def test_every_event_gets_a_webhook_whose_token_is_stored_encrypted(company: World, address: Address) -> None:
    assert events(company) == sorted(NAMES)
    assert {hook["url"] for hook in hooks(company)} == {url_of(address)}
    tokens = {hook["id"]: hook["configuration"]["signatureToken"] for hook in hooks(company)}
    assert {row.webhook_id: row.signature_token for row in Subscription.objects.all()} == tokens
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT signature_token FROM inbound_subscription")
        stored = str(cursor.fetchall())
    assert not any(token in stored for token in tokens.values())
    address.refresh_from_db()
    assert (address.trouble, address.kept_at is not None) == ("", True)
    assert LeverAccount.objects.get().has_webhooks


def test_a_second_look_makes_nothing(company: World, address: Address) -> None:
    before = hooks(company)
    assert look(company)
    assert hooks(company) == before


def test_it_is_not_looked_at_again_within_the_hour(company: World, address: Address) -> None:
    connection = current_connection()
    assert connection is not None and not is_due(connection)
    assert not keep(connection, open_client(connection))
    assert timedelta(minutes=59) < Address.objects.get().due_at - db_now() <= timedelta(hours=1)


def test_one_that_is_missing_is_made_anew(company: World, address: Address) -> None:
    gone = Subscription.objects.get(event="candidateHired")
    connection = current_connection()
    assert connection is not None
    open_client(connection).delete_webhook(gone.webhook_id)
    look(company)
    assert events(company) == sorted(NAMES)
    gone.refresh_from_db()
    assert gone.ended_at is not None
    assert Subscription.objects.live().filter(event="candidateHired").count() == 1


@pytest.mark.parametrize("place", ["webhooks.before_make", "webhooks.after_make", "webhooks.after_store"])
def test_a_crash_at_any_moment_leaves_no_webhook_without_its_token(company: World, place: str) -> None:
    class Killed(BaseException):
        pass

    passed = []

    def kill(name: str) -> None:
        passed.append(name)
        if name == place and passed.count(name) == 3:
            raise Killed

    failpoints.install(kill)
    try:
        with pytest.raises(Killed):
            make_webhooks()
    finally:
        failpoints.install(None)
    Address.objects.update(locked_until=db_now() - timedelta(seconds=1))
    look(company)
    assert events(company) == sorted(NAMES)
    known = {row.webhook_id: row.signature_token for row in Subscription.objects.live()}
    assert known == {hook["id"]: hook["configuration"]["signatureToken"] for hook in hooks(company)}


@pytest.mark.parametrize("kind", ["drop_after", "garbage"])
def test_an_answer_that_was_lost_leads_to_another_webhook_and_the_lost_one_goes(
    company: World, kind: str
) -> None:
    company.control("faults", {"match": {"method": "POST", "path": "/webhooks$", "count": 1}, "kind": kind})
    make_webhooks()
    assert "the answer was lost" in Address.objects.get().trouble
    look(company)
    assert events(company) == sorted(NAMES)
    assert Address.objects.get().trouble == ""


def test_others_webhooks_are_not_touched(company: World, address: Address) -> None:
    connection = current_connection()
    assert connection is not None
    theirs = open_client(connection).create_webhook("candidateHired", "https://theirs.example/hook")
    look(company)
    assert theirs.id in [hook["id"] for hook in hooks(company)]
    subscriptions.remove_all(company.account, open_client(connection))
    assert [hook["id"] for hook in hooks(company)] == [theirs.id]


def test_another_address_of_ours_replaces_them(company: World, address: Address, settings: Settings) -> None:
    settings.PINLEVER_URL = "http://127.0.0.1:9000"
    connection = current_connection()
    assert connection is not None and is_due(connection)
    keep(connection, open_client(connection))
    assert events(company) == sorted(NAMES)
    assert {hook["url"] for hook in hooks(company)} == {url_of(address)}
    assert url_of(address).startswith("http://127.0.0.1:9000/lever/webhooks/")


def test_new_signatures_are_made_and_the_old_ones_count_meanwhile(company: World, address: Address) -> None:
    old = {row.event: row.signature_token for row in Subscription.objects.all()}
    assert rotate(by=ADMIN, account=company.account) == len(NAMES)
    assert send(address, body_of(key=old["candidateHired"])) == 200
    look(company)
    new = {row.event: row.signature_token for row in Subscription.objects.live()}
    assert sorted(new) == sorted(old) and not set(new.values()) & set(old.values())
    assert events(company) == sorted(NAMES)
    for key in (old["candidateHired"], new["candidateHired"]):
        assert send(address, body_of(key=key)) == 200
    Subscription.objects.exclude(ended_at=None).update(ended_at=db_now() - timedelta(hours=25))
    assert send(address, body_of(key=old["candidateHired"])) == 403
    assert send(address, body_of(key=new["candidateHired"])) == 200
    assert AuditEntry.objects.get(action="webhooks.rotated").after == {"webhooks": len(NAMES)}


def test_old_ones_go_only_after_new_ones_are_there(company: World, address: Address) -> None:
    rotate(by=ADMIN, account=company.account)
    company.control("faults", {"match": {"method": "POST", "path": "/webhooks$"}, "kind": "status"})
    look(company)
    assert events(company) == sorted(NAMES)  # the old ones
    assert Subscription.objects.live().count() == len(NAMES)


def test_a_connection_without_the_permission_says_so_and_asks_nothing(company: World) -> None:
    LeverConnection.objects.update(
        kind="oauth", scopes=["opportunities:write:admin"], access_token="t", expires_at=None
    )
    before = len(company.log())
    make_webhooks()
    assert "that permission was not granted" in Address.objects.get().trouble
    assert len(company.log()) == before


@pytest.mark.parametrize(
    ("status", "told"), [(403, "Lever refuses"), (400, "Lever refuses"), (503, "did not answer")]
)
def test_trouble_is_told_and_tried_again_soon(company: World, status: int, told: str) -> None:
    company.control("faults", {"match": {"path": "/webhooks"}, "kind": "status", "args": {"status": status}})
    make_webhooks()
    address = Address.objects.get()
    assert told in address.trouble and address.kept_at is None
    assert address.due_at - db_now() < timedelta(minutes=6)


def test_one_event_that_lever_refuses_does_not_keep_the_others_from_being_made(company: World) -> None:
    match = {"method": "POST", "path": "/webhooks$", "count": 1}
    company.control("faults", {"match": match, "kind": "status", "args": {"status": 400}})
    make_webhooks()
    assert len(events(company)) == len(NAMES) - 1
    assert "Lever refuses" in Address.objects.get().trouble


def test_two_workers_do_not_both_make_them(company: World) -> None:
    other: list[bool] = []

    def meanwhile(name: str) -> None:
        if name == "webhooks.after_make" and not other:
            connection = current_connection()
            assert connection is not None
            other.append(keep(connection, open_client(connection)))

    failpoints.install(meanwhile)
    try:
        make_webhooks()
    finally:
        failpoints.install(None)
    assert other == [False]
    assert events(company) == sorted(NAMES)


def test_without_a_public_address_none_are_made(company: World, settings: Settings) -> None:
    LeverAccount.objects.update(environment="production")
    connection = current_connection()
    assert connection is not None and not is_due(connection)
    settings.PINLEVER_URL = "https://pinlever.example.com"
    assert is_due(connection)


def test_the_sweep_asks_for_a_look(company: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(tasks, "wake_keeping", lambda: asked.append(True))
    tasks.sweep()
    assert asked == [True]
    tasks.keep_webhooks()
    assert events(company) == sorted(NAMES)
    tasks.sweep()
    assert asked == [True]
    look_again(by=ADMIN, account=company.account)
    tasks.sweep()
    assert asked == [True, True]
