"""A job's import page: choose a file, see how it was understood and what would become of it, begin.

The file is kept between the steps (imports/uploads.py), so the page can be left and come back to.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pinlever.foundation.clock import db_now
from pinlever.imports import uploads
from pinlever.imports.decoding import FileRefused
from pinlever.imports.headers import CHOICES, TEMPLATE
from pinlever.imports.models import Import, Upload
from pinlever.imports.problems import checked_csv
from pinlever.imports.reading import DELIMITER_NAMES, MAX_BYTES, MAX_ROWS
from pinlever.imports.report import Report, called
from pinlever.imports.uploads import UploadGone
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync.models import JobRule, Trigger
from pinlever.sync.outcomes import Kind
from pinlever.sync.preview import Outcome
from pinlever.web import plans
from pinlever.web.access import actor, person, recruiter
from pinlever.web.dialogs import dialog, is_fetched
from pinlever.web.downloads import csv_answer

FILES = (Import.Source.IMPORT, Import.Source.PIN)
PLAN_HOLDS = timedelta(minutes=10)  # of a long file, which is not checked again at once
LOOK_AGAIN = (
    "The columns were changed after the numbers had been counted. Nothing was imported; look at them again."
)
PLAN_CHANGED = (
    "The number of people who would go to Lever has changed. Nothing was imported; look at it again."
)


@recruiter
@require_http_methods(["GET", "POST"])
def job_import(request: HttpRequest, key: str) -> HttpResponse:
    """The file being looked at, or the place to choose one."""
    job = _job(key)
    if request.method == "POST":
        return _upload(request, job)
    upload = uploads.upload_of(person(request), job)
    if request.htmx:  # type: ignore[attr-defined]
        return _whether_checked(upload)
    return _page(request, job, upload)


@recruiter
@require_POST
def check(request: HttpRequest, key: str) -> HttpResponse:
    """The same file with the columns as chosen now."""
    job = _job(key)
    try:
        upload = uploads.find_upload(person(request), job, request.POST.get("upload", ""))
        if upload.became is None:
            uploads.check_upload(upload, mapping=_mapping(request, upload), source=_source(request))
    except (UploadGone, FileRefused) as refused:
        messages.error(request, str(refused))
        return _back(request, job)
    if request.htmx and upload.became is None:  # type: ignore[attr-defined]
        part = "imports/_checked.html" if upload.checked_at else "imports/_checking.html"
        return render(request, part, {**_context(request, job, upload), "is_part": True})
    return _back(request, job)


@recruiter
@require_POST
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Begins the import, if what is asked for is what was shown."""
    job = _job(key)
    try:
        upload = uploads.find_upload(person(request), job, request.POST.get("upload", ""))
        if upload.became is not None:
            return redirect("import", pk=upload.became_id)
        if changed := _changed(request, upload):
            messages.warning(request, changed)
            return redirect("job-import", key=job.key)
        made = uploads.begin(
            by=actor(request),
            upload=upload,
            fires_triggers="fires" in request.POST,
            source=_source(request),
        )
    except (UploadGone, FileRefused) as refused:
        messages.error(request, str(refused))
        return redirect("job-import", key=job.key)
    return redirect("import", pk=made.pk)


@recruiter
@require_POST
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Another file, or none."""
    job = _job(key)
    upload = uploads.upload_of(person(request), job)
    if upload is not None:
        uploads.discard(upload)
        messages.success(request, f"{upload.file_name} was put aside. Nothing of it was imported.")
    return redirect("job-import", key=job.key)


@recruiter
@require_GET
def checked_problems(request: HttpRequest, key: str) -> HttpResponse:
    """The rows to correct before anything is imported."""
    job = _job(key)
    upload = uploads.upload_of(person(request), job)
    if upload is None or upload.is_long:
        messages.error(
            request, "There is no file here from which rows could be downloaded before it is imported."
        )
        return redirect("job-import", key=job.key)
    return csv_answer(checked_csv(uploads.checked_upload(upload)), f"rows to correct of {upload.file_name}")


@recruiter
@require_GET
def template(request: HttpRequest) -> FileResponse:
    """The file to fill in."""
    return FileResponse(TEMPLATE.open("rb"), as_attachment=True, filename="pinlever-import.csv")


@recruiter
@require_GET
def planned_people(request: HttpRequest, key: str) -> HttpResponse:
    """Who is behind one number of what would go to Lever, as it was counted."""
    job = _job(key)
    upload = uploads.upload_of(person(request), job)
    if upload is None or upload.checked_at is None:
        context: dict[str, Any] = {"people": [], "wrong": "The file is not here any more."}
    else:
        foreseen = Report.from_json(upload.report).forecast
        context = plans.page_of(request, _outcomes(foreseen.planned), foreseen.planned_at)
    if is_fetched(request):
        return render(request, "plan/_people.html", context)
    return dialog(request, "plan/people.html", context)


def _outcomes(planned: Sequence[tuple[int, str, str]]) -> list[Outcome]:
    """With their people as they are named now; whoever was deleted since is left out."""
    rows = Prospect.objects.select_related("candidate", "job").in_bulk([pk for pk, _, _ in planned])
    return [
        Outcome(rows[pk], str(rows[pk].candidate), Kind(kind), why) for pk, kind, why in planned if pk in rows
    ]


def _whether_checked(upload: Upload | None) -> HttpResponse:
    """What a page that waits for a long file's check asks every second: nothing to change yet, or show it all."""
    if upload is not None and upload.checked_at is None:
        return HttpResponse(status=204, headers={"Vary": "HX-Request"})
    return HttpResponse(headers={"HX-Refresh": "true", "Vary": "HX-Request"})


def _upload(request: HttpRequest, job: Job) -> HttpResponse:
    file = request.FILES.get("file")
    trouble = "Choose a file first." if file is None else ""
    if file is not None:
        try:
            content = file.read(MAX_BYTES + 1)
            uploads.keep_upload(user=person(request), job=job, name=file.name or "", content=content)
            return redirect("job-import", key=job.key)
        except FileRefused as refused:
            trouble = f"{file.name} was not taken. {refused}"
    upload = uploads.upload_of(person(request), job)
    return _page(request, job, upload, trouble=trouble, status=422)


def _page(
    request: HttpRequest, job: Job, upload: Upload | None, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    context = _context(request, job, upload) if upload else {"job": job}
    earlier = Import.objects.filter(job=job).order_by("-pk")[:5]
    limits = {"most_bytes": MAX_BYTES, "most_megabytes": MAX_BYTES // 1024**2, "most_rows": MAX_ROWS}
    context |= {"trouble": trouble, "earlier": earlier, **limits}
    return render(request, "imports/job_import.html", context, status=status)


def _context(request: HttpRequest, job: Job, upload: Upload) -> dict[str, Any]:
    if upload.checked_at is None:
        return {"job": job, "upload": upload, "gives_up": upload.claims_unended >= uploads.MOST_DEATHS}
    report = Report.from_json(upload.report)
    rule = JobRule.objects.filter(job=job).first()
    return {
        "job": job,
        "upload": upload,
        "report": report,
        "separator": DELIMITER_NAMES.get(report.delimiter, report.delimiter),
        "choices": _choices(report),
        "sources": [one for one in Import.Source.choices if one[0] in FILES],
        "rule": rule if rule and rule.trigger != Trigger.NEVER else None,
        "fires": "fires" in request.POST and report.forecast.fires > 0,
        "tiles": plans.tiles(report.forecast.counts(), reverse("job-import-people", args=[job.key])),
        "same_before": uploads.same_before(upload),
    }


def _choices(report: Report) -> list[tuple[str, str]]:
    """What a column may be used as; a numbered key of a list is among them where the file has one."""
    own = {column.key: called(column.key) for column in report.columns if column.key}
    return list((CHOICES | own).items())


def _mapping(request: HttpRequest, upload: Upload) -> list[str] | None:
    """The columns as posted; None while they are as guessed."""
    if upload.checked_at is None:
        return upload.mapping
    report = Report.from_json(upload.report)
    posted = request.POST.getlist("column")
    shown = [column.key for column in report.columns]
    if len(posted) != len(shown) or (posted == shown and not report.header_problems):
        return upload.mapping
    return posted


def _source(request: HttpRequest) -> str:
    posted = request.POST.get("source", "")
    return posted if posted in FILES else Import.Source.IMPORT


def _changed(request: HttpRequest, upload: Upload) -> str:
    """Why what was asked for is not what was shown; checked again then."""
    mapping = _mapping(request, upload)
    if mapping != upload.mapping:
        uploads.check_upload(upload, mapping=mapping, source=_source(request))
        return LOOK_AGAIN
    if "fires" not in request.POST or upload.checked_at is None:
        return ""
    is_old = db_now() - upload.checked_at > PLAN_HOLDS
    if is_old or not upload.is_long:
        uploads.check_upload(upload, mapping=mapping, source=_source(request))
    if upload.checked_at is None or str(upload.report["forecast"]["fires"]) != request.POST.get(
        "fires_shown", ""
    ):
        return PLAN_CHANGED
    return ""


def _back(request: HttpRequest, job: Job) -> HttpResponse:
    answer = redirect("job-import", key=job.key)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": answer["Location"]})
    return answer


def _job(key: str) -> Job:
    return get_object_or_404(Job, key=key)


urlpatterns = [
    path("jobs/<uuid:key>/import/", job_import, name="job-import"),
    path("jobs/<uuid:key>/import/check/", check, name="job-import-check"),
    path("jobs/<uuid:key>/import/start/", start, name="job-import-start"),
    path("jobs/<uuid:key>/import/discard/", discard, name="job-import-discard"),
    path("jobs/<uuid:key>/import/problems.csv", checked_problems, name="job-import-problems"),
    path("jobs/<uuid:key>/import/people/", planned_people, name="job-import-people"),
    path("imports/template.csv", template, name="import-template"),
]
