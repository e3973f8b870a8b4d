"""A job's people as rows, and which of them have changed since a page was made. Constant queries for a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from pinlever.connection.models import KnownOpportunity, LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.foundation.row_ids import row_ids
from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting.families import families
from pinlever.recruiting.models import Candidate, Prospect
from pinlever.sync.explain import Explanation, explanations
from pinlever.sync.models import WORKABLE, SyncRecord
from pinlever.sync.presences import who_is_there
from pinlever.web.candidate_rows import name_of, work_of

OVERLAP = timedelta(seconds=2)  # what was written while the page was being made
MOST = 200


@dataclass(frozen=True)
class Row:
    """A prospect with the person's root, what is to be said of them, and whether they are in Lever."""

    prospect: Prospect
    candidate: Candidate
    name: str
    work: str
    explanation: Explanation
    is_there: bool = False

    @property
    def is_unlinked(self) -> bool:
        """In Lever by a key or for another job, and not linked for this one."""
        return self.is_there and not self.explanation.is_in_lever

    @property
    def when(self) -> datetime | None:
        return self.explanation.since


def rows_of(prospects: Sequence[Prospect]) -> list[Row]:
    """In their order."""
    explained = explanations(prospects)
    people = families({prospect.candidate_id for prospect in prospects})
    there = who_is_there(people)
    return [
        Row(
            prospect,
            people[prospect.candidate_id].root,
            name_of(people[prospect.candidate_id]),
            work_of(people[prospect.candidate_id]),
            explained[prospect.pk],
            prospect.candidate_id in there,
        )
        for prospect in prospects
    ]


def moment() -> str:
    """Now, for a page's next question."""
    return (db_now() - OVERLAP).isoformat()


def asked_about(request: HttpRequest) -> list[int]:
    """The ids a page asks about again."""
    return row_ids(request.GET.get("ids", "").split(",")[:MOST])


def changed(account: LeverAccount | None, ids: Iterable[int], request: HttpRequest) -> set[int]:
    """Those on the way, and those about whom something was written, here or at Lever, since the page was made."""
    since = _time(request.GET.get("since", ""))
    asked = list(ids)
    records = SyncRecord.objects.filter(account=account, prospect__in=asked)
    news = Q(state__in=WORKABLE) | (Q(updated_at__gte=since) if since else Q())
    found = set(records.filter(news).values_list("prospect_id", flat=True))
    if since:
        heard = OutreachEvent.objects.filter(prospect__in=asked, arrived_at__gte=since)
        found |= set(heard.order_by().values_list("prospect_id", flat=True))
        found |= _told(account, records, since)
    return found


def _told(account: LeverAccount | None, records: QuerySet[SyncRecord], since: datetime) -> set[int]:
    """Whose opportunity was told of anew."""
    linked = records.exclude(opportunity_id="").values_list("opportunity_id", "prospect_id")
    prospect_of = dict(linked)
    told = KnownOpportunity.objects.filter(account=account, lever_id__in=prospect_of, seen_at__gte=since)
    return {prospect_of[lever_id] for lever_id in told.values_list("lever_id", flat=True)}


def _time(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
        return moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):  # the last evening of the year 9999 has no time in our zone
        return None
