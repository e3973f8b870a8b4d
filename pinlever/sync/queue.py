"""What waits to be sent, and when it will be done."""

from dataclasses import dataclass

from pinlever.connection.models import LeverAccount, Pace
from pinlever.sync.models import WORKABLE, SyncRecord

CALLS_A_PERSON = 3.0  # measured: emails + 1, and a share of the refreshes


@dataclass(frozen=True)
class Queue:
    """`seconds` until all of it is done at the present pace."""

    waiting: int
    seconds: float

    def __str__(self) -> str:
        if not self.waiting:
            return "Nothing waits"
        return f"{self.waiting:,} waiting · {spoken(self.seconds)}"


def queue_of(account: LeverAccount | None) -> Queue:
    """How many records wait, and how long they take at the credential's present rate."""
    if account is None:
        return Queue(0, 0.0)
    waiting = SyncRecord.objects.filter(account=account, state__in=WORKABLE).count()
    rate = Pace.objects.filter(connection__is_current=True).values_list("rate", flat=True).first() or 10.0
    return Queue(waiting, waiting * CALLS_A_PERSON / rate)


def spoken(seconds: float) -> str:
    """ "about 6 s", "about 4 min", "about 2 h"."""
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    if seconds < 5400:
        return f"about {round(seconds / 60)} min"
    return f"about {round(seconds / 3600)} h"
