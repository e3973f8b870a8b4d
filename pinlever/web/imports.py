"""All imports, and one of them: progress while it goes on, then what became of its rows."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_POST

from pinlever.imports import uploads
from pinlever.imports.models import Import, ImportRow, Upload
from pinlever.imports.problems import problems_csv
from pinlever.imports.report import called, grouped
from pinlever.imports.working import totals_of
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync.explain import explanations
from pinlever.web.access import actor, person, recruiter
from pinlever.web.downloads import csv_answer
from pinlever.web.listing import PAGE_SIZE, page_of, with_query

PROBLEMS_READ = 2_000  # rows whose problems are grouped on the page; the file has all
DONE = ImportRow.State.DONE
SHOWN = {
    "": ("Everybody", {"state": DONE}),
    "new": ("New", {"state": DONE, "created_person": True}),
    "joined": ("Joined", {"state": DONE, "created_person": False}),
    "skipped": ("Left out", {"state": ImportRow.State.SKIPPED}),
}


@recruiter
@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """Every file, newest first; on top those this person has not gone on with."""
    page = page_of(request, Import.objects.select_related("job"))
    waiting = Upload.objects.defer("content", "report").select_related("job")
    context = {
        "page": page,
        "is_moving": any(row.state != Import.State.DONE for row in page.rows),
        "waiting": waiting.filter(user=person(request), became=None).order_by("-pk"),
        "jobs": [] if page.rows else Job.objects.filter(is_open=True).order_by("-pk")[:6],
    }
    return render(request, "imports/imports.html", context)


@recruiter
@require_GET
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress, then the result. A page that stays open asks for what moves, and for all of it at the next stage."""
    found = get_object_or_404(Import.objects.select_related("job"), pk=pk)
    is_done = found.state == Import.State.DONE
    if request.htmx:  # type: ignore[attr-defined]
        if found.state != request.GET.get("was"):
            return HttpResponse(headers={"HX-Refresh": "true", "Vary": "HX-Request"})
        answer = render(request, "imports/_moving.html", {"it": found, **_progress(found)})
    else:
        told = _result(request, found) if is_done else _progress(found)
        answer = render(request, "imports/import.html", {"it": found, "is_done": is_done, **told})
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@recruiter
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Leaves out the rows that wait; who was added stays."""
    found = get_object_or_404(Import, pk=pk)
    left_out = uploads.stop_import(by=actor(request), of=found)
    if left_out:
        messages.success(request, f"Stopped: {left_out:,} rows were left out. Who was added before stays.")
    else:
        messages.info(request, "There was nothing left to stop.")
    return redirect("import", pk=pk)


@recruiter
@require_GET
def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that were left out, with what is wrong, to be corrected and uploaded again."""
    found = get_object_or_404(Import, pk=pk)
    return csv_answer(problems_csv(found), f"rows to correct of {found.file_name}")


def _progress(found: Import) -> dict[str, Any]:
    total = found.totals.get("rows", 0)
    rows = ImportRow.objects.filter(of_import=found)
    is_storing = found.state == Import.State.STORING
    done = rows.count() if is_storing else total - rows.filter(state=ImportRow.State.READY).count()
    done = max(0, min(done, total))
    return {"total": total, "done": done, "is_storing": is_storing}


def _result(request: HttpRequest, found: Import) -> dict[str, Any]:
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    totals = totals_of(found)
    rows = ImportRow.objects.filter(of_import=found, **SHOWN[show][1])  # type: ignore[arg-type]
    listed, first_url, next_url = _listed(request, _with_people(rows))
    told = explanations([row.prospect for row in listed if row.prospect])
    wrong = ImportRow.objects.filter(of_import=found, state=ImportRow.State.PROBLEM).order_by("number")
    told_wrong = wrong.values_list("number", "problems")[:PROBLEMS_READ] if totals["problem"] else []
    return {
        "totals": totals,
        "left_out": totals["problem"] + totals["skipped"],
        "mapping": [(column["header"], called(column["key"])) for column in found.mapping],
        "first_url": first_url,
        "next_url": next_url,
        "rows": [(row, told.get(row.prospect_id or 0)) for row in listed],
        "tabs": _tabs(request, totals, show),
        "groups": grouped({"row": number, **each} for number, some in told_wrong for each in some),
    }


def _listed(request: HttpRequest, rows: QuerySet[ImportRow]) -> tuple[list[ImportRow], str, str]:
    """One page in the file's own order, and the addresses of the first page and of the next."""
    after = request.GET.get("after", "")
    begins_after = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
    found = list(rows.filter(number__gt=begins_after).order_by("number")[: PAGE_SIZE + 1])
    show = request.GET.get("show", "")
    next_url = (
        with_query(request, show=show, after=found[PAGE_SIZE - 1].number) if len(found) > PAGE_SIZE else ""
    )
    return found[:PAGE_SIZE], with_query(request, show=show) if begins_after else "", next_url


def _with_people(rows: QuerySet[ImportRow]) -> QuerySet[ImportRow]:
    people = Prospect.objects.select_related("candidate", "job")
    return rows.defer("problems").select_related("candidate").prefetch_related(Prefetch("prospect", people))


def _tabs(request: HttpRequest, totals: dict[str, int], show: str) -> list[dict[str, Any]]:
    counts = {
        "": totals["done"],
        "new": totals["created"],
        "joined": totals["joined"],
        "skipped": totals["skipped"],
    }
    return [
        {
            "title": title,
            "count": counts[name],
            "url": with_query(request, show=name),
            "is_here": name == show,
        }
        for name, (title, _) in SHOWN.items()
        if counts[name] or not name
    ]


urlpatterns = [
    path("imports/", imports, name="imports"),
    path("imports/<int:pk>/", one_import, name="import"),
    path("imports/<int:pk>/stop/", stop, name="import-stop"),
    path("imports/<int:pk>/problems.csv", problems, name="import-problems"),
]
