"""Outreach events and holds, to be read; what events do to outreach is set in Settings."""

# Django's own classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from django.contrib import admin

from pinlever.audit.admin_pages import History
from pinlever.outreach.models import EventRule, Hold, OutreachEvent


@admin.register(OutreachEvent)
class OutreachEventAdmin(History):
    list_display = ("prospect", "kind", "channel", "occurred_at", "arrived_at", "source", "is_quiet")
    list_filter = ("kind", "channel", "is_quiet")
    list_select_related = ("prospect__candidate", "prospect__job")
    search_fields = ("prospect__candidate__search_name", "=external_id")
    ordering = ("-id",)


@admin.register(Hold)
class HoldAdmin(History):
    list_display = ("candidate", "kind", "cause", "reason", "held_at", "released_at", "released_by")
    list_filter = ("kind", "cause", ("released_at", admin.EmptyFieldListFilter))
    list_select_related = ("candidate",)
    search_fields = ("candidate__search_name", "=basis")
    ordering = ("-id",)


@admin.register(EventRule)
class EventRuleAdmin(History):
    list_display = ("kind", "effect")
