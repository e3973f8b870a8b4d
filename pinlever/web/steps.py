"""One step of what Lever gets about a person (sync/artefacts.py): try it again, send it by hand, leave it out."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from pinlever.audit.services import Actor
from pinlever.sync import after_creation
from pinlever.sync.artefacts import TITLES
from pinlever.sync.models import SyncRecord
from pinlever.sync.promises import NothingToTry
from pinlever.sync.step_rows import FORM, KINDS, RESUME
from pinlever.web.access import actor, recruiter
from pinlever.web.activity_acts import back_from
from pinlever.web.dialogs import is_fetched


def _retry(by: Actor, record: SyncRecord, step: str) -> str:
    after_creation.try_step_again(by=by, record=record, kinds=KINDS[step])
    return "is tried again at once."


def _send(by: Actor, record: SyncRecord, step: str) -> str:
    if step == RESUME:
        after_creation.send_resume(by=by, record=record)
        return "is sent as a file at once."
    after_creation.send_form(by=by, record=record)
    return "is written at once."


def _leave_out(by: Actor, record: SyncRecord, step: str) -> str:
    for kind in KINDS[step]:
        after_creation.leave_out(by=by, record=record, kind=kind)
    return "is left out."


ACTS: dict[str, tuple[Callable[[Actor, SyncRecord, str], str], tuple[str, ...]]] = {
    "retry": (_retry, tuple(KINDS)),
    "send": (_send, (RESUME, FORM)),
    "leave_out": (_leave_out, (RESUME, FORM)),
}


@require_POST
@recruiter
def act(request: HttpRequest, pk: int, step: str, name: str) -> HttpResponse:
    """Does it, and shows the steps as they stand then."""
    run, steps = ACTS.get(name, (None, ()))
    if run is None or step not in steps:
        raise Http404
    record = get_object_or_404(SyncRecord.objects.select_related("prospect__candidate"), pk=pk)
    trouble = ""
    try:
        said = f"{TITLES[step]} {run(actor(request), record, step)}"
    except NothingToTry as reason:
        said = trouble = str(reason)
    if is_fetched(request):
        record.refresh_from_db()
        context = {"record": record, "said": said, "is_trouble": bool(trouble)}
        return render(request, "candidates/_artefacts.html", context)
    messages.add_message(request, messages.ERROR if trouble else messages.SUCCESS, said)
    return redirect(back_from(request))


urlpatterns = [path("activity/<int:pk>/steps/<slug:step>/<slug:name>/", act, name="record-step")]
