"""One search for everything: people, their sync history, people who are in Lever only, deliveries, jobs, files."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from pinlever.connection.accounts import home_account
from pinlever.inbound.pruning import KEPT as INBOUND_KEPT
from pinlever.notices.tasks import KEPT as NOTICES_KEPT
from pinlever.recruiting.families import families
from pinlever.web import search_finding as finding
from pinlever.web.access import person, recruiter
from pinlever.web.candidate_rows import name_of, work_of
from pinlever.web.search_finding import SHOWN
from pinlever.web.search_reading import Typed, read

SUGGESTED = 6
SUGGESTED_JOBS = 3


@recruiter
def search(request: HttpRequest) -> HttpResponse:
    """Everything that fits, in groups. A constant number of queries, whatever was typed."""
    typed = read(request.GET.get("q", ""))
    context: dict[str, Any] = {"typed": typed, "shown": SHOWN}
    if typed:
        context |= _found(request, typed)
    return render(request, "search/search.html", context)


@recruiter
def suggest(request: HttpRequest) -> HttpResponse:
    """A few people and jobs, while somebody types; everything is on the page that Enter leads to."""
    typed = read(request.GET.get("q", ""))
    account, sees_all = home_account(), person(request).is_superuser
    context: dict[str, Any] = {"typed": typed}
    if typed:
        found = list(finding.candidates(account, typed, sees_all=sees_all)[:SUGGESTED])
        of = families(one.pk for one in found)
        context |= {
            "people": [(one, name_of(of[one.pk]), work_of(of[one.pk])) for one in found],
            "jobs": finding.jobs(account, typed)[:SUGGESTED_JOBS],
            "all_url": f"{reverse('search')}?{urlencode({'q': typed.text})}",
        }
    return render(request, "search/_suggestions.html", context)


def _found(request: HttpRequest, typed: Typed) -> dict[str, Any]:
    account, is_super_admin = home_account(), person(request).is_superuser
    fitting = list(finding.candidates(account, typed, sees_all=is_super_admin)[: SHOWN + 1])
    chosen = fitting[:SHOWN]
    members = finding.members_of(chosen)
    stories = finding.stories(account, typed, [one.pk for one in members])
    found: dict[str, Any] = {
        "people": finding.people(chosen),
        "more_people": len(fitting) > SHOWN,
        "stories": stories,
        "strangers": finding.only_in_lever(account, typed),
        "jobs": finding.jobs(account, typed),
        "postings": finding.postings(account, typed),
        "files": finding.files(typed),
        "exports": finding.exports(typed),
        "is_super_admin": is_super_admin,
        "kept": (INBOUND_KEPT.days, NOTICES_KEPT.days),
    }
    if is_super_admin:
        found["from_lever"] = finding.told_by_lever(account, typed, [one.record for one in stories])
        found["to_others"] = finding.told_to_others(one.key for one in members)
    groups = (
        "people",
        "stories",
        "strangers",
        "jobs",
        "postings",
        "files",
        "exports",
        "from_lever",
        "to_others",
    )
    found["is_anything"] = any(found.get(name) for name in groups)
    return found


urlpatterns = [
    path("search/", search, name="search"),
    path("search/suggestions/", suggest, name="search-suggestions"),
]
