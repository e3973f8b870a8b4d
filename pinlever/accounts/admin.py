"""People who sign in, who is invited, and what they sign in with. Far-reaching changes go through services."""

# Django's own classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import ModelForm, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from pinlever.accounts import services
from pinlever.accounts.invitations import revoke
from pinlever.accounts.models import Invitation, User
from pinlever.accounts.services import PeopleRefused, password_changed, refuse_if_last, save_user
from pinlever.audit.admin_pages import History, Page, acting, asked_first, each, withdrawn

# Addresses are ours to keep, nobody signs in by way of others, and roles are two: these tables stay empty.
withdrawn(
    EmailAddress, EmailConfirmation, SocialAccount, SocialApp, SocialToken, Group, Authenticator, UserSession
)


class AddUserForm(UserCreationForm):
    class Meta:
        model = User
        fields = ("email",)


class ChangeUserForm(UserChangeForm):
    class Meta(UserChangeForm.Meta):
        labels = {"is_superuser": "Super admin", "is_active": "May sign in"}
        help_texts = {
            "is_superuser": "Manages people and the connection to Lever, and sees everything stored.",
            "is_active": "Switched off, they are signed out everywhere at once; what they did stays.",
        }

    def clean(self) -> dict[str, Any]:
        """Says beside the form what the service would refuse."""
        given = super().clean() or {}
        stays = given.get("is_active") and given.get("is_superuser")
        try:
            if self.instance.pk and not stays:
                refuse_if_last(User.objects.get(pk=self.instance.pk))
        except PeopleRefused as refusal:
            raise ValidationError(str(refusal)) from None
        return given


@admin.register(User)
class UserAdmin(DjangoUserAdmin, Page):
    form = ChangeUserForm
    add_form = AddUserForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "first_name", "last_name", "is_super_admin", "is_active", "last_login")
    list_filter = ("is_superuser", "is_active")
    search_fields = ("email", "first_name", "last_name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    actions = ("reset_second_factor", "sign_out_everywhere")
    fieldsets = (
        (None, {"fields": ("email", "password", "first_name", "last_name", "time_zone")}),
        ("Rights", {"fields": ("is_active", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "password1", "password2")}),)

    def view_on_site(self, obj: User) -> str:
        return reverse("person", args=[obj.pk])

    @admin.display(description="Super admin", boolean=True, ordering="is_superuser")
    def is_super_admin(self, user: User) -> bool:
        return user.is_superuser

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        save_user(by=acting(request), user=obj)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        answer: Any = super().user_change_password(request, id, form_url)
        if request.method == "POST" and isinstance(answer, HttpResponseRedirect):
            password_changed(by=acting(request), user=User.objects.get(pk=id))
        return answer  # type: ignore[no-any-return]

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # what they did stays theirs: people who leave are made inactive

    @admin.action(description="Take the second factor away…")
    @asked_first(
        "Their password alone lets them in once more, and they are signed out everywhere.", "Take it away"
    )
    def reset_second_factor(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        for user in rows:
            if services.reset_second_factor(by=acting(request), user=user):
                self.message_user(request, f"{user} signs in with the password alone now.")
            else:
                self.message_user(request, f"{user} has no second factor.", messages.WARNING)

    @admin.action(description="Sign out everywhere…")
    @asked_first("Every session of theirs ends, on every device. They can sign in again.", "Sign them out")
    def sign_out_everywhere(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        def sign_out(user: User) -> None:
            services.sign_out_everywhere(by=acting(request), user=user)

        each(self, request, rows, sign_out, (), "signed out everywhere")


@admin.register(Invitation)
class InvitationAdmin(History):
    list_display = (
        "email",
        "is_super_admin",
        "invited_by",
        "invited_at",
        "expires_at",
        "accepted_at",
        "revoked_at",
    )
    list_filter = ("is_super_admin", ("accepted_at", admin.EmptyFieldListFilter))
    search_fields = ("email", "first_name", "last_name")
    ordering = ("-id",)
    actions = ("revoke",)

    @admin.action(description="Revoke…", permissions=["view"])
    @asked_first("Their links stop working.", "Revoke the invitations")
    def revoke(self, request: HttpRequest, rows: QuerySet[Invitation]) -> None:
        def take_back(invitation: Invitation) -> None:
            revoke(by=acting(request), invitation=invitation)

        each(self, request, rows, take_back, (PeopleRefused,), "revoked")


@admin.register(Authenticator)
class AuthenticatorAdmin(History):
    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    fields = ("user", "type", "created_at", "last_used_at")  # the secret is shown to nobody


@admin.register(UserSession)
class UserSessionAdmin(History):
    list_display = ("user", "created_at", "last_seen_at", "ip", "user_agent")
    list_select_related = ("user",)
    search_fields = ("user__email", "ip")
    fields = ("user", "created_at", "last_seen_at", "ip", "user_agent")
    ordering = ("-id",)
