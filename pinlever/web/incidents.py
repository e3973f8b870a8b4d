"""An incident as plain text: of all whom the same thing stopped, told by the latest of them. Copied by one click."""

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from pinlever.connection.accounts import home_account
from pinlever.sync import activity as records
from pinlever.sync.followup_groups import FollowGroup, follow_groups
from pinlever.sync.incident import (
    incident_of,
    incident_of_follow_ups,
    incident_of_group,
    surroundings,
)
from pinlever.sync.models import Attempt, Call, FollowUp, SyncRecord
from pinlever.web.access import recruiter
from pinlever.web.activity import asked_of

ATTEMPTS = 3


@recruiter
def of_group(request: HttpRequest) -> HttpResponse:
    """The group the address names, as the activity lists it."""
    kind = request.GET.get("kind", "")
    text = _of_follow_ups(request, kind) if kind else _of_records(request)
    if not text:
        raise Http404
    return HttpResponse(f"{surroundings()}\n\n{text}\n", content_type="text/plain; charset=utf-8")


def whole_incident(record: SyncRecord, attempts: list[Attempt]) -> str:
    """All that support needs of one record: what runs here, the record, its attempts, what follows."""
    rows = FollowUp.objects.filter(record=record, state__in=(FollowUp.State.WAITING, FollowUp.State.FAILED))
    parts = (
        surroundings(),
        incident_of(record, attempts),
        incident_of_follow_ups(record, rows.order_by("-pk")[:20]),
    )
    return "\n\n".join(part for part in parts if part)


def _of_records(request: HttpRequest) -> str:
    asked = asked_of(request)
    for group in records.groups(home_account(), asked.show, examples=1) if _is_grouped(asked) else ():
        if (group.code, group.said_key) == (asked.cause, asked.said) and group.examples:
            return incident_of_group(group, _story(group.examples[0]))
    return ""


def _is_grouped(asked: records.Asked) -> bool:
    return asked.show in (records.HELD, records.FAILED)


def _of_follow_ups(request: HttpRequest, kind: str) -> str:
    wanted = (kind, request.GET.get("cause", ""), request.GET.get("said", ""))
    for group in follow_groups(home_account(), examples=1):
        if (group.kind, group.code, group.said_key) == wanted and group.examples:
            return incident_of_group(group, _story_of(group))
    return ""


def _story_of(group: FollowGroup) -> str:
    row = group.examples[0]
    return f"{_story(row.record)}\n\n{incident_of_follow_ups(row.record, [row])}"


def _story(record: SyncRecord) -> str:
    calls = Prefetch("calls", queryset=Call.objects.order_by("pk"))
    attempts = Attempt.objects.filter(record=record).prefetch_related(calls).order_by("-pk")
    return incident_of(record, attempts[:ATTEMPTS])


urlpatterns = [path("activity/incident/", of_group, name="activity-incident")]
