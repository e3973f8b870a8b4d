"""Whose tokens may have signed what arrives at an address. Written by hand, as a storm asks for it: building these
statements anew for each delivery takes several times what running them takes."""

import functools
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from pinlever.connection.models import LeverConnection
from pinlever.inbound.models import STILL_UNDER_WAY, Address, Subscription

NOTED_EVERY = timedelta(seconds=60)  # when a subscription delivered last is told that exactly
CONNECTED = (LeverConnection.State.ACTIVE, LeverConnection.State.BROKEN)
_KEY = Address._meta.get_field("key")
_TOKEN = Subscription._meta.get_field("signature_token")
_ENDED_AT = Subscription._meta.get_field("ended_at")
_SERVED = (
    "SELECT told.id, told.account_id, told.signature_token, "  # noqa: S608  (names of our own tables)
    "told.delivered_at IS NULL OR told.delivered_at < %s "
    f"FROM {Subscription._meta.db_table} AS told "
    f"JOIN {Address._meta.db_table} AS place ON place.account_id = told.account_id "
    f"JOIN {LeverConnection._meta.db_table} AS held ON held.account_id = told.account_id "
    "WHERE place.key = %s AND held.is_current AND held.state IN (%s, %s) "
    "AND (told.ended_at IS NULL OR told.ended_at > %s)"
)


@dataclass(frozen=True, slots=True)
class Signer:
    """A webhook of ours that may have signed; `is_silent`: its last use was not noted within the minute."""

    subscription_id: int
    account_id: int
    token: str = field(repr=False)
    is_silent: bool


def signers_at(key: uuid.UUID) -> list[Signer]:
    """The webhooks of the account that has this address, while it is connected here: live ones, and ended ones whose
    deliveries may be under way. One statement."""
    now = timezone.now()
    moments = [
        _ENDED_AT.get_db_prep_value(now - before, connection) for before in (NOTED_EVERY, STILL_UNDER_WAY)
    ]
    asked = [moments[0], _KEY.get_db_prep_value(key, connection), *CONNECTED, moments[1]]
    with connection.cursor() as cursor:
        cursor.execute(_SERVED, asked)
        return [
            Signer(subscription, account, _opened(sealed), bool(is_silent))
            for subscription, account, sealed, is_silent in cursor.fetchall()
        ]


def note_use(signer: Signer) -> None:
    """When it delivered last."""
    Subscription.objects.filter(pk=signer.subscription_id).update(delivered_at=timezone.now())


@functools.lru_cache(maxsize=256)
def _opened(sealed: str) -> str:
    return _TOKEN.from_db_value(sealed) or ""
