"""Where an invitation's link leads: choose a password, and be signed in. The one page signed-out people may change
something on; whoever has the link may, once."""

from allauth.account.utils import perform_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pinlever.accounts.invitations import accept, invitation_of
from pinlever.accounts.models import Invitation, User
from pinlever.accounts.services import PeopleRefused
from pinlever.web.people_forms import JoinForm


@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The form while the link works, else a sentence that says what to do."""
    invitation = invitation_of(token)
    if request.user.is_authenticated:
        return render(request, "accounts/joined_already.html", status=409)
    if invitation is None:
        return render(request, "accounts/link_used_up.html", status=410)
    form = JoinForm(request.POST or None, initial=_known(invitation))
    if request.method == "POST" and form.is_valid():
        user = _accept(form, token)
        if user is not None:
            signed_in: HttpResponse = perform_login(request, user)
            return signed_in
    return render(request, "accounts/join.html", {"form": form, "invitation": invitation})


def _accept(form: JoinForm, token: str) -> User | None:
    given = form.cleaned_data
    try:
        return accept(
            token=token,
            password=given["password"],
            first_name=given["first_name"],
            last_name=given["last_name"],
        )
    except ValidationError as weak:
        form.add_error("password", weak)
    except PeopleRefused as refusal:
        form.add_error(None, str(refusal))
    return None


def _known(invitation: Invitation) -> dict[str, str]:
    return {"first_name": invitation.first_name, "last_name": invitation.last_name}


urlpatterns = [path("invitations/<str:token>/", join, name="invitation")]
