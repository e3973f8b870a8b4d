"""Settings → Alerts: who hears what by email, from when on, and whether mail arrives at all. Super admins only."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinlever.connection.accounts import home_account
from pinlever.connection.owning import NoOwner, hearers, set_alerts
from pinlever.notices import alert_mailing
from pinlever.notices.alert_rules import InvalidAlertRule
from pinlever.notices.mail_server import goes_to_terminal
from pinlever.notices.models import AlertMail, AlertRules
from pinlever.web.access import actor, person, super_admin
from pinlever.web.alert_forms import AlertRulesForm
from pinlever.web.dialogs import is_fetched

LATEST = 20
State = AlertMail.State
COLOURS = {State.WAITING: "azure", State.SENT: "green", State.GIVEN_UP: "red", State.NOT_NEEDED: "secondary"}


@super_admin
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """The rules, who hears now, and the latest mails."""
    account, kept = home_account(), AlertRules.kept()
    form = AlertRulesForm.of(kept, account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            owner = form.cleaned_data.get("owner")
            changed = set_alerts(by=actor(request), account=account, owner=owner, asked=form.asked())
            messages.success(request, "Saved." if changed else "Nothing was different.")
            return redirect("alert-settings")
        except (InvalidAlertRule, NoOwner) as refusal:
            form.add_error(None, str(refusal))
    mails = AlertMail.objects.select_related("alert", "to").order_by("-pk")[:LATEST]
    context: dict[str, Any] = {
        "form": form,
        "hearers": hearers(account, kept),
        "owner": account.owner_id if account else None,
        "mails": [(mail, COLOURS[State(mail.state)], told_of(mail)) for mail in mails],
        "trouble": alert_mailing.trouble(),
        "to_terminal": goes_to_terminal(),
    }
    return render(request, "alerts/settings.html", context)


@super_admin
@require_POST
def test(request: HttpRequest) -> HttpResponse:
    """A mail to whoever asks for it; its outcome shows in place as soon as it is known."""
    mail = alert_mailing.send_test(by=actor(request), to=person(request))
    return _outcome(request, mail) if is_fetched(request) else redirect("alert-settings")


@super_admin
@require_safe
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """How a test went, polled until it is known."""
    return _outcome(request, get_object_or_404(AlertMail, pk=pk, change=AlertMail.Change.TEST))


def told_of(mail: AlertMail) -> str:
    """What became of it, in a sentence."""
    if mail.state == State.SENT:
        return "It went to the terminal." if goes_to_terminal() else "The mail server took it."
    if mail.state == State.WAITING and not mail.tries:
        return "It is on its way."
    return mail.error


def _outcome(request: HttpRequest, mail: AlertMail) -> HttpResponse:
    context = {"mail": mail, "told": told_of(mail), "moving": mail.state == State.WAITING}
    return render(request, "alerts/_test.html", context)


urlpatterns = [
    path("settings/alerts/", rules, name="alert-settings"),
    path("settings/alerts/test/", test, name="alert-test"),
    path("settings/alerts/mails/<int:pk>/", outcome, name="alert-mail"),
]
