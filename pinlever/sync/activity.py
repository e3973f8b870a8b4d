"""Which records a list of the activity means: what waits, is held, failed or happened; and what stopped them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from pinlever.connection.models import LeverAccount
from pinlever.sync import causes, finding
from pinlever.sync.cures import REFUSALS, Cause, cause_of
from pinlever.sync.models import WORKABLE, State, SyncRecord

WAITING, HELD, FAILED, ALL = "waiting", "held", "failed", "all"
STATES_SHOWN: dict[str, tuple[str, ...]] = {WAITING: WORKABLE, HELD: (State.HELD,), FAILED: (State.FAILED,)}
OTHER = Cause(
    "", "Another cause", "Something none of the known causes describes; each sentence says what.", "Retry."
)


@dataclass(frozen=True)
class Asked:
    """What a list shows: a tab, what was typed, and a cause's code."""

    show: str = ALL
    text: str = ""
    cause: str = ""


@dataclass(frozen=True)
class Group:
    """All records stopped by one cause. `examples` are the newest few."""

    cause: Cause
    code: str
    count: int
    newest_at: datetime
    examples: tuple[SyncRecord, ...]


def records_of(account: LeverAccount | None, asked: Asked) -> QuerySet[SyncRecord]:
    """Lazily, in no order."""
    rows = SyncRecord.objects.filter(account=account)
    if asked.show in STATES_SHOWN:
        rows = rows.filter(state__in=STATES_SHOWN[asked.show])
    if asked.cause:
        refusals = asked.cause == causes.REJECTED
        rows = rows.filter(cause__startswith=REFUSALS) if refusals else rows.filter(cause=asked.cause)
    if asked.text:
        rows = rows.filter(prospect__candidate__in=finding.people(account, asked.text).values("pk"))
    return rows


def with_people(rows: QuerySet[SyncRecord]) -> QuerySet[SyncRecord]:
    """With all that a row of a list says about whom it is."""
    return rows.select_related("prospect__candidate", "prospect__job")


def in_their_order(rows: QuerySet[SyncRecord]) -> QuerySet[SyncRecord]:
    """As the worker takes them."""
    return rows.order_by("priority", "due_at", "pk")


def counts(account: LeverAccount | None) -> dict[str, int]:
    """How many each tab holds but the last; one query over the index."""
    rows = SyncRecord.objects.filter(account=account, state__in=[*WORKABLE, State.HELD, State.FAILED])
    by_state = dict(rows.order_by().values("state").annotate(count=Count("pk")).values_list("state", "count"))
    return {show: sum(by_state.get(state, 0) for state in states) for show, states in STATES_SHOWN.items()}


def groups(account: LeverAccount | None, show: str, *, examples: int = 3) -> list[Group]:
    """What is held or failed, by cause, the largest first. Two queries and one for each cause."""
    rows = SyncRecord.objects.filter(account=account, state__in=STATES_SHOWN[show])
    told = rows.order_by().values("cause").annotate(count=Count("pk"), newest=Max("updated_at"))
    merged: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    for code, count, newest in told.values_list("cause", "count", "newest"):
        merged[causes.REJECTED if code.startswith(REFUSALS) else code].append((count, newest))
    found = [
        Group(
            cause_of(code) or OTHER,
            code,
            sum(count for count, _ in each),
            max(newest for _, newest in each),
            _examples(account, Asked(show, cause=code), examples),
        )
        for code, each in merged.items()
    ]
    return sorted(found, key=lambda group: (-group.count, group.cause.title))


def _examples(account: LeverAccount | None, asked: Asked, most: int) -> tuple[SyncRecord, ...]:
    return (
        tuple(with_people(records_of(account, asked)).order_by("-updated_at", "-pk")[:most]) if most else ()
    )
