"""How fresh what we know of Lever is: from where each status came, and whether Lever has been silent for too long."""

from datetime import datetime

from django.conf import settings
from django.db.models import Max

from pinlever.connection.accounts import current_connection
from pinlever.connection.models import LeverAccount, LeverConnection, PeopleIndex, ToldBy
from pinlever.foundation.clock import db_now
from pinlever.inbound.models import Subscription
from pinlever.sync.moments import ago

TOO_LONG = 3  # polls missed in a row
BY = {
    ToldBy.CRAWL: "by reading everybody",
    ToldBy.POLL: "by asking what changed",
    ToldBy.WEBHOOK: "by webhook",
    ToldBy.SYNC: "by our own look",
    ToldBy.OURS: "by our own change",
}


def told_by(source: str) -> str:
    """ "by webhook"; nothing where it is not known."""
    return BY.get(ToldBy(source), "") if source in ToldBy.values else ""


def heard_at(account: LeverAccount) -> datetime | None:
    """When Lever was asked for all that changed, or sent a webhook, last."""
    index = PeopleIndex.objects.filter(account=account).first()
    asked = [index.refreshed_at, index.complete_at] if index else []
    sent = Subscription.objects.filter(account=account).aggregate(last=Max("delivered_at"))["last"]
    return max((moment for moment in (*asked, sent) if moment), default=None)


def silence(account: LeverAccount | None) -> str:
    """A sentence where what is shown of Lever may be out of date, with the cure; else nothing."""
    last = heard_at(account) if account else None
    if account is None or last is None:  # nothing was ever read: pages say so in their own words
        return ""
    now, connection = db_now(), current_connection()
    when = ago(last, now)
    if connection is None:
        return f"Lever is not connected. What is shown of it was read {when}."
    if connection.state != LeverConnection.State.ACTIVE:
        return f"Lever must be connected again. What is shown of it was read {when}."
    if (now - last).total_seconds() <= TOO_LONG * settings.POLL_EVERY:
        return ""
    return (
        f"Lever was last heard {when}: what is shown of it may be out of date. "
        "If this stays so, ask a super admin whether the worker runs and Lever answers."
    )
