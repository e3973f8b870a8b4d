"""Outreach events, to be read."""

# Django's own classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from django.contrib import admin

from pinlever.audit.admin_pages import History
from pinlever.outreach.models import OutreachEvent


@admin.register(OutreachEvent)
class OutreachEventAdmin(History):
    list_display = ("prospect", "kind", "channel", "occurred_at", "arrived_at", "source", "is_quiet")
    list_filter = ("kind", "channel", "is_quiet")
    list_select_related = ("prospect__candidate", "prospect__job")
    search_fields = ("prospect__candidate__search_name", "=external_id")
    ordering = ("-id",)
