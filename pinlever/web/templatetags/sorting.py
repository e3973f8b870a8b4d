"""Heads of columns by which a list is sorted: a link each, so that the order stands in the address."""

from typing import Any

from django import template
from django.template import RequestContext

from pinlever.web.listing import with_query

register = template.Library()


@register.inclusion_tag("_parts/column.html", takes_context=True)
def column(context: RequestContext, name: str, label: str) -> dict[str, Any]:
    """Up, then down, then the list's own order again. The page has to offer `name` and `-name`."""
    sort = context["page"].sort
    following = {name: f"-{name}", f"-{name}": ""}.get(sort, name)
    return {
        "label": label,
        "url": with_query(context["request"], sort=following),
        "direction": {name: "ascending", f"-{name}": "descending"}.get(sort, ""),
    }
