"""A job's people: who they are, how far outreach got, and how they stand with Lever, kept up to date in place."""

from collections.abc import Iterable, Sequence

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path

from pinlever.connection.accounts import home_account
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync import whereabouts
from pinlever.sync.finding import FILTERS
from pinlever.sync.jobs import standings
from pinlever.web.access import recruiter
from pinlever.web.choosing import Asked
from pinlever.web.listing import NEWEST, Order, Page, page_of
from pinlever.web.prospect_rows import Row, asked_about, changed, moment, rows_of

MOST_COUNTED = 1000
ORDERS = {
    "": NEWEST,
    "name": Order("Name, A to Z", F("candidate__search_name")),
    "-name": Order("Name, Z to A", F("candidate__search_name"), is_down=True),
}


@recruiter
def job_page(request: HttpRequest, key: str) -> HttpResponse:
    """The list; htmx takes its part of the same page."""
    job, account, since = get_object_or_404(Job, key=key), home_account(), moment()
    asked = Asked.by(request.GET)
    found = asked.people(account, job)
    page = page_of(request, found.select_related("candidate", "job"), orders=ORDERS)
    (standing,) = standings(account, [job])
    rows = rows_of(page.rows)
    context = {
        "job": job,
        "standing": standing,
        "asked": asked,
        "page": page,
        "rows": rows,
        "matching": _counted(found, page) if asked else standing.people,
        "most": MOST_COUNTED,
        "states": FILTERS.items(),
        "places": whereabouts.FILTERS.items(),
        "stages": Prospect.Stage.choices,
        **_next(rows, since),
    }
    return TemplateResponse(request, "jobs/job.html", context)


def _counted(found: QuerySet[Prospect], page: Page[Prospect]) -> int:
    """How many fit: counted only where the page does not show them all, and no further than to `MOST_COUNTED`."""
    if not page.newer_url and not page.older_url:
        return len(page.rows)
    return found.order_by()[:MOST_COUNTED].count()


@recruiter
def changed_rows(request: HttpRequest, key: str) -> HttpResponse:
    """Of the rows on somebody's screen those that changed; 204 when none did."""
    job, account, since = get_object_or_404(Job, key=key), home_account(), moment()
    ids = asked_about(request)
    fresh = changed(account, ids, request)
    if not fresh:
        return HttpResponse(status=204)
    rows = rows_of(list(Prospect.objects.filter(job=job, pk__in=fresh).select_related("candidate", "job")))
    (standing,) = standings(account, [job])
    context = {"job": job, "standing": standing, "rows": rows, **_next(rows, since), "ids": _listed(ids)}
    return TemplateResponse(request, "jobs/changed_rows.html", context)


def _next(rows: Sequence[Row], since: str) -> dict[str, object]:
    """What the page asks next."""
    return {"ids": _listed(row.prospect.pk for row in rows), "since": since}


def _listed(ids: Iterable[int]) -> str:
    return ",".join(str(one) for one in ids)


urlpatterns = [
    path("jobs/<uuid:key>/", job_page, name="job"),
    path("jobs/<uuid:key>/rows/", changed_rows, name="job-rows"),
]
