"""A job's people as rows, and which of them have changed since a page was made. Constant queries for a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting.families import families
from pinlever.recruiting.models import Candidate, Prospect
from pinlever.sync.explain import Explanation, explanations
from pinlever.sync.models import WORKABLE, State, SyncRecord
from pinlever.web.candidate_rows import name_of, work_of

OVERLAP = timedelta(seconds=2)  # what was written while the page was being made
MOST = 200
STAYS = {
    State.SYNCED: "is in Lever already",
    State.IN_LEVER: "is in Lever already",
    State.QUEUED: "is on the way already",
    State.RETRYING: "is on the way already",
    State.NEEDS_YOU: "waits for a decision",
}


@dataclass(frozen=True)
class Row:
    """A prospect with the person's root, and why they cannot be ticked for an export."""

    prospect: Prospect
    candidate: Candidate
    name: str
    work: str
    explanation: Explanation
    why_not: str

    @property
    def when(self) -> datetime | None:
        return self.explanation.since


def rows_of(prospects: Sequence[Prospect]) -> list[Row]:
    """In their order."""
    explained = explanations(prospects)
    people = families({prospect.candidate_id for prospect in prospects})
    return [
        Row(
            prospect,
            people[prospect.candidate_id].root,
            name_of(people[prospect.candidate_id]),
            work_of(people[prospect.candidate_id]),
            explained[prospect.pk],
            STAYS.get(State(explained[prospect.pk].state), "") if explained[prospect.pk].record else "",
        )
        for prospect in prospects
    ]


def moment() -> str:
    """Now, for a page's next question."""
    return (db_now() - OVERLAP).isoformat()


def asked_about(request: HttpRequest) -> list[int]:
    """The ids a page asks about again."""
    ids = request.GET.get("ids", "").split(",")[:MOST]
    return [int(one) for one in ids if one.isascii() and one.isdigit() and len(one) < 19]


def changed(account: LeverAccount | None, ids: Iterable[int], request: HttpRequest) -> set[int]:
    """Those on the way, and those about whom something was written since the page was made."""
    since = _time(request.GET.get("since", ""))
    asked = list(ids)
    news = Q(state__in=WORKABLE) | (Q(updated_at__gte=since) if since else Q())
    records = SyncRecord.objects.filter(news, account=account, prospect__in=asked)
    found = set(records.values_list("prospect_id", flat=True))
    if since:
        heard = OutreachEvent.objects.filter(prospect__in=asked, arrived_at__gte=since)
        found |= set(heard.order_by().values_list("prospect_id", flat=True))
    return found


def _time(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
        return moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):  # the last evening of the year 9999 has no time in our zone
        return None
