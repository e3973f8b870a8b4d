"""Dialogs: fetched into the page where there is JavaScript, pages of their own where there is none."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRedirect


def is_fetched(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page."""
    return bool(cast(Any, request).htmx)


def dialog(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The dialog (its template extends `layout`)."""
    layout = "_parts/dialog.html" if is_fetched(request) else "_parts/dialog_page.html"
    return render(request, template, {**context, "layout": layout})


def onwards(request: HttpRequest, url: str) -> HttpResponse:
    """After a change: the page is loaded anew, with its messages, whichever way the form was sent."""
    return HttpResponseClientRedirect(url) if is_fetched(request) else HttpResponseRedirect(url)
