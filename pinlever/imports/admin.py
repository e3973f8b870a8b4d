"""Imports and their rows, to be read. How candidates come in by the administration: admin_people.py."""

# Django's own classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from pinlever.audit.admin_pages import History
from pinlever.imports import admin_people  # noqa: F401  registers candidates with their import
from pinlever.imports.models import Import, ImportRow, Upload


@admin.register(Import)
class ImportAdmin(History):
    list_display = ("file_name", "job", "source", "state", "by_label", "created_at", "finished_at")
    list_filter = ("state", "source")
    list_select_related = ("job",)
    search_fields = ("file_name", "job__title", "=sha256")
    ordering = ("-id",)

    def view_on_site(self, obj: Import) -> str:
        return reverse("import", args=[obj.pk])


@admin.register(ImportRow)
class ImportRowAdmin(History):
    list_display = ("of_import", "number", "state", "candidate", "note")
    list_filter = ("state",)
    list_select_related = ("of_import__job", "candidate")
    search_fields = ("=of_import__id", "=number", "candidate__search_name")
    ordering = ("-id",)


@admin.register(Upload)
class UploadAdmin(History):
    list_display = ("file_name", "job", "user", "size", "uploaded_at", "became")
    list_select_related = ("job", "user", "became__job")
    fields = ("file_name", "job", "user", "size", "source", "uploaded_at", "checked_at", "became")
    search_fields = ("file_name", "job__title", "user__email")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("content", "report")
