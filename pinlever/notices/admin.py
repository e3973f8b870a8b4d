"""The super admins' view of what is told to other systems. It is set up in Settings; secrets are in no form."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from pinlever.audit.admin_pages import History, acting, asked_first, each
from pinlever.notices.models import Alert, AlertMail, AlertRules, Announcement, Delivery, Endpoint
from pinlever.notices.repeating import NotNow, send_again

SECRETS = ("secret", "former_secret")


@admin.register(Endpoint)
class EndpointAdmin(History):
    list_display = ("name", "url", "is_on", "failing_since", "tried_at", "made_by", "made_at")
    search_fields = ("name", "url")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Endpoint]":
        return super().get_queryset(request).defer(*SECRETS)  # type: ignore[no-any-return]


@admin.register(Announcement)
class AnnouncementAdmin(History):
    list_display = ("kind", "happened_at", "key")
    list_filter = ("kind",)
    fields = ("key", "kind", "happened_at", "data")
    ordering = ("-id",)


@admin.register(Delivery)
class DeliveryAdmin(History):
    list_display = ("kind", "endpoint", "state", "tries", "status", "tried_at", "due_at")
    list_filter = ("state", "announcement__kind", "endpoint")
    ordering = ("-id",)
    actions = ("send_again",)

    @admin.display(description="Kind")
    def kind(self, delivery: Delivery) -> str:
        return delivery.announcement.kind

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Delivery]":
        rows = super().get_queryset(request).select_related("announcement", "endpoint")
        return rows.defer(*(f"endpoint__{name}" for name in SECRETS))  # type: ignore[no-any-return]

    @admin.action(description="Send again…", permissions=["view"])
    @asked_first("They are sent once more under the same key, also those that were taken.", "Send them again")
    def send_again(self, request: HttpRequest, rows: "QuerySet[Delivery]") -> None:
        by = acting(request)
        each(
            self,
            request,
            rows,
            lambda delivery: send_again(by=by, delivery=delivery),
            (NotNow,),
            "sent again",
        )


@admin.register(Alert)
class AlertAdmin(History):
    list_display = ("title", "kind", "since", "opened_at", "over_at", "round", "returns")
    list_filter = ("kind", ("over_at", admin.EmptyFieldListFilter))
    exclude = ("put_aside_by",)
    ordering = ("-id",)


@admin.register(AlertMail)
class AlertMailAdmin(History):
    list_display = ("change", "alert", "to", "state", "tries", "sent_at", "error")
    list_filter = ("state", "change")
    list_select_related = ("alert", "to")
    ordering = ("-id",)


@admin.register(AlertRules)
class AlertRulesAdmin(History):
    """They are set in Settings."""

    list_display = ("__str__", "failures", "share", "quiet_minutes", "paused_hours")
