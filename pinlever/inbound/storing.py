"""A verified delivery becomes a row, and its token is used up, in one statement."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from pinlever.foundation.failpoints import failpoint
from pinlever.inbound.events import KNOWN
from pinlever.inbound.models import WebhookDelivery
from pinlever.inbound.signing import Told
from pinlever.inbound.verifying import Signer

IGNORED = "PinLever does nothing with this event."
EMPTY = "A test from Lever's settings, or an event that names nobody: it arrived, there is nothing to fetch."
State = WebhookDelivery.State

_FIELDS = [field for field in WebhookDelivery._meta.concrete_fields if not field.primary_key]
# The database's clock: a fetch answers what had arrived before it began, and both are told by that clock.
_NOW = {"postgresql": "clock_timestamp()", "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')"}
_BY_ITS_CLOCK = ("received_at", "due_at")
# Not bulk_create(ignore_conflicts=True), which does not tell whether there was a conflict.
_INSERT = (
    f"INSERT INTO {WebhookDelivery._meta.db_table} ({', '.join(str(field.column) for field in _FIELDS)}) "  # noqa: S608
    "VALUES ({values}) ON CONFLICT (account_id, token) DO NOTHING RETURNING state"
)


def store(signer: Signer, told: Told) -> bool:
    """Whether it waits to be worked off; one that is known by its token already is left as it is."""
    delivery = _row(signer, told, timezone.now())
    now = _NOW[connection.vendor]
    values = ", ".join(now if field.name in _BY_ITS_CLOCK else "%s" for field in _FIELDS)
    given = [
        field.get_db_prep_save(getattr(delivery, field.attname), connection)
        for field in _FIELDS
        if field.name not in _BY_ITS_CLOCK
    ]
    failpoint("webhook.before_store")
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(values=values), given)
        stored = cursor.fetchone()
    failpoint("webhook.after_store")
    return stored is not None and stored[0] == State.WAITING


def _row(signer: Signer, told: Told, now: datetime) -> WebhookDelivery:
    delivery = WebhookDelivery(
        account_id=signer.account_id,
        subscription_id=signer.subscription_id,
        event=told.event,
        token=told.token,
        opportunity_id=told.opportunity_id,
        contact_id=told.contact_id,
        triggered_at=told.triggered_at,
        body=told.body,
    )
    if told.event not in KNOWN:
        delivery.state, delivery.told, delivery.done_at = State.IGNORED, IGNORED, now
    elif not told.opportunity_id and not told.contact_id:
        delivery.state, delivery.told, delivery.done_at = State.DONE, EMPTY, now
    return delivery
