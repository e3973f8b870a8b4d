"""The follow-ups of records, step by step: how many stand how, and what the first that stands still says."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from pinlever.sync.models import FollowUp, SyncRecord

Kind, State = FollowUp.Kind, FollowUp.State
NOT_NEEDED, WAITING, DONE, FAILED, LEFT_OUT = "not_needed", "waiting", "done", "failed", "left_out"
PROFILE, RESUME, NOTES, FORM, STAGE, DETAILS = "profile", "resume", "notes", "form", "stage", "details"
KINDS: Mapping[str, tuple[str, ...]] = {
    RESUME: (Kind.RESUME,),
    NOTES: (Kind.NOTE, Kind.OPENS),
    FORM: (Kind.FORM,),
    STAGE: (Kind.STAGE,),
    DETAILS: (Kind.DETAILS,),
}


@dataclass
class Rows:
    """The follow-ups of one record and step: how many in which state, and what the first that stands still says."""

    counts: Counter[str] = field(default_factory=Counter)
    reason: str = ""
    cause: str = ""
    last: datetime | None = None

    @property
    def state(self) -> str:
        order = ((State.FAILED, FAILED), (State.WAITING, WAITING), (State.DONE, DONE))
        found = next((ours for theirs, ours in order if self.counts[theirs]), NOT_NEEDED)
        return LEFT_OUT if found == NOT_NEEDED and self.cause == "left_out" else found


def step_rows(records: Sequence[SyncRecord]) -> dict[tuple[int, str], Rows]:
    """Résumé and form count where the record leads now; the rest tells what was ever written for it."""
    place = {record.pk: record.opportunity_id for record in records}
    theirs = FollowUp.objects.filter(record__in=place).order_by()
    groups = ("record_id", "kind", "state", "opportunity_id")
    told = theirs.values(*groups).annotate(count=Count("pk"), last=Max("done_at"))
    found: dict[tuple[int, str], Rows] = defaultdict(Rows)
    for record, kind, state, opportunity, count, last in told.values_list(*groups, "count", "last"):
        if kind in _ONCE and opportunity != place[record]:
            continue
        if kind == Kind.OPENS and state != State.FAILED:
            continue  # that opens are being gathered is no news
        rows = found[record, _STEP_OF[kind]]
        rows.counts[state] += count
        rows.last = max(filter(None, (rows.last, last)), default=None)
    still = theirs.exclude(Q(state=State.DONE) & ~Q(kind=Kind.RESUME)).exclude(reason="")
    firsts = still.values(*groups).annotate(first=Min("pk")).values("first")
    spoken = FollowUp.objects.filter(pk__in=firsts).order_by("pk")
    for row in spoken.only(*groups, "reason", "cause"):
        known = found.get((row.record_id, _STEP_OF[row.kind]))
        if known is None or (row.kind in _ONCE and row.opportunity_id != place[row.record_id]):
            continue
        if _STATES[row.state] == known.state or not known.reason:
            known.reason, known.cause = row.reason, row.cause
    return found


_ONCE = (Kind.RESUME, Kind.FORM)
_STEP_OF: Mapping[str, str] = {kind: step for step, kinds in KINDS.items() for kind in kinds}
_STATES: Mapping[str, str] = {
    State.FAILED: FAILED,
    State.WAITING: WAITING,
    State.SKIPPED: NOT_NEEDED,
    State.DONE: DONE,
}
