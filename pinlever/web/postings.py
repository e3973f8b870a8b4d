"""The field in which a Lever job is chosen: what fits what is typed, as the options of a listbox."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path

from pinlever.connection import postings
from pinlever.connection.accounts import home_account
from pinlever.connection.models import LeverAccount
from pinlever.web.access import recruiter


@dataclass(frozen=True)
class Option:
    id: str
    label: str
    note: str


@recruiter
def options(request: HttpRequest) -> HttpResponse:
    """The Lever jobs that fit."""
    text = request.GET.get("posting_text", "")[:200]
    rows = [
        Option(row.lever_id, postings.label(row), "" if row.state == "published" else row.state)
        for row in postings.found(home_account(), text)
    ]
    context = {"options": rows, "text": text, "none": request.GET.get("none", "")[:200]}
    return TemplateResponse(request, "jobs/posting_options.html", context)


def field(account: LeverAccount | None, posting_id: str, *, none: str) -> dict[str, Any]:
    """The context of `jobs/_posting_field.html`. `none`: what the empty choice is called."""
    row = postings.of_id(account, posting_id)
    return {
        "posting_id": posting_id,
        "posting_label": postings.label_of(account, posting_id),
        "posting_warning": postings.warning(row),
        "posting_none": none,
        "catalogue_read_at": account.catalogue_read_at if account else None,
    }


urlpatterns = [path("postings/", options, name="postings")]
