"""Which records a list of the activity means: what waits, is held, failed or happened; and what stopped them."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, F, Max, QuerySet, Window
from django.db.models.functions import RowNumber

from pinlever.connection.models import LeverAccount
from pinlever.sync import causes, finding
from pinlever.sync.cures import REFUSALS, Cause, cause_of
from pinlever.sync.models import WORKABLE, State, SyncRecord

WAITING, HELD, FAILED, ALL = "waiting", "held", "failed", "all"
STATES_SHOWN: dict[str, tuple[str, ...]] = {WAITING: WORKABLE, HELD: (State.HELD,), FAILED: (State.FAILED,)}
MOST_GROUPS = 40  # what Lever says may differ for everybody: the largest are told apart
OTHER = Cause(
    "", "Another cause", "Something none of the known causes describes; each sentence says what.", "Retry."
)


@dataclass(frozen=True)
class Asked:
    """What a list shows: a tab, what was typed, a cause's code, and the key of what Lever said."""

    show: str = ALL
    text: str = ""
    cause: str = ""
    said: str = ""
    step: str = ""  # a key of finding.STEPS: in Lever, and that is missing there


@dataclass(frozen=True)
class Group:
    """All records stopped by one cause, and by the same words of Lever. `examples` are the newest few."""

    cause: Cause
    code: str
    count: int
    newest_at: datetime
    examples: tuple[SyncRecord, ...] = ()
    said_key: str = ""

    @property
    def said(self) -> str:
        """Lever's own words to the newest of them, where they tell what is wrong."""
        return self.examples[0].said if self.examples and self.said_key else ""


def records_of(account: LeverAccount | None, asked: Asked) -> QuerySet[SyncRecord]:
    """Lazily, in no order."""
    rows = SyncRecord.objects.filter(account=account)
    if asked.show in STATES_SHOWN:
        rows = rows.filter(state__in=STATES_SHOWN[asked.show])
    if asked.cause:
        refusals = asked.cause == causes.REJECTED
        rows = rows.filter(cause__startswith=REFUSALS) if refusals else rows.filter(cause=asked.cause)
    if asked.said:
        rows = rows.filter(said_key=asked.said)
    if asked.step:
        rows = rows.filter(pk__in=finding.lacking(account, asked.step).values("pk"))
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


def groups(
    account: LeverAccount | None, show: str, *, examples: int = 3, by_words: bool = True
) -> list[Group]:
    """What is held or failed, by cause and by what Lever said, the largest first. Three queries, however many."""
    rows = SyncRecord.objects.filter(account=account, state__in=STATES_SHOWN[show])
    told = rows.order_by().values("cause", *(["said_key"] if by_words else []))
    counted = told.annotate(count=Count("pk"), newest=Max("updated_at")).order_by("-count", "cause")
    merged: dict[tuple[str, str], Group] = {}
    for each in counted[:MOST_GROUPS]:
        code, key = _code(each["cause"]), each.get("said_key", "")
        same = merged.get((code, key)) or Group(cause_of(code) or OTHER, code, 0, each["newest"], (), key)
        newest = max(same.newest_at, each["newest"])
        merged[code, key] = replace(same, count=same.count + each["count"], newest_at=newest)
    if examples and merged:
        _add_examples(rows, merged, examples)
    return sorted(merged.values(), key=lambda group: (-group.count, group.cause.title))


def _code(cause: str) -> str:
    return causes.REJECTED if cause.startswith(REFUSALS) else cause


def _add_examples(rows: QuerySet[SyncRecord], merged: dict[tuple[str, str], Group], most: int) -> None:
    """The newest few of each group: first which, then they with their people, so that few are joined."""
    place = Window(
        RowNumber(),
        partition_by=[F("cause"), F("said_key")],
        order_by=[F("updated_at").desc(), F("pk").desc()],
    )
    among = rows.filter(said_key__in={key for _, key in merged})
    newest = among.annotate(place=place).filter(place__lte=most).order_by().values_list("pk", flat=True)
    found = with_people(SyncRecord.objects.filter(pk__in=list(newest)))
    for record in found.order_by("-updated_at", "-pk"):
        at = (_code(record.cause), record.said_key)
        if at in merged and len(merged[at].examples) < most:
            merged[at] = replace(merged[at], examples=(*merged[at].examples, record))
