"""Candidates: everybody, each person once, found as one types and filtered in the address."""

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from pinlever.connection.accounts import home_account
from pinlever.recruiting.families import families
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.sync import whereabouts
from pinlever.sync.finding import FILTERS
from pinlever.sync.roster import roster
from pinlever.web.access import recruiter
from pinlever.web.candidate_rows import rows_of
from pinlever.web.fitting import asked_by, job_of, key_of, query_of
from pinlever.web.listing import NEWEST, Order, Page, page_of
from pinlever.web.prospect_rows import changed, moment

MOST_JOBS = 500  # in the filter's choice; beyond, the job's own page is the way
MOST_COUNTED = 1000
MOST_ROWS = 100
ORDERS = {
    "": NEWEST,
    "name": Order("Name, A to Z", F("search_name")),
    "-name": Order("Name, Z to A", F("search_name"), is_down=True),
}


@recruiter
def candidates(request: HttpRequest) -> HttpResponse:
    """The list."""
    asked, since = asked_by(request.GET), moment()
    found = roster(home_account(), asked)
    page = page_of(request, found, orders=ORDERS)
    context = {
        "page": page,
        "people": page.rows,
        "rows": rows_of(page.rows, asked.job),
        "since": since,
        "asked": asked,
        "asked_query": query_of(asked),
        "matching": _counted(found, page),
        "most": MOST_COUNTED,
        "jobs": Job.objects.order_by("-is_open", "title", "pk")[:MOST_JOBS],
        "stages": Prospect.Stage.choices,
        "states": FILTERS.items(),
        "places": whereabouts.FILTERS.items(),
        "is_anybody": bool(page.rows) or bool(asked) or Candidate.objects.exists(),
    }
    return render(request, "candidates/candidates.html", context)


@recruiter
def moving_rows(request: HttpRequest) -> HttpResponse:
    """Of the rows named in the address those that changed, to be put in place while the list stays open; else 204."""
    keys = [key for text in request.GET.getlist("key")[:MOST_ROWS] if (key := key_of(text))]
    people, since = list(Candidate.objects.filter(key__in=keys, merged_into=None).order_by("-pk")), moment()
    fresh = _changed(request, people)
    if not fresh:
        return HttpResponse(status=204)
    rows = rows_of([one for one in people if one.pk in fresh], job_of(request.GET))
    context = {"rows": rows, "people": people, "since": since, "asked": asked_by(request.GET)}
    return render(request, "candidates/_moving.html", context)


def _changed(request: HttpRequest, people: list[Candidate]) -> set[int]:
    """The ids of the roots about whom there is news."""
    of = {member: root for root, each in families(one.pk for one in people).items() for member in each.ids}
    owner = dict(Prospect.objects.filter(candidate__in=of).values_list("pk", "candidate"))
    return {of[owner[pk]] for pk in changed(home_account(), owner, request)}


def _counted(found: QuerySet[Candidate], page: Page[Candidate]) -> int:
    """How many fit: counted only where the page does not show them all, and no further than to `MOST_COUNTED`."""
    if not page.newer_url and not page.older_url:
        return len(page.rows)
    return found.order_by()[:MOST_COUNTED].count()


urlpatterns = [
    path("candidates/", candidates, name="candidates"),
    path("candidates/moving/", moving_rows, name="candidates-moving"),
]
