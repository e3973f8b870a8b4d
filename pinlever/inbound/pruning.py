"""What of Lever's deliveries is forgotten, and when."""

from datetime import timedelta

from django.db.models import Q

from pinlever.foundation.clock import db_now
from pinlever.inbound.models import Subscription, WebhookDelivery

KEPT = timedelta(days=14)  # as long as Lever shows them and sends them again
FAILED_KEPT = timedelta(days=60)  # what nobody has worked off
ENDED_KEPT = timedelta(days=2)  # longer than a token counts
BATCH = 1000
State = WebhookDelivery.State


def forget() -> int:
    """Removes old deliveries, batch by batch, and ended webhooks with their tokens; answers how many deliveries."""
    now = db_now()
    Subscription.objects.filter(ended_at__lt=now - ENDED_KEPT).delete()
    settled = Q(state__in=(State.DONE, State.IGNORED), received_at__lt=now - KEPT)
    old = WebhookDelivery.objects.filter(settled | Q(received_at__lt=now - FAILED_KEPT)).order_by(
        "received_at"
    )
    gone = 0
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        gone += WebhookDelivery.objects.filter(pk__in=batch).delete()[0]
    return gone
