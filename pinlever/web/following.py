"""What could not be written after the sync: all of one group, tried again after a confirmation in numbers."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from pinlever.connection.accounts import home_account
from pinlever.sync import curing
from pinlever.sync.activity import OTHER
from pinlever.sync.followup_cures import cause_of_follow_up
from pinlever.sync.followup_groups import failed, with_people
from pinlever.sync.models import FollowUp
from pinlever.web.access import actor, recruiter
from pinlever.web.dialogs import dialog, onwards

SHOWN = 10


@recruiter
def again(request: HttpRequest) -> HttpResponse:
    """Says how many and what it means; done on POST."""
    account = home_account()
    kind, code, said = (request.GET.get(name, "")[:60] for name in ("kind", "cause", "said"))
    kind = kind if kind in FollowUp.Kind.values else ""
    rows = failed(account, kind, code, said)
    cause = cause_of_follow_up(code) or OTHER
    if request.method == "POST" and account is not None:
        label = FollowUp.Kind(kind).label if kind else "Written after the sync"
        made = curing.follow_again(
            by=actor(request), account=account, rows=rows, what=f"{label}: {cause.title}"
        )
        return onwards(request, reverse("cure", args=[made.pk]))
    context = {
        "cause": cause,
        "label": FollowUp.Kind(kind).label if kind else "",
        "count": rows.count(),
        "examples": with_people(rows).order_by("-pk")[:SHOWN],
    }
    return dialog(request, "curing/follow.html", context)


urlpatterns = [path("activity/follow-ups/", again, name="activity-follow-ups")]
