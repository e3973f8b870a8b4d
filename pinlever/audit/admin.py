"""The audit log, to be read."""

# Django's own classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from pinlever.audit.admin_pages import History
from pinlever.audit.models import AuditEntry


class WhoFilter(admin.SimpleListFilter):
    """The kinds are known: reading them from a million rows would take seconds."""

    title = "by whom"
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("person", "People"), ("pin", "Pin"), ("lever", "Lever"), ("system", "PinLever itself")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(by_kind=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(History):
    list_display = ("at", "by_label", "action", "subject_label", "subject_type")
    list_filter = (WhoFilter, "at")
    search_fields = ("=subject_id", "^action", "^by_label", "^subject_label")
    search_help_text = "The beginning of who, what or about whom; or the id of what it is about."
    ordering = ("-id",)
