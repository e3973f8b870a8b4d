"""Taking back: the dialog with its plan in numbers, setting it going, and the page with its three lists."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from pinlever.connection.accounts import home_account
from pinlever.connection.models import ArchiveReason, LeverAccount
from pinlever.connection.names import names_of
from pinlever.foundation.row_ids import row_id
from pinlever.imports.models import Import
from pinlever.sync import undo_words as words
from pinlever.sync.models import ExportRun, SyncRecord, UndoItem, UndoRun
from pinlever.sync.preview import waits
from pinlever.sync.services import NotPossible
from pinlever.sync.undo_plan import DAYS, MOST, Kind, UndoPlan, plan_undo
from pinlever.sync.undo_runs import counts, records_of_export, start_undo, try_again
from pinlever.web.access import actor, person, recruiter
from pinlever.web.choosing import chosen
from pinlever.web.dialogs import dialog, onwards
from pinlever.web.listing import page_of

State, Scope = UndoItem.State, UndoRun.Scope
NOBODY = "Nobody of these is in Lever, or on the way there."
TOO_MANY = f"At most {MOST:,} people can be taken back at once. Narrow the list with its filters."
TILES = (
    (Kind.ARCHIVE, "will be archived in Lever", "azure"),
    (Kind.UNLINK, "will be unlinked only", "azure"),
    (Kind.CANCEL, "leave the queue", "secondary"),
    (Kind.ALONE, "touched in Lever: left alone", "yellow"),
    (Kind.STAYS, "stay", "secondary"),
)
LISTS = (
    (State.TAKEN_BACK, "Taken back", "green"),
    (State.LEFT_ALONE, "Left alone", "yellow"),
    (State.COULD_NOT, "Could not", "red"),
    (State.WAITING, "Waiting", "azure"),
)


@dataclass(frozen=True)
class Asked:
    """Who is to be taken back, and how the same is said again in a form."""

    scope: str
    records: Sequence[int]
    fields: tuple[tuple[str, str], ...]
    about: str = ""
    title: str = ""
    wrong: str = ""


@recruiter
def undo(request: HttpRequest) -> HttpResponse:
    """The dialog; posted, the undo itself."""
    account = home_account()
    query = request.POST if request.method == "POST" else request.GET
    token = _token(query)
    if request.method == "POST" and (known := UndoRun.objects.filter(token=token).first()):
        return onwards(request, reverse("undo-run", args=[known.pk]))  # sent twice
    asked = _asked(account, query)
    plan = plan_undo(account, asked.records) if account is not None and not asked.wrong else UndoPlan(())
    wrong = asked.wrong
    if request.method == "POST" and account is not None and not wrong:
        try:
            run = start_undo(
                by=actor(request),
                account=account,
                plan=plan,
                scope=asked.scope,
                about=asked.about,
                token=token,
            )
            return onwards(request, reverse("undo-run", args=[run.pk]))
        except NotPossible as refused:
            wrong = str(refused)
    numbers = plan.counts()
    context = {
        "asked": asked,
        "plan": plan,
        "token": token,
        "wrong": wrong,
        "waits": waits(account) if account is not None else "",
        "tiles": [(numbers[kind], said, colour) for kind, said, colour in TILES if kind in numbers],
        "going": len(plan.going),
        "stays": words.STAYS,
        "archives": Kind.ARCHIVE in numbers or Kind.ALONE in numbers,
        "days": DAYS,
        "may_choose": person(request).is_superuser,
    }
    return dialog(request, "undo/undo.html", context)


@recruiter
def undo_run(request: HttpRequest, pk: int) -> HttpResponse:
    """The page: how far it is, and one of the lists."""
    run = _run(pk)
    shown = request.GET.get("list", "")
    found = counts(run)
    states = [state for state, _, _ in LISTS if found[state]]
    shown = shown if shown in found else (states[0] if states else State.TAKEN_BACK)
    people = run.items.select_related("record__prospect__candidate", "record__prospect__job")
    page = page_of(request, people.filter(state=shown))
    reason = names_of(ArchiveReason, run.account_id, [run.reason_id]).get(run.reason_id, "")
    context = {
        "page": page,
        "shown": shown,
        "reason": reason,
        "stays": words.STAYS,
        **_progress(run, found, shown),
    }
    return TemplateResponse(request, "undo/run.html", {**context, "came_from": _came_from(run)})


@recruiter
def undo_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; the page is loaded anew once everything is over."""
    run, shown = _run(pk), request.GET.get("list", "")
    progress = _progress(run, counts(run), shown)
    if progress["is_over"]:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "undo/_progress.html", progress)


@recruiter
@require_POST
def undo_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever could not be taken back, once more."""
    try:
        number = try_again(by=actor(request), run=_run(pk))
        messages.success(request, f"{number:,} {'is' if number == 1 else 'are'} tried once more.")
    except NotPossible as refused:
        messages.error(request, str(refused))
    return redirect("undo-run", pk=pk)


def _run(pk: int) -> UndoRun:
    return get_object_or_404(UndoRun.objects.select_related("account"), pk=pk)


def _progress(run: UndoRun, found: dict[str, int], shown: str) -> dict[str, Any]:
    total = sum(found.values())
    lists = [(state, said, colour, found[state]) for state, said, colour in LISTS]
    return {
        "run": run,
        "lists": lists,
        "shown": shown,
        "total": total,
        "done": total - found[State.WAITING],
        "is_over": not found[State.WAITING],
        "could_not": found[State.COULD_NOT],
        "waits": waits(run.account) if found[State.WAITING] else "",
    }


def _came_from(run: UndoRun) -> tuple[str, str]:
    """The page of what is taken back: its address and what it is called."""
    kind, _, number = run.about.partition(" ")
    if not number.isdigit():
        return reverse("candidates"), "Candidates"
    if kind == "import":
        return reverse("import", args=[int(number)]), "The import"
    return reverse("export-run", args=[int(number)]), "The export"


def _asked(account: LeverAccount | None, query: QueryDict) -> Asked:
    """Whom a request means: one record, an export, an import, or ticked people."""
    if account is None:
        return Asked(Scope.ONE, (), (), wrong=NOBODY)
    for name, reads in READS.items():
        pk = row_id(query.get(name, ""))
        if pk is not None:
            return reads(account, pk)
    people = chosen(account, query, MOST)
    records = SyncRecord.objects.filter(account=account, prospect__in=people.ids)
    found = _ids(records)
    wrong = TOO_MANY if len(people.ids) > MOST else "" if found else NOBODY
    return Asked(Scope.SELECTION, found, people.fields, title="the export of these people", wrong=wrong)


def _of_record(account: LeverAccount, pk: int) -> Asked:
    record = get_object_or_404(
        SyncRecord.objects.select_related("prospect__candidate"), account=account, pk=pk
    )
    return Asked(Scope.ONE, [pk], (("record", str(pk)),), title=str(record.prospect.candidate))


def _of_export(account: LeverAccount, pk: int) -> Asked:
    run = get_object_or_404(ExportRun, account=account, pk=pk)
    found = _ids(records_of_export(run))
    wrong = TOO_MANY if len(found) > MOST else "" if found else NOBODY
    return Asked(Scope.EXPORT, found, (("run", str(pk)),), run.origin, "this export", wrong)


def _of_import(account: LeverAccount, pk: int) -> Asked:
    """Whom this file brought to Lever: their way there began with it."""
    found = get_object_or_404(Import, pk=pk)
    rows = SyncRecord.objects.filter(
        account=account, prospect__in=found.rows.exclude(prospect=None).values("prospect")
    )
    ids = _ids(rows.filter(created_at__gte=found.created_at))
    wrong = TOO_MANY if len(ids) > MOST else "" if ids else NOBODY
    return Asked(Scope.IMPORT, ids, (("import", str(pk)),), f"import {pk}", "what this import sent", wrong)


READS = {"record": _of_record, "run": _of_export, "import": _of_import}


def _ids(records: QuerySet[SyncRecord]) -> list[int]:
    return list(records.order_by("pk").values_list("pk", flat=True)[: MOST + 1])


def _token(query: QueryDict) -> uuid.UUID:
    """One for each dialog: the same undo sent twice is one undo."""
    try:
        return uuid.UUID(query.get("token", ""))
    except ValueError:
        return uuid.uuid4()


def undos_of(about: str) -> Iterable[UndoRun]:
    """Undos of this export or import, newest first."""
    return UndoRun.objects.filter(about=about).order_by("-pk")[:5] if about else ()


urlpatterns = [
    path("undo/", undo, name="undo"),
    path("undo/<int:pk>/", undo_run, name="undo-run"),
    path("undo/<int:pk>/progress/", undo_progress, name="undo-progress"),
    path("undo/<int:pk>/again/", undo_again, name="undo-again"),
]
