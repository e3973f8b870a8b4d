"""One sync record: its story in steps, every attempt with the calls made, and what can be done about it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import Actor
from pinlever.connection.models import Posting
from pinlever.sync import activity, services
from pinlever.sync.cures import cause_of
from pinlever.sync.explain import Explanation, explanations_of_records
from pinlever.sync.models import IN_LEVER_STATES, WORKABLE, Attempt, Call, State, SyncRecord, Wish
from pinlever.sync.steps import steps_of
from pinlever.sync.wishes import OVER
from pinlever.web.access import actor, recruiter
from pinlever.web.activity_acts import back_from
from pinlever.web.dialogs import dialog, is_fetched, onwards
from pinlever.web.incidents import whole_incident
from pinlever.web.listing import page_of

ATTEMPTS = 20
ENTRIES = 30


@dataclass(frozen=True)
class Act:
    """What can be done to a record. `means` says the consequence; acts without one are done at once."""

    name: str
    label: str
    done: str
    run: Callable[[Actor, SyncRecord], object]
    fits: Callable[[SyncRecord], bool]
    title: str = ""
    means: str = ""
    is_danger: bool = False


def _export(by: Actor, record: SyncRecord, wish: str = Wish.BY_RULE) -> object:
    return services.export(
        by=by, prospects=[record.prospect], origin=f"export by {by.label}"[:120], wish=wish
    )


ACTS: tuple[Act, ...] = (
    Act(
        "retry",
        "Retry now",
        "is tried again at once",
        lambda by, record: services.retry_now(by=by, record=record),
        lambda record: record.state in (*WORKABLE, State.FAILED, State.HELD),
    ),
    Act(
        "add",
        "Add to this job's Lever job",
        "gets one more opportunity in Lever, for this job",
        lambda by, record: _export(by, record, Wish.ADD),
        lambda record: record.state == State.IN_LEVER,
        "Add one more opportunity?",
        "The person in Lever stays as they are and gets one more opportunity, on this job's Lever job. "
        "Their contact details are not sent again. Should they be active on that Lever job already, they are linked to "
        "it and nothing is created.",
    ),
    Act(
        "unlink",
        "Unlink",
        "is no longer linked to Lever",
        lambda by, record: services.unlink(by=by, record=record),
        lambda record: record.state in IN_LEVER_STATES,
        "Unlink this person from Lever?",
        "PinLever forgets which profile in Lever is this person's. Nothing changes in Lever: the profile stays there. "
        "The logo disappears, and the person is looked for anew when they are exported again.",
        True,
    ),
    Act(
        "again",
        "Export again",
        "is on the way to Lever",
        _export,
        lambda record: record.state in OVER and record.state != State.FAILED,
        "Export this person again?",
        "They are looked for in Lever first: whoever is found there is linked, and only else created.",
    ),
    Act(
        "cancel",
        "Cancel",
        "is no longer on the way to Lever",
        lambda by, record: services.cancel(by=by, record=record),
        lambda record: (
            record.state in (*WORKABLE, State.HELD, State.FAILED) and not services.has_unsettled(record)
        ),
        "Take this person out of the queue?",
        "Nothing more is sent for them; they can be exported again later. If they were sent already and the answer was "
        "lost, that has to be settled first.",
        True,
    ),
)
BY_NAME = {act.name: act for act in ACTS}
WAS_REMOVED = (
    "Somebody deleted or anonymised them in Lever, perhaps at their own wish. Ask before you send them again."
)


@recruiter
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """The story."""
    row = _record(pk)
    page = page_of(request, _attempts(row), size=ATTEMPTS)
    told = explanations_of_records([row])[row.pk]
    cause = cause_of(row.cause)
    context = {
        "record": row,
        "person": row.prospect.candidate,
        "job": row.prospect.job,
        "it": told,
        "cause": cause,
        "cure": cause.cure if cause and cause.cure not in told.sentence else "",
        "steps": steps_of(row),
        "acts": _acts(row, told),
        "page": page,
        "history": _history(row),
        "answers": row.questions.filter(answered_at__isnull=False).order_by("-pk"),
        "posting": Posting.objects.filter(account=row.account_id, lever_id=row.posting_id or "-").first(),
        "incident": whole_incident(row, list(page.rows)),
    }
    return render(request, "activity/_story.html" if is_fetched(request) else "activity/record.html", context)


@recruiter
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Says what it means, and does it on POST."""
    if name not in BY_NAME:
        raise Http404
    wanted, row = BY_NAME[name], _record(pk)
    person = row.prospect.candidate
    if request.method != "POST":
        warning = WAS_REMOVED if name == "again" and row.state == State.REMOVED else ""
        context = {"act": wanted, "record": row, "person": person, "warning": warning}
        return dialog(request, "activity/act.html", context)
    try:
        wanted.run(actor(request), row)
    except services.NotPossible as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"{person} {wanted.done}.")
    if request.POST.get("back"):
        return redirect(back_from(request))
    return onwards(request, reverse("record", args=[row.pk]))


def _record(pk: int) -> SyncRecord:
    return get_object_or_404(activity.with_people(SyncRecord.objects.all()).select_related("account"), pk=pk)


def _attempts(row: SyncRecord) -> QuerySet[Attempt]:
    calls = Prefetch("calls", queryset=Call.objects.order_by("pk"))
    return Attempt.objects.filter(record=row).prefetch_related(calls)


def _acts(row: SyncRecord, told: Explanation) -> list[Act]:
    """Those that fit, the explanation's own cure first."""
    fitting: Iterable[Act] = (each for each in ACTS if each.fits(row))
    if told.action.code != "add_opportunity":
        fitting = (each for each in fitting if each.name != "add")
    return list(fitting)


def _history(row: SyncRecord) -> list[AuditEntry]:
    entries = AuditEntry.objects.filter(subject_type="sync.syncrecord", subject_id=str(row.pk))
    return list(entries.order_by("-pk")[:ENTRIES])


urlpatterns = [
    path("activity/<int:pk>/", record, name="record"),
    path("activity/<int:pk>/<slug:name>/", act, name="record-act"),
]
