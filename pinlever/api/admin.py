"""API tokens, for super admins: made (the token is shown once), revoked, never edited or deleted."""

# Django's own classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.admin import ModelAdmin

from pinlever.accounts.models import User
from pinlever.api.models import ApiToken
from pinlever.api.tokens import IN_USE, make_token, name_in_use, revoke_token
from pinlever.audit.services import Actor
from pinlever.recruiting.cleaning import clean_text

SHOWN_ONCE = "The token of {name}. Copy it now, it is not shown again: <code>{text}</code>"


class NewToken(ModelForm):
    class Meta:
        model = ApiToken
        fields = ("name", "source")

    def clean_name(self) -> str:
        name = clean_text(self.cleaned_data["name"], 100)
        if name_in_use(name):
            raise ValidationError(IN_USE.format(name=name))
        return name


@admin.register(ApiToken)
class ApiTokenAdmin(ModelAdmin):
    list_display = ("name", "source", "begins", "made_by", "made_at", "last_used_at", "revoked_at")
    list_filter = ("source",)
    search_fields = ("name", "source", "prefix")
    fields = ("name", "source", "begins", "made_by", "made_at", "last_used_at", "revoked_at", "revoked_by")
    actions = ("revoke",)
    form = NewToken

    @admin.display(description="Begins with")
    def begins(self, token: ApiToken) -> str:
        return f"{token.prefix}…"

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> Any:
        return self.fields if obj else ("name", "source")

    def get_readonly_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> Any:
        return self.fields if obj else ()

    def save_model(self, request: HttpRequest, obj: ApiToken, form: ModelForm, change: bool) -> None:
        if change:
            return
        made = make_token(by=_actor(request), name=obj.name, source=obj.source)
        obj.pk = made.row.pk
        obj.refresh_from_db()
        messages.warning(request, format_html(SHOWN_ONCE, name=made.row.name, text=made.text))

    @admin.action(description="Revoke the selected tokens", permissions=["add"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        revoked = sum(revoke_token(by=_actor(request), token=token) for token in queryset)
        left = f" {queryset.count() - revoked} had been revoked before." if revoked < queryset.count() else ""
        messages.success(request, f"{revoked} revoked; calls with them are refused from now on.{left}")

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit log has it."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_super_admin(request)

    def has_view_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return _is_super_admin(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_super_admin(request)

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False


def _is_super_admin(request: HttpRequest) -> bool:
    return bool(isinstance(request.user, User) and request.user.is_active and request.user.is_superuser)


def _actor(request: HttpRequest) -> Actor:
    assert isinstance(request.user, User)
    return Actor.person(request.user)
