"""Deliveries are worked on again because a person wants them to be.

What that does is the same as ever: Lever is asked how things stand, so it is harmless however often it is done.
"""

from django.db import transaction

from pinlever.audit.services import Actor, record
from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import free
from pinlever.inbound.failing import failed
from pinlever.inbound.models import WebhookDelivery
from pinlever.inbound.waking import wake

State = WebhookDelivery.State
MOST = 5_000
ANEW = {"state": State.WAITING, "tries": 0, "claims_unended": 0, "done_at": None, "told": "Replayed."}


class NotPossible(Exception):
    """Why not, in a sentence."""


def replay(*, by: Actor, delivery: WebhookDelivery) -> None:
    """Makes it wait again, with no try used up."""
    if not delivery.opportunity_id and not delivery.contact_id:
        raise NotPossible(f"{delivery} names nobody, so there is nothing to fetch.")
    with transaction.atomic():
        now = db_now()
        rows = WebhookDelivery.objects.filter(free(now), pk=delivery.pk)
        if not rows.update(**ANEW, due_at=now):
            raise NotPossible(f"{delivery} is being worked on right now.")
        record(by=by, action="webhook.replayed", subject=delivery, before={"state": delivery.state})
        wake(delivery.account_id)


def replay_failed(*, by: Actor, account: LeverAccount, code: str, most: int = MOST) -> int:
    """The first `most` of what failed for a cause; answers how many. Of two who ask at once one finds nothing left."""
    ids = list(failed(account, code).order_by("pk").values_list("pk", flat=True)[:most])
    with transaction.atomic():
        locked = WebhookDelivery.objects.select_for_update().filter(pk__in=ids, state=State.FAILED)
        going = list(locked.order_by("pk").values_list("pk", flat=True))
        WebhookDelivery.objects.filter(pk__in=going).update(**ANEW, due_at=db_now())
        if going:
            after = {"count": len(going), "cause": code}
            record(by=by, action="webhook.replayed", subject=account, after=after)
            wake(account.pk)
    return len(going)
