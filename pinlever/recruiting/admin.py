"""The super admins' face of recruiting: jobs can be edited, people and their history are read."""

# Django's own classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from pinlever.audit.services import Actor
from pinlever.recruiting.jobs import save_job
from pinlever.recruiting.merging import NotMerged, unmerge
from pinlever.recruiting.models import (
    Arrival,
    Candidate,
    ContactPoint,
    IdentityKey,
    IdentityQuestion,
    Job,
    Position,
    ProfileLink,
    Prospect,
)
from pinlever.recruiting.questions import AlreadyAnswered, answer_identity_question


class ReadOnly:
    """Rows are looked at here and changed elsewhere."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ContactPointInline(ReadOnly, admin.TabularInline):
    model = ContactPoint
    fields = ("kind", "value", "phone_type", "source", "verified_at", "is_primary", "found_at", "is_quiet")


class ProfileLinkInline(ReadOnly, admin.TabularInline):
    model = ProfileLink
    fields = readonly_fields = ("url", "source", "added_at")


class PositionInline(ReadOnly, admin.TabularInline):
    model = Position
    fields = ("title", "company", "started", "ended")


class IdentityKeyInline(ReadOnly, admin.TabularInline):
    model = IdentityKey
    fields = readonly_fields = ("kind", "value", "created_at")


class ProspectInline(ReadOnly, admin.TabularInline):
    model = Prospect
    fields = ("job", "sourcer", "sourcer_email", "outreach_stage", "sourced_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Prospect]:
        return super().get_queryset(request).select_related("candidate", "job", "sourcer")


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    list_display = ("title", "owner", "location", "is_open", "created_at")
    list_filter = ("is_open",)
    list_select_related = ("owner",)
    search_fields = ("title", "external_id", "owner__email")
    autocomplete_fields = ("owner",)

    def save_model(self, request: HttpRequest, obj: Job, form: ModelForm, change: bool) -> None:
        save_job(by=_actor(request), job=obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # its prospects and their history would go with it: jobs are closed instead


@admin.register(Candidate)
class CandidateAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("__str__", "headline", "current_company", "sourced_via", "sourced_at", "merged_into")
    list_filter = ("sourced_via", ("merged_into", admin.EmptyFieldListFilter))
    list_select_related = ("merged_into",)
    search_fields = ("full_name", "search_name", "external_id", "contact_points__normalised")
    inlines = (ContactPointInline, ProfileLinkInline, PositionInline, ProspectInline, IdentityKeyInline)
    actions = ("undo_merge",)

    @admin.action(description="Undo the merge of the selected candidates", permissions=["view"])
    def undo_merge(self, request: HttpRequest, queryset: QuerySet[Candidate]) -> None:
        for candidate in queryset:
            try:
                unmerge(by=_actor(request), candidate=candidate)
                self.message_user(request, f"{candidate} is a candidate of their own again.")
            except NotMerged as nothing:
                self.message_user(request, str(nothing), messages.WARNING)


@admin.register(Prospect)
class ProspectAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("candidate", "job", "outreach_stage", "sourcer", "sourcer_email", "sourced_at")
    list_filter = ("outreach_stage",)
    list_select_related = ("candidate", "job", "sourcer")
    search_fields = ("candidate__full_name", "candidate__search_name", "job__title", "sourcer_email")


@admin.register(IdentityKey)
class IdentityKeyAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("value", "kind", "candidate", "created_at")
    list_filter = ("kind",)
    list_select_related = ("candidate",)
    search_fields = ("value",)


@admin.register(Arrival)
class ArrivalAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("candidate", "source", "external_id", "arrived_at")
    list_filter = ("source",)
    list_select_related = ("candidate",)
    search_fields = ("candidate__full_name", "candidate__search_name", "external_id")


@admin.register(IdentityQuestion)
class IdentityQuestionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("candidate", "is_blocking", "asked_at", "answered_at", "answered_by", "same_as")
    list_filter = ("is_blocking", ("answered_at", admin.EmptyFieldListFilter))
    list_select_related = ("candidate", "same_as")
    search_fields = ("candidate__full_name", "candidate__search_name")
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
            answer_identity_question(by=_actor(request), question=question, same_as=same_as)
            self.message_user(request, f"{question} Answered.")
        except AlreadyAnswered as answered:
            self.message_user(request, str(answered), messages.WARNING)


def _actor(request: HttpRequest) -> Actor:
    by: Any = request.user
    return Actor.person(by)
