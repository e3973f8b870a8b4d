"""Disconnecting: the webhooks are removed at Lever, then the credential is forgotten; and what may come in between."""

from datetime import timedelta
from typing import Any

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.connection import accounts
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverAccount, LeverConnection
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.inbound import tasks
from pinlever.inbound.ending import end_all
from pinlever.inbound.events import NAMES
from pinlever.inbound.models import Address, Subscription
from pinlever.lever.errors import ReconnectNeeded
from tests.connection.conftest import ADMIN
from tests.connection.signing_in import sign_in
from tests.inbound.telling import body_of, make_webhooks, send, token_for
from tests.practice_adapter import KEY
from tests.sync.world import World

State = LeverConnection.State


def hooks(company: World) -> int:
    return len(company.state()["webhooks"])


def fault(company: World, **args: Any) -> None:
    company.control("faults", {"match": {"path": "/webhooks"}, "kind": "status", "args": args})


def test_a_connection_is_ending_until_its_webhooks_are_removed(company: World, address: Address) -> None:
    ended = accounts.disconnect(by=ADMIN)
    assert ended is not None
    row = LeverConnection.objects.get()
    assert (row.state, row.is_current, row.api_key) == (State.ENDING, False, KEY)
    assert accounts.current_connection() is None
    with pytest.raises(ReconnectNeeded):
        list(open_client(row).users())  # nothing else is sent any more
    assert end_all() == 1
    row.refresh_from_db()
    assert (row.state, row.api_key) == (State.ENDED, "")
    assert hooks(company) == 0
    assert not Subscription.objects.live().exists()
    assert not LeverAccount.objects.get().has_webhooks
    entries = AuditEntry.objects.filter(action__startswith="connection.end").order_by("id")
    assert [(one.action, one.by_label, one.note) for one in entries] == [
        ("connection.ending", "Ada Admin", ""),
        ("connection.ended", "PinLever", "Its webhooks at Lever were removed."),
    ]


def test_a_connection_without_webhooks_ends_at_once(company: World) -> None:
    accounts.disconnect(by=ADMIN)
    assert LeverConnection.objects.get().state == State.ENDED


def test_a_broken_connection_ends_at_once(company: World, address: Address) -> None:
    connection = accounts.current_connection()
    assert connection is not None
    accounts.mark_broken(connection, "Lever ended our access.")
    accounts.disconnect(by=ADMIN)
    row = LeverConnection.objects.get()
    assert (row.state, row.api_key) == (State.ENDED, "")
    assert hooks(company) == len(NAMES)  # known again when the account is connected again


def test_the_webhooks_are_gone_for_deliveries_too(company: World, address: Address) -> None:
    body = body_of(key=token_for())
    accounts.disconnect(by=ADMIN)
    assert send(address, body) == 410
    end_all()
    assert send(address, body) == 410


@pytest.mark.parametrize("status", [401, 403])
def test_a_credential_that_lever_refuses_is_forgotten_all_the_same(
    company: World, address: Address, status: int
) -> None:
    accounts.disconnect(by=ADMIN)
    fault(company, status=status)
    assert end_all() == 1
    assert LeverConnection.objects.get().state == State.ENDED
    note = AuditEntry.objects.get(action="connection.ended").note
    assert "could not be removed at Lever" in note


def test_lever_away_is_waited_for_but_not_for_ever(company: World, address: Address) -> None:
    accounts.disconnect(by=ADMIN)
    fault(company, status=503)
    assert end_all() == 0
    assert LeverConnection.objects.get().state == State.ENDING
    LeverConnection.objects.update(ended_at=db_now() - timedelta(minutes=11))
    assert end_all() == 1
    assert LeverConnection.objects.get().api_key == ""
    assert "Lever did not answer" in AuditEntry.objects.get(action="connection.ended").note


def test_what_was_removed_before_a_crash_is_not_missed_after_it(company: World, address: Address) -> None:
    class Killed(BaseException):
        pass

    passed = []

    def kill(name: str) -> None:
        passed.append(name)
        if name.startswith("call.after DELETE") and len(passed) > 6:
            raise Killed

    accounts.disconnect(by=ADMIN)
    failpoints.install(kill)
    try:
        with pytest.raises(Killed):
            end_all()
    finally:
        failpoints.install(None)
    assert 0 < hooks(company) < len(NAMES)
    assert end_all() == 1
    assert hooks(company) == 0


def test_connected_again_meanwhile_the_webhooks_stay(company: World, address: Address) -> None:
    tokens = {row.webhook_id for row in Subscription.objects.live()}
    accounts.disconnect(by=ADMIN)
    again = accounts.connect_with_key(by=ADMIN, environment="practice", api_key=KEY)
    former = LeverConnection.objects.exclude(pk=again.pk).get()
    assert (former.state, former.api_key) == (State.ENDED, "")
    assert end_all() == 0
    tasks.keep_webhooks()
    assert {row.webhook_id for row in Subscription.objects.live()} == tokens
    assert hooks(company) == len(NAMES)


def test_connected_again_while_they_are_removed_they_are_made_again(company: World, address: Address) -> None:
    accounts.disconnect(by=ADMIN)
    again: list[LeverConnection] = []

    def meanwhile(name: str) -> None:
        if name.startswith("call.after DELETE") and not again:
            again.append(accounts.connect_with_key(by=ADMIN, environment="practice", api_key=KEY))

    failpoints.install(meanwhile)
    try:
        assert end_all() == 0
    finally:
        failpoints.install(None)
    assert hooks(company) == len(NAMES) - 1
    tasks.keep_webhooks()
    assert hooks(company) == len(NAMES) == Subscription.objects.live().count()
    assert accounts.current_connection() == again[0]
    assert LeverAccount.objects.get().has_webhooks


def test_an_access_that_has_run_out_is_renewed_to_end_it(company: World) -> None:
    accounts.connect_with_tokens(by=ADMIN, environment="practice", tokens=sign_in(company.app))
    make_webhooks()
    ending = accounts.disconnect(by=ADMIN)
    assert ending is not None and ending.state == State.ENDING
    LeverConnection.objects.filter(pk=ending.pk).update(expires_at=db_now())
    assert end_all() == 1
    row = LeverConnection.objects.get(pk=ending.pk)
    assert (row.state, row.access_token, row.refresh_token) == (State.ENDED, "", "")
    assert hooks(company) == 0


def test_an_access_that_cannot_be_renewed_is_forgotten(company: World) -> None:
    accounts.connect_with_tokens(by=ADMIN, environment="practice", tokens=sign_in(company.app))
    make_webhooks()
    ending = accounts.disconnect(by=ADMIN)
    assert ending is not None
    company.control("revoke")
    LeverConnection.objects.filter(pk=ending.pk).update(expires_at=db_now())
    assert end_all() == 1
    assert LeverConnection.objects.get(pk=ending.pk).state == State.ENDED


def test_the_worker_ends_it(company: World, address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.disconnect(by=ADMIN)
    asked: list[bool] = []
    monkeypatch.setattr(tasks, "wake_keeping", lambda: asked.append(True))
    tasks.sweep()
    assert asked == [True]
    tasks.keep_webhooks()
    assert LeverConnection.objects.get().state == State.ENDED
