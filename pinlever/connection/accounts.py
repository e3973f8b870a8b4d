"""Connecting and disconnecting Lever. The account and all that hangs on it survive both.

Lever is asked before the transaction that writes; at most one connection is current in the installation.
"""

import logging
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from pinlever.audit.services import Actor, record
from pinlever.connection.catalogue import USERS, note_access, refresh_catalogue, store
from pinlever.connection.credentials import by_database_clock, mark_broken
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverAccount, LeverConnection, Pace, PeopleIndex
from pinlever.connection.owning import own_if_nobody_does
from pinlever.connection.trial import CannotConnect, Trial, account_of, try_out
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.leases import FREE
from pinlever.lever.credentials import BasicKey, BearerToken
from pinlever.lever.errors import LeverError
from pinlever.lever.oauth import Tokens

__all__ = [
    "CannotConnect",
    "connect_with_key",
    "connect_with_tokens",
    "current_connection",
    "disconnect",
    "ending_connections",
    "finish_ending",
    "home_account",
    "mark_broken",
]

State = LeverConnection.State
log = logging.getLogger(__name__)


def current_connection() -> LeverConnection | None:
    """The one connection in use, whatever its state, with its account."""
    return LeverConnection.objects.select_related("account").filter(is_current=True).first()


def home_account() -> LeverAccount | None:
    """The account people go to: the one connected now, else the one connected last."""
    latest = LeverConnection.objects.select_related("account").order_by("-is_current", "-id").first()
    return latest.account if latest else None


def connect_with_key(*, by: Actor, environment: str, api_key: str) -> LeverConnection:
    """Connects with an API key; CannotConnect says why not."""
    key = api_key.strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise CannotConnect(
            "This is no API key. Copy it again from Lever's settings: one line without spaces."
        )
    trial = try_out(environment, BasicKey(key))
    credential = {"kind": LeverConnection.Kind.API_KEY, "api_key": key}
    return _connect(by, environment, trial, "", credential)


def connect_with_tokens(*, by: Actor, environment: str, tokens: Tokens) -> LeverConnection:
    """Connects with what signing in at Lever gave; CannotConnect says why not."""
    trial = try_out(environment, BearerToken(tokens.access_token))
    credential = {
        "kind": LeverConnection.Kind.OAUTH,
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_at": by_database_clock(tokens),
        "scopes": list(tokens.scopes),
    }
    return _connect(by, environment, trial, tokens.account_id, credential)


def disconnect(*, by: Actor) -> LeverConnection | None:
    """Nothing more is sent from now on; answers which connection it was.

    Its credential is forgotten at once, unless webhooks of ours are to be removed with it first: then it is ending.
    """
    with transaction.atomic():
        connection = _current_for_update()
        if connection is not None and connection.state == State.ACTIVE and connection.account.has_webhooks:
            _begin_to_end(connection, by)
        elif connection is not None:
            _end(connection, by)
    return connection


def ending_connections() -> list[LeverConnection]:
    """Those whose webhooks are to be removed at Lever before their credential is forgotten."""
    rows = LeverConnection.objects.select_related("account").filter(state=State.ENDING)
    return list(rows.order_by("pk"))


def finish_ending(*, by: Actor, connection: LeverConnection, note: str = "") -> bool:
    """Forgets the credential of an ending connection; `note` says what became of the webhooks. False: it is
    forgotten already."""
    with transaction.atomic():
        held = LeverConnection.objects.select_for_update(of=("self",)).select_related("account")
        row = held.filter(pk=connection.pk, state=State.ENDING).first()
        if row is not None:
            _end(row, by, note=note)
    return row is not None


def _connect(
    by: Actor, environment: str, trial: Trial, lever_account_id: str, credential: dict[str, Any]
) -> LeverConnection:
    failpoint("connect.before_commit")
    try:
        with transaction.atomic():
            account = _account(by, environment, trial, lever_account_id)
            _take_over(account, by)
            _end_the_ending(account, by)
            own_if_nobody_does(account, by=by)
            connection = LeverConnection.objects.create(
                account=account, connected_by=by.label[:200], last_ok_at=db_now(), **credential
            )
            Pace.objects.create(connection=connection, rate=settings.LEVER_RATE)
            record(by=by, action="connection.connected", subject=connection, after={"kind": connection.kind})
    except IntegrityError:
        raise CannotConnect(
            "Somebody else has just connected Lever. Look at what is connected now."
        ) from None
    failpoint("connect.after_commit")
    _read_catalogue(connection)
    return connection


def _account(by: Actor, environment: str, trial: Trial, lever_account_id: str) -> LeverAccount:
    """The account the credential is for, new or known again, with the users that it is known by."""
    account = account_of(environment, trial.users, lever_account_id)
    if account is None:
        account = LeverAccount.objects.create(
            environment=environment, first_connected_at=db_now(), lever_account_id=lever_account_id
        )
        record(by=by, action="account.created", subject=account, after={"environment": environment})
    elif lever_account_id and not account.lever_account_id:
        account.lever_account_id = lever_account_id
        account.save(update_fields=["lever_account_id"])
    PeopleIndex.objects.get_or_create(account=account)
    note_access(account, trial.sees_confidential)
    store(account, USERS, trial.users)
    return account


def _take_over(account: LeverAccount, by: Actor) -> None:
    """Ends the former connection of the same account. Another account's is never replaced in passing."""
    former = _current_for_update()
    if former is None:
        return
    if former.account_id != account.pk:
        raise CannotConnect(
            f"PinLever is connected to another account, {former.account}. Disconnect that one first, if you mean to "
            "change the account; its records stay."
        )
    _end(former, by)


def _end_the_ending(account: LeverAccount, by: Actor) -> None:
    """Connected again before the webhooks were removed: they are kept, only the old credential goes."""
    for former in LeverConnection.objects.select_for_update().filter(account=account, state=State.ENDING):
        _end(former, by, note="The account was connected again.")


def _current_for_update() -> LeverConnection | None:
    return (
        LeverConnection.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(is_current=True)
        .first()
    )


def _begin_to_end(connection: LeverConnection, by: Actor) -> None:
    """The version stays: a renewal of the token that is under way is still stored."""
    _leave(connection, by, "connection.ending", {"state": State.ENDING, "ended_at": db_now()})


def _end(connection: LeverConnection, by: Actor, *, note: str = "") -> None:
    """The credential is forgotten; a renewal of it that is under way comes too late."""
    changes: dict[str, Any] = {
        "state": State.ENDED,
        "api_key": "",
        "access_token": "",
        "refresh_token": "",
        "expires_at": None,
        "ended_at": connection.ended_at or db_now(),
    }
    _leave(connection, by, "connection.ended", changes, note=note, version=F("version") + 1, **FREE)


def _leave(
    connection: LeverConnection,
    by: Actor,
    action: str,
    changes: dict[str, Any],
    *,
    note: str = "",
    **stored: Any,
) -> None:
    """It is current no more. `stored`: columns that the row at hand keeps as they were."""
    before = connection.state
    changes["is_current"] = False
    LeverConnection.objects.filter(pk=connection.pk).update(**changes, **stored)
    for name, value in changes.items():
        setattr(connection, name, value)
    record(
        by=by,
        action=action,
        subject=connection,
        before={"state": before},
        after={"state": connection.state},
        note=note,
    )


def _read_catalogue(connection: LeverConnection) -> None:
    """Not being able to read it now undoes no connection: it is read again, as it is every now and then."""
    client = open_client(connection)
    try:
        refresh_catalogue(connection.account, client)
    except LeverError as error:
        log.warning("Connected, but the catalogue could not be read yet: %s", error)
    finally:
        client.http.close()
