"""How many of whom something came lately failed: on their way to Lever, and on being taken back from there."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from pinlever.connection.models import LeverAccount
from pinlever.foundation.remedies import NOTHING
from pinlever.sync.models import IN_LEVER_STATES, State, SyncRecord, UndoItem
from pinlever.sync.undo_cures import COULD_NOT

Undone = UndoItem.State
OVER = (Undone.TAKEN_BACK, Undone.LEFT_ALONE, Undone.COULD_NOT)
# Whom somebody can cure: that it was too late, or that they are gone, is no failure.
CURABLE = [cause.code for cause in COULD_NOT if cause.action != NOTHING]


@dataclass(frozen=True)
class Failing:
    """Of `ended` so many `failed`; both told in words by `told`."""

    failed: int
    ended: int
    told: str = ""


def on_their_way(account: LeverAccount | None, since: datetime) -> Failing:
    """Who failed to get into Lever, of all of whom something came."""
    rows = SyncRecord.objects.filter(account=account, updated_at__gte=since)
    ended = rows.filter(state__in=(State.FAILED, *IN_LEVER_STATES)).order_by()
    counts = dict(ended.values("state").annotate(count=Count("pk")).values_list("state", "count"))
    failed, all_of_them = counts.get(State.FAILED, 0), sum(counts.values())
    people = "1 person has" if failed == 1 else f"{failed:,} people have"
    return Failing(failed, all_of_them, f"{people} failed of {all_of_them:,} within the last hour.")


def taken_back(account: LeverAccount | None, since: datetime) -> Failing:
    """Who could not be taken back though they might have been, of all of whose undo something came."""
    rows = UndoItem.objects.filter(run__account=account, done_at__gte=since, state__in=OVER).order_by()
    told = rows.values_list("state", "cause").annotate(count=Count("pk"))
    counts = [(state == Undone.COULD_NOT and cause in CURABLE, count) for state, cause, count in told]
    failed, all_of_them = sum(count for is_failed, count in counts if is_failed), sum(n for _, n in counts)
    people = "1 person" if failed == 1 else f"{failed:,} people"
    return Failing(
        failed, all_of_them, f"{people} could not be taken back of {all_of_them:,} in the last hour."
    )


def latest_undo(account: LeverAccount | None) -> int | None:
    """The undo whose page lists whoever failed last."""
    rows = UndoItem.objects.filter(run__account=account, state=Undone.COULD_NOT, cause__in=CURABLE)
    return rows.order_by("-done_at", "-pk").values_list("run_id", flat=True).first()
