"""Who was said to be somebody else in Lever; to be read. It is taken back under Duplicates, Decided."""

# Django's own classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from django.contrib import admin

from pinlever.audit.admin_pages import History
from pinlever.sync.models import NotTheSame


@admin.register(NotTheSame)
class NotTheSameAdmin(History):
    """What leaves keys out of matching, claims and what is sent."""

    list_display = ("candidate", "name", "contact_id", "said_by", "said_at", "reversed_by", "reversed_at")
    list_filter = (("reversed_at", admin.EmptyFieldListFilter),)
    list_select_related = ("candidate",)
    search_fields = ("=contact_id", "candidate__search_name")
    ordering = ("-id",)
