"""The stored credential as the Lever client uses it: read for every call, renewed by one process at a time.

Lever rotates refresh tokens, so a renewal is committed before its token is used. A crash between Lever's answer
and our commit loses the only valid refresh token: the next renewal is refused and somebody has to connect again.
"""

import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from pinlever.audit.services import LEVER, record
from pinlever.connection.models import LeverConnection
from pinlever.connection.oauth_apps import app_for
from pinlever.foundation.clock import db_now, steady_clock
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.leases import FREE, Lease, claim_first, give_back
from pinlever.lever.credentials import BasicKey
from pinlever.lever.errors import Busy, ConfigurationError, LeverError, ReconnectNeeded
from pinlever.lever.oauth import Tokens

RENEW_BEFORE = timedelta(seconds=60)
LOOK_AGAIN = 0.05
State = LeverConnection.State

sleep = time.sleep


class StoredCredentials:
    """Signs calls with what the connection's row holds now. Raises ReconnectNeeded once it is no longer active.

    `while_ending`: for what is still to be done at Lever after somebody disconnected, and for nothing else.
    """

    def __init__(self, connection: LeverConnection, *, while_ending: bool = False) -> None:
        self._connection_id = connection.pk
        self._good = (State.ENDING,) if while_ending else (State.ACTIVE,)

    def authorization(self) -> str:
        row = self._row()
        if row.expires_at is not None and row.expires_at < db_now() + RENEW_BEFORE:
            row = self._renewed(_header(row))
        return _header(row)

    def renew(self, rejected: str) -> str:
        return _header(self._renewed(rejected))

    def _row(self) -> LeverConnection:
        row = LeverConnection.objects.select_related("account").get(pk=self._connection_id)
        if row.state not in self._good:
            raise ReconnectNeeded(row.broken_why or "This connection to Lever has ended.")
        return row

    def _renewed(self, rejected: str) -> LeverConnection:
        """The row once it holds another credential than the rejected one, renewed here or by somebody else."""
        give_up_at = steady_clock() + settings.LEVER_DEADLINE + settings.LEASE_MARGIN
        while True:
            row = self._row()
            if _header(row) != rejected:
                return row
            if row.kind == LeverConnection.Kind.API_KEY and row.state == State.ENDING:
                raise ReconnectNeeded("Lever no longer accepts the API key that is being forgotten.")
            if row.kind == LeverConnection.Kind.API_KEY:
                mark_broken(row, "Lever no longer accepts this API key. Connect again with another one.")
            elif claimed := claim_first(
                _unchanged(row), seconds=settings.LEVER_DEADLINE + settings.LEASE_MARGIN
            ):
                _refresh(*claimed)
            elif steady_clock() >= give_up_at:
                raise Busy("Another process has been renewing the access to Lever for too long.")
            else:
                sleep(LOOK_AGAIN)


def _header(row: LeverConnection) -> str:
    if row.kind == LeverConnection.Kind.API_KEY:
        return BasicKey(row.api_key).authorization()
    return f"Bearer {row.access_token}"


def _unchanged(row: LeverConnection) -> "models.QuerySet[LeverConnection]":
    """The row as long as nobody has renewed, replaced or ended it since it was read."""
    return LeverConnection.objects.filter(pk=row.pk, version=row.version)


def _refresh(row: LeverConnection, lease: Lease) -> None:
    """One renewal. Whatever comes of it, the caller reads the row again."""
    failpoint("credentials.before_call")
    try:
        tokens = app_for(row.account.environment).refresh(row.refresh_token)
    except ReconnectNeeded as refusal:
        if row.state == State.ENDING:
            give_back(row, lease)
            raise
        why = f"Lever ended our access ({refusal.said or refusal.code}). Connect again."
        mark_broken(row, why)
    except ConfigurationError:
        give_back(row, lease)
        raise
    except LeverError as failure:
        give_back(row, lease)
        # The call that needed the token was not sent, whatever became of the renewal.
        raise Busy(f"Lever's sign-in did not answer: {failure}", retry_after=failure.retry_after) from None
    else:
        failpoint("credentials.before_commit")
        _store(row, tokens)
        failpoint("credentials.after_commit")


def _store(row: LeverConnection, tokens: Tokens) -> None:
    """Commits the renewed tokens unless the row changed.

    Not tied to the lease: if it ran out meanwhile, the process after us sent a refresh token that was used up,
    and may have marked the connection broken. The tokens in our hands are the ones that are good.
    """
    renewed: dict[str, Any] = {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token or row.refresh_token,
        "expires_at": by_database_clock(tokens),
        "scopes": list(tokens.scopes) or row.scopes,
        "version": F("version") + 1,
        **FREE,
    }
    usable = _unchanged(row).filter(state__in=[State.ACTIVE, State.BROKEN])
    if not usable.update(state=State.ACTIVE, broken_why="", **renewed):
        _unchanged(row).filter(state=State.ENDING).update(**renewed)  # somebody disconnected meanwhile


def by_database_clock(tokens: Tokens) -> datetime:
    """When the access token ends; the client computed it by this machine's clock."""
    return db_now() + (tokens.expires_at - timezone.now())


def mark_broken(row: LeverConnection, why: str) -> None:
    """Nothing more is sent until somebody connects again; unless the row holds another credential by now."""
    with transaction.atomic():
        changed = _unchanged(row).filter(state=State.ACTIVE)
        if changed.update(state=State.BROKEN, broken_why=why, **FREE):
            record(by=LEVER, action="connection.broken", subject=row, after={"state": State.BROKEN}, note=why)
