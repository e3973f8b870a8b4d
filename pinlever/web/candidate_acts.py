"""What can be done about one record from the candidate's page: retry, cancel, add to the job's posting, unlink."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from pinlever.audit.services import Actor
from pinlever.connection.models import Posting
from pinlever.recruiting.families import Family, family
from pinlever.recruiting.models import Candidate
from pinlever.sync import services
from pinlever.sync.followup_words import try_again_of
from pinlever.sync.models import SyncRecord, Wish
from pinlever.web.access import actor, recruiter
from pinlever.web.candidate_rows import name_of
from pinlever.web.candidate_sync import moved, sync_card
from pinlever.web.dialogs import dialog, is_fetched, onwards


def _retry(by: Actor, record: SyncRecord) -> str:
    services.retry_now(by=by, record=record)
    return "is tried again at once"


def _cancel(by: Actor, record: SyncRecord) -> str:
    services.cancel(by=by, record=record)
    return "is no longer on the way to Lever"


def _add_opportunity(by: Actor, record: SyncRecord) -> str:
    services.export(by=by, prospects=[record.prospect], origin="export", wish=Wish.ADD)
    return f"gets one more opportunity in Lever, for {record.prospect.job}"


def _follow(by: Actor, record: SyncRecord) -> str:
    count = try_again_of(by=by, record=record)
    return "has nothing that waits to be written" if not count else "gets what was left to write at once"


ACTS: dict[str, Callable[[Actor, SyncRecord], str]] = {
    "retry": _retry,
    "cancel": _cancel,
    "add_opportunity": _add_opportunity,
    "follow": _follow,
}


@require_POST
@recruiter
def act(request: HttpRequest, key: uuid.UUID, pk: int, name: str) -> HttpResponse:
    """Does it and shows the card as it stands then."""
    if name not in ACTS:
        raise Http404
    who, record = _theirs(key, pk)
    try:
        done = ACTS[name](actor(request), record)
    except services.NotPossible as reason:
        return _answer(request, who, str(reason), is_trouble=True)
    return _answer(request, who, f"{name_of(who)} {done}.")


@recruiter
def unlink(request: HttpRequest, key: uuid.UUID, pk: int) -> HttpResponse:
    """Says what unlinking means, and does it."""
    who, record = _theirs(key, pk)
    context = {"person": who.root, "name": name_of(who), "record": record, "trouble": ""}
    if request.method == "POST":
        try:
            services.unlink(by=actor(request), record=record)
        except services.NotPossible as reason:
            context["trouble"] = str(reason)
        else:
            messages.success(
                request, f"{name_of(who)} is no longer linked. The profile in Lever stays as it is."
            )
            return onwards(request, _url(who))
    posting = Posting.objects.filter(account=record.account_id, lever_id=record.posting_id).first()
    return dialog(
        request, "candidates/unlink.html", {**context, "posting": posting, "others": _others(record)}
    )


def _answer(request: HttpRequest, who: Family, said: str, *, is_trouble: bool = False) -> HttpResponse:
    if is_fetched(request):
        context = {**moved(sync_card(who)), "said": said, "is_trouble": is_trouble}
        return render(request, "candidates/_sync.html", context)
    messages.add_message(request, messages.ERROR if is_trouble else messages.SUCCESS, said)
    return redirect(_url(who))


def _theirs(key: uuid.UUID, pk: int) -> tuple[Family, SyncRecord]:
    """The person, and a record of theirs and of nobody else."""
    who = family(get_object_or_404(Candidate, key=key))
    rows = SyncRecord.objects.select_related("prospect__candidate", "prospect__job")
    return who, get_object_or_404(rows, pk=pk, prospect__candidate__in=who.ids)


def _others(record: SyncRecord) -> int:
    """Other records linked to the same person in Lever."""
    same = SyncRecord.objects.filter(account_id=record.account_id, contact_id=record.contact_id)
    return same.exclude(pk=record.pk).count() if record.contact_id else 0


def _url(who: Family) -> str:
    return reverse("candidate", args=[who.root.key])


urlpatterns = [
    path("candidates/<uuid:key>/records/<int:pk>/unlink/", unlink, name="candidate-unlink"),
    path("candidates/<uuid:key>/records/<int:pk>/<slug:name>/", act, name="candidate-act"),
]
