"""Candidates: everybody, each person once, found as one types and filtered in the address."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from pinlever.connection.accounts import home_account
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.sync.finding import FILTERS
from pinlever.sync.roster import Asked, roster
from pinlever.web.access import recruiter
from pinlever.web.candidate_rows import rows_of
from pinlever.web.listing import page_of

MOST_JOBS = 500  # in the filter's choice; beyond, the job's own page is the way
LONGEST_SEARCH = 300


@recruiter
def candidates(request: HttpRequest) -> HttpResponse:
    """The list."""
    asked = _asked(request)
    page = page_of(request, roster(home_account(), asked))
    context = {
        "page": page,
        "rows": rows_of(page.rows, asked.job),
        "asked": asked,
        "jobs": Job.objects.order_by("-is_open", "title", "pk")[:MOST_JOBS],
        "stages": Prospect.Stage.choices,
        "states": FILTERS.items(),
        "is_anybody": bool(page.rows) or bool(asked) or Candidate.objects.exists(),
    }
    return render(request, "candidates/candidates.html", context)


@recruiter
def moving_rows(request: HttpRequest) -> HttpResponse:
    """The standing of the rows named in the address, to be put in place while the list stays open."""
    keys = [key for text in request.GET.getlist("key")[:100] if (key := _key(text))]
    people = list(Candidate.objects.filter(key__in=keys, merged_into=None).order_by("-pk"))
    rows = rows_of(people, _job(request))
    return render(request, "candidates/_moving.html", {"rows": rows})


def _asked(request: HttpRequest) -> Asked:
    given = {name: request.GET.get(name, "").replace("\x00", "").strip() for name in ("q", "stage", "sync")}
    return Asked(
        text=given["q"][:LONGEST_SEARCH],
        job=_job(request),
        stage=given["stage"] if given["stage"] in Prospect.Stage.values else "",
        state=given["sync"] if given["sync"] in FILTERS else "",
    )


def _job(request: HttpRequest) -> Job | None:
    key = _key(request.GET.get("job", ""))
    return Job.objects.filter(key=key).first() if key else None


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None


urlpatterns = [
    path("candidates/", candidates, name="candidates"),
    path("candidates/moving/", moving_rows, name="candidates-moving"),
]
