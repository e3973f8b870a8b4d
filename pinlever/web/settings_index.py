"""Settings: what there is to set, and everybody's own account."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from pinlever.accounts.services import save_user
from pinlever.connection.accounts import current_connection
from pinlever.web.access import actor, person, recruiter
from pinlever.web.people_forms import AccountForm


@recruiter
def index(request: HttpRequest) -> HttpResponse:
    """A card for each thing to set."""
    return render(request, "settings/index.html", {"lever": current_connection()})


@recruiter
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Name and time zone; the ways to password, second factor and sessions; signing out."""
    user = person(request)
    form = AccountForm.of(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(user, name, value)
        save_user(by=actor(request), user=user)
        messages.success(request, "Saved.")
        return redirect("account")
    found = {
        "form": form,
        "has_second_factor": Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists(),
        "sessions": UserSession.objects.filter(user=user).count(),
    }
    return render(request, "settings/account.html", found)


@recruiter
def own_address(request: HttpRequest) -> HttpResponse:
    """In place of allauth's page for changing one's address: it is what ties a person to Pin and Lever."""
    messages.info(request, "Email addresses are changed by super admins, in the administration.")
    return redirect("account")


urlpatterns = [
    path("settings/", index, name="settings"),
    path("settings/account/", account, name="account"),
]
