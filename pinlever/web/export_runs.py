"""An export under way: how far it is, how everybody stands, kept up to date in place. What waits can be cancelled."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_POST

from pinlever.connection.models import Posting
from pinlever.sync.models import IN_LEVER_STATES, NO_POSTING, WORKABLE, ExportItem, ExportRun, State
from pinlever.sync.outcomes import SHORT, Kind
from pinlever.sync.runs import UNFINISHED, cancel_run
from pinlever.sync.services import NotPossible
from pinlever.web.access import actor, recruiter
from pinlever.web.listing import page_of
from pinlever.web.prospect_rows import asked_about, changed, moment, rows_of

Item = ExportItem.State


@recruiter
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The page."""
    run, since = _run(pk), moment()
    progress = _progress(run)
    items, show = run.items.select_related("prospect__candidate", "prospect__job"), _show(request)
    page = page_of(request, items.exclude(difference="") if show else items)
    posting = Posting.objects.filter(account=run.account, lever_id=run.posting_id).first()
    context = {
        "page": page,
        "show": show,
        "rows": _rows(page.rows),
        "posting": posting.text if posting else run.posting_id,
        "without_posting": run.posting_id == NO_POSTING,
        **progress,
        **_next([item.prospect_id for item in page.rows], since),
    }
    return TemplateResponse(request, "export/run.html", context)


@recruiter
def run_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, and the rows on somebody's screen that changed."""
    run, since, ids = _run(pk), moment(), asked_about(request)
    progress = _progress(run)  # first: once all is over nobody asks again, and no row may lag behind
    fresh = changed(run.account, ids, request)
    items = run.items.filter(prospect__in=fresh).select_related("prospect__candidate", "prospect__job")
    context = {"rows": _rows(list(items)), **progress, **_next(ids, since)}
    return TemplateResponse(request, "export/changed_rows.html", context)


@recruiter
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever has not been sent yet."""
    try:
        cancel_run(by=actor(request), run=_run(pk))
        messages.success(request, "Whoever had not been sent yet is taken back. The list says who.")
    except NotPossible as refused:
        messages.error(request, str(refused))
    return redirect("export-run", pk=pk)


def _run(pk: int) -> ExportRun:
    return get_object_or_404(ExportRun.objects.select_related("account", "job"), pk=pk)


def _rows(items: Sequence[ExportItem]) -> list[dict[str, Any]]:
    """Rows as lists show them; who stayed says why, and who came out otherwise than planned, too."""
    rows = rows_of([item.prospect for item in items])
    return [
        {
            "row": row,
            "why": item.why if item.state == Item.SKIPPED else "",
            "difference": item.difference,
        }
        for row, item in zip(rows, items, strict=True)
    ]


def _progress(run: ExportRun) -> dict[str, Any]:
    """Everybody who was to go, by what became of them: one query."""
    counts = list(
        run.items.order_by()
        .values_list("state", "record__state", "planned")
        .annotate(
            number=Count("pk"),
            compared=Count("pk", filter=~Q(came="")),
            differing=Count("pk", filter=~Q(difference="")),
        )
    )
    found = {"in_lever": 0, "waiting": 0, "asks": 0, "failed": 0, "held": 0, "cancelled": 0, "skipped": 0}
    for item, record, _, number, _, _ in counts:
        found[_word(item, record)] += number
    total = sum(found.values()) - found["skipped"]
    done = total - found["waiting"]
    is_over = not found["waiting"] and run.state not in UNFINISHED
    progress = {"run": run, "found": found, "total": total, "done": done, "is_over": is_over}
    return progress | _compared(counts)


def _compared(counts: Sequence[tuple[str, str | None, str, int, int, int]]) -> dict[str, Any]:
    """The plan in words, how many came out by it, and how many otherwise."""
    planned: Counter[str] = Counter()
    compared = differing = 0
    for _, _, kind, number, came, otherwise in counts:
        planned[kind] += number
        compared, differing = compared + came, differing + otherwise
    words = ", ".join(f"{planned[kind]:,} {SHORT[kind]}" for kind in Kind if planned[kind])
    return {"planned": words, "as_planned": compared - differing, "differing": differing}


def _show(request: HttpRequest) -> str:
    return "differently" if request.GET.get("show") == "differently" else ""


def _word(item: str, record: str | None) -> str:
    if item in (Item.SKIPPED, Item.CANCELLED):
        return {Item.SKIPPED: "skipped", Item.CANCELLED: "cancelled"}[Item(item)]
    if item == Item.WAITING or record in WORKABLE:
        return "waiting"
    if record in IN_LEVER_STATES:
        return "in_lever"
    return {State.NEEDS_YOU: "asks", State.FAILED: "failed", State.HELD: "held"}.get(
        State(record or State.CANCELLED), "cancelled"
    )


def _next(ids: Iterable[int], since: str) -> dict[str, Any]:
    return {"ids": ",".join(str(one) for one in ids), "since": since}


urlpatterns = [
    path("export/runs/<int:pk>/", run_page, name="export-run"),
    path("export/runs/<int:pk>/rows/", run_rows, name="export-run-rows"),
    path("export/runs/<int:pk>/cancel/", cancel, name="export-run-cancel"),
]
