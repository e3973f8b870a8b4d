"""What could not be written about people after the sync, by kind, cause and what Lever said; and trying it again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Max, QuerySet, Window
from django.db.models.functions import RowNumber

from pinlever.audit.services import Actor, record as audit
from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.foundation.remedies import Cause
from pinlever.sync import causes
from pinlever.sync.activity import MOST_GROUPS, OTHER
from pinlever.sync.cures import REFUSALS
from pinlever.sync.followup_cures import cause_of_follow_up
from pinlever.sync.models import Cure, CureItem, FollowUp
from pinlever.sync.promises import ANEW
from pinlever.sync.waking import wake

State = FollowUp.State
MOST = 5_000


@dataclass(frozen=True)
class FollowGroup:
    """All of one kind that failed for one cause. `examples` are the newest few."""

    kind: str
    cause: Cause
    code: str
    said_key: str
    count: int
    newest_at: datetime | None
    examples: tuple[FollowUp, ...] = ()

    @property
    def label(self) -> str:
        return str(FollowUp.Kind(self.kind).label)

    @property
    def said(self) -> str:
        return self.examples[0].said if self.examples and self.said_key else ""


def failed(
    account: LeverAccount | None, kind: str = "", code: str = "", said_key: str = ""
) -> QuerySet[FollowUp]:
    """What failed of an account, lazily and in no order; narrowed by what is given."""
    rows = FollowUp.objects.filter(record__account=account, state=State.FAILED)
    rows = rows.filter(kind=kind) if kind else rows
    if code:
        is_refusal = code == causes.REJECTED
        rows = rows.filter(cause__startswith=REFUSALS) if is_refusal else rows.filter(cause=code)
    return rows.filter(said_key=said_key) if said_key else rows


def follow_groups(account: LeverAccount | None, *, examples: int = 3) -> list[FollowGroup]:
    """The largest first. Three queries, however many failed."""
    rows = failed(account)
    told = rows.order_by().values("kind", "cause", "said_key")
    counted = told.annotate(count=Count("pk"), newest=Max("done_at")).order_by("-count", "kind", "cause")
    merged: dict[tuple[str, str, str], FollowGroup] = {}
    for each in counted[:MOST_GROUPS]:
        at = (each["kind"], _code(each["cause"]), each["said_key"])
        group = merged.get(at) or FollowGroup(
            at[0], cause_of_follow_up(at[1]) or OTHER, at[1], at[2], 0, each["newest"]
        )
        merged[at] = replace(group, count=group.count + each["count"])
    for row in _newest(rows, merged, examples) if merged else ():
        at = (row.kind, _code(row.cause), row.said_key)
        if at in merged and len(merged[at].examples) < examples:
            merged[at] = replace(merged[at], examples=(*merged[at].examples, row))
    return sorted(merged.values(), key=lambda group: (-group.count, group.cause.title, group.kind))


def with_people(rows: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    """With all that a row of a list says about whom it is."""
    return rows.select_related("record__prospect__candidate", "record__prospect__job")


def try_group_again(*, by: Actor, rows: QuerySet[FollowUp], cure: Cure, most: int = MOST) -> int:
    """The first `most` of what failed, next; answers how many. What may be under way is looked for before it is
    written again."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    with transaction.atomic():
        locked = FollowUp.objects.select_for_update(of=("self",)).filter(pk__in=ids, state=State.FAILED)
        going = list(locked.order_by("pk").values_list("pk", flat=True))
        FollowUp.objects.filter(pk__in=going).update(**ANEW, due_at=db_now())
        CureItem.objects.bulk_create(CureItem(cure=cure, follow_up_id=pk) for pk in going)
        if going:
            audit(by=by, action="follow_up.retry_failed", subject=cure.account, after={"count": len(going)})
            wake()
    return len(going)


def _newest(
    rows: QuerySet[FollowUp], merged: dict[tuple[str, str, str], FollowGroup], most: int
) -> Sequence[FollowUp]:
    place = Window(
        RowNumber(), partition_by=[F("kind"), F("cause"), F("said_key")], order_by=[F("pk").desc()]
    )
    among = rows.filter(said_key__in={key for *_, key in merged})
    newest = among.annotate(nth=place).filter(nth__lte=most).order_by().values_list("pk", flat=True)
    return list(with_people(FollowUp.objects.filter(pk__in=list(newest))).order_by("-pk"))


def _code(cause: str) -> str:
    return causes.REJECTED if cause.startswith(REFUSALS) else cause
