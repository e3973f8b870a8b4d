"""All jobs: found as one types, with their rule and how many of their people are in Lever. New, closed, open again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from pinlever.accounts.models import User
from pinlever.connection.accounts import home_account
from pinlever.recruiting.cleaning import clean_text
from pinlever.recruiting.jobs import found_jobs, save_job
from pinlever.recruiting.models import Job
from pinlever.sync.jobs import standings
from pinlever.web.access import actor, person, recruiter
from pinlever.web.dialogs import dialog, onwards
from pinlever.web.listing import NEWEST, Order, page_of

STATUSES = {"open": True, "closed": False, "any": None}
ORDERS = {
    "": NEWEST,
    "title": Order("Title, A to Z", Lower("title")),
    "-title": Order("Title, Z to A", Lower("title"), is_down=True),
}


class JobForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the type checker only
    """A job as people describe it."""

    class Meta:
        model = Job
        fields = ("title", "location", "owner")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = User.objects.filter(is_active=True).order_by("first_name", "last_name", "email")
        owner.empty_label = "Nobody yet"
        owner.required = False
        self.fields["location"].widget.attrs["placeholder"] = "Oslo, Norway"

    def clean_title(self) -> str:
        title = clean_text(self.cleaned_data["title"], 200)
        if not title:
            raise forms.ValidationError("Give the job a title, such as “Backend Engineer”.")
        return title

    def clean_location(self) -> str:
        return clean_text(self.cleaned_data["location"], 200)


@recruiter
def jobs(request: HttpRequest) -> HttpResponse:
    """The list; htmx takes its part of the same page."""
    status = request.GET.get("status", "open")
    status = status if status in STATUSES else "open"
    text = request.GET.get("q", "").strip()[:200]
    page = page_of(request, found_jobs(text, is_open=STATUSES[status]), orders=ORDERS)
    context = {
        "page": page,
        "rows": standings(home_account(), page.rows),
        "text": text,
        "status": status,
        "statuses": (("open", "Open jobs"), ("closed", "Closed jobs"), ("any", "All jobs")),
        "is_any": bool(page.rows) or Job.objects.exists(),
    }
    return TemplateResponse(request, "jobs/jobs.html", context)


@recruiter
def new_job(request: HttpRequest) -> HttpResponse:
    """A dialog, or a page of its own; then the new job's settings."""
    form = JobForm(request.POST or None, instance=Job(), initial={"owner": person(request)})
    if request.method != "POST" or not form.is_valid():
        return dialog(request, "jobs/new.html", {"form": form})
    job = save_job(by=actor(request), job=form.save(commit=False))
    messages.success(request, f"{job.title} is there. Choose when its people go to Lever, then add people.")
    return onwards(request, reverse("job-settings", args=[job.key]))


@recruiter
@require_POST
def open_or_close(request: HttpRequest, key: str) -> HttpResponse:
    """Closed jobs keep their people; they are only out of the way."""
    job = get_object_or_404(Job, key=key)
    job.is_open = request.POST.get("open") == "1"
    save_job(by=actor(request), job=job)
    if job.is_open:
        messages.success(request, f"{job.title} is open again.")
    else:
        messages.success(
            request, f"{job.title} is closed. Its people and its rule stay; open it again any time."
        )
    return onwards(request, reverse("job-settings", args=[job.key]))


urlpatterns = [
    path("jobs/", jobs, name="jobs"),
    path("jobs/new/", new_job, name="job-new"),
    path("jobs/<uuid:key>/open/", open_or_close, name="job-open"),
]
