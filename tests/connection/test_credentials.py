"""The stored credential: read for each call, renewed once whoever asks, never lost by our own doing."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from pytest_django import Settings

from pinlever.audit.models import AuditEntry
from pinlever.connection import accounts, credentials
from pinlever.connection.credentials import StoredCredentials, mark_broken
from pinlever.connection.models import LeverConnection
from pinlever.connection.oauth_apps import app_for
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.lever.errors import Busy, ConfigurationError, ReconnectNeeded
from pinlever.practice.app import PracticeApp
from tests.connection.conftest import ADMIN
from tests.connection.signing_in import sign_in
from tests.practice_adapter import control

State = LeverConnection.State


@pytest.fixture
def signed_in(db: None, lever: PracticeApp) -> LeverConnection:
    return accounts.connect_with_tokens(by=ADMIN, environment="practice", tokens=sign_in(lever))


def token_calls(lever: PracticeApp) -> list[str]:
    log = control(lever, "log", method="GET")["data"]
    return [row["body"]["grant_type"] for row in log if row["path"] == "/oauth/token"]


def lapse(connection: LeverConnection) -> None:
    LeverConnection.objects.filter(pk=connection.pk).update(expires_at=db_now() + timedelta(seconds=30))


def test_a_token_that_lasts_is_used_as_it_is(signed_in: LeverConnection, lever: PracticeApp) -> None:
    assert StoredCredentials(signed_in).authorization() == f"Bearer {signed_in.access_token}"
    assert token_calls(lever) == ["authorization_code"]


def test_a_token_about_to_end_is_renewed_before_it_is_used(
    signed_in: LeverConnection, lever: PracticeApp
) -> None:
    lapse(signed_in)
    header = StoredCredentials(signed_in).authorization()
    row = LeverConnection.objects.get()
    assert header == f"Bearer {row.access_token}" != f"Bearer {signed_in.access_token}"
    assert row.refresh_token != signed_in.refresh_token
    assert (row.version, row.locked_by) == (signed_in.version + 1, "")
    assert timedelta(minutes=55) < row.expires_at - db_now() <= timedelta(hours=1)  # type: ignore[operator]
    assert token_calls(lever) == ["authorization_code", "refresh_token"]


def test_a_token_that_somebody_else_renewed_is_not_renewed_again(
    signed_in: LeverConnection, lever: PracticeApp
) -> None:
    mine, other = StoredCredentials(signed_in), StoredCredentials(signed_in)
    refused = mine.authorization()
    renewed = other.renew(refused)
    assert mine.renew(refused) == renewed
    assert token_calls(lever) == ["authorization_code", "refresh_token"]


def test_a_revoked_access_breaks_the_connection_and_says_so(
    signed_in: LeverConnection, lever: PracticeApp
) -> None:
    control(lever, "revoke")
    stored = StoredCredentials(signed_in)
    with pytest.raises(ReconnectNeeded, match="Connect again"):
        stored.renew(stored.authorization())
    assert LeverConnection.objects.get().state == State.BROKEN
    assert AuditEntry.objects.get(action="connection.broken").by_label == "Lever"
    with pytest.raises(ReconnectNeeded):
        stored.authorization()


def test_a_refresh_token_that_was_replaced_meanwhile_breaks_nothing(
    signed_in: LeverConnection, lever: PracticeApp
) -> None:
    """Another process was faster: ours was refused, and theirs is in the row."""

    def faster(name: str) -> None:
        if name == "credentials.before_call":
            failpoints.install(None)
            tokens = app_for("practice").refresh(signed_in.refresh_token)
            credentials._store(LeverConnection.objects.get(), tokens)

    failpoints.install(faster)
    stored = StoredCredentials(signed_in)
    header = stored.renew(stored.authorization())
    row = LeverConnection.objects.get()
    assert (row.state, row.version) == (State.ACTIVE, 1)
    assert header == f"Bearer {row.access_token}"


def test_good_tokens_undo_the_breaking_by_a_successor(signed_in: LeverConnection, lever: PracticeApp) -> None:
    """Suspended past its lease with the answer in hand: the successor was refused, but these tokens are good."""

    def overtaken(name: str) -> None:
        if name == "credentials.before_commit":
            mark_broken(LeverConnection.objects.get(), "refused")

    failpoints.install(overtaken)
    try:
        stored = StoredCredentials(signed_in)
        header = stored.renew(stored.authorization())
    finally:
        failpoints.install(None)
    row = LeverConnection.objects.get()
    assert (row.state, row.broken_why) == (State.ACTIVE, "")
    assert header == f"Bearer {row.access_token}"


def test_tokens_that_come_after_a_disconnect_are_not_kept(signed_in: LeverConnection) -> None:
    def disconnect(name: str) -> None:
        if name == "credentials.before_commit":
            accounts.disconnect(by=ADMIN)

    failpoints.install(disconnect)
    try:
        stored = StoredCredentials(signed_in)
        with pytest.raises(ReconnectNeeded):
            stored.renew(stored.authorization())
    finally:
        failpoints.install(None)
    row = LeverConnection.objects.get()
    assert (row.state, row.access_token, row.refresh_token) == (State.ENDED, "", "")


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "garbage", "status"])
def test_a_sign_in_that_does_not_answer_leaves_the_call_not_sent(
    signed_in: LeverConnection, lever: PracticeApp, kind: str
) -> None:
    control(lever, "faults", {"match": {"path": "/oauth/token"}, "kind": kind})
    stored = StoredCredentials(signed_in)
    with pytest.raises(Busy):
        stored.renew(stored.authorization())
    row = LeverConnection.objects.get()
    assert (row.state, row.locked_by) == (State.ACTIVE, "")


def test_a_wrong_client_secret_is_our_own_fault(
    signed_in: LeverConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pinlever.connection.oauth_apps.PRACTICE_CLIENT", ("practice-client", "wrong"))
    stored = StoredCredentials(signed_in)
    with pytest.raises(ConfigurationError):
        stored.renew(stored.authorization())
    row = LeverConnection.objects.get()
    assert (row.state, row.locked_by) == (State.ACTIVE, "")


def test_a_refused_api_key_breaks_the_connection(connection: LeverConnection) -> None:
    stored = StoredCredentials(connection)
    with pytest.raises(ReconnectNeeded, match="API key"):
        stored.renew(stored.authorization())
    assert LeverConnection.objects.get().state == State.BROKEN


def test_an_ended_connection_signs_nothing(connection: LeverConnection) -> None:
    accounts.disconnect(by=ADMIN)
    with pytest.raises(ReconnectNeeded, match="ended"):
        StoredCredentials(connection).authorization()


def test_who_waits_too_long_for_another_ones_renewal_comes_back_later(
    signed_in: LeverConnection, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LEVER_DEADLINE, settings.LEASE_MARGIN = 0.0, 0.0
    monkeypatch.setattr(credentials, "sleep", lambda _: None)
    held = db_now() + timedelta(minutes=1)
    LeverConnection.objects.update(locked_by="another", locked_until=held)
    stored = StoredCredentials(signed_in)
    with pytest.raises(Busy, match="Another process"):
        stored.renew(stored.authorization())


def test_secrets_are_not_readable_in_the_database(signed_in: LeverConnection) -> None:
    from django.db import connection as database

    with database.cursor() as cursor:
        cursor.execute("SELECT access_token, refresh_token FROM connection_leverconnection")
        stored = cursor.fetchone()
    assert signed_in.access_token not in stored
    assert signed_in.refresh_token not in stored


@pytest.mark.django_db(transaction=True)
def test_many_threads_renew_once(signed_in: LeverConnection, lever: PracticeApp) -> None:
    refused = StoredCredentials(signed_in).authorization()
    headers: list[str] = []

    def renew() -> None:
        headers.append(StoredCredentials(signed_in).renew(refused))
        connections.close_all()

    threads = [threading.Thread(target=renew) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(headers) == 6
    assert set(headers) == {f"Bearer {LeverConnection.objects.get().access_token}"}
    assert token_calls(lever) == ["authorization_code", "refresh_token"]
