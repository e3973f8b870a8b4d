"""A job's position details: title and place, when its people go to Lever, onto which Lever job. Saved as changed."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_POST

from pinlever.connection import postings
from pinlever.connection.accounts import current_connection, home_account
from pinlever.connection.models import LeverAccount
from pinlever.recruiting.jobs import save_job
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync import finding, preview
from pinlever.sync.models import JobRule, Trigger
from pinlever.sync.preview import MOST
from pinlever.sync.services import set_posting, set_trigger
from pinlever.sync.subject import posting_of
from pinlever.web import plans
from pinlever.web.access import actor, recruiter
from pinlever.web.dialogs import is_fetched
from pinlever.web.exporting import waiting
from pinlever.web.jobs import JobForm
from pinlever.web.postings import field

NOT_CONNECTED = "Lever has never been connected, so there are no Lever jobs to choose from yet."
NO_POSTING = "No Lever job"


@recruiter
def job_settings(request: HttpRequest, key: str) -> HttpResponse:
    """The page."""
    return _page(request, get_object_or_404(Job, key=key))


@recruiter
@require_POST
def position(request: HttpRequest, key: str) -> HttpResponse:
    """Title, location, owner."""
    job = get_object_or_404(Job, key=key)
    form = JobForm(request.POST, instance=job)
    if form.is_valid():
        save_job(by=actor(request), job=form.save(commit=False))
        return _saved(request, job, "position")
    if is_fetched(request):
        errors = [error for name in form.errors for error in form.errors[name]]
        return _told(request, "position", errors=errors)
    return _page(request, Job.objects.get(pk=job.pk), form=form)


@recruiter
@require_POST
def trigger(request: HttpRequest, key: str) -> HttpResponse:
    """When people go to Lever."""
    job = get_object_or_404(Job, key=key)
    chosen = request.POST.get("trigger", "")
    if chosen not in Trigger.values:
        return _wrong(request, job, "Choose one of the five moments.")
    set_trigger(by=actor(request), job=job, trigger=chosen)
    return _saved(request, job, "ats")


@recruiter
@require_POST
def posting(request: HttpRequest, key: str) -> HttpResponse:
    """The Lever job, or none."""
    job, account = get_object_or_404(Job, key=key), home_account()
    if account is None:
        return _wrong(request, job, NOT_CONNECTED)
    try:
        chosen = postings.chosen(
            account, request.POST.get("posting", ""), request.POST.get("posting_text", "")
        )
    except postings.UnknownPosting as unknown:
        return _wrong(request, job, str(unknown))
    set_posting(by=actor(request), account=account, job=job, posting_id=chosen)
    return _saved(request, job, "ats")


@recruiter
def past(request: HttpRequest, key: str) -> HttpResponse:
    """What the rule and the Lever job mean for people who are here already; apart, since it takes a moment."""
    job, account = get_object_or_404(Job, key=key), home_account()
    chosen, everybody = _trigger_of(job), Prospect.objects.filter(job=job)
    counts = {value: finding.past(account, everybody, value).count() for value in finding.PAST}
    context = {
        "job": job,
        "trigger": chosen,
        "counts": counts.items(),
        "count": counts.get(chosen, 0),
        "most": MOST,
        "backfill": _backfill(account, job, chosen, counts.get(chosen, 0)),
        "waiting": _waiting(account, job),
    }
    return TemplateResponse(request, "jobs/past.html", context)


def _backfill(account: LeverAccount | None, job: Job, trigger: str, count: int) -> dict[str, Any]:
    """What exporting those who passed the trigger before would do."""
    if account is None or not count:
        return {}
    fields = (("job", str(job.key)), ("past", trigger), ("all", "1"))
    people = finding.past(account, Prospect.objects.filter(job=job), trigger).order_by("-pk")
    plan = preview.plan_for(account, people.values_list("pk", flat=True)[:MOST])
    return {**plans.told(plan, fields), "query": urlencode(fields)}


def _waiting(account: LeverAccount | None, job: Job) -> dict[str, Any]:
    """What becomes of those on the way, with the Lever job as it is chosen now."""
    asked = waiting(account, job) if account else None
    return plans.told(asked.plan(), asked.whose) if asked and asked.people.ids else {}


def _page(request: HttpRequest, job: Job, **more: Any) -> HttpResponse:
    account = home_account()
    context = {
        "job": job,
        "form": JobForm(instance=job),
        "triggers": Trigger.choices,
        "trigger": _trigger_of(job),
        "is_connected": current_connection() is not None,
        "account": account,
        **_posting_field(account, job),
        **more,
    }
    return TemplateResponse(request, "jobs/settings.html", context)


def _trigger_of(job: Job) -> str:
    return JobRule.objects.filter(job=job).values_list("trigger", flat=True).first() or Trigger.NEVER


def _posting_field(account: LeverAccount | None, job: Job) -> dict[str, Any]:
    chosen = posting_of(account.pk, job.pk) if account else ""
    return field(account, chosen, none=NO_POSTING)


def _saved(request: HttpRequest, job: Job, where: str) -> HttpResponse:
    """Said where it was changed; what follows from it is read again."""
    if not is_fetched(request):
        messages.success(request, "Saved.")
        return redirect("job-settings", key=job.key)
    more = {"trigger": _trigger_of(job), **_posting_field(home_account(), job)} if where == "ats" else {}
    return _told(request, where, job=job, **more)


def _wrong(request: HttpRequest, job: Job, sentence: str) -> HttpResponse:
    if is_fetched(request):
        return _told(request, "ats", errors=[sentence])
    messages.error(request, sentence)
    return redirect("job-settings", key=job.key)


def _told(request: HttpRequest, where: str, **context: Any) -> HttpResponse:
    return TemplateResponse(request, "jobs/saved.html", {"where": where, **context})


urlpatterns = [
    path("jobs/<uuid:key>/settings/", job_settings, name="job-settings"),
    path("jobs/<uuid:key>/settings/position/", position, name="job-position"),
    path("jobs/<uuid:key>/settings/trigger/", trigger, name="job-trigger"),
    path("jobs/<uuid:key>/settings/posting/", posting, name="job-posting"),
    path("jobs/<uuid:key>/settings/past/", past, name="job-past"),
]
