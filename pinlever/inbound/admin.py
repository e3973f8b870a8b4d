"""The super admins' view of what comes from Lever. Tokens and keys are in no form; deliveries can be replayed."""

# Django's own classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from pinlever.audit.admin_pages import History, acting, each
from pinlever.inbound.drifting import put_aside
from pinlever.inbound.models import Address, Drift, StatusPass, StatusRule, Subscription, WebhookDelivery
from pinlever.inbound.replaying import NotPossible, replay

SHOWN = 4  # characters of a key that is only to be told from others


@admin.register(Address)
class AddressAdmin(History):
    list_display = ("account", "masked_key", "made_at", "kept_at", "trouble")
    list_select_related = ("account",)
    fields = ("account", "masked_key", "made_at", "kept_at", "due_at", "trouble")

    @admin.display(description="Key")
    def masked_key(self, row: Address) -> str:
        return f"{str(row.key)[:SHOWN]}…"


@admin.register(Subscription)
class SubscriptionAdmin(History):
    list_display = ("event", "account", "made_at", "delivered_at", "leaving_at", "ended_at")
    list_filter = ("event",)
    list_select_related = ("account",)
    fields = (
        *("event", "account", "webhook_id", "made_at"),
        *("delivered_at", "leaving_at", "ended_at"),
    )
    ordering = ("-id",)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(History):
    list_display = ("event", "state", "received_at", "triggered_at", "tries", "told")
    list_filter = ("state", "event")
    search_fields = ("=opportunity_id", "=contact_id", "=token")
    search_help_text = "Lever's id of the opportunity or the contact, or the delivery's token."
    list_select_related = ("account",)
    fields = (
        *("event", "account", "state", "told", "tries", "received_at", "triggered_at", "due_at", "done_at"),
        *("opportunity_id", "contact_id", "token", "body"),
    )
    ordering = ("-id",)
    actions = ("replay",)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        match = request.resolver_match
        return rows.defer("body") if match and match.url_name and "changelist" in match.url_name else rows

    @admin.action(description="Replay", permissions=["view"])
    def replay(self, request: HttpRequest, rows: QuerySet[WebhookDelivery]) -> None:
        """Lever is asked again how things stand; harmless however often it is done."""
        by = acting(request)
        each(self, request, rows, lambda row: replay(by=by, delivery=row), (NotPossible,), "will be replayed")


@admin.register(StatusRule)
class StatusRuleAdmin(History):
    """Changed on the page Status rules, where everybody concerned is looked at again."""

    list_display = ("of", "lever_id", "effect", "account")
    list_filter = ("of", "effect")
    list_select_related = ("account",)


@admin.register(StatusPass)
class StatusPassAdmin(History):
    list_display = ("account", "asked_at", "reached", "finished_at")
    list_select_related = ("account",)


@admin.register(Drift)
class DriftAdmin(History):
    list_display = ("kind", "before", "after", "noticed_at", "over_at", "put_aside_at", "put_aside_by")
    list_filter = ("kind",)
    list_select_related = ("account",)
    ordering = ("-id",)
    actions = ("put_aside",)

    @admin.action(description="Put aside", permissions=["view"])
    def put_aside(self, request: HttpRequest, rows: QuerySet[Drift]) -> None:
        """It is no more shown until it changes once more."""
        by = acting(request)
        each(self, request, rows, lambda row: put_aside(by=by, drift=row), (), "put aside")
