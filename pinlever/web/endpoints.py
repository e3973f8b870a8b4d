"""Settings → Webhooks out: which systems are told what, how that goes, and trying it. Super admins only."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinlever.foundation.remedies import Cause
from pinlever.notices import endpoints as services, repeating
from pinlever.notices.body import told
from pinlever.notices.cures import BY_CODE
from pinlever.notices.endpoints import InvalidEndpoint, Made
from pinlever.notices.failing import given_up
from pinlever.notices.models import Delivery, Endpoint
from pinlever.notices.repeating import NotNow
from pinlever.web.access import actor, super_admin
from pinlever.web.dialogs import dialog, is_fetched
from pinlever.web.endpoint_forms import EndpointForm
from pinlever.web.endpoint_standing import of_delivery, of_endpoint
from pinlever.web.listing import page_of

State = Delivery.State
SHOWN = {"": "All", State.WAITING.value: "Waiting", State.GIVEN_UP.value: "Given up"}


@super_admin
@require_safe
def endpoints(request: HttpRequest) -> HttpResponse:
    """Everybody who is told something, and how that goes."""
    waits = Delivery.objects.filter(state=State.WAITING).values_list("endpoint")
    waiting: dict[int, int] = dict(waits.annotate(Count("pk")))
    found = [(row, of_endpoint(row, waiting.get(row.pk, 0))) for row in _endpoints().order_by("pk")]
    return render(request, "endpoints/endpoints.html", {"rows": found, "kinds": len(services.CHOICES)})


@never_cache
@super_admin
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Asks for name, address and kinds; shows the secret once."""
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _secret(request, services.add(by=actor(request), **form.cleaned_data))
        except InvalidEndpoint as refusal:
            form.add_error(refusal.field, str(refusal))
    return render(request, "endpoints/form.html", {"form": form})


@super_admin
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One endpoint: how it stands, its log, what can be done about it."""
    endpoint = _endpoint(pk)
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    cause = BY_CODE.get(request.GET.get("cause", "")) if show == State.GIVEN_UP else None
    page = page_of(request, _log(endpoint, show, cause))
    waiting = Delivery.objects.filter(endpoint=endpoint, state=State.WAITING).count()
    context = {
        "endpoint": endpoint,
        "it": of_endpoint(endpoint, waiting),
        "page": page,
        "rows": [(row, of_delivery(row)) for row in page.rows],
        "shows": SHOWN.items(),
        "show": show,
        "cause": cause,
        "live": any(_is_moving(row) for row in page.rows),
        "given_up": given_up(endpoint).count(),
    }
    return render(request, "endpoints/endpoint.html", context)


@super_admin
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, address and kinds; what waits goes to the new address."""
    endpoint = _endpoint(pk)
    form = EndpointForm.of(endpoint, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change(by=actor(request), endpoint=endpoint, **form.cleaned_data)
            messages.success(request, "Saved." if changed else "Nothing was different.")
            return redirect("endpoint", pk=pk)
        except InvalidEndpoint as refusal:
            form.add_error(refusal.field, str(refusal))
    return render(request, "endpoints/form.html", {"form": form, "endpoint": endpoint})


@super_admin
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """On or off."""
    endpoint, on = _endpoint(pk), request.POST.get("on") == "yes"
    services.switch(by=actor(request), endpoint=endpoint, on=on)
    said = "is told again, beginning with what waits" if on else "is told nothing any more; what waits stays"
    messages.success(request, f"{endpoint} {said}.")
    return redirect("endpoint", pk=pk)


@never_cache
@super_admin
@require_http_methods(["GET", "POST"])
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Another secret, shown once; the former one signs too for a day."""
    endpoint = _endpoint(pk)
    if request.method == "POST":
        return _secret(request, services.renew_secret(by=actor(request), endpoint=endpoint), renewed=True)
    return dialog(request, "endpoints/secret_dialog.html", {"endpoint": endpoint})


@super_admin
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """With its log."""
    endpoint = _endpoint(pk)
    if request.method == "POST":
        services.remove(by=actor(request), endpoint=endpoint)
        messages.success(request, f"{endpoint} is removed, with its log. It is told nothing any more.")
        return redirect("endpoints")
    waiting = Delivery.objects.filter(endpoint=endpoint, state=State.WAITING).count()
    return dialog(request, "endpoints/remove_dialog.html", {"endpoint": endpoint, "waiting": waiting})


@super_admin
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends a test; its outcome shows in place as soon as it is known."""
    try:
        delivery = repeating.send_test(by=actor(request), endpoint=_endpoint(pk))
    except NotNow as refusal:
        if is_fetched(request):
            return render(request, "endpoints/_outcome.html", {"refusal": str(refusal)})
        messages.error(request, str(refusal))
        return redirect("endpoint", pk=pk)
    if is_fetched(request):
        return _outcome(request, delivery)
    return redirect("endpoint-delivery", pk=delivery.pk)


@super_admin
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends everything again that was given up."""

    def ask() -> str:
        count = repeating.send_given_up(by=actor(request), endpoint=_endpoint(pk))
        return f"{count:,} sent again." if count else "Nothing had been given up."

    return _asked(request, ask, reverse("endpoint", args=[pk]))


@super_admin
@require_safe
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery: what was sent and what came of it; `outcome`: only how it went, polled until it is known."""
    found = _delivery(pk)
    if is_fetched(request) and request.GET.get("outcome"):
        return _outcome(request, found)
    body = json.dumps(told(found.announcement), indent=2, ensure_ascii=False)
    context = {"delivery": found, "it": of_delivery(found), "moving": _is_moving(found), "body": body}
    return render(request, "endpoints/delivery.html", context)


@super_admin
@require_POST
def delivery_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends this one again."""

    def ask() -> str:
        repeating.send_again(by=actor(request), delivery=_delivery(pk))
        return "It is sent again, under the same key."

    return _asked(request, ask, reverse("endpoint-delivery", args=[pk]))


def _log(endpoint: Endpoint, show: str, cause: Cause | None) -> QuerySet[Delivery]:
    """What was sent, in one state, or given up for one cause."""
    rows = given_up(endpoint, cause.code) if cause else Delivery.objects.filter(endpoint=endpoint)
    rows = rows.filter(state=show) if show else rows
    without = ("announcement__data", "endpoint__secret", "endpoint__former_secret")
    return rows.select_related("announcement", "endpoint").defer(*without)


def _asked(request: HttpRequest, ask: Callable[[], str], back: str) -> HttpResponse:
    try:
        messages.success(request, ask())
    except NotNow as refusal:
        messages.error(request, str(refusal))
    return redirect(back)


def _secret(request: HttpRequest, made: Made, *, renewed: bool = False) -> HttpResponse:
    return render(
        request,
        "endpoints/secret.html",
        {"endpoint": made.endpoint, "secret": made.secret, "renewed": renewed},
    )


def _outcome(request: HttpRequest, found: Delivery) -> HttpResponse:
    context: dict[str, Any] = {
        "delivery": found,
        "it": of_delivery(found),
        "moving": _is_moving(found),
        "is_test": found.is_test,
    }
    answer = render(request, "endpoints/_outcome.html", context)
    if not context["moving"]:
        answer["HX-Trigger"] = "delivery-done"
    return answer


def _is_moving(found: Delivery) -> bool:
    """Whether it may be done in a moment."""
    return found.state == State.WAITING and found.endpoint.is_on and not found.tries


def _endpoints() -> QuerySet[Endpoint]:
    """Their secrets are not even read."""
    return Endpoint.objects.defer("secret", "former_secret")


def _endpoint(pk: int) -> Endpoint:
    return get_object_or_404(_endpoints(), pk=pk)


def _delivery(pk: int) -> Delivery:
    rows = Delivery.objects.select_related("announcement", "endpoint")
    return get_object_or_404(rows.defer("endpoint__secret", "endpoint__former_secret"), pk=pk)


urlpatterns = [
    path("settings/webhooks/", endpoints, name="endpoints"),
    path("settings/webhooks/new/", new, name="endpoint-new"),
    path("settings/webhooks/<int:pk>/", one, name="endpoint"),
    path("settings/webhooks/<int:pk>/edit/", edit, name="endpoint-edit"),
    path("settings/webhooks/<int:pk>/switch/", switch, name="endpoint-switch"),
    path("settings/webhooks/<int:pk>/secret/", secret, name="endpoint-secret"),
    path("settings/webhooks/<int:pk>/remove/", remove, name="endpoint-remove"),
    path("settings/webhooks/<int:pk>/test/", test, name="endpoint-test"),
    path("settings/webhooks/<int:pk>/again/", again, name="endpoint-again"),
    path("settings/webhooks/deliveries/<int:pk>/", delivery, name="endpoint-delivery"),
    path("settings/webhooks/deliveries/<int:pk>/again/", delivery_again, name="endpoint-delivery-again"),
]
