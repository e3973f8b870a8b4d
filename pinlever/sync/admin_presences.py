"""Who of our people is in Lever, as it was worked out; to be read."""

# Django's own classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from django.contrib import admin

from pinlever.audit.admin_pages import History
from pinlever.sync.models import Presence, PresenceBook


@admin.register(Presence)
class PresenceAdmin(History):
    """Worked out from keys, records and the index; not written by hand."""

    list_display = ("candidate", "contact_id", "is_active", "is_archived", "is_hired")
    list_filter = ("is_active", "is_archived", "is_hired")
    list_select_related = ("candidate",)
    search_fields = ("=contact_id", "candidate__search_name")
    ordering = ("-id",)


@admin.register(PresenceBook)
class PresenceBookAdmin(History):
    list_display = ("account", "known_at", "records_at", "keys_id", "begun_at")
    list_select_related = ("account",)
