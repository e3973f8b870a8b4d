"""Connecting and disconnecting: which account it is, what is refused, what survives."""

from typing import Any

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.connection import accounts, crawl, rules
from pinlever.connection.accounts import CannotConnect
from pinlever.connection.models import (
    Environment,
    LeverAccount,
    LeverConnection,
    LeverUser,
    Pace,
    PeopleIndex,
    Posting,
)
from pinlever.foundation.clock import db_now
from pinlever.practice import seed
from pinlever.practice.app import PracticeApp
from tests.connection.conftest import ADMIN
from tests.connection.signing_in import sign_in
from tests.practice_adapter import KEY, control

State = LeverConnection.State
pytestmark = pytest.mark.django_db


def connect(key: str = KEY) -> LeverConnection:
    return accounts.connect_with_key(by=ADMIN, environment="practice", api_key=key)


def test_a_key_connects_and_reads_the_catalogue(lever: PracticeApp) -> None:
    connection = connect(f"  {KEY}\n")
    account = connection.account
    assert accounts.current_connection() == connection
    assert (connection.state, connection.kind, connection.api_key) == (State.ACTIVE, "api_key", KEY)
    assert connection.connected_by == "Ada Admin"
    assert Pace.objects.get(connection=connection).rate == 1000
    assert PeopleIndex.objects.filter(account=account).exists()
    assert Posting.objects.filter(account=account).exists()
    assert (account.confidential_access, account.outgoing_on) == (True, False)
    assert account.catalogue_read_at is not None
    actions = list(AuditEntry.objects.order_by("id").values_list("action", "by_label"))
    assert actions == [("account.created", "Ada Admin"), ("connection.connected", "Ada Admin")]
    assert KEY not in str(list(AuditEntry.objects.values()))


def test_signing_in_connects_and_names_the_account(lever: PracticeApp) -> None:
    tokens = sign_in(lever)
    connection = accounts.connect_with_tokens(by=ADMIN, environment="practice", tokens=tokens)
    assert (connection.kind, connection.access_token) == ("oauth", tokens.access_token)
    assert connection.account.lever_account_id == seed.ACCOUNT_ID
    assert "opportunities:write:admin" in connection.scopes
    assert connection.expires_at is not None and connection.expires_at > db_now()


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"kind": "status", "args": {"status": 403}}, "Grant it both"),
    ({"kind": "status", "args": {"status": 401}}, "does not accept this credential"),
    ({"kind": "status", "args": {"status": 503}}, "try again in a while"),
    ({"kind": "status", "args": {"status": 429}}, "try again in a while"),
    ({"kind": "drop_after"}, "try again in a while"),
    ({"kind": "garbage"}, "try again in a while"),
    ({"kind": "status", "args": {"status": 200, "body": {"data": [], "hasNext": False}}}, "lists no users"),
]


@pytest.mark.parametrize(("fault", "why"), REFUSED)
def test_a_credential_that_cannot_list_users_is_refused_with_a_sentence(
    lever: PracticeApp, fault: dict[str, Any], why: str
) -> None:
    control(lever, "faults", {"match": {"path": "/users"}, **fault})
    with pytest.raises(CannotConnect, match=why):
        connect()
    assert not LeverAccount.objects.exists()
    assert not LeverConnection.objects.exists()


def test_a_key_that_may_not_read_people_is_refused(lever: PracticeApp) -> None:
    control(lever, "keys", {"key": "narrow", "scopes": ["users:read:admin"]})
    with pytest.raises(CannotConnect, match="Grant it both"):
        connect("narrow")


@pytest.mark.parametrize("key", ["", "  ", "two words", "kéy", "a\nb"])
def test_what_is_no_key_is_not_sent(key: str) -> None:
    with pytest.raises(CannotConnect, match="no API key"):
        connect(key)


def test_an_unknown_key_is_refused_and_not_repeated(lever: PracticeApp) -> None:
    with pytest.raises(CannotConnect) as refused:
        connect("a-wrong-key")
    assert "a-wrong-key" not in str(refused.value)


def test_reconnecting_finds_the_account_again(lever: PracticeApp) -> None:
    first = connect()
    rules.set_outgoing(by=ADMIN, account=first.account, on=True)
    while not crawl.step(first.account, _client(first)).done:
        pass
    connected_at = first.account.first_connected_at
    accounts.disconnect(by=ADMIN)
    assert accounts.current_connection() is None
    assert accounts.home_account() == first.account
    second = connect()
    account = LeverAccount.objects.get()
    assert (second.account, account.first_connected_at, account.outgoing_on) == (account, connected_at, True)
    assert second.pk != first.pk
    assert crawl.is_complete(account)


def _client(connection: LeverConnection) -> Any:
    from pinlever.connection.gateway import open_client

    return open_client(connection)


def test_a_key_is_replaced_by_signing_in_at_once(lever: PracticeApp) -> None:
    first = connect()
    second = accounts.connect_with_tokens(by=ADMIN, environment="practice", tokens=sign_in(lever))
    first.refresh_from_db()
    assert (first.state, first.is_current, first.api_key) == (State.ENDED, False, "")
    assert first.ended_at is not None
    assert accounts.current_connection() == second
    assert second.account == first.account
    assert LeverAccount.objects.get().lever_account_id == seed.ACCOUNT_ID


def test_the_account_is_known_by_users_who_are_gone_by_now(lever: PracticeApp) -> None:
    first = connect()
    LeverUser.objects.exclude(lever_id=seed.user_id("aud")).delete()
    LeverUser.objects.update(gone_at=db_now())
    assert connect().account == first.account


def test_another_accounts_connection_is_not_replaced_in_passing(lever: PracticeApp) -> None:
    first = connect()
    LeverUser.objects.all().delete()
    with pytest.raises(CannotConnect, match="Disconnect that one first"):
        connect()
    assert accounts.current_connection() == first
    assert LeverAccount.objects.count() == 1
    accounts.disconnect(by=ADMIN)
    assert connect().account != first.account


def test_levers_own_account_id_must_agree(lever: PracticeApp) -> None:
    connection = connect()
    LeverAccount.objects.update(lever_account_id="another")
    with pytest.raises(CannotConnect, match="names another account"):
        accounts.connect_with_tokens(by=ADMIN, environment="practice", tokens=sign_in(lever))
    assert accounts.current_connection() == connection


def test_users_of_two_accounts_are_not_guessed_about(lever: PracticeApp) -> None:
    connect()
    other = LeverAccount.objects.create(environment=Environment.PRACTICE, first_connected_at=db_now())
    LeverUser.objects.create(account=other, lever_id=LeverUser.objects.values_list("lever_id", flat=True)[0])
    with pytest.raises(CannotConnect, match="more than one account"):
        connect()


def test_the_same_users_in_another_environment_are_another_account(lever: PracticeApp) -> None:
    connection = connect()
    LeverAccount.objects.update(environment=Environment.SANDBOX)
    accounts.disconnect(by=ADMIN)
    assert connect().account != connection.account


def test_a_catalogue_that_fails_later_undoes_no_connection(
    lever: PracticeApp, caplog: pytest.LogCaptureFixture
) -> None:
    control(lever, "faults", {"match": {"path": "/stages"}, "kind": "status"})
    connection = connect()
    assert accounts.current_connection() == connection
    assert LeverUser.objects.filter(account=connection.account).exists()
    assert "catalogue could not be read" in caplog.text


def test_somebody_who_connects_at_the_same_moment_wins(
    lever: PracticeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect()
    monkeypatch.setattr(accounts, "_take_over", lambda account, by: None)
    with pytest.raises(CannotConnect, match="just connected"):
        connect()
    assert LeverConnection.objects.count() == 1


def test_disconnecting_forgets_the_credential_and_is_audited(lever: PracticeApp) -> None:
    connection = accounts.connect_with_tokens(by=ADMIN, environment="practice", tokens=sign_in(lever))
    assert accounts.disconnect(by=ADMIN) == connection
    row = LeverConnection.objects.get()
    assert (row.state, row.is_current) == (State.ENDED, False)
    assert (row.api_key, row.access_token, row.refresh_token, row.expires_at) == ("", "", "", None)
    entry = AuditEntry.objects.get(action="connection.ended")
    assert (entry.by_label, entry.before, entry.after) == (
        "Ada Admin",
        {"state": "active"},
        {"state": "ended"},
    )
    assert accounts.disconnect(by=ADMIN) is None


def test_a_broken_connection_is_mended_by_connecting_again(lever: PracticeApp) -> None:
    first = connect()
    accounts.mark_broken(first, "Lever ended our access.")
    current = accounts.current_connection()
    assert current is not None and current.state == State.BROKEN
    second = connect()
    assert (second.state, second.account) == (State.ACTIVE, first.account)


def test_an_older_connection_is_not_broken_by_what_came_before(lever: PracticeApp) -> None:
    connection = connect()
    accounts.disconnect(by=ADMIN)
    accounts.mark_broken(connection, "too late")
    assert LeverConnection.objects.get().state == State.ENDED


def test_without_any_connection_there_is_no_home() -> None:
    assert accounts.home_account() is None
