"""Candidates brought in on the administration's own import pages: small files, into one job, firing no trigger.

All of the file or nothing of it, in one request. Bigger files go through the job's import page, row by row.
"""

# Django's own classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from import_export.admin import ImportMixin
from import_export.forms import ConfirmImportForm
from unfold.contrib.import_export.forms import ImportForm
from unfold.widgets import UnfoldAdminSelectWidget

from pinlever.audit.admin_pages import acting
from pinlever.imports.arriving import Sourcers, bring_in
from pinlever.imports.decoding import FileRefused
from pinlever.imports.drafts import Draft
from pinlever.imports.models import Import
from pinlever.imports.resource import PersonResource
from pinlever.recruiting.admin import CandidateAdmin
from pinlever.recruiting.models import Candidate, Job

MOST = 1000


class SmallFile(PersonResource):
    """The people of a file that one request can bring in."""

    @classmethod
    def get_display_name(cls) -> str:
        return "People"

    def before_import(self, dataset: Any, **given: Any) -> None:
        if len(dataset) > MOST:
            raise FileRefused(
                f"This file has {len(dataset):,} rows; here {MOST:,} are the most. Import it on the job's page."
            )
        super().before_import(dataset, **given)


class IntoJob(ImportForm):
    job = forms.ModelChoiceField(
        Job.objects.filter(is_open=True).order_by("title"),
        widget=UnfoldAdminSelectWidget,
        help_text="These people are sourced for it. None of its triggers fires for them.",
    )


class IntoJobConfirmed(ConfirmImportForm):
    job = forms.ModelChoiceField(Job.objects.all(), widget=forms.HiddenInput)


class CandidateImportAdmin(ImportMixin, CandidateAdmin):
    import_form_class = IntoJob
    confirm_form_class = IntoJobConfirmed
    import_export_change_list_template = "admin/import_export/change_list_import_export.html"

    def get_import_resource_classes(self, request: HttpRequest) -> list[type[PersonResource]]:
        return [SmallFile]

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        known: dict[str, Any] = super().get_confirm_form_initial(request, import_form)
        return {**known, "job": import_form.cleaned_data["job"].pk} if import_form else known

    def get_import_resource_kwargs(self, request: HttpRequest, **given: Any) -> dict[str, Any]:
        form = given.get("form")
        job = getattr(form, "cleaned_data", {}).get("job") if form else None
        return {"bring_in": _bringing(request, job)} if job else {}


def _bringing(request: HttpRequest, job: Job) -> Callable[[Draft], object]:
    sourcers = Sourcers()

    def bring(draft: Draft) -> object:
        options: dict[str, Any] = {"source": Import.Source.IMPORT, "quiet": True, "origin": "a file"}
        return bring_in(by=acting(request), draft=draft, job=job, sourcers=sourcers, **options)

    return bring


admin.site.unregister(Candidate)
admin.site.register(Candidate, CandidateImportAdmin)
