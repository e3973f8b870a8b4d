"""The story of the sync, to be read; records can be tried again, cancelled and unlinked, by the services."""

# Django's own classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from unfold.decorators import display

from pinlever.audit.admin_pages import History, Lines, acting, asked_first, each
from pinlever.sync import admin_pairs as admin_pairs, admin_presences as admin_presences, services
from pinlever.sync.artefacts import of_one
from pinlever.sync.explain import Explanation, explanations_of_records
from pinlever.sync.models import (
    Attempt,
    Call,
    Claim,
    Cure,
    CureItem,
    DetailsThen,
    ExportItem,
    ExportRun,
    FollowUp,
    FormRule,
    Intent,
    JobPosting,
    JobRule,
    Question,
    ResumePdf,
    State,
    SyncRecord,
    TimelineRule,
    UndoItem,
    UndoRun,
    UpdateRule,
    Waiting,
)
from pinlever.sync.promises import NothingToTry, try_again
from pinlever.sync.services import NotPossible

COLOURS = {
    State.QUEUED: "info",
    State.RETRYING: "info",
    State.HELD: "warning",
    State.NEEDS_YOU: "warning",
    State.SYNCED: "success",
    State.IN_LEVER: "success",
    State.FAILED: "danger",
}
PERSON = ("prospect__candidate", "prospect__job")
RECORD = ("record__prospect__candidate", "record__prospect__job")


class AttemptInline(Lines):
    model = Attempt
    fields = readonly_fields = ("started_at", "ended_at", "result", "told", "worker")
    per_page = 20


class QuestionInline(Lines):
    model = Question
    fields = readonly_fields = ("kind", "text", "asked_at", "answered_at", "answered_by")


class CureItemInline(Lines):
    model = CureItem
    fields = readonly_fields = ("record", "follow_up")
    per_page = 20


class CallInline(Lines):
    model = Call
    fields = readonly_fields = ("at", "method", "path", "status", "seconds", "error")


@admin.register(SyncRecord)
class SyncRecordAdmin(History):
    list_display = (
        "prospect",
        "standing",
        "cause",
        "sentence",
        "priority",
        "due_at",
        "synced_at",
        "updated_at",
    )
    list_filter = ("state", "priority", "created_by_us")
    list_select_related = PERSON
    search_fields = ("prospect__candidate__search_name", "=opportunity_id", "=contact_id", "=cause")
    search_help_text = "A name, a cause, or Lever's id of the opportunity or the contact."
    ordering = ("-id",)
    inlines = (QuestionInline, AttemptInline)
    actions = ("retry_now", "cancel", "unlink")
    readonly_fields = ("sentence", "cure", "steps")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The rows of the page know their explanation: a handful of queries, however many they are."""
        shown = super().get_changelist_instance(request)
        told = explanations_of_records(list(shown.result_list))
        for record in shown.result_list:
            record.told = told[record.pk]
        return shown

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("account", *PERSON)

    def view_on_site(self, obj: SyncRecord) -> str:
        return reverse("record", args=[obj.pk])

    @display(description="State", ordering="state", label=COLOURS)
    def standing(self, record: SyncRecord) -> tuple[str, str]:
        return record.state, record.get_state_display()

    @admin.display(description="Why")
    def sentence(self, record: SyncRecord) -> str:
        """As on every page."""
        return self._told(record).sentence

    @admin.display(description="What Lever gets")
    def steps(self, record: SyncRecord) -> str:
        """Profile, résumé, notes and form, as on every page."""
        rows = [(one.title, one.sentence) for one in of_one(record)]
        return format_html_join("", "<div><b>{}</b> {}</div>", rows) if rows else "-"

    @admin.display(description="What can be done")
    def cure(self, record: SyncRecord) -> str:
        """The button of the record's own page, to which "View on site" leads."""
        return self._told(record).action.label or "Nothing has to be done."

    def _told(self, record: SyncRecord) -> Explanation:
        told: Explanation = getattr(record, "told", None) or explanations_of_records([record])[record.pk]
        return told

    @admin.action(description="Try again now", permissions=["view"])
    def retry_now(self, request: HttpRequest, rows: QuerySet[SyncRecord]) -> None:
        self._each(request, rows, services.retry_now, "tried again now")

    @admin.action(description="Cancel…", permissions=["view"])
    @asked_first(
        "They are taken out of the queue and stay in Pin. Exported again, they go on.", "Cancel them"
    )
    def cancel(self, request: HttpRequest, rows: QuerySet[SyncRecord]) -> None:
        self._each(request, rows, services.cancel, "cancelled")

    @admin.action(description="Unlink from Lever…", permissions=["view"])
    @asked_first(
        "The links to Lever are forgotten here. Nothing changes in Lever: their profiles stay there, and exported "
        "again they are matched by email and LinkedIn as anybody else.",
        "Unlink them",
    )
    def unlink(self, request: HttpRequest, rows: QuerySet[SyncRecord]) -> None:
        self._each(request, rows, services.unlink, "unlinked")

    def _each(self, request: HttpRequest, rows: QuerySet[SyncRecord], service: Any, done: str) -> None:
        by = acting(request)
        each(self, request, rows, lambda record: service(by=by, record=record), (NotPossible,), done)


@admin.register(Cure)
class CureAdmin(History):
    """What somebody cured for many at once; its own page says what became of them."""

    list_display = ("what", "done", "told", "by_label", "made_at")
    list_select_related = ("account",)
    search_fields = ("what", "^by_label")
    ordering = ("-id",)
    inlines = (CureItemInline,)

    def view_on_site(self, obj: Cure) -> str:
        return reverse("cure", args=[obj.pk])


@admin.register(Question)
class QuestionAdmin(History):
    """Decided on the page Duplicates, where the evidence stands side by side."""

    list_display = ("record", "kind", "text", "asked_at", "answered_at", "answered_by")
    list_filter = ("kind", ("answered_at", admin.EmptyFieldListFilter))
    list_select_related = RECORD
    search_fields = ("record__prospect__candidate__search_name",)
    ordering = ("-id",)


@admin.register(FollowUp)
class FollowUpAdmin(History):
    """Notes, stage moves and new facts; what failed can be tried again."""

    list_display = ("record", "kind", "key", "standing", "cause", "reason", "tries", "due_at", "done_at")
    list_filter = ("state", "kind")
    list_select_related = RECORD
    search_fields = (
        "=record__id",
        "=lever_id",
        "=opportunity_id",
        "=key",
        "=cause",
        "record__prospect__candidate__search_name",
    )
    search_help_text = "A name, a cause, or Lever's id of the note or the opportunity."
    ordering = ("-id",)
    actions = ("retry_now",)

    @display(
        description="State",
        ordering="state",
        label={
            FollowUp.State.WAITING: "info",
            FollowUp.State.DONE: "success",
            FollowUp.State.FAILED: "danger",
        },
    )
    def standing(self, row: FollowUp) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @admin.action(description="Try again now", permissions=["view"])
    def retry_now(self, request: HttpRequest, rows: QuerySet[FollowUp]) -> None:
        by = acting(request)
        each(self, request, rows, lambda row: try_again(by=by, row=row), (NothingToTry,), "tried again now")


@admin.register(UpdateRule)
class UpdateRuleAdmin(History):
    list_display = ("account", "policies", "since")


@admin.register(DetailsThen)
class DetailsThenAdmin(History):
    list_display = ("record", "at")
    list_select_related = ("record__prospect__candidate", "record__prospect__job")


@admin.register(FormRule)
class FormRuleAdmin(History):
    """Set on the page Settings → ATS integration → Fields form, which shows it filled in."""

    list_display = ("account", "text", "is_on", "since")
    list_select_related = ("account",)


@admin.register(TimelineRule)
class TimelineRuleAdmin(History):
    """Set on the page Settings → ATS integration → Timeline, which shows what the notes look like."""

    list_display = ("account", "sourced", "kinds", "opens", "linked", "bodies", "moves_stage")
    list_select_related = ("account",)


@admin.register(Attempt)
class AttemptAdmin(History):
    list_display = ("record", "started_at", "ended_at", "result", "told", "worker")
    list_select_related = RECORD
    search_fields = ("=record__id", "=result", "record__prospect__candidate__search_name")
    ordering = ("-id",)
    inlines = (CallInline,)


@admin.register(Call)
class CallAdmin(History):
    list_display = ("at", "method", "path", "status", "took", "error")
    list_filter = ("method",)
    search_fields = ("^path", "=status", "=attempt__record__id")
    ordering = ("-id",)

    @admin.display(description="Took")
    def took(self, call: Call) -> str:
        return f"{call.seconds:.2f} s"


@admin.register(Intent)
class IntentAdmin(History):
    list_display = ("record", "outcome", "made_at", "send_before", "over_at", "empty_windows", "settled_at")
    list_filter = ("outcome",)
    list_select_related = RECORD
    search_fields = ("=record__id", "=created_ms", "record__prospect__candidate__search_name")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("resume__content")


@admin.register(Claim)
class ClaimAdmin(History):
    list_display = ("kind", "value", "record", "contact_id", "made_at")
    list_select_related = RECORD
    search_fields = ("=value", "=contact_id", "=record__id")
    ordering = ("-id",)


@admin.register(Waiting)
class WaitingAdmin(History):
    list_display = ("record", "holder", "since")
    list_select_related = (
        *RECORD,
        "holder__prospect__candidate",
        "holder__prospect__job",
    )


@admin.register(ResumePdf)
class ResumePdfAdmin(History):
    """The document itself is shown on the candidate's page."""

    list_display = ("digest", "made_at", "missing_glyphs")
    fields = ("digest", "made_at", "missing_glyphs")
    search_fields = ("^digest",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("content")


@admin.register(JobRule)
class JobRuleAdmin(History):
    """Set in the job's own settings, which say what a rule would do."""

    list_display = ("job", "trigger", "trigger_set_at")
    list_filter = ("trigger",)
    list_select_related = ("job",)
    search_fields = ("job__title",)


@admin.register(JobPosting)
class JobPostingAdmin(History):
    list_display = ("job", "posting_id", "account", "set_at")
    list_select_related = ("job", "account")
    search_fields = ("job__title", "=posting_id")


@admin.register(ExportRun)
class ExportRunAdmin(History):
    list_display = ("__str__", "job", "by_label", "state", "made_at", "finished_at")
    list_filter = ("state",)
    list_select_related = ("job", "account")
    search_fields = ("job__title", "^by_label")
    ordering = ("-id",)

    def view_on_site(self, obj: ExportRun) -> str:
        return reverse("export-run", args=[obj.pk])


@admin.register(ExportItem)
class ExportItemAdmin(History):
    list_display = ("run", "prospect", "state", "why", "planned", "came", "difference")
    list_filter = ("state", "planned", "came")
    list_select_related = ("run", *PERSON)
    search_fields = ("=run__id", "prospect__candidate__search_name")
    ordering = ("-id",)


@admin.register(UndoRun)
class UndoRunAdmin(History):
    list_display = ("__str__", "scope", "about", "by_label", "made_at")
    list_filter = ("scope",)
    list_select_related = ("account",)
    search_fields = ("=about", "^by_label")
    ordering = ("-id",)

    def view_on_site(self, obj: UndoRun) -> str:
        return reverse("undo-run", args=[obj.pk])


@admin.register(UndoItem)
class UndoItemAdmin(History):
    """Whom an undo took back, left alone, or could not take back, and why."""

    list_display = ("run", "record", "state", "cause", "reason", "tries", "done_at")
    list_filter = ("state", "cause")
    list_select_related = ("run", *RECORD)
    search_fields = ("=run__id", "=record__id", "=opportunity_id", "record__prospect__candidate__search_name")
    ordering = ("-id",)
