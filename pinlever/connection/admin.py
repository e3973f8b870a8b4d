"""The super admins' view of the connection. Services do the changing and audit it; credentials are in no form."""

# Django's own classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from pinlever.audit.admin_pages import History, Lines, Page, acting, asked_first, each
from pinlever.connection import rules
from pinlever.connection.accounts import disconnect
from pinlever.connection.models import (
    AllowedJob,
    AllowedPerson,
    ArchiveReason,
    FormTemplate,
    KnownKey,
    KnownOpportunity,
    LeverAccount,
    LeverConnection,
    LeverUser,
    Pace,
    PeopleIndex,
    Posting,
    Reconciliation,
    Spent,
    Stage,
    UserAlias,
)
from pinlever.connection.models.spent import SLICE


class ReadOnly(History):
    """Shows rows. Fields that are not editable, the credentials among them, are not shown."""


@admin.register(LeverAccount)
class LeverAccountAdmin(ReadOnly):
    list_display = (
        "__str__",
        "environment",
        "outgoing_on",
        "allow_list_on",
        "first_connected_at",
        "catalogue_read_at",
    )
    actions = ("outgoing_on", "outgoing_off", "allow_list_on", "allow_list_off")

    @admin.action(description="Outgoing: switch on…", permissions=["view"])
    @asked_first(
        "Whoever is due goes to Lever from now on, also those who waited for this.", "Switch sending on"
    )
    def outgoing_on(self, request: HttpRequest, rows: QuerySet[LeverAccount]) -> None:
        self._switch(request, rows, rules.set_outgoing, True, "switched on")

    @admin.action(description="Outgoing: switch off…", permissions=["view"])
    @asked_first(
        "Nothing more is written to Lever. What is due waits and goes once it is on again.", "Switch it off"
    )
    def outgoing_off(self, request: HttpRequest, rows: QuerySet[LeverAccount]) -> None:
        self._switch(request, rows, rules.set_outgoing, False, "switched off")

    @admin.action(description="Allow-list: switch on…", permissions=["view"])
    @asked_first(
        "Only allowed jobs and people go to Lever; everybody else waits.", "Switch the allow-list on"
    )
    def allow_list_on(self, request: HttpRequest, rows: QuerySet[LeverAccount]) -> None:
        self._switch(request, rows, rules.set_allow_list, True, "limited to the allow-list")

    @admin.action(description="Allow-list: switch off…", permissions=["view"])
    @asked_first("Everybody may go to Lever, also those who waited for this.", "Switch the allow-list off")
    def allow_list_off(self, request: HttpRequest, rows: QuerySet[LeverAccount]) -> None:
        self._switch(request, rows, rules.set_allow_list, False, "open to everybody")

    def _switch(
        self, request: HttpRequest, rows: QuerySet[LeverAccount], rule: Any, on: bool, done: str
    ) -> None:
        by = acting(request)
        each(self, request, rows, lambda account: rule(by=by, account=account, on=on), (), done)


@admin.register(LeverConnection)
class LeverConnectionAdmin(ReadOnly):
    list_display = ("__str__", "state", "is_current", "connected_by", "connected_at", "last_ok_at")
    list_select_related = ("account",)
    fields = (
        *("account", "kind", "state", "is_current", "scopes", "expires_at", "broken_why"),
        *("connected_by", "connected_at", "ended_at", "last_ok_at"),
    )
    actions = ("disconnect",)

    @admin.action(description="Disconnect…", permissions=["view"])
    @asked_first(
        "The credential is forgotten and nothing goes to Lever until somebody connects it again. Records, links and "
        "rules stay; what becomes due meanwhile waits.",
        "Disconnect Lever",
    )
    def disconnect(self, request: HttpRequest, rows: QuerySet[LeverConnection]) -> None:
        if not rows.filter(is_current=True).exists():
            self.message_user(request, "That connection has ended already.", messages.WARNING)
        elif ended := disconnect(by=acting(request)):
            self.message_user(request, f"{ended.account} is disconnected.")


class AllowedAdmin(Page):
    """Who may go while the allow-list is on: added and taken away by the rules' own services.

    `whom`: the field that names them, which is the services' parameter too.
    """

    whom: str
    allow: Callable[..., None]
    disallow: Callable[..., None]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit log has it."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """The audit log has it."""

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for row in queryset:
            self.delete_model(request, row)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        self.allow(**self._asked(request, obj))
        named = {"account": obj.account, self.whom: getattr(obj, self.whom)}
        obj.pk = self.model._base_manager.get(**named).pk

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.disallow(**self._asked(request, obj))

    def _asked(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {"by": acting(request), "account": obj.account, self.whom: getattr(obj, self.whom)}


@admin.register(AllowedJob)
class AllowedJobAdmin(AllowedAdmin):
    list_display = ("job", "account")
    list_select_related = ("job", "account")
    autocomplete_fields = ("job",)
    search_fields = ("job__title",)
    whom = "job"
    allow = staticmethod(rules.allow_job)
    disallow = staticmethod(rules.disallow_job)


@admin.register(AllowedPerson)
class AllowedPersonAdmin(AllowedAdmin):
    list_display = ("candidate", "account")
    list_select_related = ("candidate", "account")
    autocomplete_fields = ("candidate",)
    search_fields = ("candidate__search_name",)
    whom = "candidate"
    allow = staticmethod(rules.allow_person)
    disallow = staticmethod(rules.disallow_person)


@admin.register(Pace)
class PaceAdmin(ReadOnly):
    list_display = ("connection", "rate")
    list_select_related = ("connection__account",)


@admin.register(Spent)
class SpentAdmin(ReadOnly):
    list_display = ("began_at", "purpose", "turns", "ended", "calls", "refused", "account")
    list_filter = ("purpose",)
    list_select_related = ("account",)
    ordering = ("-slice", "purpose")

    @admin.display(description="From")
    def began_at(self, row: Spent) -> datetime:
        return datetime.fromtimestamp(row.slice * SLICE, UTC)


@admin.register(PeopleIndex)
class PeopleIndexAdmin(ReadOnly):
    list_display = ("__str__", "crawl_seen", "complete_at", "read_through", "refreshed_at", "deleted_through")
    list_select_related = ("account",)


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnly):
    list_display = ("kind", "state", "began_at", "ended_at", "read", "news", "missed", "deleted", "resumed")
    list_filter = ("kind", "state")
    list_select_related = ("account",)
    ordering = ("-began_at",)


class KnownKeyInline(Lines):
    model = KnownKey
    fields = ("kind", "value")


@admin.register(KnownOpportunity)
class KnownOpportunityAdmin(ReadOnly):
    list_display = ("__str__", "contact_id", "stage_id", "changed_at", "deleted_at")
    search_fields = ("=lever_id", "=contact_id", "^search_name")
    exclude = ("payload",)
    list_select_related = ("account",)
    ordering = ("-id",)
    inlines = (KnownKeyInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("payload")


class CatalogueAdmin(ReadOnly):
    search_fields = ("text", "=lever_id")
    list_select_related = ("account",)


@admin.register(Posting)
class PostingAdmin(CatalogueAdmin):
    list_display = ("text", "state", "team", "location", "gone_at")
    list_filter = ("state",)


@admin.register(Stage)
class StageAdmin(CatalogueAdmin):
    list_display = ("text", "pipeline", "order", "gone_at")


@admin.register(ArchiveReason)
class ArchiveReasonAdmin(CatalogueAdmin):
    list_display = ("text", "kind", "is_active", "gone_at")


@admin.register(FormTemplate)
class FormTemplateAdmin(CatalogueAdmin):
    list_display = ("text", "fields_changed_at", "gone_at")


@admin.register(LeverUser)
class LeverUserAdmin(ReadOnly):
    list_display = ("text", "email", "access_role", "deactivated_at", "gone_at")
    search_fields = ("text", "email", "=lever_id")
    list_select_related = ("account",)


@admin.register(UserAlias)
class UserAliasAdmin(ReadOnly):
    list_display = ("email", "lever_user_id", "account")
    list_select_related = ("account",)
    search_fields = ("^email",)
