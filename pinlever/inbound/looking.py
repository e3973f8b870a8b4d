"""How Lever's telling stands, from our own rows in a constant number of queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Q

from pinlever.connection.models import LeverAccount
from pinlever.connection.readiness import Webhooks
from pinlever.connection.reconciling import looks_of
from pinlever.foundation.clock import db_now
from pinlever.inbound.addresses import can_be_reached
from pinlever.inbound.events import SUBSCRIBED
from pinlever.inbound.models import Address, Subscription, WebhookDelivery

DAY = timedelta(days=1)
State = WebhookDelivery.State


@dataclass(frozen=True, slots=True)
class Line:
    """One event we subscribe to: how Lever names its group, what it tells of, whether it is made, when it came."""

    event: str
    group: str
    says: str
    is_made: bool
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Arrived:
    """Deliveries, in numbers: of the last day, and those that wait or have failed."""

    of_a_day: int
    waiting: int
    failed: int


def webhooks_of(account: LeverAccount) -> Webhooks | None:
    """For readiness; None while nobody has looked yet."""
    if not can_be_reached(account):
        return Webhooks(
            is_reachable=False, own_url=settings.PINLEVER_URL, poll_every=float(settings.POLL_EVERY)
        )
    address = Address.objects.filter(account=account).first()
    if address is None:
        return None
    lines = lines_of(account)
    return Webhooks(
        trouble=address.trouble,
        wanted=len(lines),
        made=sum(line.is_made for line in lines),
        groups=[(line.group, line.delivered_at) for line in lines],
        missed=looks_of(account).missed,
    )


def lines_of(account: LeverAccount) -> list[Line]:
    """Every event, in our order. One that was replaced counts by its successors too: the group is what matters."""
    rows = Subscription.objects.filter(account=account).values("event")
    told = rows.annotate(live=Count("pk", filter=Q(ended_at=None)), latest=Max("delivered_at"))
    live = {row["event"] for row in told if row["live"]}
    latest = {row["event"]: row["latest"] for row in told}
    return [Line(one.name, one.group, one.says, one.name in live, latest.get(one.name)) for one in SUBSCRIBED]


def arrived(account: LeverAccount) -> Arrived:
    """What came in, and what of it is not worked off."""
    since = db_now() - DAY
    rows = WebhookDelivery.objects.filter(account=account)
    found = rows.filter(Q(received_at__gte=since) | Q(state__in=(State.WAITING, State.FAILED))).aggregate(
        of_a_day=Count("pk", filter=Q(received_at__gte=since)),
        waiting=Count("pk", filter=Q(state=State.WAITING)),
        failed=Count("pk", filter=Q(state=State.FAILED)),
    )
    return Arrived(**found)
