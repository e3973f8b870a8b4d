"""Who works here: the list, one person's role and access, and invitations. Super admins only."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from pinlever.accounts import invitations, services
from pinlever.accounts.invitations import Sent
from pinlever.accounts.models import Invitation, User
from pinlever.accounts.services import PeopleRefused
from pinlever.audit.services import Actor
from pinlever.web.access import actor, super_admin
from pinlever.web.listing import page_of
from pinlever.web.people_forms import InviteForm


@super_admin
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, newest first, and who is invited."""
    return _list(request, None)


@super_admin
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Asks for an address and a role; shows the link once."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _list(request, invitations.invite(by=actor(request), **form.asked()))
        except PeopleRefused as refusal:
            form.add_error("email", str(refusal))
    return render(request, "settings/invite.html", {"form": form})


@super_admin
@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link in place of the old one, shown once."""
    try:
        return _list(
            request, invitations.renew(by=actor(request), invitation=get_object_or_404(Invitation, pk=pk))
        )
    except PeopleRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("people")


@super_admin
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The link stops working."""
    invitation = get_object_or_404(Invitation, pk=pk)
    try:
        invitations.revoke(by=actor(request), invitation=invitation)
        messages.success(request, f"The invitation of {invitation} no longer works.")
    except PeopleRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("people")


@super_admin
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: role, access, second factor, sessions."""
    user = get_object_or_404(_people(), pk=pk)
    return render(request, "settings/person.html", {"shown": user, "is_me": user.pk == request.user.pk})


@super_admin
@require_POST
def password_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A link to another password, to hand on to them; shown once."""
    user = get_object_or_404(_people(), pk=pk)
    try:
        link = services.another_password(by=actor(request), user=user)
    except PeopleRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("person", pk=pk)
    return render(request, "settings/person.html", {"shown": user, "link": link})


def _change(change: Callable[[Actor, User], str]) -> Callable[[HttpRequest, int], HttpResponse]:
    """A view that changes one person and comes back with the sentence `change` answers."""

    @super_admin
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        user = get_object_or_404(User, pk=pk)
        try:
            messages.success(request, change(actor(request), user))
        except PeopleRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("person", pk=pk)

    return view


def _promote(by: Actor, user: User) -> str:
    services.set_role(by=by, user=user, is_super_admin=True)
    return f"{user} is a super admin now."


def _demote(by: Actor, user: User) -> str:
    services.set_role(by=by, user=user, is_super_admin=False)
    return f"{user} is a recruiter now."


def _deactivate(by: Actor, user: User) -> str:
    services.deactivate(by=by, user=user)
    return f"{user} is signed out everywhere and can no longer sign in. What they did stays."


def _reactivate(by: Actor, user: User) -> str:
    services.reactivate(by=by, user=user)
    return f"{user} can sign in again, with the password they had."


def _sign_out(by: Actor, user: User) -> str:
    services.sign_out_everywhere(by=by, user=user)
    return f"{user} is signed out everywhere."


def _reset_second_factor(by: Actor, user: User) -> str:
    if not services.reset_second_factor(by=by, user=user):
        return f"{user} has no second factor."
    return f"{user} signs in with the password alone now, and is signed out everywhere."


def _list(request: HttpRequest, sent: Sent | None) -> HttpResponse:
    open_ones = Invitation.objects.filter(accepted_at=None, revoked_at=None).order_by("-pk")
    found = {"page": page_of(request, _people()), "invitations": open_ones[:200], "sent": sent}
    return render(request, "settings/people.html", found)


def _people() -> QuerySet[User]:
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    return User.objects.annotate(has_second_factor=Exists(factor))


urlpatterns = [
    path("settings/people/", people, name="people"),
    path("settings/people/invite/", invite, name="invite"),
    path("settings/people/invitations/<int:pk>/renew/", renew, name="invitation-renew"),
    path("settings/people/invitations/<int:pk>/revoke/", revoke, name="invitation-revoke"),
    path("settings/people/<int:pk>/", one, name="person"),
    path("settings/people/<int:pk>/password/", password_link, name="person-password-link"),
    path("settings/people/<int:pk>/promote/", _change(_promote), name="person-promote"),
    path("settings/people/<int:pk>/demote/", _change(_demote), name="person-demote"),
    path("settings/people/<int:pk>/deactivate/", _change(_deactivate), name="person-deactivate"),
    path("settings/people/<int:pk>/reactivate/", _change(_reactivate), name="person-reactivate"),
    path("settings/people/<int:pk>/sign-out/", _change(_sign_out), name="person-sign-out"),
    path(
        "settings/people/<int:pk>/second-factor/", _change(_reset_second_factor), name="person-second-factor"
    ),
]
