"""What the pages of the administration have in common: rows to be read, lists that count nothing, and actions that
call a service row by row, after a page that says what they will do."""

# Django's own classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin, TabularInline
from unfold.paginator import InfinitePaginator

from pinlever.audit.services import Actor

AT_ONCE = 500  # more than this is for the product's own pages, which work in batches
SAID = 5


class Shown:
    """Rows are looked at here and changed elsewhere."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Page(ModelAdmin):
    """A list of ours. Where there may be a million rows, nothing counts them."""

    list_per_page = 50
    show_full_result_count = False
    paginator = InfinitePaginator
    list_disable_select_all = True
    list_filter_submit = False


class History(Shown, Page):
    """A table that is only ever read."""


class Lines(Shown, TabularInline):
    """Rows of another table, shown below the row they belong to."""

    extra = 0
    show_change_link = False


def acting(request: HttpRequest) -> Actor:
    """Who is signed in, for services and the audit log."""
    by: Any = request.user
    return Actor.person(by)


def asked_first(consequence: str, button: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An action that begins with a page: whom it is about, what it will do, and one button that does it."""

    def decorate(act: Callable[..., Any]) -> Callable[..., Any]:
        def view(self: ModelAdmin, request: HttpRequest, rows: QuerySet) -> TemplateResponse | None:
            if request.POST.get("agreed"):
                act(self, request, rows)
                return None
            chosen = list(rows[: AT_ONCE + 1])
            context = {
                **self.admin_site.each_context(request),
                "title": button,
                "opts": self.model._meta,
                "consequence": consequence,
                "button": button,
                "chosen": chosen[:AT_ONCE],
                "too_many": len(chosen) > AT_ONCE,
                "at_once": AT_ONCE,
                "action": act.__name__,
                "box": ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/asked_first.html", context)

        view.__name__ = act.__name__
        view.__doc__ = act.__doc__
        return view

    return decorate


def each(
    self: ModelAdmin,
    request: HttpRequest,
    rows: QuerySet,
    do: Callable[[Any], object],
    refusals: tuple[type[Exception], ...],
    done: str,
) -> None:
    """Does it to every row; says how many it was done to, and why not to the others."""
    count, refused = 0, list[str]()
    for row in rows[:AT_ONCE]:
        try:
            do(row)
            count += 1
        except refusals as refusal:
            refused.append(str(refusal))
    if count:
        self.message_user(request, f"{count:,} {done}.")
    for sentence in list(dict.fromkeys(refused))[:SAID]:
        self.message_user(request, sentence, messages.WARNING)
    if len(refused) > SAID:
        self.message_user(request, f"{len(refused):,} in all could not be changed.", messages.WARNING)


def withdrawn(*models: type[Model]) -> None:
    """Takes away what other packages put into the administration: nobody needs it, or ours replaces it."""
    for model in models:
        if admin.site.is_registered(model):
            admin.site.unregister(model)
