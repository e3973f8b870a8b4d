"""What the outgoing switch and the allow-list hold back, in numbers, for whoever turns them."""

from dataclasses import dataclass

from django.db.models import Count, Q

from pinlever.connection.models import LeverAccount
from pinlever.sync import causes
from pinlever.sync.gates import allowed_now
from pinlever.sync.models import IN_LEVER_STATES, WORKABLE, Intent, State, SyncRecord

MOST_JOBS = 5


@dataclass(frozen=True)
class Outgoing:
    """`ready` go as soon as sending is on; `unlisted` wait for the allow-list; `jobs`: (title, people) of the ready
    while sending is off."""

    ready: int
    unlisted: int
    jobs: tuple[tuple[str, int], ...]


def outgoing(account: LeverAccount) -> Outgoing:
    """Who would go now, and who would not be let go by the allow-list as it is."""
    due = Q(state__in=WORKABLE) | Q(state=State.HELD, cause__in=(causes.OUTGOING_OFF, causes.ALLOW_LIST))
    rows = SyncRecord.objects.filter(due, account=account)
    allowed = rows.filter(allowed_now(account))
    ready = allowed.count()
    jobs = (
        allowed.values_list("prospect__job__title")
        .annotate(people=Count("id"))
        .order_by("-people", "prospect__job__title")
    )
    unlisted = rows.count() - ready if account.allow_list_on else 0
    return Outgoing(ready, unlisted, () if account.outgoing_on else tuple(jobs[:MOST_JOBS]))


@dataclass(frozen=True)
class Kept:
    """`waiting` go after connecting again, `in_lever` stay linked; whether the `unsettled` arrived is not known."""

    waiting: int
    in_lever: int
    unsettled: int


def kept(account: LeverAccount) -> Kept:
    """What depends on the connection, in numbers."""
    rows = SyncRecord.objects.filter(account=account)
    return Kept(
        waiting=rows.filter(state__in=(*WORKABLE, State.HELD)).count(),
        in_lever=rows.filter(state__in=IN_LEVER_STATES).count(),
        unsettled=Intent.objects.filter(account=account, outcome=Intent.Outcome.OPEN).count(),
    )
