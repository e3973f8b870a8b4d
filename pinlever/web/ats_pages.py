"""What the pages under Settings → ATS integration share: they are about the connected account, and save as changed."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from pinlever.connection.accounts import current_connection
from pinlever.connection.models import LeverAccount
from pinlever.web.dialogs import is_fetched, onwards

NOT_CONNECTED = "No Lever account is connected. Connect one first."
More = ParamSpec("More")


def connected(
    view: Callable[Concatenate[HttpRequest, LeverAccount, More], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Gives the view the connected account. Without one: where Lever is connected, and a sentence that says so."""

    @wraps(view)
    def of_account(request: HttpRequest, *args: More.args, **given: More.kwargs) -> HttpResponse:
        connection = current_connection()
        if connection is not None:
            return view(request, connection.account, *args, **given)
        (messages.error if request.method == "POST" else messages.info)(request, NOT_CONNECTED)
        return onwards(request, reverse("ats"))

    return of_account


def answer(
    request: HttpRequest, page: str, template: str, scene: Callable[[], dict[str, Any]], **said: str
) -> HttpResponse:
    """After a change: the part of the page again with what was `saved` or what is `wrong`; without JavaScript
    the whole page (its name), which says it above."""
    if not is_fetched(request):
        wrong = said.get("wrong", "")
        (messages.error if wrong else messages.success)(request, wrong or said["saved"])
        return redirect(page)
    return render(request, template, {**scene(), "saved": "", "wrong": "", **said})
