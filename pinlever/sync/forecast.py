"""What trying records again would come to, by the plan that an export shows. Writes nothing and asks Lever nothing."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from pinlever.connection.models import LeverAccount
from pinlever.sync.models import SyncRecord
from pinlever.sync.outcomes import GOING, WOULD, Kind
from pinlever.sync.preview import plan_for

MOST_FORESEEN = 1_000


@dataclass(frozen=True)
class Forecast:
    """`told`: how many would be created, linked …; `stays`: why not, and how many of each."""

    told: str
    stays: tuple[tuple[str, int], ...]
    waits: str = ""


def forecast(account: LeverAccount | None, records: QuerySet[SyncRecord]) -> Forecast | None:
    """By the index as it is now. None without an account."""
    if account is None:
        return None
    chosen: dict[str, list[int]] = defaultdict(list)
    for posting, prospect in records.values_list("posting_chosen", "prospect_id")[:MOST_FORESEEN]:
        chosen[posting].append(prospect)
    counts: Counter[Kind] = Counter()
    stays: Counter[str] = Counter()
    waits = ""
    for posting, prospects in chosen.items():
        plan = plan_for(account, prospects, posting_id=posting)
        waits = plan.waits
        counts.update(plan.counts())
        stays.update(one.reason for one in plan.outcomes if one.kind not in GOING and one.reason)
    told = ", ".join(f"{counts[kind]:,} {WOULD[kind]}" for kind in Kind if counts[kind])
    return Forecast(told, tuple(stays.most_common(5)), waits)
