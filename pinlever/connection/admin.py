"""The super admins' view of the connection. Read only: changes go through services, which audit them."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from pinlever.connection.models import (
    ArchiveReason,
    KnownOpportunity,
    LeverAccount,
    LeverConnection,
    LeverUser,
    Pace,
    PeopleIndex,
    Posting,
    Stage,
    UserAlias,
)


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows rows. Fields that are not editable, the credentials among them, are not shown."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


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


@admin.register(LeverConnection)
class LeverConnectionAdmin(ReadOnly):
    list_display = ("__str__", "state", "is_current", "connected_by", "connected_at", "last_ok_at")
    list_select_related = ("account",)
    fields = (
        *("account", "kind", "state", "is_current", "scopes", "expires_at", "broken_why"),
        *("connected_by", "connected_at", "ended_at", "last_ok_at"),
    )


@admin.register(Pace)
class PaceAdmin(ReadOnly):
    list_display = ("connection", "rate")
    list_select_related = ("connection__account",)


@admin.register(PeopleIndex)
class PeopleIndexAdmin(ReadOnly):
    list_display = ("__str__", "crawl_seen", "complete_at", "read_through", "refreshed_at", "deleted_through")
    list_select_related = ("account",)


@admin.register(KnownOpportunity)
class KnownOpportunityAdmin(ReadOnly):
    list_display = ("__str__", "contact_id", "stage_id", "changed_at", "deleted_at")
    search_fields = ("=lever_id", "=contact_id", "search_name")
    exclude = ("payload",)

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
    list_display = ("text", "order", "gone_at")


@admin.register(ArchiveReason)
class ArchiveReasonAdmin(CatalogueAdmin):
    list_display = ("text", "kind", "is_active", "gone_at")


@admin.register(LeverUser)
class LeverUserAdmin(ReadOnly):
    list_display = ("text", "email", "access_role", "deactivated_at", "gone_at")
    search_fields = ("text", "email", "=lever_id")
    list_select_related = ("account",)


@admin.register(UserAlias)
class UserAliasAdmin(ReadOnly):
    list_display = ("email", "lever_user_id")
