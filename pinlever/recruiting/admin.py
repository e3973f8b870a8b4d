"""The super admins' face of recruiting: jobs can be edited, people and their history are read."""

# Django's own classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from import_export.admin import ExportActionMixin, ImportExportMixin
from unfold.contrib.import_export.forms import ImportForm, SelectableFieldsExportForm

from pinlever.audit.admin_pages import History, Lines, Page, acting
from pinlever.audit.services import record
from pinlever.recruiting import searching
from pinlever.recruiting.files import CandidateFile, JobFile
from pinlever.recruiting.jobs import save_job
from pinlever.recruiting.merging import NotMerged, unmerge
from pinlever.recruiting.models import (
    Arrival,
    Candidate,
    ContactPoint,
    IdentityKey,
    IdentityQuestion,
    Job,
    NotTheSamePerson,
    Position,
    ProfileLink,
    Prospect,
)
from pinlever.recruiting.questions import AlreadyAnswered, answer_identity_question


class ContactPointInline(Lines):
    model = ContactPoint
    fields = ("kind", "value", "phone_type", "source", "verified_at", "is_primary", "found_at", "is_quiet")


class ProfileLinkInline(Lines):
    model = ProfileLink
    fields = readonly_fields = ("url", "source", "added_at")


class PositionInline(Lines):
    model = Position
    fields = ("title", "company", "started", "ended")


class IdentityKeyInline(Lines):
    model = IdentityKey
    fields = readonly_fields = ("kind", "value", "created_at")


class ProspectInline(Lines):
    model = Prospect
    fields = ("job", "sourcer", "sourcer_email", "outreach_stage", "sourced_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("candidate", "job", "sourcer")


@admin.register(Job)
class JobAdmin(ImportExportMixin, Page):
    resource_classes = (JobFile,)
    import_form_class = ImportForm
    export_form_class = SelectableFieldsExportForm
    list_display = ("title", "owner", "location", "is_open", "created_at")
    list_filter = ("is_open",)
    list_select_related = ("owner",)
    search_fields = ("title", "external_id", "owner__email")
    autocomplete_fields = ("owner",)

    def view_on_site(self, obj: Job) -> str:
        return reverse("job", args=[obj.key])

    def save_model(self, request: HttpRequest, obj: Job, form: ModelForm, change: bool) -> None:
        save_job(by=acting(request), job=obj)

    def get_import_resource_kwargs(self, request: HttpRequest, **given: Any) -> dict[str, Any]:
        return {**super().get_import_resource_kwargs(request, **given), "by": acting(request)}

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # its prospects and their history would go with it: jobs are closed instead


@admin.register(Candidate)
class CandidateAdmin(ExportActionMixin, History):
    resource_classes = (CandidateFile,)
    export_form_class = SelectableFieldsExportForm
    list_display = ("__str__", "headline", "current_company", "sourced_via", "sourced_at", "merged_into")
    list_filter = ("sourced_via", ("merged_into", admin.EmptyFieldListFilter))
    list_select_related = ("merged_into",)
    search_fields = ("search_name",)  # shows the box; what is typed goes to the product's own search
    search_help_text = "A name, company, email address or LinkedIn profile; or the id at the source."
    inlines = (ContactPointInline, ProfileLinkInline, PositionInline, ProspectInline, IdentityKeyInline)
    actions = ("undo_merge",)

    def view_on_site(self, obj: Candidate) -> str:
        return reverse("candidate", args=[obj.key])

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Candidate], search_term: str
    ) -> tuple[QuerySet[Candidate], bool]:
        if not search_term.strip():
            return queryset, False
        found = Q(pk__in=searching.people(search_term).values("pk"))
        return queryset.filter(found | Q(external_id=search_term.strip())), False

    def get_export_data(
        self, file_format: Any, request: HttpRequest, queryset: QuerySet, **given: Any
    ) -> Any:
        """Whoever takes people's data out of here is in the audit log."""
        answer = super().get_export_data(file_format, request, queryset, **given)
        by: Any = request.user
        record(
            by=acting(request), action="candidates.exported", subject=by, after={"people": queryset.count()}
        )
        return answer

    @admin.action(description="Undo the merge of the selected candidates", permissions=["view"])
    def undo_merge(self, request: HttpRequest, queryset: QuerySet[Candidate]) -> None:
        for candidate in queryset:
            try:
                unmerge(by=acting(request), candidate=candidate)
                self.message_user(request, f"{candidate} is a candidate of their own again.")
            except NotMerged as nothing:
                self.message_user(request, str(nothing), messages.WARNING)


@admin.register(Prospect)
class ProspectAdmin(History):
    list_display = ("candidate", "job", "outreach_stage", "sourcer", "sourcer_email", "sourced_at")
    list_filter = ("outreach_stage",)
    list_select_related = ("candidate", "job", "sourcer")
    search_fields = ("candidate__search_name",)
    search_help_text = "A name, company, email address or LinkedIn profile."

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Prospect], search_term: str
    ) -> tuple[QuerySet[Prospect], bool]:
        return searching.on_jobs(queryset, search_term), False


@admin.register(IdentityKey)
class IdentityKeyAdmin(History):
    list_display = ("value", "kind", "candidate", "created_at")
    list_filter = ("kind",)
    list_select_related = ("candidate",)
    search_fields = ("^value",)


@admin.register(Arrival)
class ArrivalAdmin(History):
    list_display = ("candidate", "source", "external_id", "arrived_at")
    list_select_related = ("candidate",)
    search_fields = ("candidate__search_name", "=external_id")


@admin.register(NotTheSamePerson)
class NotTheSamePersonAdmin(History):
    """Two people of whom somebody said so; taken back under Duplicates, Decided."""

    list_display = ("candidate", "other", "said_by", "said_at", "reversed_by", "reversed_at")
    list_filter = (("reversed_at", admin.EmptyFieldListFilter),)
    list_select_related = ("candidate", "other")
    search_fields = ("candidate__search_name", "other__search_name")


@admin.register(IdentityQuestion)
class IdentityQuestionAdmin(History):
    list_display = ("candidate", "is_blocking", "asked_at", "answered_at", "answered_by", "same_as")
    list_filter = ("is_blocking", ("answered_at", admin.EmptyFieldListFilter))
    list_select_related = ("candidate", "same_as")
    search_fields = ("candidate__search_name",)
    actions = ("keep_apart", "same_person")

    @admin.action(description="Different people: keep them apart", permissions=["view"])
    def keep_apart(self, request: HttpRequest, queryset: QuerySet[IdentityQuestion]) -> None:
        for question in queryset:
            self._answer(request, question, None)

    @admin.action(
        description="The same person: merge, where one other candidate is named", permissions=["view"]
    )
    def same_person(self, request: HttpRequest, queryset: QuerySet[IdentityQuestion]) -> None:
        for question in queryset:
            named = {entry["candidate"] for entry in question.evidence}
            other = Candidate.objects.filter(pk__in=named).first() if len(named) == 1 else None
            if other is None:
                note = f"{question} Several candidates are named, or none is left: this one cannot be merged here."
                self.message_user(request, note, messages.WARNING)
            else:
                self._answer(request, question, other)

    def _answer(self, request: HttpRequest, question: IdentityQuestion, same_as: Candidate | None) -> None:
        try:
            answer_identity_question(by=acting(request), question=question, same_as=same_as)
            self.message_user(request, f"{question} Answered.")
        except AlreadyAnswered as answered:
            self.message_user(request, str(answered), messages.WARNING)
