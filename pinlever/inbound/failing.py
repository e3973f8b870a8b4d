"""What Lever told and could not be worked off: by cause, as the sentence on each delivery tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, CharField, Count, Max, Q, QuerySet, Value, When

from pinlever.connection.models import LeverAccount
from pinlever.foundation.remedies import Cause
from pinlever.inbound import working
from pinlever.inbound.cures import BY_CODE
from pinlever.inbound.models import WebhookDelivery

State = WebhookDelivery.State
REFUSED, OURS = "delivery_refused", "delivery_wrong_here"
# How the sentences of `working` begin; what begins with none of them counts as a fault of ours.
BEGINS = {
    REFUSED: working.REFUSED.partition("{")[0],
    OURS: working.WRONG_HERE.partition("{")[0],
    "delivery_away": working.AWAY.partition("{")[0],
    "delivery_died": working.DIED,
}
CODE = Case(
    *(When(Q(told__startswith=begin), then=Value(code)) for code, begin in BEGINS.items()),
    default=Value(OURS),
    output_field=CharField(),
)


@dataclass(frozen=True)
class Failed:
    """All that could not be worked off for one cause. `said`: Lever's own words about the latest, if it refused."""

    cause: Cause
    count: int
    newest_at: datetime
    said: str


def failed(account: LeverAccount, code: str = "") -> QuerySet[WebhookDelivery]:
    """What could be replayed, lazily and in no order; of one cause, if it is given."""
    rows = WebhookDelivery.objects.filter(account=account, state=State.FAILED)
    return rows.annotate(code=CODE).filter(code=code) if code else rows


def groups(account: LeverAccount | None) -> Sequence[Failed]:
    """The largest first. Two queries, however many failed."""
    if account is None:
        return ()
    told = failed(account).annotate(code=CODE).order_by().values("code")
    counted = list(
        told.annotate(count=Count("pk"), newest=Max("pk"), newest_at=Max("received_at")).order_by("-count")
    )
    newest = [each["newest"] for each in counted]
    said = dict(WebhookDelivery.objects.filter(pk__in=newest).values_list("pk", "told")) if newest else {}
    return [
        Failed(BY_CODE[each["code"]], each["count"], each["newest_at"], _said(said.get(each["newest"], "")))
        for each in counted
    ]


def _said(told: str) -> str:
    """What Lever said, out of our sentence around it."""
    begin = BEGINS[REFUSED]
    return told.removeprefix(begin).partition(". It was tried ")[0] if told.startswith(begin) else ""
