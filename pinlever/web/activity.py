"""Sync activity: what waits and when it is done, what is held or failed and its cure, and everything that happened."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from pinlever.connection.accounts import home_account
from pinlever.connection.models import LeverAccount
from pinlever.foundation.row_ids import row_ids
from pinlever.recruiting.models import Job
from pinlever.sync import activity as records, causes, finding, step_rows
from pinlever.sync.activity import ALL, FAILED, HELD, WAITING, Asked, Group
from pinlever.sync.artefacts import Artefact, artefacts_of
from pinlever.sync.cures import cause_of
from pinlever.sync.explain import Explanation, explanations_of_records
from pinlever.sync.followup_groups import follow_groups
from pinlever.sync.models import SyncRecord
from pinlever.web.access import person, recruiter
from pinlever.web.delivery_groups import delivery_groups
from pinlever.web.listing import Page, page_of
from pinlever.web.queue_card import queue_context

TABS = ((WAITING, "Waiting"), (HELD, "Held"), (FAILED, "Failed"), (ALL, "All"))
FIRST = 50  # of those who wait, in their order; a search finds the others
LONGEST_SEARCH = 300
MOST_ASKED = 100
MOST_JOBS = 5


@dataclass(frozen=True)
class Row:
    """`missing`: the steps that stand still, where the list is about them."""

    record: SyncRecord
    explanation: Explanation
    missing: tuple[Artefact, ...] = ()


@recruiter
def activity(request: HttpRequest) -> HttpResponse:
    """The tab the address names; else what needs somebody first."""
    account = home_account()
    counts = records.counts(account)
    asked = asked_of(request, counts)
    shown = _shown(request, account, asked)
    is_anything = account is not None and SyncRecord.objects.filter(account=account).exists()
    context = {
        "tabs": [(name, label, counts.get(name)) for name, label in TABS],
        "asked": asked,
        "steps": [(step, finding.FILTERS[step]) for step in finding.STEPS],
        "cause": cause_of(asked.cause) if asked.cause else None,
        "is_anything": is_anything or bool(shown.get("deliveries")),
        **queue_context(request, account),
        **shown,
    }
    return render(request, "activity/activity.html", context)


@recruiter
def standings(request: HttpRequest) -> HttpResponse:
    """The standing of the rows named in the address, to be put in place while the list stays open."""
    ids = row_ids(request.GET.getlist("id")[:MOST_ASKED])
    rows = rows_of(list(records.with_people(SyncRecord.objects.filter(pk__in=ids)).order_by("-pk")))
    return render(request, "activity/_standings.html", {"rows": rows, "moving": _moving(rows)})


def asked_of(request: HttpRequest, counts: dict[str, int] | None = None) -> Asked:
    """What the address asks for. Without a tab: what failed, else what waits, else everything."""
    given = {
        name: request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST_SEARCH]
        for name in ("show", "state", "q", "cause", "said", "step")
    }
    show = given["show"] or given["state"]
    if show not in dict(TABS):
        found = counts or {}
        show = (
            ALL
            if given["q"] or given["step"]
            else next((tab for tab in (FAILED, WAITING) if found.get(tab)), ALL)
        )
    if show not in (HELD, FAILED):
        step = given["step"] if show == ALL and given["step"] in finding.STEPS else ""
        return Asked(show, given["q"], step=step)
    return Asked(show, given["q"], given["cause"], given["said"])


def rows_of(found: Sequence[SyncRecord]) -> list[Row]:
    """In the same order, each with its explanation."""
    told = explanations_of_records(found)
    return [Row(record, told[record.pk]) for record in found]


def _shown(request: HttpRequest, account: LeverAccount | None, asked: Asked) -> dict[str, Any]:
    if asked.show in (HELD, FAILED) and not asked.cause and not asked.text:
        found = records.groups(account, asked.show)
        count = records.counts(account)[asked.show]
        return {
            "groups": found,
            "jobs": _jobs_of(account, found),
            "others": count - sum(group.count for group in found),
            "follows": follow_groups(account) if asked.show == FAILED else (),
            "deliveries": delivery_groups(person(request), account) if asked.show == FAILED else (),
        }
    matching = records.records_of(account, asked)
    if asked.show == WAITING:
        page: Page[SyncRecord] = Page(
            list(records.in_their_order(records.with_people(matching))[:FIRST]), "", ""
        )
    else:
        page = page_of(request, records.with_people(matching))
    rows = rows_of(page.rows)
    if asked.step:
        rows = _with_steps(rows)
    return {"page": page, "rows": rows, "moving": _moving(rows), "first": FIRST}


def _with_steps(rows: Sequence[Row]) -> list[Row]:
    found = artefacts_of([row.record for row in rows])
    still = {
        pk: tuple(one for one in steps if one.state in (step_rows.WAITING, step_rows.FAILED))
        for pk, steps in found.items()
    }
    return [replace(row, missing=still.get(row.record.pk, ())) for row in rows]


def _moving(rows: Sequence[Row]) -> list[int]:
    return [row.record.pk for row in rows if row.explanation.is_moving]


def _jobs_of(account: LeverAccount | None, found: Sequence[Group]) -> list[Job]:
    """The jobs whose Lever job is closed or confidential: their settings are the cure for whoever comes next."""
    codes = {causes.POSTING_GONE, causes.POSTING_CONFIDENTIAL} & {group.code for group in found}
    if not codes:
        return []
    failed = SyncRecord.objects.filter(
        account=account, state__in=records.STATES_SHOWN[FAILED], cause__in=codes
    )
    return list(Job.objects.filter(pk__in=failed.values("prospect__job")).order_by("title")[:MOST_JOBS])


urlpatterns = [
    path("activity/", activity, name="activity"),
    path("activity/standings/", standings, name="activity-standings"),
]
