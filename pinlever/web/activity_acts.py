"""What is done to many records at once: the chosen ones, or all that a list shows, after a confirmation in numbers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from pinlever.audit.services import Actor
from pinlever.connection.accounts import home_account
from pinlever.connection.models import LeverAccount, Posting
from pinlever.foundation.row_ids import row_ids
from pinlever.sync import activity as records, curing
from pinlever.sync.bulk import Outcome, cancel_many, retry_many
from pinlever.sync.cures import cause_of
from pinlever.sync.forecast import MOST_FORESEEN, forecast
from pinlever.sync.models import Cure, SyncRecord
from pinlever.sync.standing import OPEN_POSTINGS
from pinlever.web.access import actor, recruiter
from pinlever.web.activity import asked_of
from pinlever.web.dialogs import dialog, onwards

MOST = 500  # chosen one by one
RETRY, CANCEL, POSTING = "retry", "cancel", "posting"
DONE = {
    RETRY: "tried again",
    CANCEL: "no longer on the way to Lever",
    POSTING: "tried again on the Lever job you chose",
}
NO_POSTING = "Choose a Lever job first. Nothing was changed."
NOBODY = "Choose somebody first. Nothing was changed."
BULK: dict[str, Callable[[Actor, QuerySet[SyncRecord]], Outcome]] = {
    RETRY: lambda by, rows: retry_many(by=by, records=rows),
    CANCEL: lambda by, rows: cancel_many(by=by, records=rows),
}


@require_POST
@recruiter
def chosen(request: HttpRequest) -> HttpResponse:
    """Retries or cancels the rows that were ticked."""
    ids = row_ids(request.POST.getlist("record")[:MOST])
    do = request.POST.get("do", "")
    rows = SyncRecord.objects.filter(pk__in=ids)
    if not ids or do not in BULK:
        messages.error(request, NOBODY)
    else:
        _say(request, BULK[do](actor(request), rows), do)
    return redirect(back_from(request))


@recruiter
def everybody(request: HttpRequest) -> HttpResponse:
    """All that the list shows: says how many and what it means; done on POST."""
    account = home_account()
    asked = asked_of(request)
    do = request.GET.get("do", "")
    do = do if do in DONE else RETRY
    rows = records.records_of(account, asked)
    count = rows.count()
    context: dict[str, Any] = {
        "do": do,
        "asked": asked,
        "cause": cause_of(asked.cause),
        "count": count,
        "forecast": forecast(account, rows) if do == RETRY and 0 < count <= MOST_FORESEEN else None,
        "trouble": "",
        "postings": _postings(account) if do == POSTING else [],
    }
    if request.method == "POST":
        if do == CANCEL:
            _say(request, BULK[CANCEL](actor(request), rows), do)
            return onwards(request, f"{reverse('activity')}?show={asked.show}")
        made = _cured(request, account, rows, do)
        if made is not None:
            return onwards(request, reverse("cure", args=[made.pk]))
        context["trouble"] = NO_POSTING
    return dialog(request, "activity/everybody.html", context)


def back_from(request: HttpRequest) -> str:
    """The list the form came from, if it is a page of ours."""
    back = request.POST.get("back", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return back  # anything else could be taken for the name of a page
    return reverse("activity")


def _cured(
    request: HttpRequest, account: LeverAccount | None, rows: QuerySet[SyncRecord], do: str
) -> Cure | None:
    """None: no posting was chosen, or Lever was never connected."""
    posting = None
    if do == POSTING:
        posting = _postings(account).filter(lever_id=request.POST.get("posting", "")).first()
    if account is None or (do == POSTING and posting is None):
        return None
    cause = cause_of(asked_of(request).cause)
    return curing.try_again(
        by=actor(request),
        account=account,
        records=rows,
        what=cause.title if cause else "Tried again",
        posting_id=posting.lever_id if posting else None,
        done=f"The Lever job “{posting.text}” was chosen for them." if posting else "",
    )


def _postings(account: LeverAccount | None) -> QuerySet[Posting]:
    rows = Posting.objects.filter(account=account, gone_at=None, state__in=OPEN_POSTINGS)
    if account is None or not account.confidential_access:
        rows = rows.filter(is_confidential=False)
    return rows.order_by("text", "pk")


def _say(request: HttpRequest, outcome: Outcome, do: str) -> None:
    tell = messages.success if outcome.done else messages.warning
    tell(request, outcome.told(DONE[do]))


urlpatterns = [
    path("activity/chosen/", chosen, name="activity-chosen"),
    path("activity/everybody/", everybody, name="activity-everybody"),
]
