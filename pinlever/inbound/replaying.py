"""A delivery is worked on again because a person wants it to be."""

from django.db import transaction

from pinlever.audit.services import Actor, record
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import free
from pinlever.inbound.models import WebhookDelivery
from pinlever.inbound.waking import wake

State = WebhookDelivery.State


class NotPossible(Exception):
    """Why not, in a sentence."""


def replay(*, by: Actor, delivery: WebhookDelivery) -> None:
    """Makes it wait again, with no try used up. What it does is the same as ever: Lever is asked how things stand."""
    if not delivery.opportunity_id and not delivery.contact_id:
        raise NotPossible(f"{delivery} names nobody, so there is nothing to fetch.")
    with transaction.atomic():
        now = db_now()
        waiting = {"state": State.WAITING, "due_at": now, "tries": 0, "claims_unended": 0, "done_at": None}
        rows = WebhookDelivery.objects.filter(free(now), pk=delivery.pk)
        if not rows.update(told="Replayed.", **waiting):
            raise NotPossible(f"{delivery} is being worked on right now.")
        record(by=by, action="webhook.replayed", subject=delivery, before={"state": delivery.state})
        wake(delivery.account_id)
